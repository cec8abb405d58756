"""The metadata of a model that people edited: the same, or an error that names the file and the field."""

import json
import os
from pathlib import Path
from typing import Any

import pytest
from hand_edits import FEW
from hypothesis import given
from hypothesis import strategies as st

from artlib.recogniser.files import ModelError, ModelMetadata, read_metadata, write_metadata
from artlib.recogniser.metadata_fields import CALIBRATION, FIELDS

GOOD = ModelMetadata(
    ["Ross Tran", "Wlop", "北斎"],
    "efficientnet_lite0",
    64,
    "artlib",
    0,
    0.5,
    "1" * 64,
    {"artlib": "0.9", "keras": "3.13"},
    model_hash="2" * 64,
    unknown_detector="unknown_detector-0a1b2c3d.npz",
    calibration={"temperature": 1.5, "coverage": 0.95, "conformal_threshold": 0.5, "n": 40},
    confidence="confidence-0a1b2c3d.npz",
)
ANYTHING = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=5,
)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    write_metadata(tmp_path, GOOD)
    return tmp_path / "artist_model.json"


def edited(path: Path, **changes: object) -> Path:
    path.write_text(json.dumps(json.loads(path.read_text(encoding="utf-8")) | changes), encoding="utf-8")
    return path


def test_they_come_back_as_they_were_written(path: Path) -> None:
    assert read_metadata(path) == GOOD


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16"])
def test_a_byte_order_mark_changes_nothing(encoding: str, path: Path) -> None:
    path.write_text(path.read_text(encoding="utf-8"), encoding=encoding)
    assert read_metadata(path) == GOOD


def test_a_field_of_the_users_own_stays_when_the_model_is_written_again(path: Path) -> None:
    edited(path, note="mine")
    assert read_metadata(path) == GOOD
    write_metadata(path.parent, GOOD)
    assert json.loads(path.read_text(encoding="utf-8"))["note"] == "mine"


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("class_names", "Wlop"),
        ("class_names", ["Wlop", "Wlop"]),
        ("class_names", ["Wlop", ""]),
        ("class_names", ["Wlop", 3]),
        ("backbone", "resnet51"),
        ("image_size", 64.5),
        ("image_size", True),
        ("unknown_threshold", "0.5"),
        ("unknown_threshold", 1.5),
        ("unknown_threshold", float("nan")),
        ("unknown_threshold", float("inf")),
        ("data_hash", "abc"),
        ("versions", ["0.9"]),
        ("model_hash", 2),
        ("epochs", -1),
        ("unknown_detector", "../outside.npz"),
        ("confidence", None),
        ("firm_error", 0),
        ("unknown_share", 1),
        ("calibration", []),
        ("calibration", {"temperature": 0}),
        ("calibration", {"coverage": "0.95"}),
        ("calibration", {"conformal_threshold": float("nan")}),
    ],
)
def test_a_field_that_can_not_be_so_is_named(field: str, value: Any, path: Path) -> None:
    with pytest.raises(
        ModelError, match=rf"artist_model.json is damaged: .*({field}|is no number in JSON).*Correct it"
    ):
        read_metadata(edited(path, **{field: value}))


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("class_names", ["Wlop", "Ross Tran", "北斎"]),
        ("class_names", ["Ross Tran", "Wlop", "Hokusai"]),
        ("class_names", ["Ross Tran", "Wlop"]),
        ("backbone", "efficientnet_lite2"),
        ("image_size", 224),
        ("model_hash", ""),
        ("calibration", {}),
        ("calibration", {"temperature": 2.5, "coverage": 0.95, "conformal_threshold": 0.5, "n": 40}),
        ("unknown_detector", ""),
        ("confidence", "confidence-00000000.npz"),
        ("others", "others-00000000.npz"),
    ],
)
def test_what_belongs_to_the_network_can_not_change_in_silence(field: str, value: Any, path: Path) -> None:
    with pytest.raises(ModelError, match=rf"{field} is not what artlib wrote there.*Correct it there, or bring back"):
        read_metadata(edited(path, **{field: value}))


def test_neither_can_it_be_deleted(path: Path) -> None:
    content = json.loads(path.read_text(encoding="utf-8"))
    path.write_text(json.dumps({name: value for name, value in content.items() if name != "calibration"}))
    with pytest.raises(ModelError, match="calibration is not what artlib wrote there"):
        read_metadata(path)


@pytest.mark.parametrize(
    ("field", "value"), [("unknown_threshold", 0.75), ("firm_error", 0.2), ("unknown_share", 0.1), ("additions", "")]
)
def test_what_users_are_told_to_change_can_be_changed(field: str, value: Any, path: Path) -> None:
    assert getattr(read_metadata(edited(path, **{field: value})), field) == value


def test_an_earlier_artlibs_metadata_have_no_checks_and_are_taken(path: Path) -> None:
    content = json.loads(path.read_text(encoding="utf-8"))
    del content["checks"]
    path.write_text(json.dumps(content | {"class_names": ["a", "b"]}), encoding="utf-8")
    assert read_metadata(path).class_names == ["a", "b"]


def test_a_number_that_an_editor_writes_otherwise_is_the_same(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    path.write_text(text.replace('"temperature": 1.5', '"temperature": 15e-1'), encoding="utf-8")
    assert read_metadata(path) == GOOD


@pytest.mark.skipif(os.name == "nt", reason="Windows has no such pipes in folders")
def test_a_pipe_or_a_folder_in_its_place_is_named_and_not_waited_for(path: Path) -> None:
    path.unlink()
    os.mkfifo(path)
    with pytest.raises(ModelError, match=r"artist_model.json.* is damaged: .*a pipe and no file"):
        read_metadata(path)
    path.unlink()
    path.mkdir()
    with pytest.raises(ModelError, match="a folder and no file"):
        read_metadata(path)


def test_a_field_that_stands_there_twice_is_named(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    path.write_text(text.replace('"seed": 0,', '"seed": 0,\n  "seed": 1,'), encoding="utf-8")
    with pytest.raises(ModelError, match="seed stands there twice"):
        read_metadata(path)


def test_a_line_that_is_no_json_is_named(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    path.write_text(text.replace('"seed": 0,', '"seed": 0'), encoding="utf-8")
    with pytest.raises(ModelError, match=r"line 1\d is no JSON"):
        read_metadata(path)


@FEW
@given(field=st.sampled_from([*FIELDS, *CALIBRATION, "note"]), value=ANYTHING)
def test_any_value_in_any_field_is_taken_or_named(field: str, value: Any, path: Path) -> None:
    write_metadata(path.parent, GOOD)
    content = json.loads(path.read_text(encoding="utf-8"))
    del content["checks"]  # as an earlier artlib wrote them
    (content["calibration"] if field in CALIBRATION else content)[field] = value
    path.write_text(json.dumps(content), encoding="utf-8")
    try:
        found = read_metadata(path)
    except ModelError as error:
        assert "artist_model.json" in str(error)
    else:
        assert field in ("note", "checks") or value in (getattr(found, field, None), found.calibration.get(field))


@FEW
@given(place=st.integers(0, 900), piece=st.binary(max_size=3), gone=st.integers(0, 5))
def test_changed_bytes_raise_nothing_else(place: int, piece: bytes, gone: int, path: Path) -> None:
    write_metadata(path.parent, GOOD)
    content = path.read_bytes()
    path.write_bytes(content[:place] + piece + content[place + gone :])
    try:
        read_metadata(path)
    except ModelError as error:
        assert "artist_model.json" in str(error)
