"""Loads TensorFlow without the red lines that mean nothing to a user, and with every line that does.

They are written by its C++ code on file descriptor 2 while it is loaded and while it looks for GPUs, so no setting of
Python's logging reaches them. Run as a program, this file is the filter that they go through: a process of its own
passes on even the last words before a crash.
"""

import logging
import os
import re
import signal
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from importlib.abc import Loader, MetaPathFinder
from importlib.machinery import ModuleSpec
from types import ModuleType
from typing import Any

# in both forms of TensorFlow's log: "E0000 00:00:1795654961.852007 …" and "2026-11-26 01:03:03.816275: E …"
_LOGGED = r"(?:%s0000 |\d{4}-\d\d-\d\d [\d:.]+: %s )"
_HINTS = [
    "WARNING: All log messages before absl",
    "To enable the following instructions:",
    _LOGGED % ("[IW]", "[IW]"),
    # a machine without a GPU, and two libraries that register the same
    _LOGGED % ("E", "E") + r".*(?:cuInit|Unable to register cu\w+ factory)",
]
NOISE = re.compile("|".join(_HINTS).encode())
NAME = "tensorflow"


def install() -> None:
    """Make the first import of TensorFlow, by whatever module, a quiet one."""
    if NAME not in sys.modules and not any(isinstance(finder, _Finder) for finder in sys.meta_path):
        sys.meta_path.insert(0, _Finder())


class _Finder(MetaPathFinder):
    """Finds TensorFlow as all others do, and lets it be loaded quietly."""

    def find_spec(
        self, name: str, path: Sequence[str] | None = None, target: ModuleType | None = None
    ) -> ModuleSpec | None:
        if name != NAME:
            return None
        for finder in sys.meta_path:
            if finder is not self and (spec := finder.find_spec(name, path, target)):
                if spec.loader:
                    spec.loader = _Loader(spec.loader, self)
                return spec
        return None


class _Loader(Loader):
    def __init__(self, loader: Any, finder: _Finder) -> None:
        self._loader, self._finder = loader, finder

    def __getattr__(self, name: str) -> Any:
        return getattr(self._loader, name)

    def create_module(self, spec: ModuleSpec) -> ModuleType | None:
        return self._loader.create_module(spec)

    def exec_module(self, module: ModuleType) -> None:
        with suppress(ValueError):  # another thread was first
            sys.meta_path.remove(self._finder)
        module.__loader__ = self._loader
        if module.__spec__:
            module.__spec__.loader = self._loader
        os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "2")  # from here on errors alone
        logging.getLogger(NAME).addFilter(_is_meant_for_users)
        with without_noise():
            self._loader.exec_module(module)
            module.config.list_physical_devices("GPU")  # on a machine without one this says so, in red


def _is_meant_for_users(record: logging.LogRecord) -> bool:
    """That a function was compiled again, as for the second of two networks, is not."""
    return "tf.function retracing" not in str(record.msg)


@contextmanager
def without_noise() -> Iterator[None]:
    """Let what is written on file descriptor 2 pass through the filter."""
    import subprocess  # only here, so that `import artlib` stays light

    try:
        usual = os.dup(2)
    except OSError:  # nobody reads it
        yield
        return
    try:
        filtering = subprocess.Popen([sys.executable, "-I", "-S", __file__], stdin=subprocess.PIPE, stderr=usual)
    except OSError:  # no process can be started
        os.close(usual)
        yield
        return
    if filtering.stdin:
        os.dup2(filtering.stdin.fileno(), 2)
        filtering.stdin.close()
    try:
        yield
    finally:
        os.dup2(usual, 2)
        os.close(usual)
        with suppress(subprocess.TimeoutExpired):  # a process that was started meanwhile still holds the other end
            filtering.wait(timeout=5)


def main() -> None:
    """Pass on every line of standard input that is not known noise, on standard error."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is for the program; the filter ends with it
    for line in sys.stdin.buffer:
        if not NOISE.match(line):
            sys.stderr.buffer.write(line)
            sys.stderr.buffer.flush()


if __name__ == "__main__":
    main()
