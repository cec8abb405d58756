"""Collecting from folders and zip files: every picture exactly once, unchanged and as a normalised copy."""

import hashlib
import io
import os
import signal
import struct
import subprocess
import sys
import time
import unicodedata
import zipfile
from pathlib import Path

import pandas as pd
import pytest
from drawing import encoded, photo, write
from PIL import ExifTags, Image

from artlib import images
from artlib.collect import archive, folder
from artlib.collect.errors import CollectError
from artlib.workspace import Workspace
from artlib.workspace.catalog import COLUMNS, read_catalog
from artlib.workspace.disk.faults import DiskError
from artlib.workspace.ingest import Candidate, CollectReport, Conflict, take_in


def originals(workspace: Workspace) -> list[Path]:
    return [workspace.root / path for path in read_catalog(workspace)["path"]]


def artists(workspace: Workspace) -> list[str]:
    return sorted(set(read_catalog(workspace)["artist"]))


def zipped(path: Path, members: dict[str, bytes], method: int = zipfile.ZIP_DEFLATED) -> Path:
    with zipfile.ZipFile(path, "w", method) as opened:
        for name, content in members.items():
            opened.writestr(name, content)
    return path


# --- what lies in the workspace afterwards ---


def test_every_picture_gets_a_row_under_its_folders_name(workspace: Workspace, photos: Path) -> None:
    report = folder(workspace, photos)
    assert dict(report.added) == {"Wlop": 3, "Ross Tran": 3}
    assert read_catalog(workspace)["artist"].value_counts().to_dict() == {"Wlop": 3, "Ross Tran": 3}


def test_the_catalog_has_the_fixed_columns_in_order(workspace: Workspace, photos: Path) -> None:
    folder(workspace, photos)
    assert tuple(read_catalog(workspace).columns)[: len(COLUMNS)] == COLUMNS


def test_originals_are_kept_byte_for_byte(workspace: Workspace, photos: Path) -> None:
    folder(workspace, photos)
    kept = {path.name: path.read_bytes() for path in originals(workspace)}
    assert kept == {path.name: path.read_bytes() for path in photos.rglob("*.jpg")}


def test_originals_lie_in_their_artists_folder(workspace: Workspace, photos: Path) -> None:
    folder(workspace, photos)
    paths = read_catalog(workspace).query("artist == 'Wlop'")["path"]
    assert sorted(paths) == ["originals/Wlop/0.jpg", "originals/Wlop/2.jpg", "originals/Wlop/4.jpg"]


def test_the_source_is_left_as_it_was(workspace: Workspace, photos: Path) -> None:
    before = {path: path.read_bytes() for path in photos.rglob("*.*")}
    folder(workspace, photos)
    assert {path: path.read_bytes() for path in photos.rglob("*.*")} == before


def test_an_id_is_the_beginning_of_the_hash_of_the_bytes(workspace: Workspace, photos: Path) -> None:
    folder(workspace, photos)
    for row in read_catalog(workspace).to_dict("records"):
        sha256 = hashlib.sha256((workspace.root / row["path"]).read_bytes()).hexdigest()
        assert (row["sha256"], row["id"]) == (sha256, sha256[:16])


@pytest.mark.parametrize(
    ("name", "picture"),
    [
        ("wide.jpg", photo(1, (2000, 300))),
        ("tall.png", photo(2, (300, 2000))),
        ("palette.gif", photo(3).quantize()),
        ("see-through.webp", photo(4).convert("RGBA")),
        ("print.jpg", photo(5).convert("CMYK")),
        ("grey.tif", photo(6).convert("L")),
    ],
)
def test_a_normalised_copy_is_a_jpeg_in_rgb_of_at_most_1024_pixels(
    name: str, picture: Image.Image, workspace: Workspace, tmp_path: Path
) -> None:
    write(tmp_path / "art" / "Wlop" / name, picture)
    folder(workspace, tmp_path / "art")
    with Image.open(workspace.image(read_catalog(workspace)["id"][0])) as copy:
        assert (copy.format, copy.mode) == ("JPEG", "RGB")
        assert max(copy.size) == min(1024, max(picture.size))


