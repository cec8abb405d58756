"""Whose works they are, in the layouts that downloads, devices, museums and data sets really have."""

from pathlib import Path

import pytest
from drawing import encoded, photo, write

from artlib.collect import plan as planned
from artlib.collect.errors import CollectError
from artlib.collect.understanding.distrust import is_distrusted

NO_ARTISTS = """
    Photos from 2019|100APPLE|101CANON|202311__|train2017|training_set|trainA|fold1|WhatsApp Images|AI_generated|A-F
    WhatsApp Chat with Lena|My Portfolio|XIXe siècle|17th century|19. Jahrhundert|XVII век|20世纪|European Paintings
    drive-download-20240101T120000Z-001|wlop-20240101T120000Z-001|图片|Musée d'Orsay|New Art 2023|kemono.su|Art refs
"""
ARTISTS = """
    A|artist 17|artist_a|painter_003|Grandma Moses|Art Young|Cara Mays|Репин|Vivian May|XVE|Max Ernst|Mary Cassatt
    Ivan Aivazovsky|El Greco|Master of the Female Half-Lengths|齐白石|葛飾北斎|Artgerm|Old Man Smith|Ivie|Vieira
"""


def names_in(text: str) -> list[str]:
    return [name.strip() for line in text.strip().splitlines() for name in line.split("|")]


def source(root: Path, names: list[str]) -> Path:
    for number, name in enumerate(names):
        write(root / name, encoded(photo(number)))
    return root


def understood(root: Path, names: list[str], **options: object) -> dict[str, int]:
    plan = planned("nowhere", source(root, names), **options)
    plan.check()
    return dict(plan.counts)


def under(*folders: str, works: int = 3) -> list[str]:
    return [f"{folder}/{number}.jpg" for folder in folders for number in range(works)]


class TestFoldersThatNameNobody:
    @pytest.mark.parametrize("name", names_in(NO_ARTISTS))
    def test_names_that_are_no_artists(self, name):
        assert is_distrusted(name)

    @pytest.mark.parametrize("name", names_in(ARTISTS))
    def test_names_of_artists_are_trusted(self, name):
        assert not is_distrusted(name)

    @pytest.mark.parametrize(
        "folders",
        [
            ["training_set/Wlop", "training_set/Ross Tran"],
            ["Art-20240101T120000Z-001/Art/Wlop", "Art-20240101T120000Z-002/Art/Ross Tran"],
            ["Takeout/Google Photos/Wlop", "Takeout/Google Photos/Ross Tran"],
            ["XIX century/France/Wlop", "17. Jahrhundert/Netherlands/Ross Tran"],
            ["19 век/Россия/Wlop", "18 век/Россия/Ross Tran"],
            ["European Paintings/Wlop", "American Wing/Ross Tran"],
            ["Rijksmuseum/Wlop", "Musée d'Orsay/Ross Tran"],
        ],
    )
    def test_the_artists_below_them_are_found(self, tmp_path, folders):
        assert set(understood(tmp_path / "art", under(*folders))) == {"Wlop", "Ross Tran"}

    @pytest.mark.parametrize(
        "folders",
        [
            ["DCIM/100APPLE", "DCIM/101APPLE"],
            ["WhatsApp Images", "WhatsApp Images/Sent"],
            ["Takeout/Google Photos/Photos from 2019", "Takeout/Google Photos/Photos from 2020"],
            ["images/train2017", "images/val2017"],
            ["AI_generated", "Human_made"],
        ],
    )
    def test_phones_and_data_sets_do_not_say_whose_works_they_hold(self, tmp_path, folders):
        with pytest.raises(CollectError, match="--artist NAME"):
            understood(tmp_path / "art", under(*folders))


