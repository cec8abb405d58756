"""One thread for matrix products between calls of a network."""

import functools
import threading
from collections.abc import Iterator
from contextlib import contextmanager

from threadpoolctl import ThreadpoolController

_taken = threading.Lock()


@contextmanager
def one_thread() -> Iterator[None]:
    """Let numpy and SciPy multiply matrices on one thread.

    After a product, the threads of OpenBLAS keep their cores busy for some 25 ms, waiting for another product. On two
    cores, a network that runs then has only one of them: for one picture it took 6.7 ms instead of 4.
    """
    # The number is global: if two callers changed it, the last to leave would restore the limit of the first.
    if not _taken.acquire(blocking=False):
        yield
        return
    try:
        with _libraries().limit(limits=1, user_api="blas"):
            yield
    finally:
        _taken.release()


@functools.cache
def _libraries() -> ThreadpoolController:
    return ThreadpoolController()  # finding them takes 2 ms, limiting them 0.02
