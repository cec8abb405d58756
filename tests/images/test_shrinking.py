"""Large pictures, shrunk in strips: the same pixels as from the whole picture, whatever its mode and orientation."""

import io
import logging
from pathlib import Path

import numpy as np
import pytest
from drawing import encoded, photo
from PIL import Image, ImageOps

from artlib import images
from artlib.images import colours, large_webp
from artlib.images.shrinking import Shrinking

SIZES = [(640, 480), (997, 313), (313, 997), (3000, 20), (20, 3000)]


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("longest_side", [16, 100, 433])
def test_shrinking_gives_the_pixels_of_pillows_own_way(size: tuple[int, int], longest_side: int) -> None:
    picture, shrinking = photo(1, size), Shrinking.to(longest_side, size)
    expected = picture.resize(shrinking.target, Image.Resampling.LANCZOS, reducing_gap=3.0)
    assert shrinking.finished(picture.reduce(shrinking.block)).tobytes() == expected.tobytes()


@pytest.mark.parametrize("orientation", range(1, 9))
@pytest.mark.parametrize("mode", ["RGB", "L", "P", "1", "I;16", "RGBA"])
def test_strips_give_the_same_picture_as_the_whole(
    orientation: int, mode: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    exif = Image.Exif()
    exif[0x112] = orientation
    picture = photo(4, (347, 211))
    if mode == "I;16":
        picture = Image.fromarray(np.asarray(picture.convert("L"), np.uint16) * 200)
    content = encoded(picture if mode == "I;16" else picture.convert(mode), "PNG", exif=exif)
    whole = images.normalised(images.load(content), 60)
    monkeypatch.setattr(colours, "STRIP", 2000)
    assert images.load_shrunk(content, 60).tobytes() == whole.tobytes()
    assert images.load(content).size == ImageOps.exif_transpose(Image.open(io.BytesIO(content))).size


@pytest.mark.parametrize("options", [{"lossless": True}, {"quality": 70}], ids=str)
@pytest.mark.parametrize("mode", ["RGB", "RGBA"])
def test_a_large_webp_looks_as_pillow_decodes_it(
    mode: str, options: dict[str, object], monkeypatch: pytest.MonkeyPatch
) -> None:
    exif = Image.Exif()
    exif[0x112] = 6
    picture = photo(5).convert(mode)
    if mode == "RGBA":
        picture.putalpha(Image.linear_gradient("L").resize(picture.size))
    content = encoded(picture, "WEBP", exif=exif, **options)
    by_pillow = images.load(content)
    monkeypatch.setattr(large_webp, "SMALLEST", 1)
    assert images.load(content).tobytes() == by_pillow.tobytes()
    with pytest.raises(images.ImageError):
        images.load(content[: len(content) // 2])


def test_what_libtiff_and_pillow_say_reaches_nobody(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    content = bytearray(encoded(photo(1), "TIFF", compression="tiff_lzw"))
    content[2000:2400] = bytes(400)
    (tmp_path / "damaged.tif").write_bytes(content)
    with pytest.raises(images.ImageError):
        images.load(tmp_path / "damaged.tif")
    assert capfd.readouterr().err == ""
    assert logging.getLogger("PIL").level == logging.NOTSET
