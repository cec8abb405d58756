"""The runner: a picture is looked at once, and a doubtful one a second time, mirrored."""

from collections.abc import Iterator

import keras
import numpy as np
import pytest
from drawing import photo
from scipy.special import softmax
from threadpoolctl import threadpool_info, threadpool_limits

from artlib.inference.pixels import resize_to_square
from artlib.recogniser import runner
from artlib.recogniser.head import Head
from artlib.recogniser.model import build_model
from artlib.recogniser.runner import Recogniser

pytestmark = pytest.mark.slow  # networks are built or run


@pytest.fixture(scope="module")
def model() -> keras.Model:
    """Of random weights, whose outputs differ clearly between pictures."""
    keras.utils.set_random_seed(1)
    model = build_model(["Ross", "Wlop", "北斎"], backbone="efficientnet_lite0", image_size=64, weights=None)
    kernel, bias = model.layers[-1].get_weights()
    model.layers[-1].set_weights([kernel * 200, bias])
    return model


@pytest.fixture
def recogniser(model: keras.Model) -> Recogniser:
    """Asked about too few pictures to use a faster, less exact engine."""
    return Recogniser.of(model)


@pytest.fixture(scope="module")
def pixels() -> np.ndarray:
    return np.stack([resize_to_square(photo(seed), 82) for seed in range(40)])


def once(recogniser: Recogniser, pixels: np.ndarray, monkeypatch: pytest.MonkeyPatch) -> np.ndarray:
    with monkeypatch.context() as patch:
        patch.setattr(runner, "SURE", 0)
        return recogniser(pixels, progress=False).logits


def test_a_doubtful_answer_is_the_mean_with_the_mirror_image(
    recogniser: Recogniser, pixels: np.ndarray, monkeypatch: pytest.MonkeyPatch
) -> None:
    both = [once(recogniser, each, monkeypatch) for each in (pixels, pixels[:, :, ::-1])]
    monkeypatch.setattr(runner, "SURE", 2)
    assert recogniser(pixels, progress=False).logits == pytest.approx(np.mean(both, axis=0), abs=1e-4)
    assert np.abs(both[0] - both[1]).mean() > 0.01


def limit_between(probabilities: np.ndarray) -> float:
    """A limit with at least a quarter of these on each side, and as far from each of them as there is one."""
    values = np.sort(probabilities)[len(probabilities) // 4 : -(len(probabilities) // 4)]
    place = int(np.diff(values).argmax())
    return float(values[place : place + 2].mean())


@pytest.mark.slow
def test_of_a_sure_answer_no_second_look_is_taken(
    recogniser: Recogniser, pixels: np.ndarray, monkeypatch: pytest.MonkeyPatch
) -> None:
    single = once(recogniser, pixels, monkeypatch)
    largest = softmax(single, axis=1).max(axis=1)
    limit = limit_between(largest)
    monkeypatch.setattr(runner, "SURE", limit)
    once_only = np.isclose(recogniser(pixels, progress=False).logits, single, atol=1e-5).all(axis=1)
    assert once_only.tolist() == (largest > limit).tolist()


@pytest.mark.slow
def test_rows_are_answered_in_the_order_asked_for(recogniser: Recogniser, pixels: np.ndarray) -> None:
    all_of_them = recogniser(pixels, progress=False)
    some = recogniser(pixels, [30, 2], progress=False)
    assert some.logits == pytest.approx(all_of_them[[30, 2]].logits, abs=1e-3)


def test_probabilities_sum_to_one(recogniser: Recogniser, pixels: np.ndarray) -> None:
    assert recogniser(pixels[:3], progress=False).probabilities.sum(axis=1) == pytest.approx(1)


def test_embeddings_are_those_of_the_picture_as_it_is(
    recogniser: Recogniser, pixels: np.ndarray, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Else the doubtful ones, being means, would lie nearer to everything: unknown artists were detected less well."""
    embeddings = []
    for sure in (2, 0):  # all pictures are doubtful, and none
        monkeypatch.setattr(runner, "SURE", sure)
        embeddings.append(recogniser(pixels[:5], progress=False).embeddings)
    assert embeddings[0] == pytest.approx(embeddings[1], abs=1e-5)


@pytest.fixture
def two_threads() -> Iterator[None]:
    """Matrices are multiplied on two threads, also on a machine with one core."""
    with threadpool_limits(limits=2, user_api="blas"):
        yield


@pytest.mark.usefixtures("two_threads")
def test_no_thread_of_a_product_keeps_a_core_from_the_network(
    recogniser: Recogniser, pixels: np.ndarray, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen: list[int] = []

    def logits(embeddings: np.ndarray) -> np.ndarray:
        seen.extend(each["num_threads"] for each in threadpool_info() if each["user_api"] == "blas")
        return np.zeros((len(embeddings), 3), np.float32)

    monkeypatch.setattr(Head, "logits", lambda _, embeddings: logits(embeddings))
    recogniser(pixels[:2], progress=False)
    assert set(seen) == {1}
