"""The terminal: names can't steer it, a closed pipe ends quietly, and Ctrl-C ends within two seconds."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from artlib.cli import terminal
from artlib.errors import ArtlibError, printable, warn

pytestmark = [
    pytest.mark.thorough,
    pytest.mark.skipif(os.name == "nt", reason="Windows has other signals and pipes"),
]

PROGRAM = "import sys, artlib.cli; sys.argv[1:] = {arguments!r}; sys.exit(artlib.cli.main())"


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("\x1b[2J\x1b[31mred.png", "\\x1b[2J\\x1b[31mred.png"),
        ("a\rb", "a\\rb"),
        ("gpj.\u202excod.exe", "gpj.\\u202excod.exe"),
        ("\x9b1m", "\\x9b1m"),
        (b"caf\xe9.jpg".decode("utf-8", "surrogateescape"), "caf\\xe9.jpg"),
        ("北斎 ゆき é.png\n", "北斎 ゆき é.png\n"),
    ],
)
def test_what_steers_a_terminal_is_written_out(name: str, shown: str) -> None:
    assert printable(name) == shown


def test_so_it_is_in_warnings_and_in_errors_in_notebooks(capsys: pytest.CaptureFixture[str]) -> None:
    warn("Left out: \x1b[2J.png")
    assert "\\x1b[2J" in capsys.readouterr().err
    assert ArtlibError("no \x1b[2J.png")._render_traceback_() == ["ArtlibError: no \\x1b[2J.png"]


def test_so_it_is_in_all_that_a_command_prints(capsys: pytest.CaptureFixture[str]) -> None:
    with terminal.plain_output():
        print("artist \x1b]0;owned\x07")
    assert capsys.readouterr().out == "artist \\x1b]0;owned\\x07\n"


def test_a_command_that_is_asked_for_a_bad_name_shows_it_written_out(artlib_command) -> None:
    done = artlib_command("collect", "folder", "\x1b[2Jnowhere", "--workspace", "w")
    assert done.returncode == 2 and "\x1b" not in done.stderr and "\\x1b[2Jnowhere" in done.stderr


PRINTING = """
import sys
from artlib import cli
from artlib.cli import options, sorting

def add_to(commands):
    count = lambda asked: [print(number) for number in range(10**6)] and 0
    options.command(commands, "count", "count", count, options.workspace())

sorting.add_to = add_to
sys.argv[1:] = ["count"]
sys.exit(cli.main())
"""


def test_a_closed_pipe_ends_quietly() -> None:
    process = subprocess.Popen([sys.executable, "-c", PRINTING], stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    assert process.stdout and process.stderr
    assert process.stdout.readline() == b"0\n"
    process.stdout.close()
    assert (process.wait(60), process.stderr.read()) == (terminal.CLOSED_PIPE, b"")


def test_a_full_standard_output_is_a_sentence() -> None:
    with open("/dev/full", "w") as full:
        done = subprocess.run(
            [sys.executable, "-c", PRINTING], stdout=full, stderr=subprocess.PIPE, text=True, check=False
        )
    assert done.returncode == 2 and done.stderr.startswith("artlib: The disk is full")
    assert done.stderr.count("\n") == 1


@pytest.mark.parametrize("closed", ["2>&-", ">&- 2>&-", "<&- >&- 2>&-"])
def test_a_closed_standard_error_is_no_place_for_files(closed: str, tmp_path: Path) -> None:
    """Else the file that is opened next gets its number, and libraries write their messages into it."""
    script = tmp_path / "count.py"
    script.write_text(
        PRINTING.replace("[print(number) for number in range(10**6)] and 0", "write()").replace(
            "def add_to",
            """
def write():
    import os
    with open("file", "w") as file:
        os.write(2, b"a library's message")
        file.write("whole")
        return 0

