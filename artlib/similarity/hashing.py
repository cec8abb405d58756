"""Perceptual hashes over the eight flips and quarter turns, and distances between them."""

import numpy as np
from PIL import Image
from scipy.fft import dctn

HASH_BITS = 64
FREQUENCIES = 8  # the lowest ones, in each direction
MIRRORED = (-1.0) ** np.arange(FREQUENCIES)  # a flip changes the sign of every other frequency


def phash(image: Image.Image) -> str:
    """Return the 64-bit DCT perceptual hash of an image as 16 hexadecimal digits (Zauner, 2010, section 3.2.1).

    It is the upright one of `orientation_hashes`, so new pictures are hashed in the same way as collected ones.
    """
    return f"{int(orientation_hashes(image)[0]):016x}"


def orientation_hashes(image: Image.Image) -> np.ndarray:
    """Return the hash of each of the eight flips and quarter turns of an image, uint64 (8,), the upright one first.

    All come from one transform: a flip changes signs in it, and a transposed picture transposes it.
    """
    small = image.convert("L").resize((64, 64), Image.Resampling.BICUBIC, reducing_gap=2.0)
    small = small.resize((32, 32), Image.Resampling.LANCZOS)
    low = dctn(np.asarray(small, np.float64))[:FREQUENCIES, :FREQUENCIES]
    across, down = MIRRORED, MIRRORED[:, None]
    turned = np.stack(
        [flipped for way in (low, low.T) for flipped in (way, way * across, way * down, way * across * down)]
    )
    bits = turned > np.median(turned, axis=(1, 2), keepdims=True)
    return np.packbits(bits.reshape(8, HASH_BITS), axis=1).view(">u8").astype(np.uint64).ravel()


def distances(hashes: np.ndarray, references: np.ndarray) -> np.ndarray:
    """Return the smallest number of differing bits over the orientations.

    Args:
        hashes: uint64 (n, 8), orientations of the images to compare.
        references: uint64 (m,), upright hashes.

    Returns:
        uint8 (n, m), 0 (the same) to 64.
    """
    best = np.full((len(hashes), len(references)), HASH_BITS, np.uint8)
    for turn in range(hashes.shape[1]):
        np.minimum(best, np.bitwise_count(hashes[:, turn, None] ^ references[None, :]), out=best)
    return best
