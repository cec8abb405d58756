"""The artists on the number keys."""

from artlib.sort.grid.numbered_artists import NumberedArtists

TEN = {f"artist {number}": 100 - number for number in range(10)}


def test_the_nine_with_most_pictures_have_a_number() -> None:
    assert NumberedArtists(TEN).names == [f"artist {number}" for number in range(9)]


def test_a_name_that_is_used_takes_the_key_of_the_one_never_used_with_the_fewest_pictures() -> None:
    numbered = NumberedArtists(TEN)
    numbered.use("artist 8")
    numbered.use("artist 9")
    assert numbered.names == [*(f"artist {number}" for number in range(7)), "artist 9", "artist 8"]


def test_where_all_were_used_the_key_of_the_one_used_longest_ago_is_taken() -> None:
    numbered = NumberedArtists(TEN)
    for number in (*range(1, 9), 0):
        numbered.use(f"artist {number}")
    numbered.use("artist 9")
    assert numbered.names[1] == "artist 9"
