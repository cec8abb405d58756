"""The set-up cell, run as in Colab: in an environment that lacks artlib, with a stand-in for Google's module."""

import os
import subprocess
import sys
import sysconfig
import venv
import zipfile
from pathlib import Path

import pytest
from drawing import write

REPOSITORY = Path(__file__).parents[2]
CELL = (REPOSITORY / "notebooks" / "setup_cell.py").read_text(encoding="utf-8")

pytestmark = [pytest.mark.slow, pytest.mark.skipif(os.name == "nt", reason="Colab is Linux")]

# builds a wheel by itself, so that nothing is downloaded
BACKEND = """
import zipfile
def build_wheel(folder, config_settings=None, metadata_directory=None):
    name = "artlib-0.1.0-py3-none-any.whl"
    with zipfile.ZipFile(f"{folder}/{name}", "w") as wheel:
        wheel.write("artlib/__init__.py")
        wheel.writestr("artlib-0.1.0.dist-info/METADATA", METADATA)
        wheel.writestr("artlib-0.1.0.dist-info/WHEEL", "Wheel-Version: 1.0\\nTag: py3-none-any\\n")
        wheel.writestr("artlib-0.1.0.dist-info/RECORD", "")
    return name
"""
PROJECT = '[build-system]\nrequires = []\nbuild-backend = "backend"\nbackend-path = ["."]\n'
DRIVE = """
import os, pathlib
def mount(mountpoint):
    print("asked for Drive")
    if os.environ.get("DECLINED"):
        raise RuntimeError("credential propagation was unsuccessful")
    os.symlink(os.environ["DRIVE"], mountpoint)
"""


def project(folder: Path, origin: str, requires: str = "preloaded>=1") -> Path:
    """Write a project named artlib, which says where it came from."""
    metadata = f"Metadata-Version: 2.1\nName: artlib\nVersion: 0.1.0\nRequires-Dist: {requires}\n"
    write(folder / "pyproject.toml", PROJECT.encode())
    write(folder / "backend.py", f"METADATA = {metadata!r}{BACKEND}".encode())
    write(folder / "artlib" / "__init__.py", f"origin = {origin!r}\n".encode())
    return folder


def packed(folder: Path, file: Path) -> Path:
    """Pack a project as GitHub does: in a folder in the zip file."""
    file.parent.mkdir(parents=True, exist_ok=True)
    with zipfile.ZipFile(file, "w") as archive:
        for path in folder.rglob("*.*"):
            archive.write(path, Path("artlib-main") / path.relative_to(folder))
    return file


def wheel(folder: Path, version: str) -> None:
    """Write a wheel of a package that Colab has preloaded."""
    folder.mkdir(exist_ok=True)
    information = f"preloaded-{version}.dist-info"
    with zipfile.ZipFile(folder / f"preloaded-{version}-py3-none-any.whl", "w") as archive:
        archive.writestr("preloaded.py", f"version = {version!r}\n")
        archive.writestr(f"{information}/METADATA", f"Metadata-Version: 2.1\nName: preloaded\nVersion: {version}\n")
        archive.writestr(f"{information}/WHEEL", "Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: py3-none-any\n")
        archive.writestr(f"{information}/RECORD", "")


class Colab:
    """A machine: an environment with pip and one package, a folder `content`, and a Drive that is not mounted."""

    def __init__(self, folder: Path, environment: Path) -> None:
        self.folder, self.python = folder, environment / "bin" / "python"
        self.content, self.drive = folder / "content", folder / "of the user"
        self.packages = Path(sysconfig.get_path("purelib", vars={"base": str(environment)}))
        write(self.drive / "MyDrive" / "notes.txt", b"")
        write(folder / "google" / "google" / "colab" / "__init__.py", b"")
        write(folder / "google" / "google" / "colab" / "drive.py", DRIVE.encode())
        self.content.mkdir()
        self.address = project(folder / "from the address", "address")

    def runs(self, code: str, **settings: str) -> subprocess.CompletedProcess[str]:
        """Run code in a new kernel."""
        cell = CELL.replace("git+REPOSITORY", str(self.address)).replace("/content/drive", f"{self.content}/drive")
        write(self.content / "kernel.py", code.replace("CELL", cell).encode())
        own = {"PYTHONPATH": str(self.folder / "google"), "DRIVE": str(self.drive), "PIP_NO_INDEX": "1"}
        own |= {"PIP_FIND_LINKS": str(self.folder / "index"), "PIP_DISABLE_PIP_VERSION_CHECK": "1"}
        command = [self.python, "kernel.py"]
        return subprocess.run(
            command, cwd=self.content, env=os.environ | own | settings, capture_output=True, text=True, check=False
        )


