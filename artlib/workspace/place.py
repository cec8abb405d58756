"""Where artlib runs: in Colab, in Jupyter or at a terminal; what is advised has to fit the place."""

import sys
from typing import Literal

Place = Literal["colab", "jupyter", "terminal"]


def place() -> Place:
    """Return where this process runs, from what is loaded already: nothing is imported.

    Returns:
        "colab" in a notebook of Google Colab, "jupyter" in any other notebook, else "terminal".
    """
    if "google.colab" in sys.modules:  # Colab's kernel loads it before the first cell
        return "colab"
    return "jupyter" if _in_a_kernel() else "terminal"


def _in_a_kernel() -> bool:
    """IPython at a terminal has another shell, and a process may load ipykernel without running one."""
    shells = sys.modules.get("ipykernel.zmqshell")
    return shells is not None and shells.ZMQInteractiveShell.initialized()
