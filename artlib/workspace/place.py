"""Where artlib runs: in Colab, in Jupyter or at a terminal; what is advised has to fit the place."""

import os
import sys
from pathlib import Path
from typing import Literal

GPU_SIGNS = ("nvidia[0-9]*", "kfd", "dxg")  # devices in /dev: of NVIDIA, of AMD, and in Windows' subsystem for Linux
Place = Literal["colab", "jupyter", "terminal"]


def place() -> Place:
    """Return where this process runs, from what is loaded already: nothing is imported.

    Returns:
        "colab" in a notebook of Google Colab, "jupyter" in any other notebook, else "terminal".
    """
    if "google.colab" in sys.modules:  # Colab's kernel loads it before the first cell
        return "colab"
    return "jupyter" if _in_a_kernel() else "terminal"


def gpu_advice() -> str:
    """Say whether this machine has a GPU, and how to get one in Colab; no network library is loaded for it."""
    if any(Path("/dev").glob("nvidia[0-9]*")):
        return "A GPU is here."
    how = " To get one: Runtime > Change runtime type > T4 GPU; then run all cells again." if place() == "colab" else ""
    return f"There is no GPU here: everything works, and training takes longer.{how}"


def has_gpu() -> bool:
    """Return whether TensorFlow can use a GPU. It is loaded, which takes seconds, only where there are signs of one."""
    if not _may_have_gpu():
        return False
    import tensorflow

    return bool(tensorflow.config.list_physical_devices("GPU"))


def from_notebook(path: str) -> str:
    """Return a path that a user gave in a notebook, so that it can be opened.

    In a copy of the project, notebooks are opened from their folder, and relative paths are meant from the folder
    above, where the workspace `data` is. Absolute paths, addresses and empty texts stay as they are.
    """
    if not path or "://" in path or base() == Path.cwd():
        return path
    return str(base() / Path(path).expanduser())


def base() -> Path:
    """Return the folder from which relative paths are meant: the current one, or the one above a copy's notebooks."""
    here = Path.cwd()
    in_a_copy = here.name == "notebooks" and (here.parent / "artlib" / "__init__.py").exists()
    return here.parent if in_a_copy and place() == "jupyter" else here


def as_given(path: Path) -> str:
    """Return a path as a user would write it here."""
    whole = Path(os.path.abspath(path))  # noqa: PTH100 - a link in it stays as the user knows it
    return (whole.relative_to(base()) if whole.is_relative_to(base()) else path).as_posix()


def _may_have_gpu() -> bool:
    """Linux shows a GPU as a device, also in Windows' subsystem (dxg); elsewhere TensorFlow needs a plugin for it."""
    plugins = any((Path(entry) / "tensorflow-plugins").is_dir() for entry in sys.path if entry)
    return plugins or any(next(Path("/dev").glob(sign), None) for sign in GPU_SIGNS)


def _in_a_kernel() -> bool:
    """IPython at a terminal has another shell, and a process may load ipykernel without running one."""
    shells = sys.modules.get("ipykernel.zmqshell")
    return shells is not None and shells.ZMQInteractiveShell.initialized()
