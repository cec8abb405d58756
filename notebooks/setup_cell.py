# @title Set-up { display-mode: "form" }
import os
import sys
from contextlib import suppress
from importlib.util import find_spec
from pathlib import Path
from subprocess import run

source = "git+REPOSITORY"
installed = getattr(find_spec("artlib"), "origin", None)  # a mere folder of that name has no origin
if not installed and "google.colab" not in sys.modules:
    raise ImportError(f"artlib is not installed here. In a terminal: {sys.executable} -m pip install {source}")
if not installed:
    from google.colab import drive

    with suppress(Exception):  # without permission for Drive, the address serves
        drive.mount("/content/drive")
    source = max(Path("/content/drive/MyDrive").glob("artlib*.zip"), key=os.path.getmtime, default=source)
    pip = f"{sys.executable} -m pip"  # may add packages, and replaces none
    command = f"{pip} list --format=freeze > /tmp/here.txt && {pip} install -q -c /tmp/here.txt '{source}'"
    run(command, shell=True, check=True)
    sys.modules.pop("artlib", None)
import artlib
