"""Many machines: Ray Data finds the keypoints of a catalog's works and writes the shards that a single machine writes.

All machines reach the workspace under the same path, such as on a network drive. Each batch of works becomes one shard
as soon as its keypoints are found, so a worker that dies loses the shard it was at: Ray gives that batch to another
worker, and a second run does what is missing.
"""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from tqdm.auto import tqdm

from artlib.errors import ArtlibError
from artlib.indexing.building import WORKS_A_SHARD, find_works, missing_works
from artlib.indexing.compact_index import Finder
from artlib.indexing.shards import Shard, read_shards, write_shard
from artlib.workspace import Workspace


def ray_finder(address: str | None = None, works_a_shard: int = WORKS_A_SHARD) -> Finder:
    """Return a function that finds keypoints on a Ray cluster, to be given to `works_index`.

    Args:
        address: of a running cluster, "auto" for the one that this machine belongs to; if None, Ray starts on the
            processors of this machine.
        works_a_shard: how many works a worker takes at a time.

    Raises:
        ArtlibError: Ray is not installed, or there is no cluster at this address.
    """
    ray = _connected(address)

    def find(workspace: Workspace, ids: Sequence[str]) -> list[Shard]:
        workspace.index.mkdir(parents=True, exist_ok=True)
        missing = missing_works(read_shards(workspace.index), ids)
        starts = range(0, len(missing), works_a_shard)
        batches = [{"ids": missing[start : start + works_a_shard]} for start in starts]
        if batches:
            _write_all(ray, batches, str(workspace.root.resolve()), len(missing))
        return read_shards(workspace.index)

    return find


def _write_all(ray: Any, batches: list[dict[str, list[str]]], root: str, works: int) -> None:
    """Have the workers write a shard for each batch; a batch whose worker dies goes to another one, three times."""
    rows = ray.data.from_items(batches, override_num_blocks=len(batches)).map(_write_one, fn_args=[root])
    try:
        with tqdm(total=works, desc="Indexing works", unit="image") as bar:
            for row in rows.iter_rows():
                bar.update(row["works"])
    except ray.exceptions.RayError as error:
        raise ArtlibError(
            f"Ray gave up on some works ({str(error)[:300]}). The others are kept; the same command continues from "
            "there."
        ) from error


def _write_one(row: dict[str, Any], root: str) -> dict[str, Any]:
    """Find the keypoints of one batch of works and write them as a shard; runs on a worker."""
    workspace = Workspace(Path(root))
    found = find_works(workspace, [str(image_id) for image_id in row["ids"]])
    if found:
        write_shard(workspace.index, list(found), list(found.values()))
    return {"works": len(row["ids"])}


def _connected(address: str | None) -> Any:
    """Return Ray, connected to a cluster."""
    try:
        import ray
        import ray.data
    except ImportError as error:
        raise ArtlibError(
            'The engine "ray" needs Ray, which is not installed. Install it with pip install "artlib[scale]", or leave '
            "--engine out: this machine then does the work alone."
        ) from error
    if not ray.is_initialized():
        try:
            ray.init(address=address, log_to_driver=False, logging_level="warning")
        except (ConnectionError, ValueError, RuntimeError) as error:
            raise ArtlibError(
                f"There is no Ray cluster at {address} ({str(error)[:200]}). Start one with ray start --head and give "
                "its address as HOST:6379, or leave --address out."
            ) from error
    ray.data.DataContext.get_current().enable_progress_bars = False  # there is one bar, of works
    return ray