class TestFileNames:
    @pytest.mark.parametrize(
        ("names", "artists"),
        [
            (["Ross Tran - Night.jpg", "Ross Tran - Day (1888).jpg", "Le Chat – Noir.jpg", "Le Chat – Blanc.jpg"], 2),
            (["Tran, Ross - Night.jpg", "Tran, Ross - Day.jpg"], ["Tran, Ross"]),
            (["01 - Wlop - Night.jpg", "02 - Wlop - Day.jpg"], ["Wlop"]),
            (["resized/Ross_Tran_1.jpg", "resized/Ross_Tran_12.jpg"], ["Ross_Tran"]),
            (["wlop (1).jpg", "wlop (2).jpg"], ["wlop"]),
            (["night_by_wlop-d8a1b2c.jpg", "a_day_by_wlop_dfa1b2d-fullview.jpg"], ["wlop"]),
            (["wlop_1600000000_25000000_12.jpg", "wlop_1600000001_25000001_12.jpg"], ["wlop"]),
            (["Realism/carl-larsson_night-1888.jpg", "Realism/carl-larsson_day.jpg"], ["carl-larsson"]),
        ],
    )
    def test_names_as_programs_write_them_are_offered_and_taken_if_asked(self, tmp_path, names, artists):
        with pytest.raises(CollectError, match="--artist-level file: "):
            understood(tmp_path / "art", names)
        found = understood(tmp_path / "art", names, level="file")
        assert len(found) == artists if isinstance(artists, int) else list(found) == artists

    def test_a_table_of_artists_makes_numbered_names_sure(self, tmp_path):
        write(tmp_path / "art" / "artists.csv", b"id,name\n0,Ross Tran\n")

        assert understood(tmp_path / "art", ["resized/Ross_Tran_1.jpg", "resized/Ross_Tran_2.jpg"]) == {"Ross Tran": 2}

    def test_numbers_of_cameras_are_nobodys(self, tmp_path):
        with pytest.raises(CollectError, match="does not say whose"):
            understood(tmp_path / "art", [f"IMG_{number}.jpg" for number in range(4)])


class TestSeries:
    @pytest.mark.parametrize(
        "folders",
        [
            ["behance/Wlop/123 Night", "behance/Wlop/124 Day", "behance/Ross Tran/125 Dawn"],
            ["gallery-dl/patreon/Wlop/1 a", "gallery-dl/patreon/Ross Tran/2 b"],
            ["kemono.su/fanbox/Wlop/[2021-01-01] Night", "kemono.su/fanbox/Ross Tran/[2021-01-02] Day"],
        ],
    )
    def test_folders_of_a_site_are_its_artists(self, tmp_path, folders):
        assert set(understood(tmp_path / "art", under(*folders))) == {"Wlop", "Ross Tran"}

    def test_one_artist_of_a_site_is_one(self, tmp_path):
        assert set(understood(tmp_path / "art", under("artstation/wlop/Ghostblade", "artstation/wlop/Lilia"))) == {
            "wlop"
        }

    @pytest.mark.parametrize("folders", [["Ross Tran/Ghostblade", "Ross Tran/Lilia"],
                                         ["wlop/Ghostblade", "wlop/Lilia", "wlop/sketches"]])  # fmt: skip
    def test_one_artist_with_series_is_no_guess(self, tmp_path, folders):
        with pytest.raises(CollectError, match=r"(?s)--artist-level 2.*--artist-level 1"):
            understood(tmp_path / "art", under(*folders))

    @pytest.mark.parametrize(
        "around", ["my-set", "art dump", "ArtDataset2", "painters_v2", "refs", "Old painters here"]
    )
    def test_a_folder_around_everything_is_none(self, tmp_path, around):
        assert set(understood(tmp_path / "art", under(f"{around}/Wlop", f"{around}/Ross Tran"))) == {
            "Wlop",
            "Ross Tran",
        }

    def test_a_folder_around_everything_that_may_be_an_artist_is_pointed_out(self, tmp_path):
        plan = planned("nowhere", source(tmp_path / "art", under("wlop/Ghostblade", "wlop/Lilia")))

        assert 'If all of them are by "wlop", give --artist wlop' in str(plan)
