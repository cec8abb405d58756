"""Fetching what a source offers: several pictures at once, each once, into the catalog as they come."""

import functools
from collections.abc import Callable, Generator, Iterable, Iterator
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from itertools import islice
from pathlib import Path

import pandas as pd
from tqdm.auto import tqdm

from artlib.collect.errors import CollectError, DisallowedError, LeftOutError, OptedOutError
from artlib.collect.portfolio.report import FetchReport
from artlib.collect.portfolio.staging import Staging
from artlib.collect.run import finish
from artlib.collect.work import Work
from artlib.workspace import Workspace
from artlib.workspace.catalog import COLUMNS, read_catalog
from artlib.workspace.disk.writer import writes
from artlib.workspace.formats.reading import content_of
from artlib.workspace.ingest import CHUNK, Candidate, take_in
from artlib.workspace.rejections import record_rejections, rejected_for_good, rejected_for_now

THREADS = 4
REFUSALS = 8  # of so many works in a row, after which a server is left alone: some may only be broken


@writes("collecting")
def fetch_works(
    workspace: Workspace, offered: Iterable[Work], report: FetchReport, limit: int, close: Callable[[], None]
) -> FetchReport:
    """Fetch works and take them into the catalog.

    Args:
        workspace: whose catalog it is.
        offered: the works of the source, in its order; may raise CollectError.
        report: is filled.
        limit: only so many of the works are looked at.
        close: ends all waiting of the works' `read`; called after an interruption.

    Returns:
        The report.
    """
    fetching = _Fetching(workspace, report)
    with tqdm(total=None, desc=f"Fetching from {report.source}", unit="image") as bar:
        try:
            fetching.run(offered, limit, bar)
        except KeyboardInterrupt:
            close()
            raise
        finally:
            if isinstance(offered, Generator):
                offered.close()  # with its progress bar
            fetching.take(at_least=1)
    finish(workspace, (), report.collected)
    workspace.keep()
    return report


def collected_so_far(workspace: Workspace) -> pd.DataFrame:
    """Return the catalog, also if nothing is in it yet."""
    if not workspace.catalog.exists() or content_of(workspace.catalog).count(b"\n") <= 1:
        return pd.DataFrame(columns=list(COLUMNS))
    return read_catalog(workspace)


class _Fetching:
    """The works that are on their way, and those that have come and are not in the catalog yet."""

    def __init__(self, workspace: Workspace, report: FetchReport) -> None:
        self._workspace, self._report = workspace, report
        self._staging, catalog = Staging(workspace), collected_so_far(workspace)
        self._in_catalog, self._known = set(catalog["source"]), set(catalog["sha256"])
        self._for_good, self._for_now = rejected_for_good(workspace), rejected_for_now(workspace)
        self._waiting: dict[Future[tuple[Path, int]], Work] = {}
        self._come: list[tuple[Work, Path]] = []
        self._is_stopped = False

    def run(self, offered: Iterable[Work], limit: int, bar: tqdm) -> None:
        pool = ThreadPoolExecutor(THREADS)
        try:
            try:
                for work in self._missing(offered, limit):
                    self._waiting[pool.submit(self._staging.fetch, work)] = work
                    while len(self._waiting) >= 2 * THREADS:
                        self._settle(bar)
                    if self._is_stopped:
                        break
            except CollectError as error:  # there is no more of the list; what it has named still comes
                self._report.stopped.append(str(error))
            while self._waiting:
                self._settle(bar)
        finally:
            pool.shutdown(wait=False, cancel_futures=True)
            for done in [each for each in self._waiting if each.done() and not each.cancelled()]:
                self._note(self._waiting.pop(done), done, bar)  # they came just before an interruption

    def _missing(self, offered: Iterable[Work], limit: int) -> Iterator[Work]:
        """Yield the works that are to be fetched; those that failed before come last, so that they stop no others."""
        failed = []
        for work in islice((work for work in offered if work.source not in self._for_good), limit):
            if work.source in self._in_catalog or self._staging.hashes.get(work.source) in self._known:
                self._report.known += 1
            elif work.source in self._for_now:
                failed.append(work)
            else:
                yield work
        yield from failed

    def _settle(self, bar: tqdm) -> None:
        """Wait for the next works, and note what came of them."""
        for done in wait(self._waiting, return_when=FIRST_COMPLETED).done:
            if work := self._waiting.pop(done, None):
                self._note(work, done, bar)
        self.take(at_least=CHUNK)

    def _stop(self, reason: str) -> None:
        """Fetch no more than what has begun."""
        self._is_stopped = True
        if reason not in self._report.stopped:
            self._report.stopped.append(reason)
        for waiting in [each for each in self._waiting if each.cancel()]:
            del self._waiting[waiting]

    def _note(self, work: Work, done: "Future[tuple[Path, int]]", bar: tqdm) -> None:
        try:
            path, size = done.result()
        except OptedOutError as error:
            self._report.opted_out.append((work.source, str(error)))
            self._record(work, error, again=False)
        except DisallowedError as error:
            self._report.left_out[str(error)] += 1
            self._record(work, error, again=True)  # the next run asks robots.txt, and nothing else
        except CollectError as error:
            self._stop(str(error))
        except (LeftOutError, OSError) as error:
            self._report.failed.append((work.source, str(error)))
            self._record(work, error, again=True)
        else:
            self._come.append((work, path))
            self._report.fetched += size
            bar.update()
        bar.set_postfix_str(f"{self._report.fetched / 1e6:.1f} MB, {len(self._report.failed)} failed")

    def _record(self, work: Work, error: Exception, *, again: bool) -> None:
        record_rejections(self._workspace, [(work.source, str(error))], {work.source}, again=again)

    def take(self, at_least: int) -> None:
        """Take what has come into the catalog, if it is so many works."""
        if len(self._come) < at_least:
            return
        come, self._come = self._come, []
        candidates = [
            Candidate(
                work.artist,
                work.name,
                functools.partial(self._staging.read, work),
                work.source,
                work.source_url,
                work.licence,
            )
            for work, _ in come
        ]
        self._report.add(take_in(self._workspace, candidates, progress_bar=False))
        for _, path in come:
            path.unlink(missing_ok=True)
