"""Collecting: from a folder, a zip file or the Open Clip Art Library into the workspace, each image exactly once."""

from artlib.collect.archive import archive
from artlib.collect.candidate import Candidate, CollectError
from artlib.collect.folder import folder
from artlib.collect.openclipart import openclipart
from artlib.collect.pipeline import CollectReport, collect

__all__ = ["Candidate", "CollectError", "CollectReport", "archive", "collect", "folder", "openclipart"]
