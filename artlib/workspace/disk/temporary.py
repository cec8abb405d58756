"""The user's own place in the computer's folder for temporary files, which others can't write into."""

import getpass
import os
import stat
import tempfile
from contextlib import suppress
from pathlib import Path

from artlib.workspace.errors import WorkspaceError

ANOTHER_FOLDER = "or let the environment variable TMPDIR name a folder on another disk"


def own_temporary_folder() -> Path:
    """Return the folder in the computer's temporary folder into which only this user can write; made if missing.

    Raises:
        WorkspaceError: somebody else could change what is in it, or it can't be made.
    """
    folder = Path(tempfile.gettempdir()).resolve() / f"artlib-{getattr(os, 'getuid', getpass.getuser)()}"
    try:
        with suppress(FileExistsError):
            folder.mkdir(mode=0o700)
        found = folder.lstat()
    except OSError as error:
        raise WorkspaceError(
            f"{folder} can't be made ({error.strerror}). Free some space there, {ANOTHER_FOLDER}."
        ) from error
    others_may_write = os.name == "posix" and (found.st_uid != os.getuid() or found.st_mode & 0o022)
    if others_may_write or not stat.S_ISDIR(found.st_mode):
        raise WorkspaceError(
            f"{folder} is not a folder into which only you can write, so its content can't be trusted. "
            f"Delete it, {ANOTHER_FOLDER}, and run this again."
        )
    return folder
