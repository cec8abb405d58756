"""HDF5 files from outside: another process reads them first.

A damaged one can keep HDF5's library busy for ever, or end the program. No caller can prevent that, and no exception
tells of it.
"""

import hashlib
import os
import subprocess
import sys
from pathlib import Path

from artlib.backbones.torch_file import WeightsError

SECONDS = 10.0  # that a small file may take, with the start of Python
SPEED = 5_000_000  # bytes that are read in a second at least; the file was read for its hash just before
LARGEST = 4 << 30  # bytes of an array that is read
REMEDY = "Delete it, and get it again, or use backbone='efficientnet_lite0'."
# what it says of files that it can read but not use does not matter here: whoever reads them next says it better
PROGRAM = f"""
import sys
import h5py

def read(item):
    dict(item.attrs)
    if isinstance(item, h5py.Dataset):
        if item.size and item.size * item.dtype.itemsize <= {LARGEST}:
            item[()]
    else:
        for name in item:
            read(item[name])

try:
    with h5py.File(sys.argv[1]) as file:
        read(file)
except Exception:
    pass
"""


def check_ends(path: Path, known_hash: str = "") -> None:
    """Make sure that reading an HDF5 file comes to an end.

    Args:
        path: of the file; if there is none, nothing is done.
        known_hash: the md5 or sha256 that a file has which is known to be whole.

    Raises:
        WeightsError: reading it does not end within some seconds, or ends the program.
    """
    is_known = known_hash and path.is_file() and _hash(path, len(known_hash) == 32) == known_hash
    if is_known or not sys.executable or not path.is_file():
        return
    limit = SECONDS + path.stat().st_size / SPEED
    try:
        ended = subprocess.run(
            [sys.executable, "-P", "-c", PROGRAM, os.fspath(path.absolute())],
            stdin=subprocess.DEVNULL,
            capture_output=True,
            timeout=limit,
            check=False,
        )
    except subprocess.TimeoutExpired:
        raise WeightsError(f"{path} is damaged: reading it takes longer than {limit:.0f} seconds. {REMEDY}") from None
    except OSError:  # no process can be started
        return
    if ended.returncode:
        raise WeightsError(f"{path} is damaged: reading it would end the program ({ended.returncode}). {REMEDY}")


def _hash(path: Path, is_md5: bool) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "md5" if is_md5 else "sha256").hexdigest()