def test_width_and_height_are_those_of_the_upright_original(workspace: Workspace, tmp_path: Path) -> None:
    exif = Image.Exif()
    exif[ExifTags.Base.Orientation] = 6
    write(tmp_path / "art" / "Wlop" / "turned.jpg", encoded(photo(1, (1500, 300)), exif=exif))
    folder(workspace, tmp_path / "art")
    row = read_catalog(workspace).iloc[0]
    assert (row["width"], row["height"]) == ("300", "1500")


def test_two_pictures_of_the_same_name_are_both_kept(workspace: Workspace, tmp_path: Path) -> None:
    contents = [encoded(photo(seed)) for seed in (1, 2)]
    for year, content in zip(("2019", "2020"), contents, strict=True):
        write(tmp_path / "art" / "Wlop" / year / "untitled.jpg", content)
    write(tmp_path / "art" / "Ross" / "other.jpg", photo(3))
    folder(workspace, tmp_path / "art")
    wlop = [path.read_bytes() for path in originals(workspace) if path.parent.name == "Wlop"]
    assert sorted(wlop) == sorted(contents)


def test_an_original_is_never_overwritten_by_a_later_collection(workspace: Workspace, tmp_path: Path) -> None:
    for source, seed in (("monday", 1), ("tuesday", 2)):
        write(tmp_path / source / "Wlop" / "untitled.jpg", photo(seed))
        folder(workspace, tmp_path / source)
    kept = {path.read_bytes() for path in originals(workspace)}
    assert kept == {(tmp_path / day / "Wlop" / "untitled.jpg").read_bytes() for day in ("monday", "tuesday")}


def test_names_that_are_hard_for_file_systems_are_kept(workspace: Workspace, tmp_path: Path) -> None:
    name = "北" * 83 + ".jpg"  # 253 bytes of the 255 that Linux allows
    write(tmp_path / "art" / "Wlop" / name, photo(1))
    folder(workspace, tmp_path / "art")
    assert originals(workspace)[0].read_bytes() == (tmp_path / "art" / "Wlop" / name).read_bytes()


# --- exactly once ---


def test_collecting_again_adds_nothing(workspace: Workspace, photos: Path) -> None:
    folder(workspace, photos)
    before = workspace.catalog.read_bytes()
    report = folder(workspace, photos)
    assert (report.added.total(), report.known) == (0, 6)
    assert workspace.catalog.read_bytes() == before


def test_only_what_is_new_is_added(workspace: Workspace, photos: Path) -> None:
    folder(workspace, photos)
    write(photos / "Wlop" / "new.jpg", photo(99))
    assert dict(folder(workspace, photos).added) == {"Wlop": 1}


def test_the_same_bytes_under_two_names_are_one_picture(workspace: Workspace, tmp_path: Path) -> None:
    for name in ("a.jpg", "b.jpg", "c.jpeg"):
        write(tmp_path / "art" / "Wlop" / name, encoded(photo(1)))
    report = folder(workspace, tmp_path / "art")
    assert (report.added.total(), report.known, len(read_catalog(workspace))) == (1, 2, 1)


def test_the_same_bytes_under_two_artists_are_a_conflict_and_the_first_stands(
    workspace: Workspace, tmp_path: Path
) -> None:
    for artist in ("Ross", "Wlop"):
        write(tmp_path / "art" / artist / "same.jpg", encoded(photo(1)))
    report = folder(workspace, tmp_path / "art")
    assert [conflict[:3] for conflict in report.conflicts] == [("folder: Wlop/same.jpg", "Ross", "Wlop")]
    assert artists(workspace) == ["Ross"]
    assert "kept as Ross, although also found as Wlop: 1 picture, e.g. folder: Wlop/same.jpg" in str(report)


def test_a_conflict_with_an_earlier_collection_is_reported_too(workspace: Workspace, tmp_path: Path) -> None:
    for source, artist in (("monday", "Wlop"), ("tuesday", "Ross")):
        write(tmp_path / source / artist / "same.jpg", encoded(photo(1)))
    for seed in (2, 3):  # by far the most of Wlop's pictures are not found again: it is no corrected name
        write(tmp_path / "monday" / "Wlop" / f"{seed}.jpg", encoded(photo(seed)))
    folder(workspace, tmp_path / "monday")
    conflicts = folder(workspace, tmp_path / "tuesday").conflicts
    assert [conflict[:3] for conflict in conflicts] == [("folder: Ross/same.jpg", "Wlop", "Ross")]


