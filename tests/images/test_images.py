"""Every picture here is made by the test that reads it."""

import io
import os
import random
import struct
import subprocess
import sys
import threading
import time
import warnings
import zlib
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import ClassVar

import numpy as np
import pytest
from PIL import ExifTags, Image, ImageCms, ImageFile

from artlib import images
from artlib.errors import ArtlibError
from artlib.images import decoding
from artlib.images.thumbnails import jpeg, thumbnail

RED, GREEN, BLUE, WHITE, GREY = (255, 0, 0), (0, 255, 0), (0, 0, 255), (255, 255, 255), (128, 128, 128)
needs_avif = pytest.mark.skipif(".avif" not in images.SUPPORTED, reason="this Pillow has no AVIF")


def quarters(width: int = 64, height: int = 48) -> Image.Image:
    """Red and green above, blue and white below: any turn or mirror shows."""
    picture = Image.new("RGB", (width, height), WHITE)
    picture.paste(RED, (0, 0, width // 2, height // 2))
    picture.paste(GREEN, (width // 2, 0, width, height // 2))
    picture.paste(BLUE, (0, height // 2, width // 2, height))
    return picture


def encoded(picture: Image.Image, kind: str, **options: object) -> bytes:
    file = io.BytesIO()
    picture.save(file, kind, **options)
    return file.getvalue()


def flat(mode: str, colour: object, size: tuple[int, int] = (8, 6)) -> Image.Image:
    return Image.new(mode, size, colour)


def corners(picture: Image.Image) -> list[tuple[int, ...]]:
    """Top left, top right, bottom left, bottom right, with each channel rounded to 0 or 255."""
    width, height = picture.size
    points = [(2, 2), (width - 3, 2), (2, height - 3), (width - 3, height - 3)]
    return [tuple(255 * (value > 127) for value in picture.getpixel(point)) for point in points]


def close(picture: Image.Image, colour: tuple[int, ...], tolerance: int = 2) -> bool:
    """Whether every pixel has this colour."""
    return picture.mode == "RGB" and int(np.abs(np.asarray(picture, int) - colour).max()) <= tolerance


# --- kinds of files ---


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP", "GIF", "BMP", "TIFF", pytest.param("AVIF", marks=needs_avif)])
def test_every_supported_kind_loads_as_rgb(kind: str, tmp_path: Path) -> None:
    path = tmp_path / "picture"
    quarters().save(path, kind)
    picture = images.load(path)
    assert (picture.mode, picture.size, corners(picture)) == ("RGB", (64, 48), [RED, GREEN, BLUE, WHITE])


@pytest.mark.parametrize("suffix", images.SUPPORTED)
def test_every_supported_suffix_can_be_written_and_read(suffix: str, tmp_path: Path) -> None:
    quarters().save(tmp_path / f"picture{suffix}")
    assert corners(images.load(tmp_path / f"picture{suffix}")) == [RED, GREEN, BLUE, WHITE]


def test_of_an_animation_the_first_frame_counts() -> None:
    data = encoded(flat("RGB", RED), "GIF", save_all=True, append_images=[flat("RGB", BLUE)])
    assert close(images.load(data), RED)


def test_of_a_file_of_many_pages_the_first_counts() -> None:
    data = encoded(flat("RGB", RED), "TIFF", save_all=True, append_images=[flat("RGB", BLUE)])
    assert close(images.load(data), RED)


def test_a_camera_file_of_two_jpegs_loads() -> None:
    data = encoded(quarters(), "MPO", save_all=True, append_images=[flat("RGB", BLUE)])
    assert corners(images.load(data)) == [RED, GREEN, BLUE, WHITE]


def test_a_decoder_outside_the_list_is_never_reached() -> None:
    with pytest.raises(images.NotAnImageError, match=r"Supported: \.jpg"):
        images.load(encoded(quarters(), "PPM"))


# --- orientation ---


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP", "TIFF", pytest.param("AVIF", marks=needs_avif)])
def test_exif_orientation_is_applied_once_in_every_kind_that_has_it(kind: str) -> None:
    exif = Image.Exif()
    exif[ExifTags.Base.Orientation] = 6  # stands on its left side; a quarter turn clockwise puts it upright
    stored = quarters().transpose(Image.Transpose.ROTATE_90)
    picture = images.load(encoded(stored, kind, exif=exif))
    assert (picture.size, corners(picture)) == ((64, 48), [RED, GREEN, BLUE, WHITE])


@pytest.mark.parametrize("orientation", range(1, 9))
def test_all_eight_orientations_come_out_upright(orientation: int) -> None:
    stored_as = {2: 0, 3: 3, 4: 1, 5: 5, 6: 2, 7: 6, 8: 4}  # the turns that undo orientations, by Pillow's numbers
    turn = stored_as.get(orientation)
    stored = quarters() if turn is None else quarters().transpose(Image.Transpose(turn))
    exif = Image.Exif()
    exif[ExifTags.Base.Orientation] = orientation
    assert corners(images.load(encoded(stored, "JPEG", exif=exif))) == [RED, GREEN, BLUE, WHITE]


def test_broken_exif_is_ignored() -> None:
    assert corners(images.load(encoded(quarters(), "JPEG", exif=b"Exif\0\0broken"))) == [RED, GREEN, BLUE, WHITE]


def test_the_result_carries_no_metadata_that_a_copy_would_inherit() -> None:
    exif = Image.Exif()
    exif[ExifTags.Base.Orientation] = 6
    picture = images.load(encoded(quarters(), "JPEG", exif=exif, icc_profile=swapped_profile()))
    assert picture.info == {} and len(picture.getexif()) == 0


# --- modes ---


def test_cmyk_without_a_profile_loads() -> None:
    assert close(images.load(encoded(flat("CMYK", (255, 0, 0, 0)), "JPEG")), (0, 255, 255))


def test_a_palette_with_transparency_is_put_on_white() -> None:
    picture = flat("P", 0)
    picture.putpalette([255, 0, 0, 0, 0, 255])
    picture.putpixel((0, 0), 1)
    loaded = images.load(encoded(picture, "PNG", transparency=1))
    assert (loaded.getpixel((0, 0)), loaded.getpixel((5, 5))) == (WHITE, RED)


@pytest.mark.parametrize(
    ("mode", "colour", "expected"),
    [
        ("RGBA", (0, 0, 0, 0), WHITE),
        ("RGBA", (255, 0, 0, 128), (255, 127, 127)),
        ("LA", (0, 128), (127, 127, 127)),
        ("PA", (0, 0), WHITE),
        ("La", (0, 128), (127, 127, 127)),
        ("RGBa", (128, 0, 0, 128), (255, 127, 127)),
        ("1", 1, WHITE),
        ("L", 77, (77, 77, 77)),
        ("YCbCr", (128, 128, 128), (128, 128, 128)),
        ("HSV", (0, 255, 255), RED),
        ("RGBX", (255, 0, 0, 0), RED),
    ],
)
def test_every_mode_becomes_rgb_with_transparency_on_white(
    mode: str, colour: object, expected: tuple[int, ...]
) -> None:
    assert close(images.load(flat(mode, colour)), expected, tolerance=1)


def test_a_transparent_colour_of_an_rgb_png_is_put_on_white() -> None:
    assert close(images.load(encoded(flat("RGB", RED), "PNG", transparency=RED)), WHITE)


def test_sixteen_bit_grey_is_scaled_and_not_clipped() -> None:
    data = encoded(Image.fromarray(np.full((6, 8), 128 * 257, np.uint16)), "PNG")
    assert close(images.load(data), GREY, tolerance=0)


@pytest.mark.parametrize("bits", [8, 10, 12, 16])
@pytest.mark.parametrize("kind", ["PNG", "TIFF"])
def test_grey_of_fewer_bits_in_a_file_of_16_is_as_light_as_it_was_taken(bits: int, kind: str) -> None:
    values = np.linspace(0, 2**bits - 1, 48).reshape(6, 8).astype(np.uint16)
    loaded = np.asarray(images.load(encoded(Image.fromarray(values), kind)))[..., 0]
    assert np.abs(loaded - np.linspace(0, 255, 48).reshape(6, 8)).max() <= 1


@pytest.mark.parametrize("mode", ["I;16", "I;16B", "I"])
def test_every_mode_of_sixteen_bits_is_scaled(mode: str) -> None:
    picture = Image.new(mode, (2, 1))
    picture.putpixel((0, 0), 65535)
    picture.putpixel((1, 0), 32896)
    assert np.asarray(images.load(picture))[0, :, 0].tolist() == [255, 128]


def test_integers_of_eight_bits_in_a_wide_mode_stay_as_they_are() -> None:
    assert close(images.load(flat("L", 128).convert("I")), GREY, tolerance=0)


@pytest.mark.parametrize("top", [1.0, 255.0, 65535.0, 1e6])
def test_a_float_tiff_is_scaled_from_the_range_of_its_numbers(top: float) -> None:
    ramp = np.array([[0, top / 2, top]], np.float32)
    loaded = np.asarray(images.load(encoded(Image.fromarray(ramp), "TIFF")))[0, :, 0]
    assert loaded.tolist() in ([0, 127, 255], [0, 128, 255])


def test_a_float_tiff_with_negative_and_missing_numbers_loads() -> None:
    values = np.array([[-1, 0, 1, np.nan, np.inf]], np.float32)
    assert np.asarray(images.load(encoded(Image.fromarray(values), "TIFF")))[0, :3, 0].tolist() == [0, 127, 255]


# --- colour profiles ---


def srgb_profile() -> bytes:
    return ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()


def swapped_profile() -> bytes:
    """An sRGB profile whose red and blue primaries changed places: a colour-managed reader shows red as blue."""
    return srgb_profile().replace(b"rXYZ", b"----", 1).replace(b"bXYZ", b"rXYZ", 1).replace(b"----", b"bXYZ", 1)


def tagged_profile(space: bytes, tags: dict[bytes, bytes], connection: bytes) -> bytes:
    """A printer's or scanner's ICC profile, version 2, built by hand (ICC.1:2001-04, section 6)."""
    table, body = struct.pack(">I", len(tags)), b""
    for name, content in tags.items():
        table += name + struct.pack(">II", 132 + 12 * len(tags) + len(body), len(content))
        body += content
    header = struct.pack(
        ">I4sI4s4s4s", 132 + 12 * len(tags) + len(body), b"lcms", 0x02100000, b"prtr", space, connection
    )
    header = header.ljust(36, b"\0") + b"acsp"
    header = header.ljust(68, b"\0") + struct.pack(">3i", 0xF6D6, 0x10000, 0xD32D)
    return header.ljust(128, b"\0") + table + body


def cmyk_profile() -> bytes:
    """Says that any ink at all is black and bare paper is white, which no reader would guess."""
    identity = bytes(range(256))
    grid = bytes([255, 128, 128]) + bytes([0, 128, 128]) * 15
    matrix = struct.pack(">9i", 0x10000, 0, 0, 0, 0x10000, 0, 0, 0, 0x10000)
    table = b"mft1\0\0\0\0" + bytes([4, 3, 2, 0]) + matrix + identity * 4 + grid + identity * 3
    return tagged_profile(b"CMYK", {b"A2B0": table}, b"Lab ")


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP", "TIFF"])
def test_a_colour_profile_is_converted_to_srgb(kind: str) -> None:
    picture = images.load(encoded(flat("RGB", RED), kind, icc_profile=swapped_profile()))
    assert close(picture, BLUE, tolerance=6)


def test_an_srgb_profile_changes_nothing() -> None:
    picture = flat("RGB", (200, 100, 50))
    assert close(images.load(encoded(picture, "PNG", icc_profile=srgb_profile())), (200, 100, 50), tolerance=1)


def test_with_alpha_the_colour_is_converted_and_the_alpha_kept() -> None:
    data = encoded(flat("RGBA", (255, 0, 0, 128)), "PNG", icc_profile=swapped_profile())
    assert close(images.load(data), (127, 127, 255), tolerance=6)


def test_a_palette_is_converted_by_its_profile() -> None:
    data = encoded(flat("RGB", RED).convert("P"), "PNG", icc_profile=swapped_profile())
    assert close(images.load(data), BLUE, tolerance=6)


def test_a_cmyk_profile_is_used() -> None:
    data = encoded(flat("CMYK", (255, 0, 0, 0)), "JPEG", icc_profile=cmyk_profile())
    assert close(images.load(data), (0, 0, 0), tolerance=3)


def test_a_lab_picture_without_a_profile_is_converted() -> None:
    lab, srgb = ImageCms.createProfile("LAB"), ImageCms.createProfile("sRGB")
    picture = ImageCms.profileToProfile(flat("RGB", (200, 100, 50)), srgb, lab, outputMode="LAB")
    picture.info.clear()
    assert close(images.load(encoded(picture, "TIFF")), (200, 100, 50), tolerance=4)


@pytest.mark.parametrize("profile", [b"not a profile", srgb_profile()[:200], cmyk_profile()])
def test_a_broken_or_foreign_profile_is_ignored(profile: bytes) -> None:
    assert close(images.load(encoded(flat("RGB", (200, 100, 50)), "PNG", icc_profile=profile)), (200, 100, 50))


def test_text_in_place_of_a_profile_is_never_opened_as_a_file(tmp_path: Path) -> None:
    (tmp_path / "swapped.icc").write_bytes(swapped_profile())
    picture = flat("RGB", RED)
    picture.info["icc_profile"] = str(tmp_path / "swapped.icc")
    assert close(images.load(picture), RED)


# --- sources ---


def test_a_path_may_have_spaces_and_letters_of_every_script(tmp_path: Path) -> None:
    path = tmp_path / "мой рисунок 画 ü.png"
    quarters().save(path)
    assert images.load(str(path)) == images.load(path) == quarters()


def test_bytes_of_every_type_load() -> None:
    data = encoded(quarters(), "PNG")
    assert images.load(data) == images.load(bytearray(data)) == images.load(memoryview(data)) == quarters()


def test_a_pil_image_is_turned_but_itself_left_alone() -> None:
    picture = quarters()
    picture.getexif()[ExifTags.Base.Orientation] = 3
    loaded = images.load(picture)
    loaded.paste(0, (0, 0, 64, 48))
    assert corners(picture) == [RED, GREEN, BLUE, WHITE]
    assert corners(images.load(picture)) == [WHITE, BLUE, GREEN, RED]


def test_changing_the_result_never_changes_a_plain_pil_image() -> None:
    picture = quarters()
    images.load(picture).paste(0, (0, 0, 64, 48))
    assert picture == quarters()


def test_a_lazy_pil_image_of_a_truncated_file_is_reported() -> None:
    picture = Image.open(io.BytesIO(encoded(quarters(), "PNG")[:-40]))
    with pytest.raises(images.TruncatedImageError, match="PIL image of mode RGB"):
        images.load(picture)


@pytest.mark.parametrize(
    "array",
    [
        np.full((6, 8), 128, np.uint8),
        np.full((6, 8, 1), 128, np.uint8),
        np.full((6, 8, 3), 128, np.uint8),
        np.full((6, 8, 3), 128, np.int64),
        np.full((6, 8), 128 * 257, np.uint16),
        np.full((6, 8), 0.5, np.float32),
        np.full((6, 8, 3), 128.0, np.float64),
        np.dstack([np.zeros((6, 8, 3)), np.full((6, 8), 127 / 255)]),
    ],
    ids=["grey", "one channel", "rgb", "int64", "uint16", "floats to 1", "floats to 255", "half-transparent black"],
)
def test_every_kind_of_array_loads_with_its_values_scaled(array: np.ndarray) -> None:
    picture = images.load(array)
    assert picture.size == (8, 6) and close(picture, GREY, tolerance=0)


def test_a_boolean_array_is_black_and_white() -> None:
    assert images.to_array(np.array([[True, False]]))[0, :, 0].tolist() == [255, 0]


def test_floats_that_overshoot_one_a_little_are_still_taken_as_0_to_1() -> None:
    assert close(images.load(np.full((6, 8), 1.0005)), WHITE)


@pytest.mark.parametrize(
    ("array", "received"),
    [
        (np.zeros((3, 20, 20), np.uint8), r"\(3, 20, 20\)"),
        (np.zeros((1, 20, 20, 3), np.uint8), r"\(1, 20, 20, 3\)"),
        (np.zeros(20, np.uint8), r"\(20,\)"),
        (np.array(3), r"\(\)"),
        (np.zeros((4, 4, 2), np.uint8), r"\(4, 4, 2\)"),
        (np.full((4, 4), -1.0), "from -1 to -1"),
        (np.full((4, 4), 256), "from 256 to 256"),
        (np.array([[0.0, np.nan]]), "nan"),
        (np.array([[0.0, np.inf]]), "inf"),
        (np.full((4, 4), "a"), "<U1"),
        (np.full((4, 4), 1j), "complex128"),
    ],
)
def test_an_unusable_array_is_refused_with_what_was_received(array: np.ndarray, received: str) -> None:
    with pytest.raises(images.NotAnImageError, match=f"Received: an array of shape.*{received}"):
        images.load(array)


@pytest.mark.parametrize("shape", [(0, 5), (5, 0, 3), (0,)])
def test_an_empty_array_is_called_empty(shape: tuple[int, ...]) -> None:
    with pytest.raises(images.EmptyImageError, match="no pixels"):
        images.load(np.zeros(shape, np.uint8))


@pytest.mark.parametrize("source", [None, 5, ["a.png"], object()])
def test_other_sources_are_refused(source: object) -> None:
    with pytest.raises(images.ImageError, match="path, a URL, bytes"):
        images.load(source)  # type: ignore[arg-type]


def test_to_array_gives_bytes_that_may_be_changed() -> None:
    array = images.to_array(quarters())
    array[:] = 0
    assert (array.shape, array.dtype) == ((48, 64, 3), np.uint8)


# --- what is wrong with a file ---


def test_a_missing_file_is_named_with_the_place_looked_at(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    with pytest.raises(images.MissingImageError, match="'art/nope.png'.*" + str(Path("art") / "nope.png")) as caught:
        images.load("art/nope.png")
    assert tmp_path.name in str(caught.value)


@pytest.mark.parametrize("path", ["", " "])
def test_an_empty_path_is_not_called_a_folder(path: str) -> None:
    with pytest.raises(images.MissingImageError, match=f"path is empty. Received: '{path}'. Give"):
        images.load(path)


def test_a_name_that_no_file_can_have_is_missing() -> None:
    with pytest.raises(images.MissingImageError):
        images.load("a\0b.png")


def test_a_folder_is_called_a_folder(tmp_path: Path) -> None:
    with pytest.raises(images.ImageIsDirectoryError, match="folder"):
        images.load(tmp_path)


def test_an_empty_file_is_called_empty(tmp_path: Path) -> None:
    (tmp_path / "a.jpg").touch()
    with pytest.raises(images.EmptyImageError, match=r"a\.jpg"):
        images.load(tmp_path / "a.jpg")


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="no pipes in the file system here")
def test_a_pipe_is_refused_instead_of_waited_for(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "a.png")
    with pytest.raises(images.UnreadableImageError, match="pipe"):
        images.load(tmp_path / "a.png")


@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() == 0, reason="root may read everything")
def test_a_file_without_permission_is_unreadable(tmp_path: Path) -> None:
    quarters().save(tmp_path / "a.png")
    (tmp_path / "a.png").chmod(0)
    with pytest.raises(images.UnreadableImageError, match="Permission denied"):
        images.load(tmp_path / "a.png")


def test_a_name_too_long_for_the_system_is_an_image_error() -> None:
    with pytest.raises(images.ImageError, match="Received: 'xxx"):
        images.load("x" * 5000 + ".png")


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "GIF", "BMP", "TIFF", "WEBP", pytest.param("AVIF", marks=needs_avif)])
@pytest.mark.parametrize("share", [0.02, 0.5, 0.9])
def test_a_file_cut_anywhere_is_called_truncated(kind: str, share: float) -> None:
    noise = np.random.default_rng(0).integers(0, 256, (60, 80, 3), np.uint8)
    data = encoded(Image.fromarray(noise), kind)
    with pytest.raises(images.TruncatedImageError, match=f"length {int(len(data) * share)}"):
        images.load(data[: int(len(data) * share)])


def test_truncation_is_reported_even_if_another_library_told_pillow_to_hide_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ImageFile, "LOAD_TRUNCATED_IMAGES", True)
    data = encoded(quarters(), "JPEG")
    with pytest.raises(images.TruncatedImageError):
        images.load(data[: len(data) * 9 // 10])
    assert ImageFile.LOAD_TRUNCATED_IMAGES is True


def test_a_file_damaged_inside_is_unreadable() -> None:
    data = bytearray(encoded(quarters(), "PNG"))
    data[60:70] = b"0123456789"
    with pytest.raises(images.UnreadableImageError, match="save it as PNG"):
        images.load(bytes(data))


@pytest.mark.parametrize(
    "text", ["<!DOCTYPE html><html>", "\ufeff\n <HTML><body>", '<?xml version="1.0"?>\n<!-- x -->\n<html xmlns="x">']
)
def test_a_web_page_saved_as_jpg_is_called_a_web_page(text: str, tmp_path: Path) -> None:
    (tmp_path / "a.jpg").write_text(text, encoding="utf-8")
    with pytest.raises(images.HtmlInsteadOfImageError, match=r"web page.*a\.jpg.*save the picture itself"):
        images.load(tmp_path / "a.jpg")


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b'<?xml version="1.0"?><svg xmlns="http://www.w3.org/2000/svg"/>', "vector drawing"),
        (b"%PDF-1.7", "PDF"),
        (b"PK\3\4....", "ZIP"),
        (b"8BPS\0\1", "Photoshop"),
        (b"\0\0\0\x18ftypheic", "HEIC"),
        (b"\0\0\0\x18ftypisom", "video"),
        (b"\xff\x0a\0\0", "JPEG XL"),
        (b"\0" * 500, "zero bytes"),
        ("Nicht gefunden: über".encode(), "plain text"),
        (b"BMW makes cars", "plain text"),
        (bytes(range(256)), "unknown"),
    ],
)
def test_what_is_no_picture_is_called_what_it_looks_like(data: bytes, words: str) -> None:
    with pytest.raises(images.NotAnImageError, match=f"{words}.*Received: bytes of length {len(data)}"):
        images.load(data)


def test_every_error_is_an_artlib_error_and_a_value_error() -> None:
    assert issubclass(images.ImageError, ArtlibError) and issubclass(images.ImageError, ValueError)


def test_whatever_damage_a_file_has_only_image_errors_come_out() -> None:
    chance = random.Random(20)
    noise = Image.fromarray(np.random.default_rng(0).integers(0, 256, (30, 40, 3), np.uint8))
    options = {
        "icc_profile": srgb_profile(),
        "exif": b"Exif\0\0II*\0\x08\0\0\0\x01\0\x12\x01\3\0\1\0\0\0\6\0\0\0\0\0\0\0",
    }
    kinds = [encoded(noise, kind, **options) for kind in ("JPEG", "PNG", "WEBP")]
    kinds += [encoded(noise.convert("P"), kind) for kind in ("GIF", "BMP")]
    kinds += [encoded(noise, "TIFF", compression=name) for name in (None, "tiff_lzw", "jpeg")]
    outcomes = set()
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        for _ in range(60):
            for data in kinds:
                outcomes.add(outcome(damaged(data, chance)))
    assert {"loaded", "TruncatedImageError", "UnreadableImageError"} <= outcomes


def damaged(data: bytes, chance: random.Random) -> bytes:
    copy, position = bytearray(data), chance.randrange(len(data))
    match chance.randrange(4):
        case 0:
            del copy[position:]
        case 1:
            del copy[position : position + chance.randint(1, 30)]
        case 2:
            copy[position:position] = chance.randbytes(chance.randint(1, 30))
        case 3:
            for _ in range(chance.randint(1, 6)):
                copy[chance.randrange(min(len(copy), chance.choice([40, 200, 10**6])))] = chance.randrange(256)
    return bytes(copy)


def outcome(data: bytes) -> str:
    try:
        # a small limit: a damaged size must not make the test fill the memory
        images.load(data, pixel_limit=1_000_000)
    except images.ImageError as error:
        assert "Received: bytes of length" in str(error) and " object at 0x" not in str(error)
        return type(error).__name__
    return "loaded"


# --- limits ---


def png_that_claims(width: int, height: int) -> bytes:
    """A PNG of a few dozen bytes whose header is right and whose pixels aren't there."""
    data = bytearray(encoded(flat("1", 0), "PNG"))
    data[16:24] = struct.pack(">II", width, height)
    data[29:33] = struct.pack(">I", zlib.crc32(data[12:29]))
    return bytes(data)


def test_the_pixel_limit_is_checked_before_decoding() -> None:
    with pytest.raises(images.TooManyPixelsError, match="12000 x 10000"):
        images.load(png_that_claims(12_000, 10_000))


def test_a_decompression_bomb_is_refused() -> None:
    with pytest.raises(images.TooManyPixelsError, match="pixel_limit"):
        images.load(png_that_claims(60_000, 60_000))


@pytest.mark.parametrize("source", [encoded(quarters(), "PNG"), quarters(), np.zeros((48, 64), np.uint8)])
def test_the_pixel_limit_holds_for_every_source(source: images.Source) -> None:
    assert images.load(source, pixel_limit=64 * 48).size == (64, 48)
    with pytest.raises(images.TooManyPixelsError, match=r"more than 3,071 pixels.*64 x 48"):
        images.load(source, pixel_limit=64 * 48 - 1)


def test_a_scan_above_the_pixel_limit_is_shrunk_while_it_is_decoded() -> None:
    scan = encoded(quarters(640, 480), "JPEG")
    assert images.load(scan, pixel_limit=80_000, at_least=100).size == (160, 120)


@pytest.mark.parametrize(("kind", "side"), [("PNG", 100), ("JPEG", None), ("JPEG", 600)])
def test_what_cant_be_shrunk_while_it_is_decoded_is_refused(kind: str, side: int | None) -> None:
    with pytest.raises(images.TooManyPixelsError, match="Shrink it in a picture editor"):
        images.load(encoded(quarters(640, 480), kind), pixel_limit=80_000, at_least=side)


def test_far_above_the_limit_nothing_is_decoded_at_all() -> None:
    with pytest.raises(images.TooManyPixelsError):
        images.load(encoded(quarters(640, 480), "JPEG"), pixel_limit=20_000, at_least=10)


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP"])
def test_the_size_is_that_of_the_upright_picture(kind: str) -> None:
    exif = Image.Exif()
    exif[ExifTags.Base.Orientation] = 6
    content = encoded(quarters(), kind, exif=exif)
    assert images.size_of(content) == images.load(content).size == (48, 64)


def test_a_flat_array_above_the_pixel_limit_is_an_image_error_too() -> None:
    with pytest.raises(images.TooManyPixelsError, match="20 pixels"):
        images.load(np.zeros(20, np.uint8), pixel_limit=10)


def test_a_limit_above_pillows_own_is_ours_to_give_without_a_warning(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Image, "MAX_IMAGE_PIXELS", 100)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert images.load(encoded(quarters(), "PNG")).size == (64, 48)
    assert Image.MAX_IMAGE_PIXELS == 100


def test_pillows_switches_are_back_after_many_threads_met() -> None:
    before = Image.MAX_IMAGE_PIXELS, ImageFile.LOAD_TRUNCATED_IMAGES, list(warnings.filters)
    sources = [encoded(quarters(), "JPEG"), b"broken", encoded(quarters(), "PNG")[:-30]] * 10
    threads = [threading.Thread(target=outcome, args=(source,)) for source in sources]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert (Image.MAX_IMAGE_PIXELS, ImageFile.LOAD_TRUNCATED_IMAGES, list(warnings.filters)) == before


def test_a_filter_of_warnings_that_a_program_sets_meanwhile_stays(monkeypatch: pytest.MonkeyPatch) -> None:
    decoded = decoding.as_srgb

    def meanwhile(*arguments: object, **options: object) -> Image.Image:
        warnings.filterwarnings("ignore", message="of the program")
        return decoded(*arguments, **options)

    monkeypatch.setattr(decoding, "as_srgb", meanwhile)
    images.load(encoded(quarters(), "PNG"))
    assert any(message and message.pattern == "of the program" for _, message, *_ in warnings.filters)


# --- sizes ---


def test_normalised_shrinks_to_the_longest_side_and_keeps_the_proportions() -> None:
    assert images.normalised(flat("RGB", RED, (400, 1000)), 100).size == (40, 100)


def test_normalised_never_enlarges() -> None:
    assert images.normalised(quarters(), 1024).size == (64, 48)


def test_normalised_keeps_at_least_one_pixel() -> None:
    assert images.normalised(flat("RGB", RED, (5000, 1)), 100).size == (100, 1)


def test_normalised_refuses_a_side_below_one() -> None:
    with pytest.raises(ValueError, match="longest_side=0"):
        images.normalised(quarters(), 0)


@pytest.mark.parametrize(("at_least", "size"), [(100, (100, 75)), (101, (200, 150)), (1, (50, 38)), (9000, (400, 300))])
def test_at_least_lets_a_jpeg_be_decoded_smaller_but_never_too_small(at_least: int, size: tuple[int, int]) -> None:
    assert images.load(encoded(quarters(400, 300), "JPEG"), at_least=at_least).size == size


def test_at_least_changes_nothing_for_other_kinds() -> None:
    assert images.load(encoded(quarters(400, 300), "PNG"), at_least=10).size == (400, 300)


def test_a_thumbnail_is_a_small_jpeg_of_the_same_shape(tmp_path: Path) -> None:
    quarters(600, 300).save(tmp_path / "large.png")
    small = Image.open(io.BytesIO(jpeg(thumbnail(tmp_path / "large.png", 100))))
    assert (small.format, small.size, corners(small)) == ("JPEG", (100, 50), [RED, GREEN, BLUE, WHITE])


# --- addresses ---


class Gallery(BaseHTTPRequestHandler):
    """Answers as picture servers do, well or badly."""

    agents: ClassVar[list[str]] = []

    def do_GET(self) -> None:
        Gallery.agents.append(self.headers["User-Agent"])
        answers = {"/picture.png": self.picture, "/page": self.page, "/moved": self.moved, "/declared": self.declared}
        answers |= {"/endless": self.endless, "/slow": self.slow, "/broken": self.broken, "/empty": self.empty}
        answers.get(self.path, lambda: self.send_error(404))()

    def answer(self, content: bytes, length: int | None = None) -> None:
        self.send_response(200)
        if length is not None:
            self.send_header("Content-Length", str(length))
        self.end_headers()
        self.wfile.write(content)

    def picture(self) -> None:
        self.answer(encoded(quarters(), "PNG"))

    def page(self) -> None:
        self.answer(b"<!doctype html><title>Please sign in</title>")

    def moved(self) -> None:
        self.send_response(302)
        self.send_header("Location", "/picture.png")
        self.end_headers()

    def declared(self) -> None:
        self.answer(b"\x89PNG", length=images.BYTE_LIMIT + 1)

    def endless(self) -> None:
        try:
            self.answer(b"\x89PNG")
            while True:
                self.wfile.write(bytes(1 << 16))
        except (BrokenPipeError, ConnectionResetError):
            pass  # what a reader who has had enough looks like from here

    def slow(self) -> None:
        self.answer(b"\x89PNG", length=100)
        time.sleep(0.6)

    def broken(self) -> None:
        self.answer(b"\x89PNG", length=100)

    def empty(self) -> None:
        self.answer(b"", length=0)

    def log_message(self, *arguments: object) -> None:
        pass


@pytest.fixture(scope="module")
def gallery() -> Iterator[str]:
    server = ThreadingHTTPServer(("127.0.0.1", 0), Gallery)
    server.daemon_threads = True
    threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    server.server_close()


@pytest.mark.parametrize("path", ["/picture.png", "/moved"])
def test_a_picture_loads_from_its_address(gallery: str, path: str) -> None:
    assert images.load(gallery + path) == quarters()


def test_the_server_learns_who_asks(gallery: str) -> None:
    images.load(f"{gallery}/picture.png")
    assert Gallery.agents[-1] == "artlib/0.1 (+https://pypi.org/project/artlib)"


def test_this_machines_own_addresses_are_asked_without_the_proxy(gallery: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("http_proxy", "http://127.0.0.1:1")
    monkeypatch.delenv("no_proxy", raising=False)
    assert images.load(f"{gallery}/picture.png") == quarters()


def test_a_page_at_an_address_is_called_a_web_page(gallery: str) -> None:
    with pytest.raises(images.HtmlInsteadOfImageError, match="copy the picture's own address"):
        images.load(f"{gallery}/page")


def test_nothing_at_an_address_is_called_empty(gallery: str) -> None:
    with pytest.raises(images.EmptyImageError, match="/empty"):
        images.load(f"{gallery}/empty")


@pytest.mark.parametrize(
    ("path", "reason"),
    [
        ("/nothing", "404 Not Found"),
        ("/declared", "larger than the limit of 1 MB"),
        ("/endless", "larger than the limit of 1 MB"),
        ("/slow", "no answer in time"),
        ("/broken", "the connection was interrupted"),
    ],
)
def test_an_address_that_gives_no_picture_says_why(
    gallery: str, path: str, reason: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(images.fetching, "BYTE_LIMIT", 1_000_000)
    monkeypatch.setattr(images.fetching, "TIMEOUTS", (5, 0.2))
    with pytest.raises(images.UnreachableImageError, match=f"{reason}.*Received: '{gallery}{path}'.*browser"):
        images.load(gallery + path)


def test_a_refused_connection_says_so() -> None:
    with ThreadingHTTPServer(("127.0.0.1", 0), Gallery) as closed:
        address = f"http://127.0.0.1:{closed.server_port}/picture.png"
    with pytest.raises(images.UnreachableImageError, match="server refused"):
        images.load(address)


@pytest.mark.parametrize("address", ["http://", "http://[", "http://.example.com/a.png", "http://127.0.0.1:99999/"])
def test_a_malformed_address_says_so(address: str) -> None:
    with pytest.raises(images.UnreachableImageError, match="not a valid address"):
        images.load(address)


@pytest.mark.parametrize("address", ["ftp://example.com/a.png", "file:///a.png", "s3://bucket/a.png"])
def test_other_schemes_are_refused(address: str) -> None:
    with pytest.raises(images.UnreachableImageError, match="Only http:// and https://"):
        images.load(address)


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("http://a/b", True),
        ("HTTPS://a/b", True),
        ("ftp://a", False),
        ("a.png", False),
        (Path("http://a"), False),
        (3, False),
    ],
)
def test_is_url_knows_web_addresses(source: object, expected: bool) -> None:
    assert images.is_url(source) is expected


# --- weight ---


def test_importing_is_light() -> None:
    code = "import sys, artlib.images; print({'requests', 'pandas', 'tensorflow', 'keras'} & set(sys.modules))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "set()"
