"""Predicting many pictures: from files, folders and URLs to printed lines, a CSV file and a page."""

import math
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack
from csv import writer as csv_writer
from pathlib import Path
from tempfile import TemporaryFile

from tqdm.auto import tqdm

from artlib import images
from artlib.errors import ArgumentError, warn
from artlib.images.files import pictures_under
from artlib.images.left_out import left_out_under
from artlib.prediction.log import PredictionLog
from artlib.prediction.one_hand import OneHandCheck
from artlib.prediction.page import write_page
from artlib.prediction.predictor import Predictor, predictor
from artlib.prediction.verdict import KINDS, Verdict, three_lines
from artlib.workspace import AnyWorkspace, as_workspace

COLUMNS = (
    *("path", "verdict", "artist", "probability", "unknown_score", "copy_of", "top_artists", "error"),
    *("confidence", "strength"),
)


def run(
    workspace: AnyWorkspace,
    paths: Sequence[str],
    *,
    name: str = "default",
    actual: str | None = None,
    csv: str | None = None,
    html: str | None = None,
    firm_error: float | None = None,
    unknown_share: float | None = None,
) -> int:
    """Predict pictures: print each answer or, if a file is asked for, write it there and print a summary.

    Every answer for a file is kept beside it (`FILE.partial`) as soon as it is known. After an interruption, the same
    command continues from there; when it has finished, it deletes that file.

    Args:
        workspace: a Workspace, or the path of one, with a trained model.
        paths: files, folders (searched through) and http(s) URLs.
        name: the model's name.
        actual: the real artist, if known.
        csv: a file with one row per picture, also for pictures that can't be read; each row is written at once.
        html: a file with a self-contained page.
        firm_error: share of firm answers that may be wrong, above 0 and at most 0.5; None takes the model's.
        unknown_share: share of the pictures that are expected to be by unknown artists, 0 to below 1; likewise.

    Returns:
        0 when every picture was answered, 1 when some were not.

    Raises:
        WorkspaceError: there is no such model.
        ArgumentError: a file can't be written, or a share is out of its range.
    """
    for file in filter(None, (csv, html)):
        _check_writable(Path(file))
    answering = predictor(workspace, name=name, firm_error=firm_error, unknown_share=unknown_share)
    inputs = list(expand(paths))
    if not (csv or html):
        return _print(answering.verdicts((path, path) for path in inputs), actual)
    with PredictionLog(Path(f"{csv or html}.partial"), answering.key, with_pictures=bool(html)) as log:
        _answer(answering, log, inputs, csv)
        counts = Counter(verdict.kind for verdict in log.verdicts())
        summary, one_hand = _summary(counts), OneHandCheck.of(log.verdicts())
        if html:
            write_page(Path(html), log, summary, one_hand, as_workspace(workspace))
    log.path.unlink()
    for line in (summary, one_hand, *(f"Written: {file}" for file in (csv, html) if file)):
        print(line)
    return int(counts["error"] > 0)


def _check_writable(file: Path) -> None:
    """Refuse a file that can't be written, before the pictures are predicted."""
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        with TemporaryFile(dir=file.parent):
            problem = "it is a folder" if file.is_dir() else ""
    except OSError as error:
        problem = f"its folder can't be used ({error.strerror})"
    if problem:
        raise ArgumentError(f"Answers can't be written to this file: {problem}. Received: {file}. Give another one.")


def _answer(answering: Predictor, log: PredictionLog, inputs: Sequence[str], csv_file: str | None) -> None:
    left = log.left_of(inputs)
    if len(left) < len(inputs):
        print(f"{len(inputs) - len(left)} of {len(inputs)} pictures were answered before; continuing from there.")
    with ExitStack() as stack:
        writer = _csv_writer(stack, csv_file)
        for verdict in log.verdicts():
            writer(verdict)
        answers = answering.verdicts((path, path) for path in left)
        with tqdm(total=len(inputs), initial=len(inputs) - len(left), desc="Predicting", unit="image") as bar:
            for verdict in answers:
                log.write(verdict)
                writer(verdict)
                bar.update()


def _print(verdicts: Iterator[Verdict], actual: str | None) -> int:
    status = 0
    for verdict in verdicts:
        print(text(verdict, actual), end="\n\n")
        status |= verdict.verdict == "error"
    return int(status)


def _summary(counts: Counter[str]) -> str:
    kinds = ", ".join(f"{counts[kind]} {name}" for kind, name in KINDS.items() if counts[kind])
    return f"{counts.total()} pictures: {kinds}"


def expand(paths: Sequence[str]) -> Iterator[str]:
    """Yield files and URLs as they are, and of a folder each picture under it; a folder without pictures as it is."""
    for path in paths:
        if not path or images.is_url(path) or not Path(path).is_dir():  # an empty path is not the current folder
            yield path
        else:
            found = sorted(pictures_under(Path(path)))
            for group in left_out_under(Path(path)):
                warn(f"Left out of {path}: {group}")
            yield from [str(Path(path) / picture) for picture in found] or [path]


def text(verdict: Verdict, actual: str | None = None) -> str:
    """Return an answer as lines of text: the picture, the original project's three lines, the verdict, the reasons."""
    if verdict.verdict == "error":
        return f"{verdict.path}\n{verdict.sentence()}"
    lines = [verdict.path, three_lines(verdict, actual), verdict.sentence(), *verdict.reasons, verdict.promise]
    return "\n".join(filter(None, lines))


def row(verdict: Verdict) -> dict[str, str]:
    """Return the CSV row of an answer; numbers have four decimals and are empty for an error."""
    answered = verdict.verdict != "error"
    return {
        "path": verdict.path,
        "verdict": verdict.verdict,
        "artist": verdict.artist,
        "probability": f"{verdict.probability:.4f}" if answered else "",
        "unknown_score": f"{verdict.unknown_score:.4f}" if answered else "",
        "copy_of": verdict.copy_of,
        "top_artists": "; ".join(f"{name} {probability:.4f}" for name, probability in verdict.top_artists),
        "error": verdict.error,
        "confidence": "" if math.isnan(verdict.confidence) else f"{verdict.confidence:.4f}",
        "strength": verdict.strength,
    }


def _csv_writer(stack: ExitStack, path: str | None) -> Callable[[Verdict], None]:
    """Return a function that writes a row; it does nothing without a path."""
    if path is None:
        return lambda verdict: None
    # written line by line; a file name that is not UTF-8 must not stop the prediction
    file = Path(path).open("w", encoding="utf-8", errors="backslashreplace", newline="", buffering=1)  # noqa: SIM115
    stack.enter_context(file)
    writer = csv_writer(file, lineterminator="\n")
    writer.writerow(COLUMNS)
    return lambda verdict: writer.writerow(row(verdict).values())