COLLECT = "import sys; from artlib import Workspace, collect; collect.folder(Workspace(sys.argv[1]), sys.argv[2])"


def kill_while_collecting(workspace: Workspace, art: Path, rows: int) -> None:
    """Start collecting and kill the process as soon as the catalog has so many lines."""
    running = subprocess.Popen([sys.executable, "-c", COLLECT, workspace.root, art], stderr=subprocess.DEVNULL)
    while running.poll() is None:
        if workspace.catalog.exists() and workspace.catalog.read_bytes().count(b"\n") > rows:
            running.send_signal(signal.SIGKILL)
            break
        time.sleep(0.002)
    assert running.wait() == -signal.SIGKILL, "it was too quick to be killed: draw more pictures"


@pytest.mark.slow
@pytest.mark.skipif(os.name == "nt", reason="Windows has no SIGKILL")
def test_a_collection_killed_twice_goes_on_to_hold_every_picture_once(workspace: Workspace, tmp_path: Path) -> None:
    art, contents = tmp_path / "art", []
    for number in range(260):
        contents.append(write(art / f"artist {number % 3}" / f"{number}.jpg", photo(number)).read_bytes())
    for rows in (0, 64):
        kill_while_collecting(workspace, art, rows)
        assert workspace.catalog.read_bytes().count(b"\n") < 200
    folder(workspace, art)
    catalog = read_catalog(workspace)
    assert sorted(path.read_bytes() for path in originals(workspace)) == sorted(contents)
    assert (catalog[["id", "artist", "path", "sha256", "width", "height", "phash"]] != "").all(axis=None)
    for image_id in catalog["id"]:
        assert images.load(workspace.image(image_id)).size == (320, 240)


def test_a_row_torn_by_a_kill_is_collected_again(workspace: Workspace, photos: Path) -> None:
    folder(workspace, photos)
    whole = workspace.catalog.read_bytes()
    workspace.catalog.write_bytes(whole[:-40])
    folder(workspace, photos)
    assert len(read_catalog(workspace)) == read_catalog(workspace)["sha256"].nunique() == 6


# --- bad pictures ---


BAD = {
    "truncated.jpg": (encoded(photo(1))[:2000], "cut off"),
    "empty.png": (b"", "empty"),
    "page.jpg": (b"<!DOCTYPE html><html><body>404</body></html>", "web page"),
    "text.jpg": (b"please draw this", "plain text"),
    "tiny.png": (encoded(Image.new("RGB", (15, 400)), "PNG"), "15x400 pixels"),
    "zeros.webp": (bytes(500), "zero bytes"),
}


@pytest.mark.parametrize("name", BAD)
def test_a_bad_picture_is_rejected_with_its_reason_and_the_rest_is_collected(
    name: str, workspace: Workspace, photos: Path
) -> None:
    content, reason = BAD[name]
    write(photos / "Wlop" / name, content)
    report = folder(workspace, photos)
    assert report.added.total() == 6
    table = pd.read_csv(workspace.rejected)
    assert table["source"].tolist() == [f"folder: Wlop/{name}"]
    assert reason in table["reason"][0]


def test_a_rejected_picture_leaves_no_file(workspace: Workspace, photos: Path) -> None:
    write(photos / "Wlop" / "page.jpg", BAD["page.jpg"][0])
    folder(workspace, photos)
    assert len([path for path in workspace.originals.rglob("*") if path.is_file()]) == 6


def test_a_dangling_link_is_rejected(workspace: Workspace, photos: Path) -> None:
    (photos / "Wlop" / "gone.jpg").symlink_to(photos / "nowhere.jpg")
    assert [source for source, _ in folder(workspace, photos).rejected] == ["folder: Wlop/gone.jpg"]


def test_a_mended_picture_is_no_longer_in_the_list_of_rejected_ones(workspace: Workspace, photos: Path) -> None:
    write(photos / "Wlop" / "broken.jpg", BAD["truncated.jpg"][0])
    folder(workspace, photos)
    write(photos / "Wlop" / "broken.jpg", photo(50))
    folder(workspace, photos)
    assert len(pd.read_csv(workspace.rejected)) == 0


