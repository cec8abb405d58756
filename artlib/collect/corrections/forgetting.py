"""Forgetting: the pictures of one source, or of one artist, are removed from the workspace."""

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import PurePath

import pandas as pd

from artlib.collect.corrections.joining import check_known
from artlib.collect.errors import CollectError
from artlib.errors import ArgumentError, counted
from artlib.workspace import AnyWorkspace, Workspace, as_workspace
from artlib.workspace.artist_names import clean_artist, read_aliases
from artlib.workspace.catalog import read_catalog, remove_rows
from artlib.workspace.decisions import latest, named_catalog
from artlib.workspace.disk.writer import writes

SHOWN = 30  # sources in a text


@dataclass(frozen=True)
class Sources:
    """Where the pictures of a workspace came from.

    Attributes:
        pictures: how many came from each source, by the text that `forget` takes.
    """

    pictures: Counter[str]

    def __str__(self) -> str:
        lines = [f"  {count:8d}  {source}" for source, count in sorted(self.pictures.items())]
        if len(lines) > SHOWN:
            lines[SHOWN:] = [f"  (+{len(lines) - SHOWN} more: see the column source of catalog.csv)"]
        return "\n".join(["  pictures  source", *lines])


@dataclass(frozen=True)
class ForgetReport:
    """What is forgotten, or would be.

    Attributes:
        pictures: how many of each artist.
        by_hand: how many stay, because a decision about them was made by hand.
        in_split: whether some of them are in the split.
        models: the names of the trained models, which stay.
        done: whether they are removed, or only would be.
    """

    pictures: Counter[str]
    by_hand: int
    in_split: bool
    models: list[str]
    done: bool

    def __str__(self) -> str:
        total = counted(self.pictures.total(), "picture")
        lines = [f"{total} {'removed' if self.done else 'would be removed'}; their source is not touched."]
        lines += [f"  {count:5d}  {artist}" for artist, count in sorted(self.pictures.items())]
        if self.by_hand:
            lines.append(f"{counted(self.by_hand, 'picture')} decided on by hand stay; --all removes them, too.")
        if self.in_split and self.pictures:
            lines.append("The split was made with these pictures: run `artlib split` again.")
            if self.models:
                trained = f"Models stay ({', '.join(self.models)})"
                lines.append(f"{trained}, and were trained on another split: run `artlib train` again.")
        return "\n".join(lines)


def sources(workspace: AnyWorkspace) -> Sources:
    """Return where the pictures of a workspace came from.

    Args:
        workspace: a Workspace, or the path of one, with a catalog.

    Raises:
        WorkspaceError: there is no catalog yet, or it is damaged.
    """
    return Sources(Counter(map(_short, read_catalog(as_workspace(workspace))["source"])))


@writes("forgetting pictures")
def forget(
    workspace: AnyWorkspace,
    source: str | None = None,
    *,
    artist: str | None = None,
    decided_too: bool = False,
    confirm: Callable[[ForgetReport], bool] | None = None,
) -> ForgetReport:
    """Remove the pictures of a source or an artist: their rows, normalised copies and originals.

    Where they were collected from is not touched: collecting it again brings them back. So do decisions made by hand:
    they stay in their log. Trained models stay as they are.

    Args:
        workspace: a Workspace, or the path of one, with a catalog.
        source: as `sources` lists them, such as "zip: art.zip" or "folder: Wlop", or its beginning, such as "folder".
            The name alone, such as "art.zip", is enough, too.
        artist: remove only this artist's pictures; without `source`, all of them.
        decided_too: also remove pictures that were kept, moved or discarded by hand.
        confirm: is shown what would be removed, and returns whether to go on; None goes on.

    Returns:
        What was removed.

    Raises:
        ArgumentError: neither a source nor an artist is given.
        CollectError: no picture came from the source, or there is no such artist.
        DiskError: the catalog can't be written, and nothing is forgotten; or a file can't be deleted.
        WorkspaceError: there is no catalog yet, or it is damaged.
    """
    workspace = as_workspace(workspace)
    if not (source or artist):
        raise ArgumentError("Give a source or an artist to forget. Received: neither.")
    chosen = _chosen(workspace, source, artist)
    going = chosen if decided_too else chosen[~chosen["id"].isin(latest(workspace))]
    report = _report(workspace, going, len(chosen) - len(going), done=False)
    if going.empty or (confirm and not confirm(report)):
        return report
    remove_rows(workspace, set(going["id"]))
    workspace.keep()
    return ForgetReport(report.pictures, report.by_hand, report.in_split, report.models, done=True)


def _chosen(workspace: Workspace, source: str | None, artist: str | None) -> pd.DataFrame:
    """Return the catalog's rows of a source and an artist, under the names that they have now."""
    catalog = named_catalog(workspace)
    if artist:
        check_known(workspace, artist)
        name = clean_artist(artist)
        catalog = catalog[catalog["artist"] == read_aliases(workspace).get(name, name)]
    if source:
        catalog = catalog[_came_from(catalog["source"], source)]
        if catalog.empty:
            by = f" with pictures of {artist}" if artist else ""
            raise CollectError(f"There is no such source{by}. Received: {source!r}; there are:\n{sources(workspace)}")
    return catalog


def _came_from(column: pd.Series, source: str) -> pd.Series:
    wanted = {source.strip().rstrip("/: "), f"zip: {PurePath(source).name}"}

    def matches(stated: str) -> bool:
        texts = (stated, stated.partition(": ")[2])
        return any(text == each or text.startswith((f"{each}/", f"{each}: ")) for text in texts for each in wanted)

    return column.map(matches).astype(bool)


def _short(source: str) -> str:
    """Return a source's kind, and of folders and archives the first part of the path: what is forgotten together."""
    kind, _, path = source.partition(": ")
    return f"{kind}: {path.split('/')[0]}" if kind in ("folder", "zip") and "/" in path else kind


def _report(workspace: Workspace, going: pd.DataFrame, by_hand: int, *, done: bool) -> ForgetReport:
    ids = set(workspace.read_table(workspace.split)["id"]) if workspace.split.exists() else set()
    pictures = Counter(going["artist"])
    return ForgetReport(pictures, by_hand, bool(ids & set(going["id"])), workspace.model_names(), done)
