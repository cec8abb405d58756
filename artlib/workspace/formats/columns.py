"""Columns: what may stand in the cells of one column of a table, and how it is written the house's way."""

import math
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass

NUMBER = re.compile(r"[+-]?(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][+-]?[0-9]+)?")
DECIMAL_COMMA = re.compile(r"[+-]?[0-9]+,[0-9]+(?:[eE][+-]?[0-9]+)?")
# what spreadsheet programs make of a long text of digits: 1.23457E+15, 1,23E+15, 1234567890123450
TURNED = re.compile(r"[+-]?[0-9]+(?:[.,][0-9]*)?[eE][+-][0-9]+|[0-9]+[.,][0-9]+")
DIGITS = re.compile(r"[0-9]+")
WORD = re.compile(r"[\w-]+")
ID_LENGTH = 16  # an image's id is so many digits of the sha256 of its bytes


@dataclass(frozen=True)
class Column:
    """One column of a table.

    Attributes:
        name: in the header.
        needs: what its cells must be, in words.
        read: returns a cell's value as artlib writes it, or None if it can't stand there.
        added: a later artlib added it: where it is missing, its cells are empty.
        is_number: whether a decimal comma means the same as a point, where cells are not separated by commas.
    """

    name: str
    needs: str
    read: Callable[[str], str | None]
    added: bool = False
    is_number: bool = False


def text(name: str, *, filled: bool = False, added: bool = False) -> Column:
    """Return a column of any text; with `filled`, no cell is empty."""
    return Column(name, "a text", lambda cell: cell if cell.strip() or not filled else None, added)


def image_id(name: str, *, empty: bool = False) -> Column:
    """Return a column of images' ids; with `empty`, cells may be empty."""

    def read(cell: str) -> str | None:
        word = cell.strip()
        if DIGITS.fullmatch(word) and len(word) != ID_LENGTH:
            return None  # a number lost its first zeros or its last digits
        return word if WORD.fullmatch(word) or (empty and not word) else None

    return Column(name, "an image's id of 16 digits and letters", read)


def hexadecimal(name: str, length: int) -> Column:
    """Return a column of so many hexadecimal digits."""
    pattern = re.compile(f"[0-9a-f]{{{length}}}")

    def read(cell: str) -> str | None:
        digits = cell.strip().lower()
        return digits if pattern.fullmatch(digits) else None

    return Column(name, f"{length} digits of 0-9 and a-f", read)


def number(name: str, least: float = -math.inf, most: float = math.inf, *, empty: bool = False) -> Column:
    """Return a column of finite numbers within limits; with `empty`, cells may be empty."""

    def read(cell: str) -> str | None:
        figure = cell.strip()
        if not figure and empty:
            return ""
        fits = NUMBER.fullmatch(figure) and math.isfinite(float(figure)) and least <= float(figure) <= most
        return figure if fits else None

    return Column(name, f"a number{_limits(least, most)}", read, is_number=True)


def whole(name: str, least: int = 0, most: int = 2**53) -> Column:
    """Return a column of whole numbers within limits."""

    def read(cell: str) -> str | None:
        figure = cell.strip().removesuffix(".0")
        return figure if DIGITS.fullmatch(figure) and len(figure) < 17 and least <= int(figure) <= most else None

    limits = _limits(least, most if most < 2**53 else math.inf)
    return Column(name, f"a whole number{limits}", read, is_number=True)


def one_of(name: str, values: Sequence[str], *, added: bool = False) -> Column:
    """Return a column whose cells are one of some words, with capitals or without."""
    plain = {value.casefold(): value for value in values}
    named = ", ".join(value or "nothing" for value in values)
    return Column(name, f"one of: {named}", lambda cell: plain.get(cell.strip().casefold()), added)


def is_turned(cell: str) -> bool:
    """Return whether a spreadsheet program may have turned a text into this number."""
    return bool(TURNED.fullmatch(cell.strip()) or DIGITS.fullmatch(cell.strip()))


def with_point(cell: str) -> str:
    """Return a number with a decimal comma as one with a point, and anything else as it is."""
    return cell.replace(",", ".") if DECIMAL_COMMA.fullmatch(cell.strip()) else cell


def _limits(least: float, most: float) -> str:
    if math.isinf(least) and math.isinf(most):
        return ""
    return f" from {least:g} to {most:g}" if math.isfinite(most) else f", at least {least:g}"