def test_the_report_names_ten_rejected_pictures_and_counts_the_others() -> None:
    text = str(CollectReport(rejected=[(f"folder: {number}.jpg", "It is empty.") for number in range(13)]))
    assert "13 rejected" in text and text.count("It is empty.") == 10 and "(+3 more in rejected.csv)" in text


# --- whose work it is ---


def test_decomposed_and_composed_accents_are_one_artist(workspace: Workspace, tmp_path: Path) -> None:
    for form, seed in (("NFC", 1), ("NFD", 2)):
        write(tmp_path / form / unicodedata.normalize(form, "René") / f"{form}.jpg", photo(seed))
        write(tmp_path / form / "北斎" / f"{form}.jpg", photo(seed + 10))
        folder(workspace, tmp_path / form)
    assert artists(workspace) == [unicodedata.normalize("NFC", "René"), "北斎"]


def test_a_name_given_by_hand_is_composed_like_those_of_folders(workspace: Workspace, tmp_path: Path) -> None:
    for form, seed in (("NFC", 1), ("NFD", 2)):
        write(tmp_path / form / "a.jpg", photo(seed))
        folder(workspace, tmp_path / form, artist=f" {unicodedata.normalize(form, 'René')} ")
    assert artists(workspace) == [unicodedata.normalize("NFC", "René")]


def test_a_flat_folder_does_not_say_whose_works_it_holds(workspace: Workspace, tmp_path: Path) -> None:
    write(tmp_path / "Katsura" / "a.jpg", photo(1))
    with pytest.raises(CollectError, match="does not say whose works these are: 1 picture\\..*--artist NAME"):
        folder(workspace, tmp_path / "Katsura")
    assert not workspace.root.exists()


def test_one_artist_can_be_named_for_all(workspace: Workspace, photos: Path) -> None:
    folder(workspace, photos, artist="Both")
    assert artists(workspace) == ["Both"]


def test_folders_below_an_artists_are_the_artists(workspace: Workspace, tmp_path: Path) -> None:
    write(tmp_path / "art" / "Wlop" / "2019" / "jan" / "a.jpg", photo(1))
    write(tmp_path / "art" / "Wlop" / "b.jpg", photo(2))
    write(tmp_path / "art" / "Ross" / "2019" / "c.jpg", photo(3))
    folder(workspace, tmp_path / "art")
    assert artists(workspace) == ["Ross", "Wlop"]


def test_a_common_folder_above_the_artists_is_passed_over(workspace: Workspace, tmp_path: Path) -> None:
    for number, artist in enumerate(("Ross", "Wlop")):
        write(tmp_path / "art" / "my set" / artist / "a.jpg", photo(number))
    folder(workspace, tmp_path / "art")
    assert artists(workspace) == ["Ross", "Wlop"]


@pytest.mark.parametrize("name", [".hidden.jpg", ".thumbnails/a.jpg", "__MACOSX/._a.jpg", "notes.txt", "a.psd"])
def test_what_is_no_picture_by_its_name_is_passed_over(name: str, workspace: Workspace, photos: Path) -> None:
    write(photos / "Wlop" / name, b"not a picture")
    report = folder(workspace, photos)
    assert (report.added.total(), report.rejected) == (6, [])


def test_capital_suffixes_are_pictures_too(workspace: Workspace, tmp_path: Path) -> None:
    write(tmp_path / "art" / "Wlop" / "SCAN.JPG", encoded(photo(1)))
    assert folder(workspace, tmp_path / "art").added.total() == 1


def test_the_licence_stands_in_every_row(workspace: Workspace, photos: Path) -> None:
    folder(workspace, photos, licence="CC BY 4.0")
    assert set(read_catalog(workspace)["licence"]) == {"CC BY 4.0"}


# --- a folder as a whole ---


def test_a_missing_folder_is_named(workspace: Workspace, tmp_path: Path) -> None:
    with pytest.raises(CollectError, match="nowhere does not exist. Give a folder with one subfolder per artist"):
        folder(workspace, tmp_path / "nowhere")


def test_a_file_instead_of_a_folder_points_to_collect_zip(workspace: Workspace, tmp_path: Path) -> None:
    with pytest.raises(CollectError, match="is a file. .*artlib collect zip FILE"):
        folder(workspace, write(tmp_path / "art.zip", b""))


