"""Whose work each picture is, inferred over the whole source; and what is left out, by kind, with what to do."""

import io
import json
import os
import shutil
import tarfile
import zipfile
from pathlib import Path

import pytest
from drawing import encoded, photo, write

import artlib
from artlib.collect import archive, folder
from artlib.collect import plan as planned
from artlib.collect.errors import CollectError
from artlib.collect.naming import alike
from artlib.collect.understanding import text
from artlib.collect.understanding.distrust import is_distrusted
from artlib.workspace import Workspace
from artlib.workspace.catalog import read_catalog


def source(root: Path, names: list[str]) -> Path:
    """A folder with a different picture under each name."""
    for number, name in enumerate(names):
        write(root / name, encoded(photo(number)))
    return root


def understood(root: Path, names: list[str], workspace: object = "nowhere", **options) -> dict[str, int]:
    plan = planned(workspace, source(root, names), **options)
    plan.check()
    return dict(plan.counts)


def zipped(path: Path, members: list[tuple[zipfile.ZipInfo | str, bytes]]) -> Path:
    with zipfile.ZipFile(path, "w") as opened:
        for name, content in members:
            opened.writestr(name, content)
    return path


def raw_named(path: Path, names: list[bytes]) -> Path:
    """A zip file whose names are these bytes, without the flag that says UTF-8."""
    placeholders = [f"{number:0{len(name)}}"[: len(name)] for number, name in enumerate(names)]
    zipped(path, [(place, encoded(photo(number))) for number, place in enumerate(placeholders)])
    content = path.read_bytes()
    for place, name in zip(placeholders, names, strict=True):
        content = content.replace(place.encode(), name)
    path.write_bytes(content)
    return path


def under(*folders: str, works: int = 3) -> list[str]:
    return [f"{folder}/{number}.jpg" for folder in folders for number in range(works)]


