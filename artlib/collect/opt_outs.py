"""Opt-outs: where makers and sites say that machines must not learn from a work. All of them are obeyed.

What stands inside a picture, `artlib.images.reservations` reads for every source.
"""

import re
from collections.abc import Iterator, Mapping
from html.parser import HTMLParser
from typing import Any

from artlib.images.reservations import OPTED_OUT

DIRECTIVE = re.compile(r"\bno[-_ ]?(image)?[-_ ]?(ai|ml)\b", re.IGNORECASE)
NO_TRAINING = re.compile(r"\b(train-ai|ai-train|train-genai)\s*=\s*(no?)\b", re.IGNORECASE)
# in the text of a description
IN_TEXT = re.compile(
    r"#no[-_]?(image)?[-_]?ai\b|\b(ai|ai training) ?: ?(prohibited|forbidden|not allowed)\b", re.IGNORECASE
)
# tags and fields without case, spaces and punctuation: "No AI", "no-ai-training", "NoImageAI", "AI: prohibited"
TAG = re.compile(
    r"(no|noto|not?for|noimage|nogen|nogenerative)(gen)?ai(ml|art|images?|training|learning|use|usage|bots?|scraping)?"
    r"|noml|(gen)?(ai|ml|aiml)(training|use|usage|art)?(prohibited|forbidden|notallowed|optout)"
)
FIELD = re.compile(
    r"(gen|generative)?(ai|ml|aiml)(training|use|usage|learning|scraping|policy|permissions?|rights)?"
    r"|(text)?(and)?data(mining|training)(use|usage|policy|permissions?)?|tdm(reservation|policy)?|dmi"
)
ALLOWS = re.compile(r"(allow|permit)s?(gen)?(ai|ml|training|data)|(ai|ml|training|mining)(is)?(allowed|permitted)")
REFUSES = re.compile(r"\b(prohibit|disallow|forbid|den(y|ied)|reserved|opt(ed)?[- _]?out|not allowed)", re.IGNORECASE)
OPT_OUT = re.compile(r"(ai|ml|training|mining)opt(ed)?out|opt(ed)?out(of)?(ai|ml|training|mining)")
LONGEST = 200_000  # bytes of a page that are read; meta tags stand at its beginning
DEPTH = 6  # of nested fields that are looked at


def in_headers(headers: Mapping[str, str]) -> str:
    """Return why the headers of an answer forbid that machines learn from it; "" if they do not.

    Args:
        headers: of the answer; in their names, upper and lower case make no difference.
    """
    lower = {name.lower(): value for name, value in headers.items()}
    if found := DIRECTIVE.search(lower.get("x-robots-tag", "")):
        return f"{OPTED_OUT}the server says {found.group().lower()} (X-Robots-Tag)"
    if found := NO_TRAINING.search(f"{lower.get('content-usage', '')},{lower.get('content-signal', '')}"):
        return f"{OPTED_OUT}the server says {found.group().lower()}"
    reserved = lower.get("tdm-reservation", "").strip() == "1"
    return f"{OPTED_OUT}the server reserves text and data mining (tdm-reservation)" if reserved else ""


def in_page(page: bytes) -> str:
    """Return why the meta tags of a web page forbid that machines learn from what it shows; "" if they do not."""
    reader = _MetaTags()
    reader.feed(page[:LONGEST].decode("utf-8", errors="replace"))
    for name, text in reader.found:
        if name == "tdm-reservation" and text.strip() == "1":
            return f"{OPTED_OUT}its page reserves text and data mining (tdm-reservation)"
        if found := DIRECTIVE.search(text):
            return f"{OPTED_OUT}its page says {found.group().lower()} (meta tag {name})"
    return ""


class _MetaTags(HTMLParser):
    """Collects the meta tags that speak to robots."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[tuple[str, str]] = []

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        stated = {name: value or "" for name, value in attributes}
        name = (stated.get("name") or stated.get("http-equiv") or "").strip().lower()
        if tag == "meta" and (name in ("tdm-reservation", "x-robots-tag") or name.endswith(("robots", "bot"))):
            self.found.append((name, stated.get("content", "")))


def in_fields(fields: Mapping[str, Any]) -> str:
    """Return why the fields that a site states about a work forbid that machines learn from it; "" if they do not.

    Tags such as `NoAI`, fields such as `"no_ai": true` or `"ai": "prohibited"`, and `#noai` in a text are obeyed.

    Args:
        fields: as read from JSON.
    """
    for name, value in _flat(fields):
        plain = _plain(name)
        if isinstance(value, str):
            if "tag" in plain and any(TAG.fullmatch(_plain(tag)) for tag in _tags(value)):
                return f"{OPTED_OUT}its maker tagged it {_shortened(value)}"
            if IN_TEXT.search(value) or ("robots" in plain and DIRECTIVE.search(value)):
                return f"{OPTED_OUT}its maker wrote {_shortened(value)}"
        if _is_refusal(plain, value):
            return f"{OPTED_OUT}its maker set {name}: {_shortened(str(value))}"
    return ""


def _is_refusal(name: str, value: Any) -> bool:
    says_no = value is False or (isinstance(value, str) and value.strip().lower() in ("false", "no", "0"))
    says_yes = value is True or value == 1 or (isinstance(value, str) and value.strip().lower() in ("true", "yes", "1"))
    if ALLOWS.search(name):
        return says_no
    if TAG.fullmatch(name) or OPT_OUT.search(name) or name == "tdmreservation":
        return says_yes or (isinstance(value, str) and REFUSES.search(value) is not None)
    return bool(name) and FIELD.fullmatch(name) is not None and isinstance(value, str) and bool(REFUSES.search(value))


def _flat(fields: Any, name: str = "", depth: int = 0) -> Iterator[tuple[str, Any]]:
    """Yield all fields with their names; what is in a list has the name of the list."""
    if depth > DEPTH:
        return
    if isinstance(fields, Mapping):
        for key, value in fields.items():
            # {"name": "NoAI"} in a list of tags is a tag
            inner = name if "tag" in name.lower() and isinstance(value, str | list | dict) else str(key)
            yield from _flat(value, inner, depth + 1)
    elif isinstance(fields, list | tuple):
        for value in fields:
            yield from _flat(value, name, depth + 1)
    else:
        yield name, fields


def _tags(text: str) -> list[str]:
    """Return a tag as it is, and its words, because some sites write all tags in one text."""
    return [text, *re.split(r"[,;\s]+", text)]


def _plain(text: str) -> str:
    return re.sub(r"[\W_]+", "", text.casefold())


def _shortened(text: str) -> str:
    text = " ".join(text.split())
    return repr(text if len(text) <= 60 else f"{text[:57]}...")
