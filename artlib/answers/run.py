"""The run through many pictures: into files, which an interruption does not harm, or printed."""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

from tqdm.auto import tqdm

from artlib import images
from artlib.answers.log import Answered, AnswerLog
from artlib.errors import counted, printable

Answering = Callable[[Iterable[tuple[str, str]]], Iterator[Answered]]  # from names and sources to answers, in order


def answer_all(
    inputs: Sequence[str],
    answering: Answering[Answered],
    log: AnswerLog[Answered],
    write_row: Callable[[Answered], object],
    doing: str,
    say: Callable[[str], object] = print,
) -> None:
    """Answer what the log does not hold yet; every answer goes into the log and into its row at once.

    Args:
        inputs: paths and URLs.
        answering: gives an answer for each; an error is one.
        log: continues from where it was interrupted.
        write_row: called for all answers, those of the log first.
        doing: what is being done, for the progress bar.
        say: called with a line about the run.
    """
    sources = {images.label_of(source): source for source in inputs}  # what is written down holds no passwords
    left = log.left_of([images.label_of(source) for source in inputs])
    done = len(inputs) - len(left)
    if done:
        say(f"{done} of {len(inputs)} pictures were answered before; continuing from there.")
    for answer in log.answers():
        write_row(answer)
    with tqdm(total=len(inputs), initial=done, desc=doing, unit="image") as bar:
        for answer in answering((name, sources[name]) for name in left):
            log.write(answer)
            write_row(answer)
            bar.update()


def print_all(answers: Iterator[Answered], text: Callable[[Answered], str]) -> int:
    """Print each answer as soon as it is known; return 0 if all pictures were answered, 1 if some were not."""
    status = 0
    for answer in answers:
        print(printable(text(answer)), end="\n\n", flush=True)
        status |= answer.verdict == "error"
    return int(status)


def summary_of(counts: Counter[str], kinds: Mapping[str, tuple[str, str]]) -> str:
    """Return how many pictures were answered, and how many of each kind of answer there are.

    Args:
        counts: of the kinds.
        kinds: what one answer of each kind is called, and what several are; in the order in which they are told.
    """
    each = ", ".join(counted(counts[kind], *names) for kind, names in kinds.items() if counts[kind])
    return f"{counted(counts.total(), 'picture')}: {each}"