class TestLevel:
    @pytest.mark.parametrize(
        "folders",
        [
            ["Wlop", "Ross Tran"],
            ["my-set/Wlop", "my-set/Ross Tran"],
            ["images/images/Wlop", "images/images/Ross Tran"],
            ["train/Wlop", "train/Ross Tran", "test/Wlop", "test/Ross Tran"],
            ["deviantart/Wlop", "artstation/Ross Tran", "artstation/Wlop"],
            ["www.artstation.com/Wlop", "www.artstation.com/Ross Tran"],
            ["Wlop/2019", "Wlop/2020", "Ross Tran/2019"],
            ["Wlop/2019-2020", "Ross Tran/19th century"],
            ["1889/Wlop", "1890/Ross Tran"],
            ["Impressionism/Wlop", "Analytical_Cubism/Ross Tran"],
            ["Wlop/sketches", "Wlop/portraits", "Ross Tran/sketches"],
            ["Wlop/vol 1", "Wlop/vol 2", "Ross Tran/Chapter 12"],
            ["dataset/valid/Wlop", "dataset/valid/Ross Tran", "dataset/train/Wlop"],
        ],
    )
    def test_the_artists_are_found(self, tmp_path, folders):
        assert set(understood(tmp_path / "art", under(*folders))) == {"Wlop", "Ross Tran"}

    def test_artists_repeat_under_a_few_folders_of_any_name(self, tmp_path):
        folders = [f"{lot}/{artist}" for lot in ("seen here", "bought") for artist in ("Anna", "Berta", "Carla")]

        assert set(understood(tmp_path / "art", under(*folders))) == {"Anna", "Berta", "Carla"}

    def test_pixivs_number_is_no_part_of_the_name(self, tmp_path):
        assert set(understood(tmp_path / "art", under("pixiv/123 wlop", "pixiv/456 ross"))) == {"wlop", "ross"}

    def test_works_in_folders_below_are_the_artists(self, tmp_path):
        names = ["Wlop/a.jpg", "Wlop/b.jpg", "Wlop/ghostblade/c.jpg", "Ross Tran/d.jpg"]

        assert understood(tmp_path / "art", names) == {"Wlop": 3, "Ross Tran": 1}

    def test_few_names_under_many_artists_are_kinds_of_works(self, tmp_path):
        folders = [
            f"{artist}/{kind}" for artist in ("Wlop", "Ross", "Loish", "Kim") for kind in ("favourites", "extras")
        ]

        with pytest.raises(CollectError, match="--artist-level 1: "):
            understood(tmp_path / "art", under(*folders))

    def test_two_likely_levels_are_no_guess(self, tmp_path):
        folders = ["Anna/Berta", "Anna/Carla", "Dora/Emma", "Dora/Frida"]

        with pytest.raises(CollectError, match=r"--artist-level 1: Anna \(6\), Dora \(6\)\n  --artist-level 2: Berta"):
            understood(tmp_path / "art", under(*folders))

    def test_two_folders_around_everything_are_no_guess(self, tmp_path):
        with pytest.raises(CollectError, match="--artist-level"):
            understood(tmp_path / "art", under("Anna/Berta"))

    @pytest.mark.parametrize(("level", "found"), [(1, {"Anna", "Dora"}), ("2", {"Berta", "Carla", "Emma", "Frida"})])
    def test_a_level_that_is_given_counts(self, tmp_path, level, found):
        names = under("Anna/Berta", "Anna/Carla", "Dora/Emma", "Dora/Frida")

        assert set(understood(tmp_path / "art", names, level=level)) == found

    @pytest.mark.parametrize("level", ["0", "first", "-1", 9])
    def test_a_level_that_is_none(self, tmp_path, level):
        with pytest.raises(CollectError, match="level"):
            understood(tmp_path / "art", under("Wlop"), level=level)

    def test_artists_in_the_catalog_speak_for_a_level(self, tmp_path, workspace):
        folder(workspace, source(tmp_path / "first", under("Berta", "Emma")))

        names = under("Anna/Berta", "Anna/Carla", "Dora/Emma", "Dora/Frida")
        assert set(understood(tmp_path / "art", names, workspace)) == {"Berta", "Carla", "Emma", "Frida"}

    def test_a_table_of_artists_speaks_for_a_level_and_spells_its_names(self, tmp_path):
        write(tmp_path / "art" / "artists.csv", b"id,name,paintings\n0,Anna Ancher,2\n1,Carl Larsson,3\n")

        assert set(understood(tmp_path / "art", under("x y/Anna_Ancher", "z w/Carl_Larsson", "x y/Carl_Larsson"))) == {
            "Anna Ancher",
            "Carl Larsson",
        }

    def test_folders_that_begin_their_files_names_speak_for_a_level(self, tmp_path):
        artists = [(lot, f"{first}{lot}") for lot in ("Anna", "Dora") for first in "BC"]
        names = [f"{lot}/{artist}/{artist}_{number}.jpg" for lot, artist in artists for number in range(2)]

        assert set(understood(tmp_path / "art", names)) == {"BAnna", "CAnna", "BDora", "CDora"}

    def test_a_flat_source_says_so_and_stops(self, tmp_path):
        with pytest.raises(CollectError, match="does not say whose works these are.*--artist NAME"):
            understood(tmp_path / "art", ["a.jpg", "b.jpg"])

    def test_a_folder_that_names_nobody_is_as_good_as_none(self, tmp_path):
        with pytest.raises(CollectError, match="does not say whose"):
            understood(tmp_path / "art", ["images/a.jpg", "images/b.jpg"])

    def test_file_names_with_artists_are_offered(self, tmp_path):
        names = [f"Realism/{artist}_{title}.jpg" for artist in ("anna-ancher", "carl-larsson") for title in "abc"]

        with pytest.raises(CollectError, match=r"--artist-level file: anna-ancher \(3\), carl-larsson \(3\)"):
            understood(tmp_path / "art", names)
        assert understood(tmp_path / "art", names, level="file") == {"anna-ancher": 3, "carl-larsson": 3}

    def test_stray_pictures_are_nobodys_and_named(self, workspace, tmp_path):
        report = folder(workspace, source(tmp_path / "art", [*under("Wlop", "Ross"), "stray.jpg"]))

        assert sorted(set(read_catalog(workspace)["artist"])) == ["Ross", "Wlop"]
        assert [(name, "in no artist's folder" in why) for name, why in report.rejected] == [
            ("folder: stray.jpg", True)
        ]

    @pytest.mark.parametrize("name", ["train", "Images", "resized", "deviantart", "2019", "Cubism", "ukiyo-e", "1880s",
                                      "artstation.com", "New folder (2)", "vol. 3", "d41d8cd98f00b204"])  # fmt: skip
    def test_names_that_are_no_artists(self, name):
        assert is_distrusted(name)

    @pytest.mark.parametrize(
        "name", ["Vincent van Gogh", "wlop", "Ross Tran", "北斎", "Loish", "J. M. W. Turner", "Sargent"]
    )
    def test_names_of_artists_are_trusted(self, name):
        assert not is_distrusted(name)


