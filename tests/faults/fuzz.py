"""Fuzzing: readers of files from outside, for any number of seconds, with real files that were damaged at random.

    python -m tests.faults.fuzz 600

Each reader runs in a process of its own, whose memory is limited: what is promised is that it either gives back what it
read or raises its own error, and that the process lives.
"""

import argparse
import os
import random
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path

REPOSITORY = Path(__file__).parents[2]
MEMORY = 4 << 30  # bytes of address space that a process may ask for; importing TensorFlow alone takes more than half
HEAD = 60_000  # bytes in which the names and the shapes of a weights file are
READ, REFUSED = "read", "refused"


def fuzz_weights(seconds: float, seed: int = 0) -> Counter[str]:
    """Damage real weights files at random and read them, in a process with limited memory.

    Args:
        seconds: for how long.
        seed: of what is damaged.

    Returns:
        How many were read, and how many refused.

    Raises:
        AssertionError: the process died or raised anything but a WeightsError; the text has its last words.
    """
    command = [sys.executable, "-m", "tests.faults.fuzz", str(seconds), "--seed", str(seed), "--in-this-process"]
    paths = os.pathsep.join([str(REPOSITORY / "tests"), *filter(None, [os.environ.get("PYTHONPATH")])])
    environment = os.environ | {"PYTHONPATH": paths}
    ended = subprocess.run(command, cwd=REPOSITORY, env=environment, capture_output=True, text=True, check=False)
    assert ended.returncode == 0, f"{command} ended with {ended.returncode}: {ended.stderr[-3000:]}"
    return Counter({name: int(count) for name, count in map(str.split, ended.stdout.splitlines())})


def damaged(content: bytes, chance: random.Random) -> bytes:
    """Return a file with some bytes changed, most of them at its beginning, or cut, or with a piece put elsewhere."""
    changed, kind = bytearray(content), chance.randrange(10)
    for _ in range(chance.choice((1, 1, 2, 4, 16))):
        place = chance.randrange(min(HEAD, len(changed)) if chance.random() < 0.9 else len(changed))
        if kind < 6:
            changed[place] = chance.choice((0, 1, 0x7F, 0x80, 0xFF, chance.randrange(256), changed[place] ^ 1))
        elif kind < 8:
            changed[place : place + chance.choice((1, 4, 8))] = chance.randbytes(chance.choice((1, 4, 8)))
        elif kind == 8:
            other = chance.randrange(min(HEAD, len(changed)))
            changed[place : place + 16] = changed[other : other + 16]
        else:
            return bytes(changed[: chance.choice((place, chance.randrange(len(changed))))])
    return bytes(changed)


def _read_damaged(seconds: float, seed: int) -> Counter[str]:
    from artlib.backbones.torch_file import WeightsError

    _limit_memory()
    chance, found, end = random.Random(seed), Counter[str](), time.monotonic() + seconds
    with tempfile.TemporaryDirectory() as folder:
        samples = list(_samples())
        while time.monotonic() < end:
            name, content, read = chance.choice(samples)
            path = Path(folder) / f"damaged{name}"
            path.write_bytes(damaged(content, chance))
            try:
                read(path)
                found[f"{name}-{READ}"] += 1
            except WeightsError:
                found[f"{name}-{REFUSED}"] += 1
            except BaseException:
                path.rename(REPOSITORY / f"fuzzed{name}")
                raise
    return found


def _samples() -> Iterator[tuple[str, bytes, Callable[[Path], object]]]:
    """Yield the suffix and the content of real weights files, and what reads them.

    Files of HDF5 are not among them: some damaged ones keep HDF5's own library busy for ever, which no caller can end.
    """
    from artlib.backbones.efficientnet_lite import LITE0
    from artlib.backbones.torch_file import read_state_dict

    yield ".pth", LITE0.find_weights().read_bytes(), read_state_dict


def _limit_memory() -> None:
    with suppress(ImportError):  # Windows has no such limits
        import resource

        used = int(Path("/proc/self/statm").read_text().split()[0]) * resource.getpagesize()
        resource.setrlimit(resource.RLIMIT_AS, (used + MEMORY, used + MEMORY))


def main() -> None:
    """Run what fuzzes, or, as the process that it starts, read damaged files and print how many were read."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("seconds", type=float)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--in-this-process", action="store_true", help=argparse.SUPPRESS)
    options = parser.parse_args()
    counts = (_read_damaged if options.in_this_process else fuzz_weights)(options.seconds, options.seed)
    for name, count in sorted(counts.items()):
        print(name, count)


if __name__ == "__main__":
    main()
