"""One thread for products of matrices that stand between calls of a network."""

import functools
import threading
from collections.abc import Iterator
from contextlib import contextmanager

from threadpoolctl import ThreadpoolController

_taken = threading.Lock()


@contextmanager
def one_thread() -> Iterator[None]:
    """Let numpy and SciPy multiply matrices on one thread.

    After a product, the threads of OpenBLAS keep their cores busy for some 25 ms, in case another one comes. A network
    that runs meanwhile on two cores has only one of them: for one picture it took 6.7 ms instead of 4.
    """
    # The number is one for the whole process: were two to change it, the last would put back what the first had set.
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
