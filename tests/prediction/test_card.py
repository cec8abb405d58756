"""The card: what a person reads and sees of a verdict, and that nothing in it can do harm."""

import html
import re
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from copies import found
from drawing import photo, write

from artlib.prediction.card import EvidenceCard
from artlib.prediction.reasons import of_originals
from artlib.prediction.verdict import Verdict
from artlib.recogniser.known_works import Work

HOSTILE = "<script>alert(1)</script>\"'><img src=https://evil.example/x.png>"
PROOF = ["The known work, and the picture", "The known work", "The picture laid over it"]
BLOCKS = ("div", "dt", "dd", "h3", "li")


class Elements(HTMLParser):
    """The elements of a card, as a browser finds them."""

    def __init__(self, card: EvidenceCard) -> None:
        super().__init__()
        self.found: list[tuple[str, dict[str, str]]] = []
        self.text = ""
        self._in_style = False
        self.feed(card._repr_html_())

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        self._in_style = tag == "style"
        self.found.append((tag, {name: value or "" for name, value in attributes}))

    def handle_endtag(self, tag: str) -> None:
        self._in_style = False
        if tag in BLOCKS:
            self.text += "\n"

    def handle_data(self, data: str) -> None:
        if not self._in_style:
            self.text += data

    def named(self, tag: str) -> list[dict[str, str]]:
        return [attributes for name, attributes in self.found if name == tag]

    def words(self) -> str:
        return " ".join(self.text.split())


@pytest.fixture
def work(tmp_path: Path) -> Work:
    image = write(tmp_path / "0123456789abcdef.jpg", photo(1))
    source = ("Wikimedia Commons", "https://commons.wikimedia.org/wiki/File:Dog.jpg", "CC0")
    return Work("0123456789abcdef", "Wlop", "originals/wlop/a.jpg", *source, distance=0.25, image=image)


def verdict(**changes: Any) -> Verdict:
    values = {
        "artist": "Wlop",
        "probability": 0.7,
        "unknown_score": 0.2,
        "unknown_threshold": 0.5,
        "top_artists": [("Wlop", 0.7), ("Ross Tran", 0.25), ("北斎", 0.05)],
        "reasons": ["2 of the 3 nearest known works are by Wlop."],
        "confidence": 0.95,
        "strength": "firm",
    }
    return Verdict(**{"path": "dog.jpg", "verdict": "artist", **values, **changes})


def test_a_card_says_the_verdict_in_one_sentence() -> None:
    assert "In the hand of Wlop." in Elements(EvidenceCard(verdict())).text


def test_a_card_of_a_refusal_says_that_the_hand_is_not_known() -> None:
    text = Elements(EvidenceCard(verdict(verdict="unknown", strength="none", unknown_score=0.8))).text
    assert "I do not know this hand; nearest is Wlop." in text


@pytest.mark.parametrize(
    ("answer", "strength", "kind"),
    [("copy", "firm", "copy"), ("artist", "firm", "firm"), ("artist", "likely", "likely"), ("unknown", "none", "none")],
)
def test_a_card_has_the_class_of_its_kind(answer: str, strength: str, kind: str) -> None:
    card = Elements(EvidenceCard(verdict(verdict=answer, strength=strength)))
    assert card.named("article")[0]["class"] == f"card {kind}"


def test_a_card_has_what_firm_answers_keep_at_its_foot() -> None:
    card = Elements(EvidenceCard(verdict(promise="Of 100 firm answers 10 may be wrong.")))
    assert card.words().endswith("dog.jpg Of 100 firm answers 10 may be wrong.")


def test_a_card_without_a_promise_ends_with_the_path() -> None:
    assert Elements(EvidenceCard(verdict())).words().endswith("by Wlop. dog.jpg")


def test_a_cards_text_begins_with_the_three_original_lines_as_they_were() -> None:
    lines = Elements(EvidenceCard(verdict(), "Ross Tran")).text.strip().splitlines()[:3]
    assert lines == ["Actual artist = Ross Tran", "Predicted artist = Wlop", "Prediction probability = 70.00 %"]


