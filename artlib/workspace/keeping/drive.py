"""Google Drive on Colab, where it is a folder that has to be mounted, with the user's permission."""

from pathlib import Path

from artlib.errors import warn

MOUNT = Path("/content/drive")
FILES = MOUNT / "MyDrive"
HOME = FILES / "artlib"  # the workspaces lie in it, a folder each


def mounted() -> bool:
    """Mount Google Drive unless it is mounted; return whether it is, and say so if it is not."""
    if FILES.is_dir():
        return True
    from google.colab import drive

    try:
        drive.mount(str(MOUNT))
    except Exception as error:  # Google's module raises what its servers and the browser send
        warn(
            f"Google Drive is not mounted ({error}). Everything works, but this machine's files are lost when it is "
            "switched off. Run this cell again to be asked again."
        )
        return False
    return FILES.is_dir()
