"""A stand-in for Colab's own package, with what artlib uses of it. Like the real one it is imported before any cell."""

from google.colab import drive as drive


def load_ipython_extension(_: object) -> None:
    """So that the kernel can be told to import it: `--ext=google.colab`."""
