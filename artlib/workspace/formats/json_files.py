"""JSON files: read as editors save them, without what JSON does not have, and with each field checked."""

import json
import math
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from artlib.workspace.formats.reading import content_of, text_of

DIGEST = re.compile("([0-9a-f]{64})?")


class JsonError(ValueError):
    """A file is not JSON, or one of its fields can't stand there; the text says which and what was received."""


@dataclass(frozen=True)
class Field:
    """What one field must be.

    Attributes:
        needs: what it must be, in words.
        fits: whether a value is so.
    """

    needs: str
    fits: Callable[[Any], bool]


def read_json(path: Path) -> dict[str, Any]:
    """Return the object in a JSON file, also from one with a byte-order mark.

    Raises:
        JsonError: it is no JSON object, or holds NaN, Infinity or one name twice.
        OSError: it can't be read.
    """
    content = content_of(path)
    try:
        found = json.loads(text_of(content), parse_constant=_no_number, parse_float=_finite, object_pairs_hook=_once)
    except json.JSONDecodeError as error:
        raise JsonError(f"line {error.lineno} is no JSON: {error.msg}") from error
    except UnicodeDecodeError as error:
        raise JsonError("its text is not in UTF-8") from error
    except JsonError:
        raise
    except (ValueError, RecursionError) as error:  # a number of thousands of digits, or brackets within brackets
        raise JsonError(str(error)) from error
    if not isinstance(found, dict):
        raise JsonError(f"it must be an object in braces. Received: {shown(found)}")
    return found


def check_fields(content: Mapping[str, Any], fields: Mapping[str, Field], within: str = "") -> None:
    """Check those fields that are there; further ones may be anything.

    Args:
        content: the object.
        fields: what each must be, by its name.
        within: how the name begins in messages.

    Raises:
        JsonError: one of them is something else.
    """
    for name, field in fields.items():
        if name in content and not field.fits(content[name]):
            raise JsonError(f"{within}{name} must be {field.needs}. Received: {shown(content[name])}")


def text(*, empty: bool = True) -> Field:
    """A text that can be written as UTF-8."""
    return Field("a text", lambda value: _is_text(value) and (empty or bool(value.strip())))


def one_of(values: Any) -> Field:
    """One of some texts."""
    return Field(f"one of: {', '.join(values)}", lambda value: isinstance(value, str) and value in values)


def texts() -> Field:
    """A list of different texts, none of them empty."""
    return Field(
        "a list of different names",
        lambda value: (
            isinstance(value, list)
            and bool(value)
            and all(_is_text(each) and each.strip() for each in value)
            and len(set(value)) == len(value)
        ),
    )


def whole(least: int, most: int = 2**63, *, null: bool = False) -> Field:
    """A whole number within limits, or with `null` none."""
    limits = f"at least {least}" if most == 2**63 else f"{least} to {most}"
    return Field(
        f"a whole number, {limits}" + ", or null" * null,
        lambda value: (
            (null and value is None)
            or (isinstance(value, int) and not isinstance(value, bool) and least <= value <= most)
        ),
    )


def number(least: float, most: float, *, above: bool = False, below: bool = False, null: bool = False) -> Field:
    """A number within limits, with `above` and `below` without the limits themselves."""

    def fits(value: Any) -> bool:
        if value is None or isinstance(value, bool) or not isinstance(value, int | float):
            return null and value is None
        high_enough = value > least if above else value >= least
        return high_enough and (value < most if below else value <= most)

    limits = f"{'above' if above else 'from'} {least:g} {'to below' if below else 'to'} {most:g}"
    return Field(f"a number {limits}" + ", or null" * null, fits)


def digest() -> Field:
    """A sha256 in 64 hexadecimal digits, or nothing."""
    return Field(
        "64 digits of 0-9 and a-f, or empty", lambda value: isinstance(value, str) and bool(DIGEST.fullmatch(value))
    )


def file_name(suffix: str) -> Field:
    """The name of a file in the same folder, or nothing."""
    return Field(
        f"the name of a file in the same folder that ends in {suffix}, or empty",
        lambda value: (
            isinstance(value, str)
            and (not value or (value.endswith(suffix) and Path(value).name == value and "\\" not in value))
            and value.isprintable()
        ),
    )


def named_texts() -> Field:
    """An object with texts."""
    return Field("an object of texts", lambda value: isinstance(value, dict) and all(map(_is_text, value.values())))


def list_of(kind: type) -> Field:
    """A list of values of one type."""
    return Field(
        f"a list of {kind.__name__}",
        lambda value: isinstance(value, list) and all(isinstance(each, kind) for each in value),
    )


def an_object() -> Field:
    """An object."""
    return Field("an object in braces", lambda value: isinstance(value, dict))


def _is_text(value: Any) -> bool:
    return isinstance(value, str) and not any("\ud800" <= letter <= "\udfff" for letter in value)


def _no_number(name: str) -> Any:
    raise JsonError(f"{name} is no number in JSON")


def _finite(figure: str) -> float:
    if not math.isfinite(float(figure)):
        raise JsonError(f"{figure} is too large for a number")
    return float(figure)


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    names = [name for name, _ in pairs]
    if twice := sorted({name for name in names if names.count(name) > 1}):
        raise JsonError(f"{twice[0]} stands there twice")
    return dict(pairs)


def shown(value: Any) -> str:
    """Return a value as messages show it: cut where it is long."""
    text = repr(value)
    return text if len(text) <= 60 else f"{text[:60]}…"
