"""Collecting: from a folder, a zip file or the Open Clip Art Library into the workspace, each image exactly once.

`others` fetches works by artists who are not the user's own, and keeps them apart.
"""

from artlib.collect.errors import CollectError
from artlib.collect.other_artists.run import others
from artlib.collect.overview import collect_report, described
from artlib.collect.sources.folders import folder
from artlib.collect.sources.open_clip_art import openclipart, openclipart_works
from artlib.collect.sources.zip_files import archive

__all__ = [
    "CollectError",
    "archive",
    "collect_report",
    "described",
    "folder",
    "openclipart",
    "openclipart_works",
    "others",
]
