"""Near-duplicates: pictures that are the same work or nearly so, however flipped, turned, resized or recoloured.

A pair belongs together when its perceptual hashes nearly agree in one of the eight orientations, or when the frozen
network sees nearly the same picture, or when both agree a little less. The thresholds were set on paintings with known
duplicates; docs/duplicates.md says how.
"""

import numpy as np
from scipy.sparse import coo_matrix
from scipy.sparse.csgraph import connected_components

from artlib.similarity.hashing import distances

HASH_ALONE = 6  # differing bits of 64
COSINE_ALONE = 0.92
HASH_TOGETHER, COSINE_TOGETHER = 12, 0.80
BLOCK = 512


def group(hashes: np.ndarray, features: np.ndarray) -> np.ndarray:
    """Put near-duplicates into groups: the connected components of all pairs that belong together.

    Args:
        hashes: uint64 (n, 8), perceptual hashes of the eight orientations, the upright one first.
        features: float (n, width), frozen features.

    Returns:
        int (n,), each image's group number.
    """
    unit = features / np.linalg.norm(features, axis=1, keepdims=True)
    pairs = []
    for start in range(0, len(hashes), BLOCK):
        bits = distances(hashes[start : start + BLOCK], hashes[:, 0])
        pairs.append(np.argwhere(same(bits, unit[start : start + BLOCK] @ unit.T)) + np.array((start, 0)))
    left, right = np.concatenate(pairs).T
    graph = coo_matrix((np.ones(len(left), bool), (left, right)), shape=(len(hashes), len(hashes)))
    return connected_components(graph, directed=False)[1]


def same(bits: np.ndarray, cosine: np.ndarray) -> np.ndarray:
    """Say which pairs are near-duplicates, from differing hash bits (0-64) and the cosine of features (-1 to 1)."""
    return (bits <= HASH_ALONE) | (cosine >= COSINE_ALONE) | ((bits <= HASH_TOGETHER) & (cosine >= COSINE_TOGETHER))
