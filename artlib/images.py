"""The one door for pictures: whatever comes in, an upright sRGB picture or a plain sentence about it comes out."""

import io
import math
import os
import re
import stat
import struct
import threading
import warnings
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Any
from urllib.parse import urlsplit

import numpy as np
from PIL import ExifTags, Image, ImageCms, ImageFile, UnidentifiedImageError, features

from artlib.errors import ArtlibError

PIXEL_LIMIT = 100_000_000
BYTE_LIMIT = 100_000_000
TIMEOUTS = (10, 30)  # seconds to connect, and to wait for the next bytes
USER_AGENT = "artlib/0.1 (+https://pypi.org/project/artlib)"

_ONE = 1.001  # the top of floats in 0 to 1: resizing overshoots a little

_AVIF = features.check("avif")
SUPPORTED = (".jpg", ".jpeg", ".png", ".webp", ".gif", ".bmp", ".tif", ".tiff") + ((".avif",) if _AVIF else ())
# Pillow knows dozens of other decoders; strangers' files never reach them
_FORMATS = ["JPEG", "PNG", "WEBP", "GIF", "BMP", "TIFF"] + (["AVIF"] if _AVIF else [])
_SUPPORTED_TEXT = f"Supported: {' '.join(SUPPORTED)}"

# What Pillow was seen to raise on damaged files, or raises on purpose; UnidentifiedImageError is an OSError
_DAMAGE = (
    *(OSError, SyntaxError, ValueError, TypeError, LookupError, ArithmeticError, AttributeError, EOFError),
    *(RuntimeError, AssertionError, MemoryError, struct.error, zlib.error, Image.DecompressionBombError),
)

Source = str | os.PathLike[str] | bytes | bytearray | memoryview | Image.Image | np.ndarray


class ImageError(ArtlibError, ValueError):
    """A picture can't be used; each subclass is one reason."""


class MissingImageError(ImageError):
    """There is no such file."""


class ImageIsDirectoryError(ImageError):
    """The path is a folder."""


class EmptyImageError(ImageError):
    """There is a file or an array, but nothing in it."""


class TruncatedImageError(ImageError):
    """The picture ends too early, as after a broken download."""


class NotAnImageError(ImageError):
    """It is something else than a picture that artlib reads."""


class HtmlInsteadOfImageError(NotAnImageError):
    """It is a web page, often saved under a picture's name."""


class TooManyPixelsError(ImageError):
    """The picture is larger than the limit; it was not decoded."""


class UnreachableImageError(ImageError):
    """The address gave no picture."""


class UnreadableImageError(ImageError):
    """Anything else: no permission, damaged inside, an unusual kind."""


def load(source: Source, pixel_limit: int = PIXEL_LIMIT, at_least: int | None = None) -> Image.Image:
    """Load any picture as sRGB, upright, with transparent parts on white.

    Args:
        source: a path, an http(s) URL as text, the bytes of a file, a PIL image, or an array (height, width),
            (height, width, 1), (height, width, 3) or (height, width, 4) of bool, integers 0-255, uint16 0-65535, or
            floats 0-1 or 0-255. Of an animation or a file of many pages the first picture counts.
        pixel_limit: the largest width x height accepted; checked before anything is decoded.
        at_least: pixels of the longest side that suffice. JPEG is then decoded at 1/2, 1/4 or 1/8 where that is
            enough, which is several times faster; other kinds stay as they are.

    Returns:
        A PIL image of mode RGB, 8 bits a channel, without metadata. `source` itself is never changed.

    Raises:
        ImageError: one of its subclasses, one for each reason, when the picture can't be used.
    """
    name = _name(source)
    if isinstance(source, np.ndarray):
        _check_pixels(source.shape[1::-1], pixel_limit, name)
        return _rgb(Image.fromarray(_checked_array(source, name)))
    if isinstance(source, Image.Image):
        return _decode(source, pixel_limit, name)
    with _opened(source, name) as stream:
        return _read(stream, pixel_limit, at_least, name)


def to_array(image: Source) -> np.ndarray:
    """Return a picture as uint8 (height, width, 3) in sRGB; whatever `load` takes is taken."""
    return np.array(load(image))


def normalised(image: Image.Image, longest_side: int = 1024) -> Image.Image:
    """Shrink a picture to at most `longest_side` pixels on its longest side; return a smaller one as it is."""
    if longest_side < 1:
        raise ValueError(f"longest_side counts pixels and is at least 1. Received: longest_side={longest_side}.")
    scale = longest_side / max(image.size)
    if scale >= 1:
        return image
    width, height = (max(1, round(side * scale)) for side in image.size)
    return image.resize((width, height), Image.Resampling.LANCZOS, reducing_gap=3.0)


