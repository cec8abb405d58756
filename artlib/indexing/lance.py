"""Embeddings in LanceDB: in a folder or an object store, for more works than fit into memory.

LanceDB runs inside this process, without a server. Its files can lie in an object store (S3, Google Cloud Storage,
Azure), so that several machines search one table; access is taken from the environment, as the store's own programs do.
"""

from collections.abc import Collection, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from artlib.errors import ArtlibError
from artlib.indexing.embeddings import check_width, checked

TABLE = "embeddings"
INDEXED = 100_000  # from so many works on an index is built: below, comparing with every work is as fast
UNINDEXED = 20_000  # so many works more are compared one by one before they are added to the index
PROBED, REFINED = 40, 10  # parts of the index that are searched; how many times as many are compared exactly
REMOVED = 1_000  # ids in one condition


class LanceEmbeddings:
    """A table of embeddings in LanceDB (see EmbeddingIndex).

    Args:
        place: a folder, or the address of an object store.
        options: how the store is reached, if the environment does not say it, as in LanceDB's `storage_options`.

    Raises:
        ArtlibError: LanceDB is not installed, or the store can't be reached.
    """

    def __init__(self, place: str | Path, options: dict[str, str] | None = None) -> None:
        self._place = str(place)
        lancedb = _lancedb()
        try:
            self._database = lancedb.connect(self._place, storage_options=options)
        except (ValueError, OSError, RuntimeError) as error:
            raise ArtlibError(
                f"{self._place} can't be opened ({str(error)[:300]}). Check the address, and the access to the store "
                "in the environment."
            ) from error

    def add(self, ids: Sequence[str], embeddings: np.ndarray) -> None:
        """See EmbeddingIndex. Kept with half precision and length one."""
        import pyarrow as pa  # comes with LanceDB

        embeddings = checked(ids, embeddings)
        width = embeddings.shape[1]
        table = self._table(width)
        vectors = pa.FixedSizeListArray.from_arrays(pa.array(embeddings.astype(np.float16).ravel()), width)
        rows = pa.table({"id": pa.array(list(ids), pa.string()), "vector": vectors})
        table.merge_insert("id").when_matched_update_all().when_not_matched_insert_all().execute(rows)
        _keep_indexed(table)

    def remove(self, ids: Collection[str]) -> None:
        """See EmbeddingIndex."""
        table, ids = self._table(), sorted(ids)
        for start in range(0, len(ids) if table else 0, REMOVED):
            quoted = ", ".join("'" + image_id.replace("'", "''") + "'" for image_id in ids[start : start + REMOVED])
            table.delete(f"id IN ({quoted})")

    def candidates(self, embeddings: np.ndarray, count: int) -> list[list[str]]:
        """See EmbeddingIndex. The nearest have the largest cosine."""
        asked = checked(range(len(embeddings)), embeddings)
        table = self._table()
        if table is None or not (len(asked) and count > 0):
            return [[] for _ in asked]
        check_width(asked.shape[1], _width(table), self._place)
        return [self._nearest(table, embedding, count) for embedding in asked]

    def __len__(self) -> int:
        table = self._table()
        return 0 if table is None else table.count_rows()

    def _nearest(self, table: Any, embedding: np.ndarray, count: int) -> list[str]:
        search = table.search(embedding).distance_type("cosine").nprobes(PROBED).refine_factor(REFINED)
        found = search.select(["id", "_distance"]).limit(count).to_arrow()
        return found["id"].to_pylist()

    def _table(self, width: int | None = None) -> Any:
        """Return the table; if there is none, make it for embeddings of this width, or return None."""
        import pyarrow as pa

        names = self._database.list_tables().tables
        if TABLE not in names:
            if width is None:
                return None
            schema = pa.schema([("id", pa.string()), ("vector", pa.list_(pa.float16(), width))])
            return self._database.create_table(TABLE, schema=schema, exist_ok=True)
        table = self._database.open_table(TABLE)
        if width is not None:
            check_width(width, _width(table), self._place)
        return table


def _width(table: Any) -> int:
    return table.schema.field("vector").type.list_size


def _keep_indexed(table: Any) -> None:
    """Build the index when there are many works, and add the new ones to it when they are many."""
    if table.count_rows() < INDEXED:
        return
    indices = table.list_indices()
    if not indices:
        from lancedb.index import IvfPq

        table.create_index("vector", config=IvfPq(distance_type="cosine"))
    elif (table.index_stats(indices[0].name).num_unindexed_rows or 0) > UNINDEXED:
        table.optimize()


def _lancedb() -> Any:
    try:
        import lancedb
    except ImportError as error:
        raise ArtlibError(
            "Embeddings at this place need LanceDB, which is not installed. Install it with "
            'pip install "artlib[scale]", or give a file name that ends in .npy.'
        ) from error
    return lancedb
