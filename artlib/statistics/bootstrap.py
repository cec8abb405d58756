"""The interval of a difference in accuracy over pictures of which some are near-duplicates."""

import numpy as np

DRAWS = 2000  # of the bootstrap
FEWEST = 6  # groups in which two results differ: five are too few for significance (sign test, 2 x 0.5**5 > 0.05)


def difference_interval(gain: np.ndarray, groups: np.ndarray, seed: int = 0) -> tuple[float, float]:
    """Return the 95 % interval of a mean difference between two results on the same pictures.

    The bootstrap draws whole near-duplicate groups, because pictures of one group are correct or wrong together (the
    cluster bootstrap: Davison & Hinkley, Bootstrap methods and their application, 1997, section 3.8).

    Args:
        gain: float (n,), the second result minus the first for each picture; at least one.
        groups: (n,) of any type, near-duplicate groups.
        seed: of the draws.

    Returns:
        Low and high. Where fewer than FEWEST groups differ, 0 lies between them.
    """
    _, codes = np.unique(groups, return_inverse=True)
    sums, sizes = np.bincount(codes, gain), np.bincount(codes)
    drawn = np.random.default_rng(seed).multinomial(len(sums), np.full(len(sums), 1 / len(sums)), DRAWS)
    low, high = (float(bound) for bound in np.quantile(drawn @ sums / (drawn @ sizes), (0.025, 0.975)))
    if np.count_nonzero(sums) < FEWEST:
        return min(low, 0.0), max(high, 0.0)
    return low, high
