"""Rules: which measures make a picture a suggestion, each with its reason in words (docs/sorting.md has figures).

Most are relative to the artist's other works: soft painting is not blurry where everything is painted softly, and who
draws borders has works with borders.
"""

from collections.abc import Callable

import numpy as np
import pandas as pd

from artlib.workspace.suggestions import BLANK, BLURRY, COLUMNS, FRAME, PHOTOGRAPH, SCREENSHOT, TEXT

Found = dict[str, str]  # from the id to the detail
Rule = Callable[[pd.DataFrame], Found]

# a usual trait of an artist is nothing to ask about
MANY, MANY_SHARE = 4, 0.05

BLUR, MORE_BLUR, USUAL = 1.1, 0.7, 75  # pixels, pixels more than this percentile of the artist's works
EMPTY_BOX, EMPTY_DRAWN = 0.08, 0.08  # shares of the sheet: of the box around the drawing, and of what is drawn
FAINT = 20  # of 255, between the 1st and the 99th percentile of the brightness

WORDS, WRITTEN, INK = 5, 0.8, 0.3  # of a text page; more ink is pictures with soft edges
LARGE_WORDS, LARGE_WRITTEN, EVEN = 2, 0.95, 0.85  # of a few large words on an even ground

SCREEN_FLAT, SCREEN_WORDS, SCREEN_WRITTEN = 0.35, 4, 0.1  # with a panel
MANY_WORDS, MUCH_WRITTEN = 10, 0.25  # without one: chat, or a list

DRAWN_FLAT, DRAWN_WORKS = 0.5, 5  # middle of the flat share of an artist who draws flat, and so many works at least
PHOTO_SOFT, PHOTO_FLAT, MORE_SOFT, FULL_SHEET = 0.4, 0.45, 0.1, 0.85

FRAMED = 0.93  # share of the weakest side's length
FLAT_FRAME = 0.7
MARGIN, FILLED = 0.04, 0.9  # share of the shorter side; share of each side along which the picture begins at once


def suggestions(pictures: pd.DataFrame) -> pd.DataFrame:
    """Return the pictures that a person should look at.

    Args:
        pictures: columns id, artist and those of `measures.COLUMNS`.

    Returns:
        Columns id, reason and detail; one row a picture, in the order of the pictures. Where several rules speak, the
        surest is the reason, and the others are added to the detail.
    """
    found = {reason: rule(pictures) for reason, rule in RULES.items()}
    rows = []
    for image_id in pictures["id"]:
        reasons = [reason for reason in RULES if image_id in found[reason]]
        if reasons:
            details = [found[reasons[0]][image_id]]
            details += [f"also {reason}: {found[reason][image_id]}" for reason in reasons[1:]]
            rows.append((image_id, reasons[0], "; ".join(details)))
    return pd.DataFrame(rows, columns=list(COLUMNS)).astype(str)


def text_pages(pictures: pd.DataFrame) -> Found:
    """Find pages whose lines are nearly all rows of letters, or a few large words on an even ground."""
    page = (pictures["words"] >= WORDS) & (pictures["written"] >= WRITTEN) & (pictures["drawn"] <= INK)
    large = (pictures["words"] >= LARGE_WORDS) & (pictures["written"] >= LARGE_WRITTEN) & (pictures["flat"] >= EVEN)
    return _found(pictures, page | large, lambda row: f"{row.written:.0%} of what is drawn looks like rows of letters")


def screenshots(pictures: pd.DataFrame) -> Found:
    """Find even panels along the picture's sides together with rows of small letters."""
    with_panels = (
        (pictures["panels"] >= 1) & (pictures["words"] >= SCREEN_WORDS) & (pictures["written"] >= SCREEN_WRITTEN)
    )
    much = (pictures["words"] >= MANY_WORDS) & (pictures["written"] >= MUCH_WRITTEN)
    return _found(
        pictures,
        (pictures["flat"] >= SCREEN_FLAT) & (with_panels | much),
        lambda row: f"straight panels: {row.panels:.0f}, words in small letters: {row.words:.0f}, on even ground",
    )


