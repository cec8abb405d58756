"""Taking pictures in: each is read, hashed, checked, and kept as it came and as a normalised copy."""

import hashlib
import os
from collections.abc import Callable, Collection, Iterator, Sequence, Set
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path

from tqdm.auto import tqdm

from artlib import images
from artlib.errors import without_passwords
from artlib.images.reservations import OPTED_OUT, reservation
from artlib.similarity.hashing import phash
from artlib.workspace.artist_names import clean_artist, read_aliases
from artlib.workspace.catalog import CatalogRow, append_rows, known_hashes, read_catalog
from artlib.workspace.collect_report import CollectReport, Conflict
from artlib.workspace.copies import encoded
from artlib.workspace.disk.writing import safe_name, write_bytes, write_once
from artlib.workspace.fingerprints import fingerprinted
from artlib.workspace.formats.columns import ID_LENGTH
from artlib.workspace.paths import AnyWorkspace, Workspace, as_workspace
from artlib.workspace.rejections import record_rejections

JPEG_BEGINNING = b"\xff\xd8"
CHUNK = 64  # pictures that are acknowledged together
KEPT_EVERY = 600.0  # seconds, where the workspace is kept elsewhere
THREADS = 4  # Pillow decodes without holding the interpreter's lock


@dataclass(frozen=True)
class Candidate:
    """One picture of a source.

    Attributes:
        artist: the artist that the source states.
        name: the file name for the workspace.
        read: returns the file's bytes; may raise OSError or ImageError.
        source: where it comes from, in words.
        source_url: its address, or empty.
        licence: as the source states it, or empty.
    """

    artist: str
    name: str
    read: Callable[[], bytes]
    source: str
    source_url: str = ""
    licence: str = ""


@dataclass(frozen=True)
class _Picture:
    content: bytes
    copy: bytes
    sha256: str
    size: tuple[int, int]
    phash: str


def take_in(workspace: AnyWorkspace, candidates: Sequence[Candidate], *, progress_bar: bool = True) -> CollectReport:
    """Take pictures into the workspace, each exactly once by its bytes.

    An interrupted collection continues where it stopped when it is run again. Every 64 pictures are acknowledged by
    their rows in the catalog, which are written after the files. An artist's alias is taken for the artist's name.

    Args:
        workspace: a Workspace, or the path of one, that the pictures are collected into.
        candidates: the pictures of the source.
        progress_bar: whether to show how far it is.

    Returns:
        What was added, what was known already, and what was rejected and why (also in `rejected.csv`).
    """
    workspace = as_workspace(workspace)
    candidates = obeying_aliases(workspace, candidates)
    report, artist_of = CollectReport(), known_hashes(workspace)
    lost = lost_files(workspace, artist_of)
    bar = tqdm(total=len(candidates), desc="Collecting", unit="image", disable=not progress_bar)
    with ThreadPoolExecutor(THREADS) as pool, bar as progress:
        for start in range(0, len(candidates), CHUNK):
            part = candidates[start : start + CHUNK]
            known = artist_of.keys() - lost.keys()
            results = pool.map(lambda candidate, known=known: _check(candidate, known), part)
            with _acknowledged(workspace, artist_of, report) as chunk:
                for candidate, result in zip(part, results, strict=True):
                    _take(workspace, candidate, result, artist_of, lost, report, chunk)
            progress.update(len(part))
            workspace.keep(at_most_every=KEPT_EVERY)
    record_rejections(workspace, report.rejected, {candidate.source for candidate in candidates})
    workspace.keep()
    return report


@dataclass
class _Chunk:
    """Pictures that are acknowledged together: the rows of those that are written, and the files that are new."""

    rows: list[CatalogRow] = field(default_factory=list)
    files: list[Path] = field(default_factory=list)


@contextmanager
def _acknowledged(workspace: Workspace, artist_of: dict[str, str], report: CollectReport) -> Iterator[_Chunk]:
    """Append the rows of a chunk to the catalog in the end, also where writing further pictures failed.

    If they can't be, their files are removed: nobody would know of them, and they would keep a full disk full.
    """
    chunk = _Chunk()
    try:
        yield chunk
    finally:
        try:
            in_catalog = append_rows(workspace, chunk.rows)
        except OSError:
            _remove(chunk.files)
            raise
        for row in chunk.rows:
            artist_of[row.sha256] = _report_row(workspace, row, *in_catalog[row.sha256], report)


def _remove(files: list[Path]) -> None:
    for file in files:
        with suppress(OSError):
            file.unlink(missing_ok=True)
            file.parent.rmdir()  # if nothing else is in it


