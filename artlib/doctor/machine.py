"""This machine: versions, what is installed of what artlib can use, and whether there is a GPU."""

import platform
import re
from importlib import metadata

from artlib._version import __version__
from artlib.doctor.finding import Finding, State
from artlib.workspace.place import has_gpu

SHOWN = ("tensorflow", "keras", "openvino", "numpy", "pillow", "opencv-python-headless", "faiss-cpu")


def findings() -> list[Finding]:
    """Return what is said about this machine."""
    system = f"Python {platform.python_version()}, {platform.system()} {platform.machine()}"
    required = _required()
    extras = [_extra(name, packages) for name, packages in required.items() if name]
    return [Finding("artlib", State.FINE, f"{__version__}, {system}"), _packages(required[""]), *extras, _gpu()]


def _packages(needed: list[str]) -> Finding:
    if missing := [name for name in needed if not _version(name)]:
        text = f"{', '.join(missing)} not installed. To install: pip install {' '.join(missing)}"
        return Finding("packages", State.WRONG, text)
    return Finding("packages", State.FINE, ", ".join(f"{name} {_version(name)}" for name in SHOWN if _version(name)))


def _extra(name: str, packages: list[str]) -> Finding:
    if missing := [package for package in packages if not _version(package)]:
        text = f'without {", ".join(missing)}; to install: pip install "artlib[{name}]"'
        return Finding(f"artlib[{name}]", State.ABSENT, text)
    return Finding(f"artlib[{name}]", State.FINE, "is installed")


def _gpu() -> Finding:
    if has_gpu():
        return Finding("GPU", State.FINE, "TensorFlow can use one")
    return Finding("GPU", State.ABSENT, "none that TensorFlow can use; everything works, and training takes longer")


def _required() -> dict[str, list[str]]:
    """Return the names of the packages that artlib requires, under "", and those that each of its extras adds."""
    try:
        lines = metadata.requires("artlib") or []
    except metadata.PackageNotFoundError:  # it runs from a folder
        lines = []
    required: dict[str, list[str]] = {"": []}
    for line in lines:
        extra, name = re.search(r"extra == ['\"]([\w-]+)['\"]", line), re.match(r"[\w.-]+", line)
        if name:
            required.setdefault(extra[1] if extra else "", []).append(name[0])
    return required


def _version(name: str) -> str:
    try:
        return metadata.version(name)
    except metadata.PackageNotFoundError:
        return ""
