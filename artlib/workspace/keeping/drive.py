"""Google Drive on Colab, where it is a folder that has to be mounted, with the user's permission."""

import os
from pathlib import Path

from artlib.errors import warn

MOUNT = Path("/content/drive")
FILES = MOUNT / "MyDrive"
HOME = FILES / "artlib"  # the workspaces lie in it, a folder each


def mounted() -> bool:
    """Mount Google Drive unless it is mounted; return whether it is, and say so if it is not."""
    if is_there():
        return True
    from google.colab import drive

    try:
        drive.mount(str(MOUNT), force_remount=_has_dropped_out())
    except Exception as error:  # Google's module raises what its servers and the browser send
        warn(
            f"Google Drive is not mounted ({error}). Everything works, but this machine's files are lost when it is "
            "switched off. Run this cell again to be asked again."
        )
        return False
    return is_there()


def is_there() -> bool:
    """Return whether Google Drive is mounted and answers."""
    return os.path.isdir(FILES)  # noqa: PTH112 - Path.is_dir raises an error if it has dropped out


def _has_dropped_out() -> bool:
    try:
        MOUNT.stat()
    except FileNotFoundError:
        return False
    except OSError:
        return True
    return False
