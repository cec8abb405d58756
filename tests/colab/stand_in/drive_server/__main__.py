"""python -m drive_server FOLDER MOUNTPOINT COUNTS DELAY [DROP_AFTER]: mounts the folder as a Drive."""

import os
import sys
from pathlib import Path

from drive_server.drive import Drive
from drive_server.messages import mount, serve
from drive_server.tally import Tally


def main() -> None:
    folder, mountpoint, counts = (Path(argument).absolute() for argument in sys.argv[1:4])
    drop_after = int(sys.argv[5]) if len(sys.argv) > 5 else None
    (folder / "MyDrive").mkdir(parents=True, exist_ok=True)
    os.chdir(folder)  # not a folder below the mountpoint, which could then not be unmounted
    drive = Drive(folder, Tally(counts, float(sys.argv[4]), drop_after))
    serve(mount(mountpoint), drive.answer)


if __name__ == "__main__":
    main()