def obeying_aliases(workspace: Workspace, candidates: Sequence[Candidate]) -> list[Candidate]:
    """Return candidates under the names that their artists' aliases stand for."""
    aliases = read_aliases(workspace)
    return [replace(each, artist=aliases.get(clean_artist(each.artist), each.artist)) for each in candidates]


def lost_files(workspace: Workspace, known: Collection[str]) -> dict[str, str]:
    """Return which images of the catalog lack their original or their normalised copy: sha256 and original's path."""
    if not known:
        return {}
    rows = read_catalog(workspace)
    folder = workspace.images
    there = set(os.listdir(folder)) if folder.is_dir() else set()  # noqa: PTH208 - asking for each file is slow
    return {
        sha256: path
        for image_id, sha256, path in zip(rows["id"], rows["sha256"], rows["path"], strict=True)
        if f"{image_id}.jpg" not in there or not workspace.original(path).is_file()
    }


def _check(candidate: Candidate, known: Set[str]) -> _Picture | str | images.ImageError:
    """Return the checked picture, or its sha256 if it is known already, or the error that it has."""
    try:
        content = candidate.read()
        sha256 = hashlib.sha256(content).hexdigest()
        if sha256 in known:
            return sha256
        if reason := reservation(content):
            raise images.ReservedImageError(f"{OPTED_OUT}{reason}")
        # a blank one is set apart afterwards, where a person can accept it; large JPEGs are several times faster so
        copy = images.load_usable(content, at_least=images.LONGEST_SIDE, may_be_blank=True)
        size = images.size_of(content)
    except images.ImageError as error:
        return error
    except OSError as error:
        return images.UnreadableImageError(f"It could not be read ({error}).")
    seen = fingerprinted(content) if content.startswith(JPEG_BEGINNING) else copy  # otherwise it is the same
    return _Picture(content, encoded(copy), sha256, size, phash(seen))


def _take(
    workspace: Workspace,
    candidate: Candidate,
    result: _Picture | str | images.ImageError,
    artist_of: dict[str, str],
    lost: dict[str, str],
    report: CollectReport,
    chunk: _Chunk,
) -> None:
    """Write one picture's files and add its row to the chunk; if there is no row, put the reason into the report."""
    if isinstance(result, images.ImageError):
        report.rejected.append((candidate.source, str(result)))
        return
    sha256 = result if isinstance(result, str) else result.sha256
    if isinstance(result, str) or sha256 in artist_of:
        report.known += 1
        if isinstance(result, _Picture) and sha256 in lost:
            _bring_back(workspace, result, lost.pop(sha256))
            report.brought_back += 1
        if artist_of[sha256] != candidate.artist:
            found = Conflict(candidate.source, artist_of[sha256], candidate.artist, sha256[:ID_LENGTH])
            report.conflicts.append(found)
        return
    artist_of[sha256] = candidate.artist
    chunk.rows.append(_write(workspace, candidate, result, chunk.files))


def _bring_back(workspace: Workspace, picture: _Picture, path: str) -> None:
    """Write the files of a known picture again."""
    if workspace.originals.resolve() in workspace.original(path).resolve().parents:
        write_bytes(workspace.original(path), picture.content)
    write_bytes(workspace.image(picture.sha256[:ID_LENGTH]), picture.copy)


def _report_row(workspace: Workspace, row: CatalogRow, artist: str, path: str, report: CollectReport) -> str:
    """Count a row as added, or as known if another command has collected its image; return its artist."""
    if path == row.path:
        report.added[artist] += 1
        return artist
    workspace.original(row.path).unlink(missing_ok=True)  # no row refers to it: the other command has its own file
    report.known += 1
    if artist != row.artist:
        report.conflicts.append(Conflict(row.source, artist, row.artist, row.id))
    return artist


def _write(workspace: Workspace, candidate: Candidate, picture: _Picture, files: list[Path]) -> CatalogRow:
    image_id = picture.sha256[:ID_LENGTH]
    folder = workspace.originals / safe_name(candidate.artist)
    original, is_new = write_once(folder / safe_name(candidate.name), picture.content)
    new = [original, workspace.image(image_id)] if is_new else []
    try:
        write_bytes(workspace.image(image_id), picture.copy)
    except OSError:
        _remove(new)
        raise
    files += new
    return CatalogRow(
        id=image_id,
        artist=candidate.artist,
        path=original.relative_to(workspace.root).as_posix(),
        source=without_passwords(candidate.source),
        source_url=without_passwords(candidate.source_url),
        licence=candidate.licence,
        collected_at=datetime.now(UTC).isoformat(timespec="seconds"),
        sha256=picture.sha256,
        width=picture.size[0],
        height=picture.size[1],
        phash=picture.phash,
    )
