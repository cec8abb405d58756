"""Places of embeddings: a file, a folder, or an object store."""

from pathlib import Path

from artlib.indexing.embeddings import EmbeddingIndex, NumpyEmbeddings


def open_embeddings(place: str | Path) -> EmbeddingIndex:
    """Open the embeddings that lie at a place; there need not be any yet.

    Args:
        place: a file name that ends in .npy, which is kept by NumPy alone; or anything that LanceDB connects to: a
            folder, or the address of an object store, such as "s3://bucket/index" or "gs://bucket/index".

    Raises:
        ArtlibError: LanceDB is wanted and not installed, or the store can't be reached.
    """
    if str(place).endswith(".npy"):
        return NumpyEmbeddings(place)
    from artlib.indexing.lance import LanceEmbeddings  # with an optional library

    return LanceEmbeddings(place)