def photographs(pictures: pd.DataFrame) -> Found:
    """Find pictures that are shaded and grained all over, by artists who draw flat areas."""
    found: Found = {}
    for artist, mine in pictures.groupby("artist"):
        if len(mine) < DRAWN_WORKS or mine["flat"].median() < DRAWN_FLAT:
            continue
        usual = mine["soft"].quantile(0.9)
        shaded = mine["soft"] >= max(PHOTO_SOFT, usual + MORE_SOFT)
        photo = shaded & (mine["flat"] <= PHOTO_FLAT) & (mine["box"] >= FULL_SHEET)
        flat = mine["flat"].median()
        found |= _found(
            mine,
            photo,
            lambda row, artist=artist, flat=flat: (
                f"{row.flat:.0%} of it is flat; of {artist}'s other pictures usually {flat:.0%}"
            ),
        )
    return found


def blank_pictures(pictures: pd.DataFrame) -> Found:
    """Find sheets with something tiny on them, and pictures so faint that hardly anything can be seen."""
    tiny = (pictures["box"] <= EMPTY_BOX) & (pictures["drawn"] <= EMPTY_DRAWN)
    faint = pictures["contrast"] <= FAINT
    found = _unusual(pictures, tiny, lambda row: f"what is drawn takes {row.box:.1%} of the sheet")
    return found | _unusual(
        pictures, faint, lambda row: f"its brightest and darkest parts differ by {row.contrast:.0f} of 255"
    )


def framed_pictures(pictures: pd.DataFrame) -> Found:
    """Find straight edges along all four sides, unless the artist has many such works: printed borders, or etchings."""
    framed = (pictures["frame"] >= FRAMED) & (pictures["flat"] <= FLAT_FRAME)  # flat pictures have drawn borders
    mounted = (pictures["margin"] >= MARGIN) & (pictures["filled"] >= FILLED)
    return _unusual(
        pictures,
        framed | mounted,
        lambda row: (
            f"a margin in one colour, {row.margin:.0%} of the shorter side, is around it"
            if row.margin >= MARGIN
            else f"a straight edge runs along {row.frame:.0%} of each side, as of a frame or a mount"
        ),
    )


def blurry_pictures(pictures: pd.DataFrame) -> Found:
    """Find pictures whose sharpest edges are much wider than those of the artist's other works."""
    found: Found = {}
    for artist, mine in pictures.groupby("artist"):
        usual = float(np.percentile(mine["blur"], USUAL)) if len(mine) > 1 else 0.0
        found |= _found(
            mine,
            mine["blur"] >= max(BLUR, usual + MORE_BLUR),
            lambda row, artist=artist, usual=usual: (
                f"its sharpest edges are {row.blur:.1f} pixels wide; {artist}'s others usually have {usual:.1f} at most"
            ),
        )
    return found


def _found(pictures: pd.DataFrame, chosen: pd.Series, detail: Callable) -> Found:
    return {str(row.id): detail(row) for row in pictures[chosen].itertuples()}


def _unusual(pictures: pd.DataFrame, chosen: pd.Series, detail: Callable) -> Found:
    """Find the pictures chosen, but none of an artist of whom many are."""
    count = chosen.groupby(pictures["artist"]).transform("sum")
    all_works = pictures.groupby("artist")["id"].transform("size")
    return _found(pictures, chosen & ~((count >= MANY) & (count >= MANY_SHARE * all_works)), detail)


RULES: dict[str, Rule] = {  # the surest first
    TEXT: text_pages,
    SCREENSHOT: screenshots,
    PHOTOGRAPH: photographs,
    BLANK: blank_pictures,
    FRAME: framed_pictures,
    BLURRY: blurry_pictures,
}
