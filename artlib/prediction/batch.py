"""Predicting many pictures: from files, folders and URLs to printed lines, a CSV file and a page."""

import math
from collections import Counter
from collections.abc import Sequence
from pathlib import Path

from artlib import images
from artlib.answers.files import AnswerFiles
from artlib.answers.inputs import expand
from artlib.answers.run import answer_all, print_all, summary_of
from artlib.prediction.log import PredictionLog
from artlib.prediction.one_hand import OneHandCheck
from artlib.prediction.page import write_page
from artlib.prediction.predictor import predictor
from artlib.prediction.verdict import KINDS, Verdict, three_lines
from artlib.workspace import AnyWorkspace, as_workspace

COLUMNS = (
    *("path", "verdict", "artist", "probability", "unknown_score", "copy_of", "top_artists", "error"),
    *("confidence", "strength"),
)
PAGE = "predict"  # the kind of the page, in its head


def run(
    workspace: AnyWorkspace,
    paths: Sequence[str],
    *,
    name: str = "default",
    actual: str | None = None,
    csv: str | None = None,
    html: str | None = None,
    excel: bool = False,
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
        csv: a file with one row per picture, also for pictures that can't be read; each row is written at once. "-" is
            the standard output.
        html: a file with a self-contained page, likewise.
        excel: the table is for a spreadsheet: no cell is computed as a formula, and Excel knows its letters.
        firm_error: share of firm answers that may be wrong, above 0 and at most 0.5; None takes the model's.
        unknown_share: share of the pictures that are expected to be by unknown artists, 0 to below 1; likewise.

    Returns:
        0 when every picture was answered, 1 when some were not.

    Raises:
        WorkspaceError: there is no such model.
        ArgumentError: a file must not or can't be written, such as one that artlib did not write; or a share is out of
            its range.
    """
    files, inputs = AnswerFiles(csv, html, COLUMNS, PAGE, excel), list(expand(paths))
    files.check(inputs)
    answering = predictor(workspace, name=name, firm_error=firm_error, unknown_share=unknown_share)
    if not files.is_any:
        return print_all(
            answering.verdicts((images.label_of(path), path) for path in inputs), lambda verdict: text(verdict, actual)
        )
    with files.journal() as journal, PredictionLog(journal, answering.key, with_pictures=bool(html)) as log:
        with files.table() as write:
            answer_all(inputs, answering.verdicts, log, lambda verdict: write(row(verdict)), "Predicting", files.say)
        counts = Counter(verdict.kind for verdict in log.answers())
        summary, one_hand = summary_of(counts, KINDS), OneHandCheck.of(log.answers())
        if html:
            write_page(Path(html), log, summary, one_hand, as_workspace(workspace))
        log.delete()
    files.say(summary, one_hand, *(f"Written: {file}" for file in files.asked))
    return int(counts["error"] > 0)


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
