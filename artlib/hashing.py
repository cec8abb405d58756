"""Perceptual hashes over the eight flips and quarter turns, and distances between them."""

import imagehash
import numpy as np
from PIL import Image

ORIENTATIONS = (None, *Image.Transpose)
HASH_BITS = 64


def phash(image: Image.Image) -> str:
    """Return the 64-bit DCT perceptual hash of an image as 16 hexadecimal digits (Zauner, 2010, section 3.2.1)."""
    return str(imagehash.phash(image))


def orientation_hashes(image: Image.Image) -> np.ndarray:
    """Return the hash of each of the eight flips and quarter turns of an image, uint64 (8,), the upright one first."""
    small = image.convert("L").resize((64, 64), Image.Resampling.BICUBIC, reducing_gap=2.0)
    turned = [small if turn is None else small.transpose(turn) for turn in ORIENTATIONS]
    return np.array([int(phash(each), 16) for each in turned], np.uint64)


def distances(hashes: np.ndarray, references: np.ndarray) -> np.ndarray:
    """Return the smallest number of differing bits over the orientations.

    Args:
        hashes: uint64 (n, 8), orientations of the images asked about.
        references: uint64 (m,), upright hashes.

    Returns:
        uint8 (n, m), 0 (the same) to 64.
    """
    best = np.full((len(hashes), len(references)), HASH_BITS, np.uint8)
    for turn in range(hashes.shape[1]):
        np.minimum(best, np.bitwise_count(hashes[:, turn, None] ^ references[None, :]), out=best)
    return best
