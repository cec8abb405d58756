"""Collecting: from folders, archives, museums and galleries into the workspace, each image exactly once.

`others` fetches works by artists who are not the user's own, and keeps them apart.
"""

from artlib.collect.errors import CollectError
from artlib.collect.other_artists.run import others
from artlib.collect.overview import collect_report, described
from artlib.collect.portfolio.galleries import gallery_dl
from artlib.collect.portfolio.museums import artic, commons, met
from artlib.collect.run import take
from artlib.collect.sources.archives import archive
from artlib.collect.sources.folders import folder
from artlib.collect.sources.given import plan
from artlib.collect.sources.open_clip_art import openclipart, openclipart_works

__all__ = [
    "CollectError",
    "archive",
    "artic",
    "collect_report",
    "commons",
    "described",
    "folder",
    "gallery_dl",
    "met",
    "openclipart",
    "openclipart_works",
    "others",
    "plan",
    "take",
]
