"""The layout: every picture has a panel that can be looked at, whatever its shape."""

import pytest

from artlib.tracing.layout import HEIGHT, NARROW, ROW, TALL, WIDTH, Layout

USUAL = (1200, 900)
SHAPES = [(64, 64), USUAL, (900, 1200), (20_000, 15_000), (3000, 200), (200, 3000), (4000, 20), (20, 4000), (1, 1)]


@pytest.mark.parametrize("picture", SHAPES)
@pytest.mark.parametrize("work", SHAPES)
def test_no_panel_leaves_its_sheet_or_covers_another(work: tuple[int, int], picture: tuple[int, int]) -> None:
    layout = Layout(work, picture)
    boxes = [
        (left, top, left + width, top + height)
        for (left, top), (width, height) in zip(layout.places, (*layout.sizes, layout.sizes[0]), strict=True)
    ]
    right, bottom = layout.whole_size
    assert all(left >= 0 and top >= 0 and r <= right and b <= bottom for left, top, r, b in boxes)
    for number, (_, _, r, b) in enumerate(boxes[:-1]):
        assert all(left >= r or top >= b for left, top, *_ in boxes[number + 1 :])


@pytest.mark.parametrize("picture", SHAPES)
def test_no_panel_is_larger_than_it_may_be(picture: tuple[int, int]) -> None:
    layout = Layout(USUAL, picture)
    for width, height in layout.sizes:
        assert (width <= ROW and height <= HEIGHT) if layout.in_rows else (width <= WIDTH and height <= TALL)


@pytest.mark.parametrize("picture", [(64, 64), (900, 1200), (200, 3000)])
def test_side_by_side_both_are_of_one_height(picture: tuple[int, int]) -> None:
    layout = Layout(USUAL, picture)
    assert not layout.in_rows and layout.sizes[0][1] == layout.sizes[1][1]


@pytest.mark.parametrize("shapes", [((3000, 200), USUAL), (USUAL, (3000, 200)), ((3000, 200), (3000, 200))])
def test_if_one_is_very_wide_each_has_its_row(shapes: tuple[tuple[int, int], tuple[int, int]]) -> None:
    layout = Layout(*shapes)
    tops = [top for _, top in layout.places]
    assert layout.in_rows and tops == sorted(set(tops))


def test_a_panel_keeps_the_shape_of_its_picture() -> None:
    width, height = Layout((3000, 1500), USUAL).sizes[0]
    assert width / height == pytest.approx(2, abs=0.02)


def test_there_is_room_for_a_word_over_a_narrow_panel() -> None:
    first, second, third = (left for left, _ in Layout((100, 3000), (100, 3000)).places)
    assert second - first > NARROW and third - second > NARROW