def test_an_empty_folder_names_what_is_supported(workspace: Workspace, tmp_path: Path) -> None:
    with pytest.raises(CollectError, match=r"Found 0 pictures in folder: .*Supported: \.jpg \.jpeg .*\.webp"):
        folder(workspace, tmp_path)


def test_a_refused_source_writes_nothing(workspace: Workspace, tmp_path: Path) -> None:
    with pytest.raises(CollectError):
        folder(workspace, tmp_path)
    assert not workspace.root.exists()


# --- zip files ---


def test_a_zip_file_is_collected_like_the_folder_it_was(workspace: Workspace, tmp_path: Path) -> None:
    members = {f"{artist}/{artist}.jpg": encoded(photo(seed)) for seed, artist in enumerate(("Wlop", "北斎"))}
    report = archive(workspace, zipped(tmp_path / "art.zip", members))
    assert dict(report.added) == {"Wlop": 1, "北斎": 1}
    assert sorted(path.read_bytes() for path in originals(workspace)) == sorted(members.values())


def test_a_common_top_folder_in_a_zip_file_is_no_artist(workspace: Workspace, tmp_path: Path) -> None:
    members = {f"my set/{artist}/a.jpg": encoded(photo(seed)) for seed, artist in enumerate(("Wlop", "Ross"))}
    members["__MACOSX/my set/._a.jpg"] = b"what macOS adds"
    archive(workspace, zipped(tmp_path / "art.zip", members))
    assert artists(workspace) == ["Ross", "Wlop"]


def test_a_flat_zip_file_is_collected_under_a_given_name(workspace: Workspace, tmp_path: Path) -> None:
    archive(workspace, zipped(tmp_path / "images.zip", {"a.jpg": encoded(photo(1))}), artist="Katsura")
    assert artists(workspace) == ["Katsura"]


def test_nothing_is_unpacked_beside_the_workspace(workspace: Workspace, tmp_path: Path) -> None:
    file = zipped(tmp_path / "art.zip", {"Wlop/a.jpg": encoded(photo(1))})
    archive(workspace, file)
    assert set(tmp_path.iterdir()) == {file, workspace.root}


@pytest.mark.parametrize("name", ["../../x.jpg", "../a/../../x.jpg", "/etc/x.jpg", "a/..\\..\\x.jpg", "../x/y.jpg"])
def test_a_malicious_name_never_writes_outside(name: str, tmp_path: Path) -> None:
    workspace = Workspace(tmp_path / "deep" / "down" / "data")
    file = zipped(tmp_path / "art.zip", {name: encoded(photo(1)), "Wlop/good.jpg": encoded(photo(2))})
    archive(workspace, file)
    outside = [path for path in tmp_path.rglob("*") if path.is_file() and workspace.root not in path.parents]
    assert outside == [file]
    assert all(workspace.originals in path.resolve().parents for path in originals(workspace))


def test_a_picture_locked_with_a_password_is_rejected_and_the_rest_collected(
    workspace: Workspace, tmp_path: Path
) -> None:
    file = zipped(tmp_path / "art.zip", {"Wlop/open.jpg": encoded(photo(1)), "Wlop/secret.jpg": encoded(photo(2))})
    content = bytearray(file.read_bytes())
    # the flag stands in the directory at the end: 8 bytes after the mark of the second entry
    second = content.rindex(b"PK\x01\x02")
    content[second + 8] |= 1
    file.write_bytes(content)
    report = archive(workspace, file)
    assert report.added.total() == 1
    assert "password" in report.rejected[0][1]


def test_a_picture_damaged_inside_a_zip_file_is_rejected_and_the_rest_collected(
    workspace: Workspace, tmp_path: Path
) -> None:
    members = {"Wlop/a.jpg": encoded(photo(1)), "Wlop/b.jpg": encoded(photo(2))}
    file = zipped(tmp_path / "art.zip", members, zipfile.ZIP_STORED)
    content = file.read_bytes()
    file.write_bytes(content.replace(members["Wlop/a.jpg"][-300:-280], bytes(20)))
    report = archive(workspace, file)
    assert report.added.total() == 1
    assert "damaged in the archive" in report.rejected[0][1]


