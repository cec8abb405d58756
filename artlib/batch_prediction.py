"""Many pictures at once: files, folders and URLs in; lines, a CSV file and a page out."""

import csv
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import ExitStack
from pathlib import Path
from typing import IO

from tqdm.auto import tqdm

from artlib import images
from artlib.collect.folder import pictures
from artlib.pages.predictions import write_page
from artlib.prediction import Verdict, predictor, three_lines
from artlib.workspace import Workspace

COLUMNS = ("path", "verdict", "artist", "probability", "unknown_score", "copy_of", "top_artists", "error")


def run(
    workspace: Workspace,
    name: str,
    paths: Sequence[str],
    actual: str | None = None,
    csv_file: str | None = None,
    html_file: str | None = None,
) -> int:
    """Answer for pictures, printing each answer or, with a CSV file, a progress bar and a summary.

    Args:
        workspace: with a trained model.
        name: of the model.
        paths: files, folders (searched through) and http(s) URLs.
        actual: whose work they really are, if known.
        csv_file: one row a picture, also for those that can't be read; each row is written as soon as it is known.
        html_file: a self-contained page.

    Returns:
        0 when every picture was answered, 1 when some were not.

    Raises:
        WorkspaceError: there is no such model.
    """
    answering, inputs = predictor(workspace, name), list(expand(paths))
    verdicts = []
    with ExitStack() as stack:
        writer = _csv_writer(stack, csv_file)
        answers = answering.verdicts((path, path) for path in inputs)
        for verdict in tqdm(answers, total=len(inputs), desc="Predicting", unit="image", disable=writer is None):
            verdicts.append(verdict)
            if writer:
                writer.write(verdict)
            else:
                print(text(verdict, actual), end="\n\n")
    if csv_file:
        counts = Counter(verdict.verdict for verdict in verdicts)
        print(
            f"{len(verdicts)} pictures: "
            + ", ".join(f"{count} {kind}" for kind, count in counts.items())
            + f" -> {csv_file}"
        )
    if html_file:
        write_page(Path(html_file), verdicts, workspace)
        print(f"Page: {html_file}")
    return int(any(verdict.verdict == "error" for verdict in verdicts))


def expand(paths: Sequence[str]) -> Iterator[str]:
    """Yield files and URLs as they are, and each picture under a folder; a folder without any is yielded itself."""
    for path in paths:
        if images.is_url(path) or not Path(path).is_dir():
            yield path
        else:
            found = sorted(pictures(Path(path)))
            yield from [str(Path(path) / picture) for picture in found] or [path]


def text(verdict: Verdict, actual: str | None = None) -> str:
    """Return an answer as lines of text: the picture, the original project's three lines, the verdict."""
    if verdict.verdict == "error":
        return f"{verdict.path}\n{verdict.sentence()}"
    return f"{verdict.path}\n{three_lines(verdict, actual)}\n{verdict.sentence()}"


class _CsvFile:
    def __init__(self, file: IO[str]) -> None:
        self._file, self._writer = file, csv.writer(file, lineterminator="\n")
        self._writer.writerow(COLUMNS)

    def write(self, verdict: Verdict) -> None:
        self._writer.writerow([*row(verdict).values()])
        self._file.flush()


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


def _csv_writer(stack: ExitStack, path: str | None) -> _CsvFile | None:
    if path is None:
        return None
    Path(path).parent.mkdir(parents=True, exist_ok=True)
    return _CsvFile(stack.enter_context(open(path, "w", encoding="utf-8", newline="")))