def add_to""",
        )
    )
    command = f"cd {tmp_path} && exec {sys.executable} count.py {closed}"
    assert subprocess.run(["sh", "-c", command], check=False).returncode == 0
    assert (tmp_path / "file").read_text() == "whole"


def test_an_error_is_not_printed_on_the_standard_output(tmp_path: Path) -> None:
    command = f"exec {sys.executable} -m artlib sort --workspace nowhere 2>&-"
    done = subprocess.run(["sh", "-c", command], stdout=subprocess.PIPE, check=False)
    assert (done.returncode, done.stdout) == (2, b"")


def test_a_full_standard_error_changes_no_status() -> None:
    with open("/dev/full", "w") as full:
        command = [sys.executable, "-m", "artlib", "sort", "--workspace", "nowhere"]
        assert subprocess.run(command, stderr=full, check=False).returncode == 2


HANGING = """
import signal, sys, time
signal.signal(signal.SIGINT, signal.default_int_handler)  # what a shell runs in the background ignores Ctrl-C
from concurrent.futures import ThreadPoolExecutor
from artlib import cli
from artlib.cli import options, sorting

def hang(asked):
    print("ready", flush=True)
    with ThreadPoolExecutor(2) as pool:
        {how}

def add_to(commands):
    options.command(commands, "hang", "hang", hang, options.workspace())

sorting.add_to = add_to
sys.argv[1:] = ["hang"]
sys.exit(cli.main())
"""
HANGS = {
    "a thread that nobody can stop": "pool.submit(time.sleep, 100).result()",
    "a call that takes no signal": "import ctypes; [ctypes.CDLL(None).sleep(50) for _ in range(9)]",
    "code that passes over the interruption": "[passed() for _ in range(99)]",
}
PASSED = """
def passed():
    try:
        time.sleep(100)
    except KeyboardInterrupt:
        pass
"""


@pytest.mark.parametrize("how", HANGS.values(), ids=HANGS.keys())
@pytest.mark.parametrize("times", [1, 2])
def test_ctrl_c_ends_within_two_seconds_also_a_second_one(how: str, times: int) -> None:
    script = PASSED + HANGING.format(how=how)
    process = subprocess.Popen(
        [sys.executable, "-c", script],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    assert process.stdout and process.stdout.readline() == "ready\n"
    time.sleep(0.2)
    for _ in range(times):
        process.send_signal(signal.SIGINT)
        time.sleep(0.1)
    began = time.monotonic()
    _, error = process.communicate(timeout=60)
    assert process.returncode == 130 and error.endswith(terminal.GOODBYE + "\n")
    assert time.monotonic() - began < 10  # 1 s, on a machine that does nothing else


SAVING = """
def saves():
    try:
        time.sleep(100)
    finally:
        time.sleep(0.6)
        print("saved")
"""


def test_a_second_ctrl_c_does_not_disturb_what_is_saved_after_the_first() -> None:
    process = subprocess.Popen(
        [sys.executable, "-c", SAVING + HANGING.format(how="saves()")],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    assert process.stdout and process.stdout.readline() == "ready\n"
    time.sleep(0.2)
    for _ in range(2):
        process.send_signal(signal.SIGINT)
        time.sleep(0.1)
    out, _ = process.communicate(timeout=60)
    assert (process.returncode, out) == (130, "saved\n")


def test_python_m_artlib_has_the_same_status_whatever_was_interrupted(tmp_path: Path) -> None:
    """Python kills itself by a signal where a signal came in the midst of code that was made from text."""
    (tmp_path / "hang.py").write_text(HANGING.format(how="exec('time.sleep(100)')"))
    command = [sys.executable, "-m", "hang"]
    process = subprocess.Popen(command, cwd=tmp_path, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    assert process.stdout and process.stdout.readline() == "ready\n"
    time.sleep(0.2)
    process.send_signal(signal.SIGINT)
    _, error = process.communicate(timeout=60)
    assert (process.returncode, error) == (130, terminal.GOODBYE + "\n")
