"""Many pictures at once: files, folders and URLs in; lines, a CSV file and a page out."""

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack
from csv import writer as csv_writer
from pathlib import Path

from tqdm.auto import tqdm

from artlib import images
from artlib.images.files import pictures_under
from artlib.prediction.log import PredictionLog
from artlib.prediction.one_hand import OneHandCheck
from artlib.prediction.page import write_page
from artlib.prediction.predictor import Predictor, predictor
from artlib.prediction.verdict import Verdict, three_lines
from artlib.workspace import AnyWorkspace, as_workspace

COLUMNS = ("path", "verdict", "artist", "probability", "unknown_score", "copy_of", "top_artists", "error")
KINDS = ("artist", "unknown", "copy", "error")


def run(
    workspace: AnyWorkspace,
    paths: Sequence[str],
    *,
    name: str = "default",
    actual: str | None = None,
    csv: str | None = None,
    html: str | None = None,
) -> int:
    """Answer for pictures: printed one by one or, where a file is asked for, written there with a summary.

    With a file, every answer is kept beside it (`FILE.partial`) as soon as it is known. The same command goes on from
    there after an interruption; a finished one deletes it.

    Args:
        workspace: a Workspace, or the path of one, with a trained model.
        paths: files, folders (searched through) and http(s) URLs.
        name: of the model.
        actual: whose work they really are, if known.
        csv: a file to write, one row a picture, also for those that can't be read; each row as soon as it is known.
        html: a file to write, a self-contained page.

    Returns:
        0 when every picture was answered, 1 when some were not.

    Raises:
        WorkspaceError: there is no such model.
    """
    answering, inputs = predictor(workspace, name=name), list(expand(paths))
    if not (csv or html):
        return _print(answering.verdicts((path, path) for path in inputs), actual)
    with PredictionLog(Path(f"{csv or html}.partial"), answering.key, with_pictures=bool(html)) as log:
        _answer(answering, log, inputs, csv)
        counts = Counter(verdict.verdict for verdict in log.verdicts())
        summary, one_hand = _summary(counts), OneHandCheck.of(log.verdicts())
        if html:
            write_page(Path(html), log, summary, one_hand, as_workspace(workspace))
    log.path.unlink()
    for line in (summary, one_hand, *(f"Written: {file}" for file in (csv, html) if file)):
        print(line)
    return int(counts["error"] > 0)


def _answer(answering: Predictor, log: PredictionLog, inputs: Sequence[str], csv_file: str | None) -> None:
    left = log.left_of(inputs)
    if len(left) < len(inputs):
        print(f"{len(inputs) - len(left)} of {len(inputs)} pictures were answered before; going on from there.")
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
    kinds = ", ".join(f"{counts[kind]} {kind}" for kind in KINDS if counts[kind])
    return f"{counts.total()} pictures: {kinds}"


def expand(paths: Sequence[str]) -> Iterator[str]:
    """Yield files and URLs as they are, and each picture under a folder; a folder without any is yielded itself."""
    for path in paths:
        if images.is_url(path) or not Path(path).is_dir():
            yield path
        else:
            found = sorted(pictures_under(Path(path)))
            yield from [str(Path(path) / picture) for picture in found] or [path]


def text(verdict: Verdict, actual: str | None = None) -> str:
    """Return an answer as lines of text: the picture, the original project's three lines, the verdict."""
    if verdict.verdict == "error":
        return f"{verdict.path}\n{verdict.sentence()}"
    return "\n".join([verdict.path, three_lines(verdict, actual), verdict.sentence(), *verdict.reasons])


def row(verdict: Verdict) -> dict[str, str]:
    """Return the CSV row of an answer; probabilities have four decimals and are empty on an error."""
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
    }


def _csv_writer(stack: ExitStack, path: str | None) -> Callable[[Verdict], None]:
    """Return what writes a row; nothing where no file is asked for."""
    if path is None:
        return lambda verdict: None
    Path(path).parent.mkdir(parents=True, exist_ok=True)
    # a line is written as soon as it is whole; a file name that is not UTF-8 does not end it all
    file = Path(path).open("w", encoding="utf-8", errors="backslashreplace", newline="", buffering=1)  # noqa: SIM115
    stack.enter_context(file)
    writer = csv_writer(file, lineterminator="\n")
    writer.writerow(COLUMNS)
    return lambda verdict: writer.writerow(row(verdict).values())
