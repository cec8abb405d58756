"""Measures how often the original of a stolen picture is found, and how often a picture without one gets one.

Works are collected, about 10 % of each artist's near-duplicate groups are left out, and an index is built. Then
attacked works (attacks.py) and pictures of which no work is known, plain and attacked, are traced: by artlib.trace, by
perceptual hashes, by one embedding, and by embeddings of tiles. The thresholds of the others are chosen on one half of
the negatives so that at most 1 of 500 is a false match; figures are of the other half. artlib's own thresholds are in
its code, and were chosen on the same half (--half choosing shows it).

    python benchmarks/trace.py PATH --unknown PATH PATH [--works N] [--negatives N] [--queries N] [--seed N]
        [--half reporting] [--methods artlib,pHash,embedding,tiles] [--csv FILE] [--keep FOLDER]

Pairs that a person found to be the same work are in same_works.csv, and are no false matches.
"""

import argparse
import csv
import os
import statistics
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import nullcontext
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from attacks import ATTACKS, COLLAGE, HARD, STANDARD  # the benchmarks beside this one
from trace_cases import ATTACKED, CHOOSING, HALVES, PLAIN, REPORTING, Case, Data
from trace_methods import METHODS, SURE, Method
from train import installed, processor_and_flags

from artlib.statistics.proportion import Proportion, proportion
from artlib.workspace import Workspace
from artlib.workspace.catalog import read_catalog
from artlib.workspace.ingest import Candidate, take_in

SAFETY = 500  # at most one false match in so many negatives
CSV_COLUMNS = ("method", "case", "kind", "half", "source", "right", "wrong", "wrong_work", "seconds", "said")
PACKAGES = ("opencv-python-headless", "faiss-cpu", "numpy", "pillow", "openvino")


@dataclass(frozen=True)
class Answer:
    """What a method said to one case.

    Attributes:
        case: that was asked.
        right: the score of each work that it shows, none for a negative.
        wrong: the best score of all other works.
        wrong_work: the name of that work.
        seconds: that it took.
        said: artlib's verdict, inliers and share for each original, in words.
    """

    case: Case
    right: tuple[float, ...]
    wrong: float
    wrong_work: str
    seconds: float
    said: str = ""


class Asked:
    """A method that has learned the works of some data.

    Args:
        method: to ask.
        data: whose works are in the workspace.
        workspace: with the works.
    """

    def __init__(self, method: Method, data: Data, workspace: Workspace) -> None:
        self.method, self._data = method, data
        ids = {work.id: work for work in data.works}  # the same file twice is one work in the catalog
        self._works = list(ids.values())
        self._groups = np.array([work.group for work in self._works])
        pictures = [work.load() for work in self._works]
        started = time.perf_counter()
        method.learn(workspace, list(ids), pictures)
        self.seconds_per_work = (time.perf_counter() - started) / len(ids)

    def answer(self, case: Case) -> Answer:
        """Ask about one case."""
        picture = case.picture(self._data.beside)
        started = time.perf_counter()
        scores = self.method.scores(picture)
        seconds = time.perf_counter() - started
        right = np.isin(self._groups, case.right)
        others = np.where(right, -np.inf, scores)
        best = int(others.argmax())
        each = tuple(float(scores[self._groups == group].max()) for group in case.right)
        return Answer(case, each, float(others[best]), self._works[best].name, seconds, self._said())

    def _said(self) -> str:
        last = getattr(self.method, "last", None)
        return "; ".join(f"{o.path} {o.verdict} {o.inliers} {o.share:.2f}" for o in last.originals) if last else ""