class TestShown:
    def test_what_was_understood_is_one_line(self, tmp_path):
        plan = planned("nowhere", source(tmp_path / "art", under("images/Wlop", "images/Ross", works=2)))

        assert plan.headline() == "artist = 2nd folder, e.g. images/**Ross**/…: 2 artists, 4 pictures."

    def test_a_table_has_each_artist_with_an_example(self, tmp_path):
        table = planned("nowhere", source(tmp_path / "art", under("Wlop", "Ross"))).table()

        assert table["artist"].tolist() == ["Ross", "Wlop"]
        assert table["example"].tolist() == ["Ross/0.jpg", "Wlop/0.jpg"]

    def test_nothing_is_written_before(self, tmp_path):
        planned(tmp_path / "data", source(tmp_path / "art", under("Wlop")))

        assert not (tmp_path / "data").exists()

    def test_names_that_look_alike_are_pointed_out(self, tmp_path):
        plan = planned("nowhere", source(tmp_path / "art", ["Ross Tran/a.jpg", "ross_tran/b.jpg", "Wlop/c.jpg"]))

        assert "Ross Tran and ross_tran may be one artist" in str(plan)
        assert "Wlop and" not in str(plan)


class TestLeftOut:
    """Files beside three works by one artist."""

    @pytest.fixture
    def beside(self, tmp_path):
        def add(name: str, content: bytes) -> object:
            root = source(tmp_path / "art", under("Wlop"))
            write(root / "Wlop" / name, content)
            return planned("nowhere", root)

        return add

    @pytest.mark.parametrize(
        "name", ["a.jfif", "a.jpg_large", "a.jpg?1670000", "a", "a.jpe", "a.jpeg (1)", "a.jpg.", "a.txt"]
    )
    def test_a_picture_is_one_whatever_its_name_is(self, beside, name):
        assert beside(name, encoded(photo(9))).counts == {"Wlop": 4}

    @pytest.mark.parametrize(
        ("name", "content", "said"),
        [
            (
                "a.heic",
                b"\0\0\0\x18ftypheic" + bytes(20),
                "1 × HEIC photograph: export it as JPEG, or pip install pillow",
            ),
            (
                "a.rar",
                b"Rar!\x1a\x07" + bytes(20),
                "1 × packed archive, such as ZIP: unpack it, then collect the folder",
            ),
            ("a.7z", b"7z\xbc\xaf\x27" + bytes(20), "unpack it, then collect the folder"),
            ("a.jpg.part", b"\xff\xd8\xff" + bytes(20), "1 × unfinished download"),
            ("a.crdownload", b"x", "1 × unfinished download"),
            ("a.txt", b"notes", "1 × plain text"),
            ("a.bin", b"\x01\x02\x03\x04\x05", "1 × of an unknown kind"),
            ("a.psd", b"8BPS" + bytes(20), "1 × Photoshop file"),
        ],
    )
    def test_what_is_no_picture_is_named_with_what_to_do(self, beside, name, content, said):
        assert said in str(beside(name, content))

    @pytest.mark.parametrize(
        "name", [".DS_Store", "Thumbs.db", "._work.jpg", "desktop.ini", "@eaDir/a.jpg", "__MACOSX/a.jpg"]
    )
    def test_litter_of_systems_is_only_counted(self, beside, name):
        plan = beside(name, encoded(photo(9)))

        assert plan.counts == {"Wlop": 3}
        assert "1 file that a system left there: passed over" in str(plan)
        assert name.rsplit("/", 1)[-1] not in str(plan)

    def test_links_pipes_and_empty_folders_are_named(self, tmp_path):
        root = source(tmp_path / "art", under("Wlop"))
        (root / "Wlop" / "link.jpg").symlink_to(root / "Wlop" / "0.jpg")
        (root / "elsewhere").symlink_to(tmp_path)
        os.mkfifo(root / "Wlop" / "pipe.jpg")
        (root / "Nobody").mkdir()

        told = str(planned("nowhere", root))

        assert "2 × link" in told
        assert "1 × pipe or device" in told
        assert "1 empty folder: Nobody" in told

    def test_a_huge_sparse_file_is_not_read(self, tmp_path):
        root = source(tmp_path / "art", under("Wlop"))
        with (root / "Wlop" / "huge.jpg").open("wb") as file:
            file.truncate(40_000_000_000)

        assert "1 × file too large for a picture" in str(planned("nowhere", root))

    def test_a_workspace_in_the_source_is_passed_over(self, tmp_path):
        root = source(tmp_path / "art", under("Wlop"))
        folder(root / "data", root)

        again = planned(root / "data", root)

        assert again.counts == {"Wlop": 3}
        assert "a workspace lies there: data" in str(again)

    @pytest.mark.parametrize("make", ["zip", "gztar"])
    def test_a_workspace_in_an_archive_is_passed_over(self, tmp_path, make):
        root = source(tmp_path / "art", under("Wlop"))
        folder(root / "data", root)
        write(root / "data" / "models" / "default" / "curves.png", photo(7))

        plan = planned("nowhere", shutil.make_archive(str(tmp_path / "art"), make, root))

        assert plan.counts == {"Wlop": 3}
        assert "a workspace lies there: data" in str(plan)

    def test_a_packed_workspace_is_no_source_and_is_unpacked(self, tmp_path):
        folder(tmp_path / "data", source(tmp_path / "art", under("Wlop")))
        write(tmp_path / "data" / "models" / "default" / "curves.png", photo(7))
        artlib.pack(tmp_path / "data", tmp_path / "packed.zip")

        with pytest.raises(CollectError, match="a workspace lies there: all of it. To use it, run `artlib unpack`"):
            planned("nowhere", tmp_path / "packed.zip")

    def test_a_catalog_of_another_kind_makes_no_workspace(self, tmp_path):
        root = source(tmp_path / "art", under("Wlop"))
        write(root / "catalog.csv", b"id,artist,title\n1,Wlop,Sea\n")

        assert planned("nowhere", shutil.make_archive(str(tmp_path / "art"), "zip", root)).counts == {"Wlop": 3}

    def test_a_workspace_is_no_source(self, tmp_path):
        folder(tmp_path / "data", source(tmp_path / "art", under("Wlop")))

        with pytest.raises(CollectError, match="is a workspace"):
            planned(tmp_path / "other", tmp_path / "data")

    def test_what_may_hold_pictures_gets_its_row_among_the_rejected(self, workspace, tmp_path):
        root = source(tmp_path / "art", under("Wlop"))
        write(root / "Wlop" / "more.rar", b"Rar!\x1a\x07" + bytes(20))
        write(root / "Wlop" / "notes.txt", b"notes")

        folder(workspace, root)

        assert workspace.read_table(workspace.rejected)["source"].tolist() == ["folder: Wlop/more.rar"]