def test_a_card_without_an_actual_artist_says_that_none_was_given() -> None:
    assert Elements(EvidenceCard(verdict())).text.strip().startswith("Actual artist = not given\n")


def test_a_card_without_the_lines_begins_with_the_sentence() -> None:
    assert Elements(EvidenceCard(verdict(), with_lines=False)).text.strip().startswith("In the hand of Wlop.")


def test_each_bar_is_as_long_as_its_artist_is_probable() -> None:
    shares = [attributes["style"] for attributes in Elements(EvidenceCard(verdict())).named("dt")]
    assert shares == ["--share:70%", "--share:25%", "--share:5%"]


def test_each_bar_says_the_artist_and_the_probability() -> None:
    assert "Wlop 70.0 % Ross Tran 25.0 % 北斎 5.0 %" in Elements(EvidenceCard(verdict())).words()


def test_no_more_bars_are_drawn_than_asked_for() -> None:
    assert len(Elements(EvidenceCard(verdict(), bars=2)).named("dt")) == 2


def test_a_card_gives_the_reasons() -> None:
    assert "2 of the 3 nearest known works are by Wlop." in Elements(EvidenceCard(verdict())).text


def test_a_near_work_is_shown_with_its_artist_and_distance(work: Work) -> None:
    assert "Wlop, distance 0.25" in Elements(EvidenceCard(verdict(nearest=[work]))).words()


def test_a_near_works_picture_is_part_of_the_card(work: Work) -> None:
    shown = EvidenceCard(verdict(nearest=[work]))._repr_html_()
    assert f".work-{work.id}{{background-image:url(data:image/jpeg;base64," in shown


def test_a_near_work_whose_picture_was_deleted_is_named_all_the_same(work: Work) -> None:
    work.image.unlink()
    assert "Wlop, distance 0.25" in Elements(EvidenceCard(verdict(nearest=[work]))).words()


def test_a_near_work_links_to_where_it_came_from(work: Work) -> None:
    (link,) = Elements(EvidenceCard(verdict(nearest=[work]))).named("a")
    assert link["href"] == "https://commons.wikimedia.org/wiki/File:Dog.jpg"


def test_a_link_leaves_the_notebook_open(work: Work) -> None:
    (link,) = Elements(EvidenceCard(verdict(nearest=[work]))).named("a")
    assert (link["target"], link["rel"]) == ("_blank", "noopener noreferrer")


@pytest.mark.parametrize("address", ["", "javascript:alert(1)", "data:text/html,x", "file:///etc/passwd", "//evil"])
def test_only_an_address_of_the_web_becomes_a_link(work: Work, address: str) -> None:
    near = Work(**{**vars(work), "source_url": address})
    card = Elements(EvidenceCard(verdict(nearest=[near])))
    assert (card.named("a"), "Wikimedia Commons" in card.text) == ([], True)


def test_a_card_with_a_heat_map_shows_the_picture_without_and_with_it() -> None:
    shown = verdict(picture=photo(1), heat_map=np.eye(8, dtype=np.float32))
    plain, heated = (attributes["src"] for attributes in Elements(EvidenceCard(shown)).named("img"))
    assert plain != heated


def test_a_heat_map_is_explained() -> None:
    shown = verdict(picture=photo(1), heat_map=np.eye(8, dtype=np.float32))
    assert 'title="Bright: what looks like Wlop"' in EvidenceCard(shown)._repr_html_()


def test_a_card_without_a_heat_map_shows_the_picture_once() -> None:
    assert len(Elements(EvidenceCard(verdict(picture=photo(1)))).named("img")) == 1


def test_a_card_of_a_bad_picture_is_marked_and_gives_the_reason_alone() -> None:
    card = Elements(EvidenceCard(Verdict("dog.jpg", "error", error="The picture is cut off.")))
    assert card.named("article")[0]["class"] == "card error"
    assert card.words() == "No answer: The picture is cut off. dog.jpg"