def main() -> None:
    """Print recall of each attack and false matches of each kind of negative, for each method."""
    options = parser().parse_args()
    versions = ", ".join(f"{name} {version}" for name, version in installed(PACKAGES).items())
    print(f"{processor_and_flags()[0]}, {os.cpu_count()} cores, {versions}", flush=True)
    data = Data.read(options.path, options.unknown, options.works, options.negatives, options.seed)
    print(
        f"{len(data.works)} works, {len(data.negatives)} negatives; reported: the {options.half} half; "
        f"seed {options.seed}",
        flush=True,
    )
    with nullcontext(options.keep) if options.keep else tempfile.TemporaryDirectory() as folder:
        workspace = collected(Workspace(Path(folder)), data)
        results = {name: measured(METHODS[name](), data, workspace, options) for name in options.methods}
    columns = [column for name, answers in results.items() for column in columns_of(name, answers, options)]
    print_recall(columns)
    print_false_matches(columns)
    print_errors(results.get("artlib", []))
    if options.csv:
        write_csv(options.csv, results)


def collected(workspace: Workspace, data: Data) -> Workspace:
    """Take the works into a workspace."""
    candidates = [Candidate(work.artist, work.path.name, work.path.read_bytes, "benchmark") for work in data.works]
    take_in(workspace, candidates, progress_bar=False)
    if set(read_catalog(workspace)["id"]) != {work.id for work in data.works}:
        sys.exit(f"{workspace.root} was kept from a run with other works. Remove it, or give another folder to --keep.")
    return workspace


def measured(method: Method, data: Data, workspace: Workspace, options: argparse.Namespace) -> list[Answer]:
    """Return a method's answers to all cases, and print its times."""
    asked = Asked(method, data, workspace)
    answers = [asked.answer(case) for case in cases(method, data, options)]
    query = statistics.median(answer.seconds for answer in answers)
    slow = np.quantile([answer.seconds for answer in answers], 0.95)
    print(
        f"{method.name}: indexing a work {1000 * asked.seconds_per_work:.1f} ms, a query {1000 * query:.0f} ms "
        f"(median of {len(answers)}; 95 % within {1000 * slow:.0f} ms)",
        flush=True,
    )
    return answers


def cases(method: Method, data: Data, options: argparse.Namespace) -> Iterator[Case]:
    """Yield what a method is asked: all of the reported half, and what its threshold is chosen on."""
    yield from data.positives(options.half, options.queries, options.seed)
    yield from data.questions_without_original(options.half, options.seed)
    if options.half != CHOOSING and method.name != "artlib":
        yield from data.questions_without_original(CHOOSING, options.seed)


@dataclass(frozen=True)
class Column:
    """A method at a threshold: what is surer counts as found."""

    title: str
    threshold: float
    answers: list[Answer]


def columns_of(name: str, answers: list[Answer], options: argparse.Namespace) -> list[Column]:
    """Return the columns of a method: artlib has two, for copies and for copies and probable ones together."""
    reported = [answer for answer in answers if answer.case.half == options.half]
    if name == "artlib":
        return [Column("artlib: copy", SURE["copy"], reported), Column("or probable", SURE["probable"], reported)]
    chosen_on = [answer.wrong for answer in answers if answer.case.half == CHOOSING and not answer.case.right]
    return [Column(name, safe_threshold(chosen_on), reported)]


def safe_threshold(scores: list[float]) -> float:
    """Return the lowest threshold that at most one in SAFETY of these scores of negatives reaches."""
    allowed = len(scores) // SAFETY
    return float(np.nextafter(sorted(scores, reverse=True)[allowed], np.inf))


def print_recall(columns: list[Column]) -> None:
    """Print how many attacked works were found, in percent, for each attack and for each group of attacks."""
    print("\n" + f"{'recall, %':22s}    n" + "".join(f"{column.title:>22s}" for column in columns))
    for attack in ATTACKS:
        print_row(attack.name, columns, lambda case, attack=attack: case.attack is attack)
    for group in (STANDARD, HARD, COLLAGE):
        print_row(f"all {group}", columns, lambda case, group=group: case.kind == group)
    print_row("each work of a collage", columns, lambda case: case.kind == COLLAGE, each=True)
    print("A collage counts as found where all its works are.")
    named = [(each.title, sum(a.wrong >= each.threshold for a in each.answers if a.case.right)) for each in columns]
    print(f"attacked works for which another work was named, too: {', '.join(f'{t} {n}' for t, n in named)}")