class TestNames:
    def test_macos_names_without_the_flag_are_utf8(self, tmp_path):
        file = raw_named(tmp_path / "a.zip", ["Dürer/0.jpg".encode(), "Dürer/1.jpg".encode()])

        plan = planned("nowhere", file)
        assert plan.counts == {"Dürer": 2}

    def test_an_encoding_can_be_given(self, tmp_path):
        file = raw_named(tmp_path / "a.zip", ["北斎/0.jpg".encode("shift_jis"), "北斎/1.jpg".encode("shift_jis")])

        plan = planned("nowhere", file, encoding="shift_jis")
        assert plan.counts == {"北斎": 2}

    def test_without_it_the_picture_is_collected_and_encodings_are_offered(self, tmp_path, workspace):
        file = raw_named(tmp_path / "a.zip", ["北斎/0.jpg".encode("shift_jis"), b"Wlop/1.jpg"])

        plan = planned("nowhere", file)
        assert plan.counts.total() == 2
        assert "--encoding shift_jis: 北斎" in str(plan)
        assert archive(workspace, file).added.total() == 2

    def test_a_name_on_disk_that_is_not_utf8_is_collected(self, tmp_path, workspace):
        root = source(tmp_path / "art", under("Wlop"))
        write(Path(os.fsdecode(os.fsencode(root) + b"/D\xfcrer")) / "a.jpg", encoded(photo(9)))

        assert folder(workspace, root, encoding="latin-1").added == {"Wlop": 3, "Dürer": 1}

    @pytest.mark.parametrize("times", [1, 2])
    @pytest.mark.parametrize("encoding", ["cp437", "cp1252"])
    def test_misread_names_are_repaired(self, encoding, times):
        name = "Édouard Manet"
        for _ in range(times):
            name = name.encode().decode(encoding)

        assert text.repaired(name) == "Édouard Manet"

    @pytest.mark.parametrize("name", ["Dürer", "北斎", "Иван Шишкин", "Ñandú", "Ångström", "wlop", "Çelik"])
    def test_right_names_stay(self, name):
        assert text.repaired(name) == name

    def test_backslashes_separate_folders(self, tmp_path):
        file = zipped(
            tmp_path / "a.zip", [(rf"set\{artist}\{n}.jpg", encoded(photo(n))) for n, artist in enumerate("AB")]
        )

        plan = planned("nowhere", file)
        assert plan.counts == {"A": 1, "B": 1}

    def test_equal_names_in_one_archive_are_kept_apart(self, tmp_path, workspace):
        with pytest.warns(UserWarning, match="Duplicate name"):
            file = zipped(tmp_path / "a.zip", [("image.jpg", encoded(photo(number))) for number in range(4)])

        assert archive(workspace, file, artist="Wlop").added == {"Wlop": 4}

    @pytest.mark.parametrize(
        "names",
        [
            ["Vincent_van_Gogh", "vincent-van-gogh"],
            ["WLOP", "wlop"],
            ["Dürer", "Durer"],
            ["van Gogh, Vincent", "Vincent van Gogh"],
            ["Ross Tran", "RossTran"],
        ],
    )
    def test_names_that_look_alike(self, names):
        assert alike([*names, "Loish"]) == [sorted(names)]

    def test_names_that_differ_are_not_alike(self):
        assert alike(["Rembrandt", "Rembrandt Peale", "Wlop", "Loish", "北斎", "北渓"]) == []


