"""Near-duplicates: pictures of the same work or of nearly the same one, also flipped, turned, resized or recoloured.

A pair is near-duplicate if its perceptual hashes nearly agree in one of the eight orientations, or if the frozen
features nearly agree, or if both agree a little less. The thresholds were set on paintings with known duplicates
(docs/duplicates.md).
"""

import numpy as np
from scipy.sparse import coo_matrix
from scipy.sparse.csgraph import connected_components

from artlib.similarity.cosines import unit
from artlib.similarity.hashing import distances

HASH_ALONE = 6  # differing bits of 64
COSINE_ALONE = 0.92
HASH_TOGETHER, COSINE_TOGETHER = 12, 0.80
BLOCK = 512


def group(hashes: np.ndarray, features: np.ndarray) -> np.ndarray:
    """Put near-duplicates into groups: the connected components of all near-duplicate pairs.

    Args:
        hashes: uint64 (n, 8), perceptual hashes of the eight orientations, the upright one first.
        features: float (n, width), frozen features.

    Returns:
        int (n,), each image's group number.
    """
    directions = unit(features)
    pairs = []
    for start in range(0, len(hashes), BLOCK):
        bits = distances(hashes[start : start + BLOCK], hashes[:, 0])
        pairs.append(
            np.argwhere(are_near_duplicates(bits, directions[start : start + BLOCK] @ directions.T))
            + np.array((start, 0))
        )
    left, right = np.concatenate(pairs).T
    return _components(left, right, len(hashes))


def are_near_duplicates(bits: np.ndarray, cosine: np.ndarray) -> np.ndarray:
    """Return which pairs are near-duplicates, from differing hash bits (0-64) and the cosine of features (-1 to 1)."""
    return (bits <= HASH_ALONE) | (cosine >= COSINE_ALONE) | ((bits <= HASH_TOGETHER) & (cosine >= COSINE_TOGETHER))


def join_groups(*groupings: np.ndarray) -> np.ndarray:
    """Join groupings of the same pictures: pictures that share a group in any of them, even by a chain, share one.

    Args:
        groupings: (n,) each, of any type.

    Returns:
        int (n,), group numbers.
    """
    positions = np.arange(len(groupings[0]))
    # each picture is linked to the first one of its group
    first_members = [np.unique(each, return_index=True, return_inverse=True)[1:] for each in groupings]
    linked_to = np.concatenate([first[number] for first, number in first_members])
    return _components(np.tile(positions, len(groupings)), linked_to, len(positions))


def group_of_pairs(pairs: np.ndarray, count: int) -> np.ndarray:
    """Put pictures into groups: the connected components of pairs.

    Args:
        pairs: positions of pictures, int (n, 2).
        count: of all pictures.

    Returns:
        int (count,), each picture's group number.
    """
    return _components(pairs[:, 0], pairs[:, 1], count)


def _components(left: np.ndarray, right: np.ndarray, count: int) -> np.ndarray:
    """Return the number of the connected component of each of so many pictures, from pairs of their positions."""
    graph = coo_matrix((np.ones(len(left), bool), (left, right)), shape=(count, count))
    return connected_components(graph, directed=False)[1]
