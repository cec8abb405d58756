"""The terminal: what is printed can't steer it, a closed pipe ends quietly, and Ctrl-C ends within two seconds."""

import os
import signal
import socket
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import Any, TextIO

from artlib.cli.options import INTERRUPTED
from artlib.errors import printable

CLOSED_PIPE = 141  # as shells say it: 128 and the number of the signal
GRACE = 1.5  # seconds after Ctrl-C for writing what is worth keeping; files on the way have temporary names
GOODBYE = "artlib: interrupted. Finished work is kept; the same command continues from there."
_said = threading.Event()


class PlainOutput:
    """A stream to which control characters in names are written out.

    Args:
        stream: the terminal, a file or a pipe.
    """

    def __init__(self, stream: TextIO) -> None:
        self._stream = stream

    def write(self, text: str) -> int:
        """Write a text; what the stream's encoding can't hold is written as numbers, too."""
        encoding = self._stream.encoding or "utf-8"
        shown = printable(text).encode(encoding, "backslashreplace").decode(encoding)
        return self._stream.write(shown)

    def __getattr__(self, name: str) -> Any:
        return getattr(self._stream, name)


@contextmanager
def plain_output() -> Iterator[None]:
    """While this lasts, what is printed passes through `PlainOutput`."""
    before = sys.stdout
    if before is not None:  # closed by who started the program
        sys.stdout = PlainOutput(before)  # type: ignore[assignment]
    try:
        yield
        if before is not None:
            before.flush()  # here, because at the end of the program nobody can handle its errors
    finally:
        sys.stdout = before


def open_closed_streams() -> None:
    """Open standard streams that were closed by who started the program, as by `2>&-`, so that they lead nowhere.

    Else a file that is written would get the number of the standard error, and with it the messages of libraries.
    """
    for number, name, mode in ((0, "stdin", "r"), (1, "stdout", "w"), (2, "stderr", "w")):
        try:
            os.fstat(number)
        except OSError:
            os.open(os.devnull, os.O_RDWR)  # takes the lowest free number
            stream = open(number, mode, encoding="utf-8", closefd=False)  # noqa: SIM115 - as long as the program
            setattr(sys, name, stream)


def close_quietly() -> int:
    """Nobody reads what is printed any more, as after `| head`: print nothing else, and return the exit status."""
    nowhere = os.open(os.devnull, os.O_WRONLY)
    for stream in (sys.stdout, sys.stderr):
        with suppress(OSError, ValueError, AttributeError):
            os.dup2(nowhere, stream.fileno())
    return CLOSED_PIPE


def say_goodbye() -> int:
    """Say that the command was interrupted, and return the exit status."""
    _said.set()
    say(GOODBYE)
    return INTERRUPTED


def say(text: str) -> None:
    """Print a line on standard error, if anybody can read it."""
    with suppress(OSError, ValueError):
        print(printable(text), file=sys.stderr, flush=True)


def end_soon_after_interrupt() -> None:
    """Make sure that Ctrl-C ends the program, whatever it does: a thread can hang in a download, or in a library.

    The system's own handler writes to a socket at once, also while Python's has to wait for a long call to return.
    """
    if threading.current_thread() is not threading.main_thread():
        return
    if signal.getsignal(signal.SIGINT) is signal.default_int_handler:  # else who started the program turned Ctrl-C off
        signal.signal(signal.SIGINT, _interrupt_once)
    listening, told = socket.socketpair()
    told.setblocking(False)
    signal.set_wakeup_fd(told.fileno(), warn_on_full_buffer=False)
    threading.Thread(target=_end_after, args=(listening, told), daemon=True, name="interrupt").start()


def _interrupt_once(*_: object) -> None:
    """End what is done now. A second Ctrl-C, while the program ends, changes nothing."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    raise KeyboardInterrupt


def _end_after(listening: socket.socket, _told: socket.socket) -> None:
    while signal.SIGINT not in listening.recv(16):
        pass
    time.sleep(GRACE)
    if not _said.is_set():
        say("")  # a progress bar may stand in this line
        say_goodbye()
    os._exit(INTERRUPTED)