class TestArchives:
    @pytest.mark.parametrize("mode", ["w", "w:gz", "w:bz2", "w:xz"])
    def test_tar_files_are_collected(self, tmp_path, workspace, mode):
        with tarfile.open(tmp_path / "art.tar", mode) as opened:
            opened.add(source(tmp_path / "art", under("Wlop", "Ross")), "art")

        assert archive(workspace, tmp_path / "art.tar").added == {"Wlop": 3, "Ross": 3}

    @pytest.mark.parametrize("name", ["../../slipped/Wlop/a.jpg", "/slipped/Wlop/a.jpg"])
    def test_a_tar_file_writes_nothing_outside(self, tmp_path, workspace, name):
        with tarfile.open(tmp_path / "art.tar", "w") as opened:
            for number in range(2):
                member = tarfile.TarInfo(name.replace("a.jpg", f"{number}.jpg"))
                member.size = len(encoded(photo(number)))
                opened.addfile(member, io.BytesIO(encoded(photo(number))))

        archive(workspace, tmp_path / "art.tar", level=2)

        assert not list(tmp_path.parent.rglob("slipped"))
        assert read_catalog(workspace)["artist"].tolist() == ["Wlop", "Wlop"]

    def test_links_in_archives_are_named(self, tmp_path):
        link = zipfile.ZipInfo("Wlop/link.jpg")
        link.external_attr = 0o120777 << 16
        file = zipped(tmp_path / "a.zip", [("Wlop/a.jpg", encoded(photo(1))), (link, b"/etc/passwd")])

        plan = planned("nowhere", file)
        assert "1 × link" in str(plan)
        assert plan.counts == {"Wlop": 1}

    def test_a_member_that_unpacks_to_hundreds_of_times_its_size_is_named(self, tmp_path):
        with zipfile.ZipFile(tmp_path / "a.zip", "w", zipfile.ZIP_DEFLATED) as opened:
            opened.writestr("Wlop/a.jpg", encoded(photo(1)))
            opened.writestr("Wlop/bomb.jpg", bytes(60_000_000))

        plan = planned("nowhere", tmp_path / "a.zip")
        assert "hundreds of times its size" in str(plan)

    def test_a_compression_that_python_cant_read_says_what_to_do(self, tmp_path, workspace):
        file = zipped(tmp_path / "a.zip", [("Wlop/a.jpg", encoded(photo(1))), ("Wlop/b.jpg", encoded(photo(2)))])
        content = bytearray(file.read_bytes())
        for mark, place in ((b"PK\x03\x04", 8), (b"PK\x01\x02", 10)):  # Deflate64, in both headers of the first member
            content[content.index(mark) + place] = 9
        file.write_bytes(content)

        report = archive(workspace, file)

        assert report.added.total() == 1
        assert "collect the folder" in report.rejected[0][1]


