"""Fingerprints: the perceptual hashes in the catalog, computed in the same way as those of pictures to predict."""

from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress

import pandas as pd
from PIL import Image
from tqdm.auto import tqdm

from artlib import images
from artlib.images import Source
from artlib.similarity.hashing import phash
from artlib.workspace.catalog import PHASH_VERSION, read_catalog
from artlib.workspace.disk.writing import locked, write_table
from artlib.workspace.paths import AnyWorkspace, Workspace, as_workspace

THREADS = 4  # Pillow decodes without holding the interpreter's lock


def fingerprinted(source: Source) -> Image.Image:
    """Open a picture for its fingerprint; a large JPEG is decoded at a fraction of its size.

    Raises:
        ImageError: the picture can't be used.
    """
    return images.load_shrunk(source, at_least=images.SEEN_SIDE)


def catalog_with_fingerprints(workspace: AnyWorkspace) -> pd.DataFrame:
    """Return the catalog; perceptual hashes of an earlier version of artlib are computed again and saved.

    Args:
        workspace: a Workspace, or the path of one.

    Raises:
        WorkspaceError: there is no catalog.
    """
    workspace = as_workspace(workspace)
    catalog = read_catalog(workspace)
    if "phash_version" in catalog and (catalog["phash_version"] == PHASH_VERSION).all():
        return catalog
    try:
        with locked(workspace.catalog):
            catalog = _renewed(workspace, read_catalog(workspace))
            write_table(workspace.catalog, catalog)
    except OSError:  # the workspace can't be written: this takes some seconds again the next time
        catalog = _renewed(workspace, catalog)
    return catalog


def _renewed(workspace: Workspace, catalog: pd.DataFrame) -> pd.DataFrame:
    with ThreadPoolExecutor(THREADS) as pool:
        hashes = pool.map(lambda row: _phash(workspace, row), catalog.to_dict("records"))
        shown = tqdm(hashes, total=len(catalog), desc="Renewing fingerprints", unit="image")
        return catalog.assign(phash=list(shown), phash_version=PHASH_VERSION)


def _phash(workspace: Workspace, row: dict[str, str]) -> str:
    for file in (workspace.original(row["path"]), workspace.image(row["id"])):
        with suppress(images.ImageError):  # an original may have been deleted; the copy is nearly as good
            return phash(fingerprinted(file))
    return row["phash"]
