"""Collecting: from a folder, a zip file or the Open Clip Art Library into the workspace, each image exactly once."""

from artlib.collect.errors import CollectError
from artlib.collect.sources.folders import folder
from artlib.collect.sources.open_clip_art import openclipart, openclipart_works
from artlib.collect.sources.zip_files import archive

__all__ = ["CollectError", "archive", "folder", "openclipart", "openclipart_works"]