@pytest.mark.slow
def test_the_command_shows_and_asks_only_at_a_terminal(tmp_path, artlib_command):
    root = source(tmp_path / "art", under("Wlop", "Ross"))

    done = artlib_command("collect", "folder", root, "--workspace", tmp_path / "data")

    assert done.returncode == 0
    assert done.stdout.startswith("artist = 1st folder")


@pytest.mark.slow
def test_the_command_does_not_guess(tmp_path, artlib_command):
    root = source(tmp_path / "art", under("Anna/Berta", "Anna/Carla", "Dora/Emma"))

    refused = artlib_command("collect", "folder", root, "--workspace", tmp_path / "data", "--yes")
    done = artlib_command("collect", "folder", root, "--workspace", tmp_path / "data", "--artist-level", 2)

    assert (refused.returncode, done.returncode) == (2, 0)
    assert "--artist-level 2" in refused.stderr
    assert sorted(set(read_catalog(Workspace(tmp_path / "data"))["artist"])) == ["Berta", "Carla", "Emma"]


class TestGalleryDl:
    """Pictures with the JSON files that gallery-dl writes beside them."""

    def test_who_made_it_is_preferred_to_the_path(self, tmp_path, workspace):
        root = source(tmp_path / "art", under("pixiv/111 someone", works=2))
        for number in range(2):
            stated = {"category": "pixiv", "id": number, "user": {"name": "Ross Tran"}, "title": "A work"}
            write(root / f"pixiv/111 someone/{number}.jpg.json", json.dumps(stated).encode())

        folder(workspace, root)

        rows = read_catalog(workspace)
        assert set(rows["artist"]) == {"Ross Tran"}
        assert rows["source_url"][0] == "https://www.pixiv.net/artworks/0"

    def test_opted_out_works_are_listed_and_never_taken(self, tmp_path, workspace):
        root = source(tmp_path / "art", under("Wlop"))
        stated = {"category": "deviantart", "author": {"username": "Wlop"}, "tags": ["noai"]}
        write(root / "Wlop/0.jpg.json", json.dumps(stated).encode())

        report = folder(workspace, root)

        assert report.added == {"Wlop": 2}
        assert report.rejected[0][1].startswith("opted out")

    def test_other_json_files_are_only_counted(self, tmp_path):
        root = source(tmp_path / "art", under("Wlop"))
        write(root / "Wlop/0.jpg.json", b'{"exif": 1}')

        assert "1 data file (json, csv)" in str(planned("nowhere", root))