def is_url(source: Any) -> bool:
    """Tell whether `source` is text that starts with http:// or https://."""
    return isinstance(source, str) and source.lower().startswith(("http://", "https://"))


def _name(source: Any) -> str:
    """How messages call a source."""
    if isinstance(source, np.ndarray):
        return f"an array of shape {source.shape} and type {source.dtype}"
    if isinstance(source, Image.Image):
        return f"a PIL image of mode {source.mode} and size {source.size}"
    if isinstance(source, bytes | bytearray | memoryview):
        return f"bytes of length {memoryview(source).nbytes}"
    if isinstance(source, str | os.PathLike):
        text = str(os.fspath(source))
        return repr(text if len(text) <= 300 else text[:300] + "…")
    return f"{type(source).__name__} {source!r:.80}"


# --- from a source to a stream of bytes ---


@contextmanager
def _opened(source: Any, name: str) -> Iterator[IO[bytes]]:
    if isinstance(source, bytes | bytearray | memoryview):
        yield io.BytesIO(source)
    elif is_url(source):
        yield io.BytesIO(_download(source))
    elif isinstance(source, str) and re.match(r"[A-Za-z][A-Za-z0-9+.-]+://", source):
        raise UnreachableImageError(
            f"Only http:// and https:// addresses can be opened. Received: {name}. "
            "Give the path of a file, or an address that a browser opens."
        )
    elif isinstance(source, str | os.PathLike):
        with _opened_file(Path(source), name) as file:
            yield file
    else:
        raise NotAnImageError(
            f"A picture is given as a path, a URL, bytes, a PIL image or a numpy array. Received: {name}."
        )


def _opened_file(path: Path, name: str) -> IO[bytes]:
    try:
        path = path.expanduser() if path.parts[:1] == ("~",) else path
        mode = path.stat().st_mode
        if stat.S_ISDIR(mode):
            raise ImageIsDirectoryError(f"This is a folder, not a picture. Received: {name}. Give one file in it.")
        # opening a pipe or a device would wait for ever
        if not stat.S_ISREG(mode):
            raise UnreadableImageError(
                f"This is a pipe or a device, not a file. Received: {name}. Give a picture file."
            )
        return path.open("rb")
    except (FileNotFoundError, NotADirectoryError) as error:
        raise MissingImageError(
            f"There is no such file. Received: {name}, looked for at {path.absolute()}. "
            "Check the spelling and the folder."
        ) from error
    except OSError as error:
        raise UnreadableImageError(
            f"The file can't be opened: {error.strerror}. Received: {name}. Check that you may read it."
        ) from error
    except ImageError:
        raise
    except (ValueError, RuntimeError) as error:  # a zero byte in the path, or a ~ without a home
        raise MissingImageError(f"No file can have this name ({error}). Received: {name}. Check the path.") from error


def _download(url: str) -> bytes:
    # imported here because most pictures come from the disk, and requests takes longer to import than Pillow
    import requests  # noqa: PLC0415

    try:
        with requests.Session() as session:
            # a proxy for the world outside can't see this machine's own addresses
            session.trust_env = not re.fullmatch(r"localhost|127\.[\d.]+|::1", urlsplit(url).hostname or "")
            with session.get(url, stream=True, timeout=TIMEOUTS, headers={"User-Agent": USER_AGENT}) as response:
                if response.status_code >= 400:
                    raise _unreachable(url, f"the server answered {response.status_code} {response.reason}".rstrip())
                return _limited(response.iter_content(1 << 16), response.headers.get("Content-Length", ""), url)
    except requests.RequestException as error:
        raise _unreachable(url, _plain_reason(error)) from error
    except ImageError:
        raise
    except ValueError as error:  # addresses so malformed that they fail before requests checks them
        raise _unreachable(url, "it is not a valid address") from error


def _limited(chunks: Iterator[bytes], declared: str, url: str) -> bytes:
    too_large = f"it is larger than the limit of {BYTE_LIMIT / 1e6:g} MB"
    if declared.isdecimal() and int(declared) > BYTE_LIMIT:
        raise _unreachable(url, too_large)
    content = bytearray()
    for chunk in chunks:
        content += chunk
        if len(content) > BYTE_LIMIT:
            raise _unreachable(url, too_large)
    return bytes(content)