def test_a_copy_shows_the_proof_for_each_of_its_originals(tmp_path: Path) -> None:
    both = [*found(tmp_path, seed=1).originals, *found(tmp_path, seed=2, mirrored=True).originals]
    card = Elements(EvidenceCard(verdict(verdict="copy", picture=photo(1), originals=both)))
    assert [image["alt"] for image in card.named("img")] == ["the picture", *PROOF, *PROOF]
    assert "Wlop, a museum, licence: CC0" in card.text and "Mirrored." in card.text


def test_what_stands_under_the_proof_is_not_among_the_reasons_again(tmp_path: Path) -> None:
    originals = found(tmp_path).originals
    told = [*of_originals(originals), "By style alone I would have said: Ross, 40%."]
    shown = EvidenceCard(verdict(verdict="copy", picture=photo(1), originals=originals, reasons=told))
    assert shown.reasons == ["By style alone I would have said: Ross, 40%."]


def test_a_card_without_originals_has_no_proof() -> None:
    assert "<div class=proof>" not in EvidenceCard(verdict(picture=photo(1)))._repr_html_()


@pytest.mark.parametrize(
    "hostile",
    [
        verdict(path=HOSTILE),
        verdict(artist=HOSTILE),
        verdict(verdict="copy", copy_of=HOSTILE),
        verdict(top_artists=[(HOSTILE, 0.7)]),
        verdict(reasons=[HOSTILE]),
        verdict(promise=HOSTILE),
        verdict(artist=HOSTILE, picture=photo(1), heat_map=np.eye(8, dtype=np.float32)),
        Verdict("dog.jpg", "error", error=HOSTILE),
    ],
    ids=["path", "artist", "copy_of", "top_artists", "reasons", "promise", "heat map", "error"],
)
def test_a_hostile_text_is_text_on_a_card(hostile: Verdict) -> None:
    card = Elements(EvidenceCard(hostile))
    assert not card.named("script")
    assert all(image["src"].startswith("data:") for image in card.named("img"))
    assert HOSTILE in html.unescape(EvidenceCard(hostile)._repr_html_())


@pytest.mark.parametrize("field", ["artist", "source"])
def test_a_hostile_text_of_a_near_work_is_text_on_a_card(work: Work, field: str) -> None:
    card = Elements(EvidenceCard(verdict(nearest=[Work(**{**vars(work), field: HOSTILE})])))
    assert not card.named("script") + card.named("img")
    assert HOSTILE in card.text


def test_a_hostile_actual_artist_is_text_on_a_card() -> None:
    card = Elements(EvidenceCard(verdict(), HOSTILE))
    assert not card.named("script") + card.named("img")
    assert HOSTILE in card.text


def test_a_hostile_address_stays_inside_its_link(work: Work) -> None:
    near = Work(**{**vars(work), "source_url": f"https://example.org/{HOSTILE}"})
    card = Elements(EvidenceCard(verdict(nearest=[near])))
    assert [link["href"] for link in card.named("a")] == [f"https://example.org/{HOSTILE}"]


@pytest.fixture
def full(work: Work, tmp_path: Path) -> EvidenceCard:
    evidence = {"heat_map": np.eye(8, dtype=np.float32), "nearest": [work], "originals": found(tmp_path).originals}
    return EvidenceCard(verdict(picture=photo(1), **evidence), "Wlop")


def test_showing_a_card_loads_nothing_from_elsewhere(full: EvidenceCard) -> None:
    loaded = [attributes.get("src", "") for _, attributes in Elements(full).found if "src" in attributes]
    loaded += re.findall(r"url\(([^)]*)\)", full._repr_html_())
    assert loaded
    assert all(address.startswith("data:image/") for address in loaded)
    assert "@import" not in full._repr_html_()


def test_a_card_runs_nothing(full: EvidenceCard) -> None:
    card = Elements(full)
    handlers = [name for _, attributes in card.found for name in attributes if name.startswith("on")]
    assert card.named("script") + card.named("iframe") + card.named("link") + handlers == []