def print_row(title: str, columns: list[Column], wanted, each: bool = False) -> None:
    """Print one row: how many were found, with the 95 % interval."""
    shares = []
    for column in columns:
        found = [
            [score >= column.threshold for score in answer.right]
            for answer in column.answers
            if answer.case.right and wanted(answer.case)
        ]
        counted = [one for works in found for one in works] if each else [all(works) for works in found]
        shares.append(proportion(np.array(counted)))
    if shares[0].n:
        print(f"{title:22s} {shares[0].n:4d}" + "".join(f"{in_words(share):>22s}" for share in shares), flush=True)


def in_words(share: Proportion) -> str:
    return f"{100 * share.share:.1f} ({100 * share.low:.0f}-{100 * share.high:.0f})"


def print_false_matches(columns: list[Column]) -> None:
    """Print how many negatives of each kind were given an original, plain and attacked."""
    print("\n" + f"{'false matches':30s}    n" + "".join(f"{column.title:>22s}" for column in columns))
    negatives = [[answer for answer in column.answers if not answer.case.right] for column in columns]
    kinds = list(dict.fromkeys((answer.case.kind, answer.case.name) for answer in negatives[0]))
    for kind, name in [*kinds, ("all", PLAIN), ("all", ATTACKED), ("all", "")]:
        row = []
        for column, answers in zip(columns, negatives, strict=True):
            mine = [a for a in answers if kind in ("all", a.case.kind) and name in ("", a.case.name)]
            row.append(proportion(np.array([a.wrong >= column.threshold for a in mine], bool)))
        print(
            f"{f'{kind} {name}':30s} {row[0].n:4d}"
            + "".join(f"{f'{share.right} (up to {100 * share.high:.2f} %)':>22s}" for share in row)
        )


def print_errors(answers: list[Answer]) -> None:
    """Print which works artlib named that a picture does not show."""
    for answer in answers:
        if answer.wrong >= SURE["probable"]:
            verdict = "copy" if answer.wrong >= SURE["copy"] else "probable"
            print(f"  {answer.case.name}, {answer.case.source}: {verdict} of {answer.wrong_work} ({answer.said})")


def write_csv(file: Path, results: dict[str, list[Answer]]) -> None:
    """Write every answer into a row."""
    with file.open("w", encoding="utf-8", newline="") as opened:
        writer = csv.writer(opened)
        writer.writerow(CSV_COLUMNS)
        for name, answers in results.items():
            for a in answers:
                right = "; ".join(f"{score:.4f}" for score in a.right)
                case = (a.case.name, a.case.kind, a.case.half, a.case.source)
                writer.writerow((name, *case, right, f"{a.wrong:.4f}", a.wrong_work, f"{a.seconds:.4f}", a.said))


def parser() -> argparse.ArgumentParser:
    """Return the parser of this command."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("path", type=Path, help="a folder with works as artist/picture; manifest.csv may name groups")
    parser.add_argument("--unknown", type=Path, nargs="*", default=[], metavar="PATH", help="folders of other artists")
    parser.add_argument("--works", type=int, metavar="N", help="at most so many works")
    parser.add_argument("--negatives", type=int, metavar="N", help="at most so many negatives")
    parser.add_argument("--queries", type=int, default=1200, metavar="N", help="attacked works in all")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--half", choices=HALVES, default=REPORTING, help="the half whose figures are shown")
    parser.add_argument("--methods", type=lambda names: names.split(","), default=list(METHODS), metavar="A,B")
    parser.add_argument("--csv", type=Path, metavar="FILE", help="write every answer")
    parser.add_argument("--keep", type=Path, metavar="FOLDER", help="keep the workspace here")
    return parser


if __name__ == "__main__":
    main()