def _plain_reason(error: Exception) -> str:
    from requests import exceptions  # noqa: PLC0415

    # a pause in the middle comes as a ConnectionError that only its text tells from the others
    if isinstance(error, exceptions.Timeout) or "timed out" in str(error):
        return f"no answer in time ({TIMEOUTS[0]} s to connect, {TIMEOUTS[1]} s without data)"
    reasons = {
        exceptions.SSLError: "no secure connection could be made, the server's certificate was not accepted",
        exceptions.ProxyError: "the proxy that this machine is set to use refused",
        exceptions.ConnectionError: "no connection (the name is unknown, the server refused, or there is no network)",
        exceptions.ChunkedEncodingError: "the connection broke in the middle",
        exceptions.ContentDecodingError: "the server's compression is damaged",
        exceptions.TooManyRedirects: "it redirects in a circle",
    }
    return next((text for kind, text in reasons.items() if isinstance(error, kind)), "it is not a valid address")


def _unreachable(url: str, reason: str) -> UnreachableImageError:
    return UnreachableImageError(
        f"No picture came from this address: {reason}. Received: {_name(url)}. "
        "Open it in a browser to check it; if it shows there, save the picture and give the file."
    )


# --- from a stream of bytes to a picture ---


class _OwnRules:
    """Pillow's process-wide switches as artlib needs them, put back when the last thread leaves.

    Inside, truncation is an error whatever others have set, and Pillow's warnings about odd files are silent. Its
    own limit on pixels stays on at or above ours: it also sees canvases and tiles that the header's size hides.
    """

    _lock = threading.Lock()
    _inside = 0
    _found: tuple[int | None, bool]
    _silence: "warnings.catch_warnings[None]"

    def __init__(self, pixel_limit: int) -> None:
        self.pixel_limit = max(pixel_limit, PIXEL_LIMIT)

    def __enter__(self) -> None:
        rules = _OwnRules
        with rules._lock:
            rules._inside += 1
            if rules._inside == 1:
                rules._found = Image.MAX_IMAGE_PIXELS, ImageFile.LOAD_TRUNCATED_IMAGES
                rules._silence = warnings.catch_warnings()
                rules._silence.__enter__()
                warnings.simplefilter("ignore")
                Image.MAX_IMAGE_PIXELS, ImageFile.LOAD_TRUNCATED_IMAGES = self.pixel_limit, False
            Image.MAX_IMAGE_PIXELS = max(Image.MAX_IMAGE_PIXELS or 0, self.pixel_limit)

    def __exit__(self, *reason: object) -> None:
        rules = _OwnRules
        with rules._lock:
            rules._inside -= 1
            if rules._inside == 0:
                rules._silence.__exit__(None, None, None)
                Image.MAX_IMAGE_PIXELS, ImageFile.LOAD_TRUNCATED_IMAGES = rules._found


def _read(stream: IO[bytes], pixel_limit: int, at_least: int | None, name: str) -> Image.Image:
    try:
        head = stream.read(1024)
        length = stream.seek(0, os.SEEK_END)
        stream.seek(-min(length, 64), os.SEEK_END)
        cut_off = _is_cut_off(head, stream.read(), length)
    except OSError as error:
        raise _damaged(error, False, name) from error
    if not head:
        raise EmptyImageError(f"The file is empty. Received: {name}. Fetch or export the picture again.")
    with _OwnRules(pixel_limit):
        try:
            image = Image.open(stream, formats=_FORMATS)
        except Image.DecompressionBombError as error:
            raise _too_many_pixels("far above it", pixel_limit, name) from error
        except _DAMAGE as error:
            raise _not_an_image(head, name) or _damaged(error, cut_off, name) from error
        return _decode(image, pixel_limit, name, cut_off, at_least)


def _decode(
    image: Image.Image, pixel_limit: int, name: str, cut_off: bool = False, at_least: int | None = None
) -> Image.Image:
    _check_pixels(image.size, pixel_limit, name)
    with _OwnRules(pixel_limit):
        try:
            if at_least:
                reduction = min(1.0, at_least / max(image.size))
                image.draft(None, (math.ceil(image.width * reduction), math.ceil(image.height * reduction)))
            image.load()
            return _rgb(_upright(image))
        except Image.DecompressionBombError as error:
            raise _too_many_pixels("far above it", pixel_limit, name) from error
        except _DAMAGE as error:
            raise _damaged(error, cut_off, name) from error


def _check_pixels(size: tuple[int, ...], pixel_limit: int, name: str) -> None:
    if math.prod(size) == 0:
        raise EmptyImageError(f"The picture has no pixels. Received: {name}. Give one with a width and a height.")
    if math.prod(size) > pixel_limit:
        raise _too_many_pixels(f"{size[0]} x {size[1]} pixels", pixel_limit, name)


