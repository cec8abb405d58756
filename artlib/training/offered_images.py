"""Offered images: those from which an artist is to be added, and whether each is a work of its own."""

from collections.abc import Sequence

from PIL import Image

from artlib.indexing.doubles import copied_from, doubles
from artlib.indexing.indexed_works import IndexedWorks
from artlib.recogniser.additions import AdditionError
from artlib.workspace import Workspace


def refuse_duplicates(names: Sequence[str], pictures: Sequence[Image.Image]) -> None:
    """Reject images of which two show the same work.

    Args:
        names: of the images, for the text of the error.
        pictures: RGB.

    Raises:
        AdditionError: it names them.
    """
    if pairs := [f"{names[left]} and {names[right]}" for left, right in doubles(pictures)]:
        raise AdditionError(
            f"Some images are near-duplicates: {'; '.join(pairs[:5])}. Received: {len(pairs)} such pairs. Keep "
            "one of each: a second copy adds nothing to learn from."
        )


def refuse_copies(names: Sequence[str], pictures: Sequence[Image.Image], workspace: Workspace, artist: str) -> None:
    """Reject images that show known works of other artists, also cropped, mirrored or inside a larger picture.

    Args:
        names: of the images, for the text of the error.
        pictures: RGB.
        workspace: with the known works; those without a catalog know none.
        artist: whose own works may be among the known ones.

    Raises:
        AdditionError: it names the images, the works and their artists.
    """
    if not workspace.catalog.exists():
        return
    known = IndexedWorks.read(workspace)
    theirs = []
    for name, picture in zip(names, pictures, strict=True):
        works = [f"{row['path']} by {row['artist']}" for row in copied_from(picture, known) if row["artist"] != artist]
        theirs += [f"{name} is {' and '.join(works)}"] if works else []
    if theirs:
        raise AdditionError(
            f"Some images are known works of other artists: {'; '.join(theirs[:5])}. Received: "
            f"{len(theirs)} such images. Remove them."
        )
