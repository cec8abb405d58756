"""A machine as Colab lends it: the folder /content, kernels that run there, and a Drive that outlives it."""

import contextlib
import json
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from filelock import FileLock

CONTENT = Path("/content")
MOUNTPOINT = CONTENT / "drive"
OURS = CONTENT / ".made-by-the-tests-of-artlib"
LOCK = Path(tempfile.gettempdir()) / "content-of-the-tests-of-artlib.lock"
STAND_IN = Path(__file__).parent / "stand_in"


def why_not() -> str | None:
    """What is missing for such a machine here; None if nothing is."""
    if sys.platform != "linux" or os.geteuid() != 0:
        return "needs root on Linux, to make /content and to mount a file system there"
    if not Path("/dev/fuse").exists():
        return "needs /dev/fuse, to mount a file system"
    if CONTENT.exists() and not OURS.exists() and (not CONTENT.is_dir() or any(CONTENT.iterdir())):
        return "needs /content, which holds files that these tests did not make"
    return None


class Machine:
    """The machine and what a user's Drive has.

    Attributes:
        folder: outside of the machine: the Drive, the counts, the kernel's settings.
        drive: what is on the Drive, `MyDrive` included.
    """

    def __init__(self, folder: Path) -> None:
        self.folder, self.drive = folder, folder / "drive"
        self.drive.mkdir(exist_ok=True)
        self._describe_the_kernel(COLAB_DRIVE_DELAY="0.02")

    def set_up(self, **settings: str) -> None:
        """Say how the Drive of the next kernels behaves (`google.colab.drive` lists the settings)."""
        self._describe_the_kernel(**{"COLAB_DRIVE_DELAY": "0.02", **settings})

    def reset(self) -> None:
        """Take the machine away and lend a new one: nothing is left but what is on the Drive."""
        self.drop_drive()
        subprocess.run(["umount", "--lazy", MOUNTPOINT], check=False, capture_output=True)  # it may not be mounted
        CONTENT.mkdir(exist_ok=True)
        OURS.touch()
        for path in CONTENT.iterdir():
            if path.is_dir() and not path.is_symlink():
                shutil.rmtree(path)
            elif path != OURS:
                path.unlink()
        (CONTENT / "sample_data").mkdir()

    def drop_drive(self) -> None:
        """End the Drive while it is mounted: every call gets an error from now on (ENOTCONN)."""
        while servers := self._servers():
            for server in servers:
                with contextlib.suppress(ProcessLookupError):
                    os.kill(server, signal.SIGKILL)
            time.sleep(0.05)

    def _servers(self) -> list[int]:
        """The processes that serve this Drive."""
        found = []
        for command in Path("/proc").glob("[0-9]*/cmdline"):
            with contextlib.suppress(OSError):  # it ended just now
                words = command.read_bytes().split(b"\0")
                if b"drive_server" in words and os.fsencode(self.drive) in words:
                    found.append(int(command.parent.name))
        return found

    @property
    def counts(self) -> dict[str, Any]:
        """What the Drive was asked for, over all mounts: calls, waited (seconds), files, most_files, by_kind."""
        path = self.folder / "counts.json"
        if not path.exists():  # nothing was mounted so far
            return {"calls": 0, "waited": 0.0, "files": 0, "most_files": 0, "by_kind": {}}
        return json.loads(path.read_text(encoding="utf-8"))

    @property
    def environment(self) -> dict[str, str]:
        """With which Jupyter finds the kernel `colab` and keeps its files."""
        own = {name: str(self.folder / "jupyter") for name in ("JUPYTER_PATH", "JUPYTER_DATA_DIR")}
        return own | {f"JUPYTER_{name}_DIR": str(self.folder / name.lower()) for name in ("CONFIG", "RUNTIME")}

    def _describe_the_kernel(self, **settings: str) -> None:
        # google.colab is there before the first cell, as on Colab
        command = [sys.executable, "-m", "ipykernel_launcher", "-f", "{connection_file}", "--ext=google.colab"]
        own = {"PYTHONPATH": str(STAND_IN), "IPYTHONDIR": str(self.folder / "ipython"), "COLAB_RELEASE_TAG": "release"}
        own |= {"KERAS_HOME": str(self.folder / "keras"), "PYDEVD_DISABLE_FILE_VALIDATION": "1"}
        own |= {"COLAB_DRIVE_FOLDER": str(self.drive), "COLAB_DRIVE_COUNTS": str(self.folder / "counts.json")}
        described = {"argv": command, "display_name": "Colab", "language": "python", "env": own | settings}
        path = self.folder / "jupyter" / "kernels" / "colab" / "kernel.json"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(json.dumps(described), encoding="utf-8")


@contextlib.contextmanager
def lent(folder: Path) -> Iterator[Machine]:
    """Lend a fresh machine, and leave no /content behind; two runs of the tests wait for each other."""
    with FileLock(LOCK, timeout=1800):
        machine = Machine(folder)
        machine.reset()
        try:
            yield machine
        finally:
            machine.reset()
            shutil.rmtree(CONTENT)