def _too_many_pixels(found: str, pixel_limit: int, name: str) -> TooManyPixelsError:
    return TooManyPixelsError(
        f"The picture has more than {pixel_limit:,} pixels and was not decoded. Received: {name}, {found}. "
        "Shrink it, or raise pixel_limit if you trust where it comes from."
    )


_UPRIGHT = {
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_270,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_90,
}


def _upright(image: Image.Image) -> Image.Image:
    try:
        turn = _UPRIGHT.get(image.getexif().get(ExifTags.Base.Orientation, 1))
    except _DAMAGE:  # broken EXIF says nothing about the picture itself
        return image
    return image if turn is None else image.transpose(turn)


def _rgb(image: Image.Image) -> Image.Image:
    """Convert to sRGB on white; the result shares nothing with `image`."""
    profile = image.info.get("icc_profile")
    if image.mode in ("I", "F") or image.mode.startswith("I;16"):
        image = Image.fromarray(_scaled_to_8_bits(np.asarray(image)))
    elif image.mode in ("La", "RGBa"):  # colour multiplied by alpha: Pillow undoes it only towards the same bands
        image = image.convert(image.mode.upper())
    colour = _colour_as_srgb(image, profile)
    if image.has_transparency_data:
        white = Image.new("RGB", image.size, "white")
        white.paste(colour, mask=image.convert("RGBA").getchannel("A"))
        return white
    colour.info.clear()
    return colour


def _colour_as_srgb(image: Image.Image, profile: Any) -> Image.Image:
    if image.mode in ("1", "LA"):
        image = image.convert("L")
    elif image.mode not in ("L", "CMYK", "LAB"):
        image = image.convert("RGB")
    # a damaged TIFF can hold text here, which ImageCms would take for the name of a file
    embedded = io.BytesIO(profile) if isinstance(profile, bytes) and profile else None
    for source in (embedded, ImageCms.createProfile("LAB") if image.mode == "LAB" else None):
        if source:
            try:
                return _to_srgb(image, source)
            except (ImageCms.PyCMSError, TypeError):
                pass  # a broken profile, or one for other channels: the numbers as they stand are the best guess
    return image.convert("RGB")


def _to_srgb(image: Image.Image, profile: Any) -> Image.Image:
    srgb = ImageCms.createProfile("sRGB")
    converted = ImageCms.profileToProfile(image, profile, srgb, ImageCms.Intent.PERCEPTUAL, "RGB")
    if converted is None:  # only for conversions in place; the types can't tell
        raise TypeError("profileToProfile gave no picture")
    return converted


def _scaled_to_8_bits(values: np.ndarray) -> np.ndarray:
    """Scale one channel of a file to uint8; for signed integers and floats only the numbers tell the range."""
    tops = {"u": (65535,), "f": (_ONE, 255, 65535)}.get(values.dtype.kind, (255, 65535))
    floats = np.nan_to_num(values.astype(np.float32), posinf=0, neginf=0)
    bottom, highest = min(0.0, float(floats.min())), float(floats.max())
    top = next((top for top in tops if highest <= top), highest)
    return np.rint((floats - bottom) * (255 / (top - bottom))).clip(0, 255).astype(np.uint8)


