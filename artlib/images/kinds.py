"""The kinds of files, by their first bytes: those that artlib can read, and others that are often given as pictures."""

import re

from PIL import features

HEAD = 1024  # bytes from which a kind is known

_AVIF = features.check("avif")
try:  # HEIC photographs, where the user has installed it; it is never required: its wheels hold a GPL library
    from pillow_heif import register_heif_opener

    register_heif_opener()
    _HEIF = True
except ImportError:
    _HEIF = False
SUPPORTED = (
    *(".jpg", ".jpeg", ".jpe", ".jfif", ".png", ".webp", ".gif", ".bmp", ".tif", ".tiff"),
    *((".avif",) if _AVIF else ()),
    *((".heic", ".heif") if _HEIF else ()),
)
# Pillow has dozens of other decoders; files from unknown sources must not reach them
FORMATS = ["JPEG", "PNG", "WEBP", "GIF", "BMP", "TIFF"] + ["AVIF"] * bool(_AVIF) + ["HEIF"] * _HEIF

_TEXT = rb"[^\x00-\x08\x0e-\x1a\x1c-\x1f\x7f]"  # a byte that text may hold

_BEGINNINGS = re.compile(
    rb"(?s)\xff\xd8\xff|\x89PNG|RIFF(.{4}WEBP|.{0,7}\Z)|GIF8|II[*+]\0|MM\0[*+]"
    rb"|BM(?!"
    + _TEXT
    + rb"*\Z)"
    + (rb"|.{4}ftypavi[fs]" if _AVIF else b"")
    + (rb"|.{4}ftyp(hei|hev|mif1|msf1)" if _HEIF else b"")
)
_WEB_PAGE = re.compile(rb"(?i)<(!doctype html|html|head|body|script)|<[?!](?s:.)*<html")

_LOOKS_LIKE = (
    (rb"%PDF", "a PDF", "Export the page as PNG."),
    (rb"PK\x03\x04|Rar!|7z\xbc\xaf|\x1f\x8b", "a packed archive, such as ZIP", "Unpack it and give a picture in it."),
    (rb"8BPS", "a Photoshop file", "Export it as PNG."),
    (rb".{4}ftypavi[fs]", "an AVIF picture, which this Pillow can't read", "Upgrade Pillow or export it as PNG."),
    (rb".{4}ftyp(hei|hev|mif1|msf1)", "a HEIC photograph", "Export it as JPEG, or pip install pillow-heif."),
    (rb"\xff\x0a|\0\0\0\x0cJXL ", "a JPEG XL picture", "Export it as PNG."),
    (rb".{4}ftyp|\x1a\x45\xdf\xa3|RIFF.{4}AVI ", "a video", "Export one frame as PNG."),
    (rb"\0\0[\x01\x02]\0", "an icon", "Export it as PNG."),
    (rb"\0+\Z", "only zero bytes, as after an interrupted download", "Fetch it again."),
    (rb"(?!<\?php).*<svg", "a vector drawing (SVG)", "Export it as PNG."),
    (_TEXT + rb"+\Z", "plain text", "Open it in an editor; it may be an error message."),
    (rb"", "of an unknown kind", "Export it as PNG."),
)


_UNREAD = {kind for _, kind, _ in _LOOKS_LIKE if re.search("HEIC|AVIF|JPEG XL|Photoshop", kind)}


def is_supported(head: bytes) -> bool:
    """Return whether a file that begins with `head` is of a kind that artlib can read."""
    return _BEGINNINGS.match(head) is not None


def is_unread_picture(head: bytes) -> bool:
    """Return whether a file that begins with `head` is a picture of a kind that artlib can't read."""
    return not is_supported(head) and bool(head) and lookalike(head)[0] in _UNREAD


def is_web_page(head: bytes) -> bool:
    """Return whether a file that begins with `head` is HTML."""
    return _WEB_PAGE.match(head.removeprefix(b"\xef\xbb\xbf").lstrip()) is not None


def lookalike(head: bytes) -> tuple[str, str]:
    """Return the kind of a file that artlib can't read, by its first bytes, and what to do with it."""
    return next((kind, advice) for magic, kind, advice in _LOOKS_LIKE if re.match(rb"(?s)" + magic, head))


def is_cut_off(head: bytes, tail: bytes, length: int) -> bool:
    """Return whether the end of a file is missing, by its end mark or by the length in its head.

    Args:
        head: the first bytes, up to 1024.
        tail: the last bytes, up to 64.
        length: how many bytes the file has.
    """
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
    """Return the end of the last box of an AVIF file that begins in `head` (ISO/IEC 14496-12, section 4.2)."""
    end = 0
    while end < len(head) and (size := int.from_bytes(head[end : end + 4], "big")) >= 8:
        end += size
    return end
