"""One thread: for products of matrices, and only inside of the block."""

import threading
from collections.abc import Iterator

import numpy as np
import pytest
from threadpoolctl import threadpool_info

from artlib.inference.threads import one_thread


def threads() -> set[int]:
    """The numbers of threads of the libraries with which numpy and SciPy multiply matrices."""
    np.ones((2, 2)) @ np.ones((2, 2))
    libraries = [library for library in threadpool_info() if library["user_api"] == "blas"]
    # FAISS brings one of its own, with OpenMP, where the number belongs to each thread
    return {library["num_threads"] for library in libraries if library.get("threading_layer") != "openmp"}


@pytest.fixture(autouse=True)
def as_before() -> Iterator[None]:
    before = threads()
    yield
    assert threads() == before


def test_inside_there_is_one_thread() -> None:
    with one_thread():
        assert threads() == {1}


def test_leaving_an_inner_one_changes_nothing() -> None:
    with one_thread():
        with one_thread():
            pass
        assert threads() == {1}


def test_an_error_inside_changes_nothing_for_good() -> None:
    with pytest.raises(ValueError, match="inside"), one_thread():
        raise ValueError("inside")


def test_two_that_overlap_change_nothing_for_good() -> None:
    entered, left = threading.Event(), threading.Event()

    def first() -> None:
        with one_thread():
            entered.set()
            left.wait(10)

    other = threading.Thread(target=first)
    other.start()
    assert entered.wait(10)
    with one_thread():
        assert threads() == {1}
        left.set()
        other.join()