@pytest.fixture(scope="module")
def environment(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("environment")
    venv.create(folder / "venv", with_pip=True)
    return folder / "venv"


@pytest.fixture
def colab(environment: Path, tmp_path: Path) -> Colab:
    """A fresh machine on which `preloaded` 1.0 is there, and 2.0 could be had."""
    machine = Colab(tmp_path, environment)
    pip = [machine.python, "-m", "pip", "-q"]
    subprocess.run([*pip, "uninstall", "-y", "artlib", "preloaded"], check=True, capture_output=True)
    for version in ("1.0", "2.0"):
        wheel(tmp_path / "index", version)
    options = ["--no-index", "--find-links", tmp_path / "index", "preloaded==1.0"]
    subprocess.run([*pip, "install", *options], check=True)
    return machine


ONCE = "import google.colab\nCELL\nimport preloaded; print(artlib.origin, preloaded.version)"


def test_it_installs_from_the_zip_on_drive_after_asking_for_drive(colab: Colab) -> None:
    packed(project(colab.folder / "zipped", "zip"), colab.drive / "MyDrive" / "artlib-main (1).zip")
    done = colab.runs(ONCE)
    assert done.stdout.splitlines() == ["asked for Drive", "zip 1.0"], done.stderr


def test_of_several_zips_the_newest_counts(colab: Colab) -> None:
    old = packed(project(colab.folder / "old", "old"), colab.drive / "MyDrive" / "artlib-main.zip")
    os.utime(old, (0, 0))
    packed(project(colab.folder / "new", "new"), colab.drive / "MyDrive" / "artlib-main (1).zip")
    assert "new 1.0" in colab.runs(ONCE).stdout


def test_without_a_zip_it_installs_from_the_address(colab: Colab) -> None:
    assert colab.runs(ONCE).stdout.splitlines() == ["asked for Drive", "address 1.0"]


def test_who_declines_drive_gets_it_from_the_address(colab: Colab) -> None:
    done = colab.runs(ONCE, DECLINED="1")
    assert done.stdout.splitlines() == ["asked for Drive", "address 1.0"], done.stderr


def test_a_second_run_installs_and_asks_nothing(colab: Colab) -> None:
    assert "address" in colab.runs(ONCE).stdout
    assert colab.runs(ONCE, PIP_FIND_LINKS="/nowhere").stdout.splitlines() == ["address 1.0"]


def test_run_twice_in_one_kernel_it_installs_once(colab: Colab) -> None:
    done = colab.runs("import google.colab\nCELL\nCELL\nprint(artlib.origin)")
    assert done.stdout.splitlines() == ["asked for Drive", "address"], done.stderr


def test_a_folder_named_artlib_is_not_taken_for_it(colab: Colab) -> None:
    write(colab.content / "artlib" / "README.md", b"a clone")
    assert "address 1.0" in colab.runs(ONCE).stdout


def test_a_folder_named_artlib_that_was_imported_before_is_forgotten(colab: Colab) -> None:
    write(colab.content / "artlib" / "README.md", b"a clone")
    done = colab.runs(f"import artlib\nassert artlib.__spec__.origin is None\n{ONCE}")
    assert "address 1.0" in done.stdout, done.stderr


def test_what_is_preloaded_is_never_replaced(colab: Colab) -> None:
    colab.address = project(colab.folder / "newer", "address", requires="preloaded>=2")
    done = colab.runs(ONCE)
    assert "asked for Drive" in done.stdout and "Cannot install artlib" in done.stderr
    assert colab.runs("import preloaded; print(preloaded.version)").stdout == "1.0\n"


def test_elsewhere_nothing_is_installed_and_one_sentence_says_how(colab: Colab) -> None:
    done = colab.runs("CELL")
    sentence = (
        f"ImportError: artlib is not installed here. In a terminal: {colab.python} -m pip install {colab.address}"
    )
    assert done.stderr.splitlines()[-1] == sentence
    assert done.stdout == ""


def test_elsewhere_where_it_is_installed_it_is_imported_and_nothing_is_printed(tmp_path: Path) -> None:
    done = subprocess.run([sys.executable, "-c", CELL], cwd=tmp_path, capture_output=True, text=True, check=True)
    assert (done.stdout, done.stderr) == ("", "")