def _checked_array(array: np.ndarray, name: str) -> np.ndarray:
    if array.ndim not in (2, 3) or array.shape[2:] not in ((), (1,), (3,), (4,)):
        raise NotAnImageError(
            "An array is (height, width), or (height, width, channels) with 1, 3 or 4 channels. "
            f"Received: {name}. Give one picture with the channels last."
        )
    array = array[..., 0] if array.shape[2:] == (1,) else array
    if array.dtype == np.uint8:
        return array
    if array.dtype == np.bool_:
        return array * np.uint8(255)
    if array.dtype == np.uint16:
        return ((array.astype(np.uint32) + 128) // 257).astype(np.uint8)
    return _checked_numbers(array, name)


def _checked_numbers(array: np.ndarray, name: str) -> np.ndarray:
    if array.dtype.kind not in "iuf":
        raise NotAnImageError(f"An array holds numbers. Received: {name}. Convert it with .astype('uint8').")
    lowest, highest = float(array.min()), float(array.max())
    if not (lowest >= 1 - _ONE and highest <= 254 + _ONE):  # also false for NaN
        raise NotAnImageError(
            "An array's values lie in 0 to 1 or 0 to 255, without NaN or infinity. "
            f"Received: {name} with values from {lowest:g} to {highest:g}. Scale or clip it first."
        )
    scale = 255 if array.dtype.kind == "f" and highest <= _ONE else 1
    return np.rint(array.astype(np.float32) * scale).clip(0, 255).astype(np.uint8)


# --- what is wrong with it ---

_MAGIC = re.compile(rb"(?s)\xff\xd8\xff|\x89PNG|RIFF(.{4}WEBP|.{0,7}\Z)|GIF8|II[*+]\0|MM\0[*+]|.{4}ftypavi[fs]")

_LOOKS_LIKE = (
    (rb"%PDF", "a PDF", "Export the page as PNG."),
    (rb"PK\x03\x04|Rar!|7z\xbc\xaf|\x1f\x8b", "a packed archive, such as ZIP", "Unpack it and give a picture in it."),
    (rb"8BPS", "a Photoshop file", "Export it as PNG."),
    (rb".{4}ftypavi[fs]", "an AVIF picture, which this Pillow can't read", "Upgrade Pillow or export it as PNG."),
    (rb".{4}ftyp(hei|hev|mif1|msf1)", "a HEIC photograph", "Export it as JPEG."),
    (rb"\xff\x0a|\0\0\0\x0cJXL ", "a JPEG XL picture", "Export it as PNG."),
    (rb".{4}ftyp|\x1a\x45\xdf\xa3|RIFF.{4}AVI ", "a video", "Export one frame as PNG."),
    (rb"\0\0[\x01\x02]\0", "an icon", "Export it as PNG."),
    (rb"\0+\Z", "nothing but zero bytes, as a broken download leaves them", "Fetch it again."),
    (rb"(?!<\?php).*<svg", "a vector drawing (SVG)", "Export it as PNG."),
    (rb"[^\x00-\x08\x0e-\x1a\x1c-\x1f\x7f]+\Z", "plain text", "Look into it with an editor; it may say why."),
    (rb"", "of a kind unknown here", "Export it as PNG."),
)


def _not_an_image(head: bytes, name: str) -> NotAnImageError | None:
    """Name what a refused file is by its first bytes; None if it does begin as a supported picture."""
    text = head.removeprefix(b"\xef\xbb\xbf").lstrip()
    if re.match(rb"(?i)<(!doctype html|html|head|body|script)|<[?!](?s:.)*<html", text):
        return HtmlInsteadOfImageError(
            f"This is a web page, not a picture. Received: {name}. "
            "Open the page in a browser and save the picture itself, or copy the picture's own address."
        )
    if _MAGIC.match(head) and not (b"ftyp" in head[:8] and not _AVIF):
        return None
    kind, advice = next((kind, advice) for magic, kind, advice in _LOOKS_LIKE if re.match(rb"(?s)" + magic, head))
    if head.startswith(b"BM") and kind != "plain text":
        return None
    return NotAnImageError(
        f"This is no picture that artlib reads: it is {kind}. Received: {name}. {advice} {_SUPPORTED_TEXT}."
    )


def _is_cut_off(head: bytes, tail: bytes, length: int) -> bool:
    """Tell by the end mark, or by the length that the head declares, whether the end of a file is missing."""
    if head.startswith(b"\xff\xd8"):
        return b"\xff\xd9" not in tail
    if head.startswith(b"\x89PNG"):
        return b"IEND" not in tail
    if head.startswith(b"GIF8"):
        return not tail.rstrip(b"\0").endswith(b";")
    if head[4:8] == b"ftyp":
        return length < _end_of_boxes(head)
    declared = {b"RI": head[4:8], b"BM": head[2:6], b"II": head[4:8], b"MM": head[7:3:-1]}.get(head[:2], b"")
    return length < max(12, int.from_bytes(declared, "little"))


def _end_of_boxes(head: bytes) -> int:
    """Where the last box of an AVIF file that begins within `head` ends (ISO/IEC 14496-12, section 4.2)."""
    end = 0
    while end < len(head) and (size := int.from_bytes(head[end : end + 4], "big")) >= 8:
        end += size
    return end


def _damaged(error: BaseException, cut_off: bool, name: str) -> ImageError:
    # "cannot identify image file <_io.BytesIO …>" tells a person nothing
    reason = (
        "its inner structure makes no sense" if isinstance(error, UnidentifiedImageError) else str(error).split("\n")[0]
    )
    if cut_off or re.search(r"(?i)truncat|unexpected end|not enough (image )?data", reason):
        return TruncatedImageError(
            f"The picture is cut off: its end is missing. Received: {name}. Fetch or copy it again."
        )
    return UnreadableImageError(
        f"The picture can't be read: {reason or type(error).__name__}. Received: {name}. "
        "Fetch it again, or open it in a picture editor and save it as PNG."
    )