def test_a_zip_bomb_is_not_unpacked(workspace: Workspace, tmp_path: Path) -> None:
    file = zipped(tmp_path / "art.zip", {"Wlop/a.jpg": encoded(photo(1)), "Wlop/bomb.jpg": bytes(1000)})
    content = bytearray(file.read_bytes())
    struct.pack_into("<I", content, content.rindex(b"PK\x01\x02") + 24, 3_000_000_000)
    file.write_bytes(content)
    report = archive(workspace, file)
    assert "unpacks to hundreds of times its size" in report.rejected[0][1]


def test_a_missing_zip_file_is_named(workspace: Workspace, tmp_path: Path) -> None:
    with pytest.raises(CollectError, match="no file .*art.zip. Give the path of a zip file"):
        archive(workspace, tmp_path / "art.zip")


@pytest.mark.parametrize("keep", [0, 10, 500])
def test_a_zip_file_cut_short_says_to_download_it_again(keep: int, workspace: Workspace, tmp_path: Path) -> None:
    whole = zipped(tmp_path / "whole.zip", {"Wlop/a.jpg": encoded(photo(1))}).read_bytes()
    with pytest.raises(CollectError, match="not a complete zip or tar file.*Download it again"):
        archive(workspace, write(tmp_path / "art.zip", whole[:keep]))


def test_a_zip_file_without_pictures_names_what_is_supported(workspace: Workspace, tmp_path: Path) -> None:
    with pytest.raises(CollectError, match=r"Found 0 pictures in .*Supported: \.jpg"):
        archive(workspace, zipped(tmp_path / "art.zip", {"notes.txt": b"none"}))


def test_names_from_old_windows_archives_do_not_stop_the_collection(workspace: Workspace, tmp_path: Path) -> None:
    """Such names are not UTF-8; Python reads them as code page 437."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as opened:
        opened.writestr("Wlop/AAA.jpg", encoded(photo(1)))
    file = write(tmp_path / "art.zip", buffer.getvalue().replace(b"AAA.jpg", b"\x8d\x82\x90.jpg"))
    assert archive(workspace, file).added.total() == 1


def test_a_picture_that_another_command_takes_in_meanwhile_is_known_and_leaves_nothing_behind(
    workspace: Workspace, tmp_path: Path
) -> None:
    content = encoded(photo(1))

    def meanwhile() -> bytes:
        take_in(workspace, [Candidate("Wlop", "a.jpg", lambda: content, "first")])
        return content

    report = take_in(workspace, [Candidate("Ross", "b.jpg", meanwhile, "second")])
    assert (report.added.total(), report.known) == (0, 1)
    assert [conflict[:3] for conflict in report.conflicts] == [("second", "Wlop", "Ross")]
    assert [file.name for file in workspace.originals.rglob("*.*")] == ["a.jpg"]
    assert read_catalog(workspace)["artist"].tolist() == ["Wlop"]


# --- opt-outs ---


def test_a_picture_that_says_it_must_not_be_learned_from_is_refused(workspace: Workspace, photos: Path) -> None:
    xmp = (
        b'<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">'
        b'<rdf:Description xmlns:plus="http://ns.useplus.org/ldf/xmp/1.0/" plus:DataMining="DMI-PROHIBITED"/>'
        b"</rdf:RDF></x:xmpmeta>"
    )
    write(photos / "Wlop" / "no.jpg", encoded(photo(77), xmp=xmp))
    report = folder(workspace, photos)
    assert report.added.total() == 6
    assert report.rejected == [("folder: Wlop/no.jpg", "opted out: its metadata says DMI-PROHIBITED (plus:DataMining)")]


def test_a_full_disk_says_so_and_loses_nothing(workspace: Workspace, photos: Path, monkeypatch) -> None:
    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as patched:
        patched.setattr("artlib.workspace.ingest.write_once", full)
        with pytest.raises(DiskError, match=r"disk is full.*goes on"):
            folder(workspace, photos)
    assert folder(workspace, photos).added.total()


def test_the_report_of_hundreds_of_artists_is_short() -> None:
    report = CollectReport()
    for number in range(200):
        report.added[f"Painter {number:03}"] = 3
        report.relabelled[f"old {number}", f"new {number}"] = 1
        report.conflicts.append(Conflict("folder: x", f"a {number}", f"b {number}", "id"))

    lines = str(report).splitlines()
    assert len(lines) < 70
    assert "    540  by 180 more artists" in lines
