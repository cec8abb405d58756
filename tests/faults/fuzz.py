"""Fuzzing: readers of files from outside, for any number of seconds, with real files that were damaged at random.

    python -m tests.faults.fuzz 600

Each reader runs in a process of its own, whose memory is limited: what is promised is that it either gives back what it
read or raises its own error, that this does not take long, that nothing else is said, and that the process lives.
"""

import argparse
import os
import random
import subprocess
import sys
import tempfile
import time
from collections import Counter
from contextlib import suppress
from pathlib import Path

REPOSITORY = Path(__file__).parents[2]
MEMORY = 4 << 30  # bytes of address space that a process may ask for; importing TensorFlow alone takes more than half
PATIENCE = 90.0  # seconds beside the asked ones: importing TensorFlow takes some, and one file may
READ, REFUSED = "read", "refused"
PICTURES, WEIGHTS = "pictures", "weights"


def fuzz(what: str, seconds: float, seed: int = 0) -> Counter[str]:
    """Damage real files at random and read them, in a process with limited memory.

    Args:
        what: PICTURES or WEIGHTS.
        seconds: for how long.
        seed: of what is damaged.

    Returns:
        How many of each kind were read, and how many refused.

    Raises:
        AssertionError: the process died, hung, or raised anything but the reader's error; the text has its last words,
            and the name under which the file was kept.
    """
    kept = REPOSITORY / f"fuzzed-{what}"
    command = [sys.executable, "-m", "tests.faults.fuzz", str(seconds), "--seed", str(seed), "--read", what]
    paths = os.pathsep.join([str(REPOSITORY / "tests"), *filter(None, [os.environ.get("PYTHONPATH")])])
    environment = os.environ | {"PYTHONPATH": paths}
    with tempfile.TemporaryFile() as out, tempfile.TemporaryFile() as words:
        running = subprocess.Popen(
            [*command, "--keep", str(kept)], cwd=REPOSITORY, env=environment, stdout=out, stderr=words
        )
        try:
            status: int | str = running.wait(seconds + PATIENCE)
        except subprocess.TimeoutExpired:
            running.kill()
            running.wait()
            status = "a kill: it took too long"
        out.seek(0)
        words.seek(0)
        said = words.read().decode(errors="replace")
        is_quiet = not said or what == WEIGHTS  # TensorFlow says much
        assert status == 0 and is_quiet, f"{command} ended with {status}; the file is {kept}: {said[-3000:]}"
        kept.unlink(missing_ok=True)
        return Counter({name: int(count) for name, count in map(str.split, out.read().decode().splitlines())})


def _read_damaged(what: str, seconds: float, seed: int, keep: Path) -> Counter[str]:
    if what == PICTURES:
        from faults.fuzz_pictures import samples
    else:
        from faults.fuzz_weights import samples

    with tempfile.TemporaryDirectory() as folder:
        every, longest, refusal = samples(Path(folder))
        _limit_memory()
        chance, found, end = random.Random(seed), Counter[str](), time.monotonic() + seconds
        while time.monotonic() < end:
            name, content, read = chance.choice(every)
            keep.write_bytes(content := content(chance))
            began = time.monotonic()
            try:
                read(content)
                found[f"{name}-{READ}"] += 1
            except refusal:
                found[f"{name}-{REFUSED}"] += 1
            assert (took := time.monotonic() - began) < longest, f"{name} took {took:.0f} seconds"
    return found


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
    parser.add_argument("--read", choices=(PICTURES, WEIGHTS), help=argparse.SUPPRESS)
    parser.add_argument("--keep", type=Path, help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.read:
        counts = _read_damaged(options.read, options.seconds, options.seed, options.keep)
    else:
        counts = sum((fuzz(what, options.seconds / 2, options.seed) for what in (PICTURES, WEIGHTS)), Counter[str]())
    for name, count in sorted(counts.items()):
        print(name, count)


if __name__ == "__main__":
    main()
