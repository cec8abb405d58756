"""Tracing many pictures: from files, folders and URLs to printed lines, a CSV file, a page and proof pictures."""

from collections import Counter
from collections.abc import Sequence
from pathlib import Path

from artlib import images
from artlib.answers.files import AnswerFiles
from artlib.answers.inputs import expand
from artlib.answers.outputs import check_folder
from artlib.answers.run import answer_all, print_all, summary_of
from artlib.tracing import wording
from artlib.tracing.log import TraceLog
from artlib.tracing.page import write_page
from artlib.tracing.proving import ProvingTracer
from artlib.tracing.result import Trace
from artlib.tracing.tracer import Tracer
from artlib.workspace import AnyWorkspace, as_workspace

COLUMNS = ("path", "verdict", "copy_of", "artist", "inliers", "share", "change", "error")
PAGE = "trace"  # the kind of the page, in its head


def run(
    workspace: AnyWorkspace,
    paths: Sequence[str],
    *,
    csv: str | None = None,
    html: str | None = None,
    excel: bool = False,
    proof: str | None = None,
) -> int:
    """Trace pictures: print each answer or, if a file is asked for, write it there and print a summary.

    Every answer for a file is kept beside it (`FILE.partial`) as soon as it is known. After an interruption, the same
    command continues from there; when it has finished, it deletes that file.

    Args:
        workspace: a Workspace, or the path of one, with collected works.
        paths: files, folders (searched through) and http(s) URLs.
        csv: a file with one row per picture, also for pictures that can't be read; each row is written at once. "-" is
            the standard output.
        html: a file with a self-contained page, likewise.
        excel: the table is for a spreadsheet: no cell is computed as a formula, and Excel knows its letters.
        proof: a folder for proof pictures, one for each original of each picture.

    Returns:
        0 when every picture was answered, 1 when some were not.

    Raises:
        WorkspaceError: there are no collected works.
        ArgumentError: a file or a folder must not or can't be written, such as a file that artlib did not write.
    """
    files, inputs = AnswerFiles(csv, html, COLUMNS, PAGE, excel), list(expand(paths))
    files.check(inputs)
    if proof is not None:
        check_folder(Path(proof), paths)
    answering = Tracer(workspace) if proof is None else ProvingTracer(Tracer(workspace), Path(proof))
    if not files.is_any:
        return print_all(answering.traces((images.label_of(path), path) for path in inputs), wording.text)
    with files.journal() as journal, TraceLog(journal, answering.key, with_pictures=bool(html)) as log:
        with files.table() as write:
            answer_all(inputs, answering.traces, log, lambda trace: write(row(trace)), "Tracing", files.say)
        counts = Counter(trace.verdict for trace in log.answers())
        summary = summary_of(counts, wording.KINDS)
        if html:
            write_page(Path(html), log, summary, as_workspace(workspace))
        log.delete()
    files.say(summary, *(f"Written: {file}" for file in (*files.asked, proof) if file))
    return int(counts["error"] > 0)


def row(trace: Trace) -> dict[str, str]:
    """Return the CSV row of an answer; what belongs to two originals has "; " between them."""
    return {
        "path": trace.path,
        "verdict": trace.verdict,
        "copy_of": trace.copy_of,
        "artist": trace.artist,
        "inliers": "; ".join(str(original.inliers) for original in trace.originals),
        "share": "; ".join(f"{original.share:.4f}" if original.share else "" for original in trace.originals),
        "change": trace.change,
        "error": trace.error,
    }
