"""Runs notebooks 01 to 05 without a browser on real artists' works; the results are in data/demo: `make demo`.

It can be run again at any time: finished work is kept, and an interrupted demo continues where it stopped.
"""

import base64
import html
import io
import json
import os
import re
import shutil
import sys
import time
from contextlib import redirect_stderr
from pathlib import Path
from typing import Any

import nbformat
from nbclient.exceptions import DeadKernelError
from nbformat.sign import NotebookNotary
from papermill import PapermillExecutionError, execute_notebook
from papermill.clientwrap import PapermillNotebookClient
from papermill.engines import NBClientEngine, papermill_engines

import artlib

REPOSITORY = Path(__file__).resolve().parents[1]
NOTEBOOKS = Path("notebooks")
DEMO = artlib.Workspace("data/demo")
EXECUTED, PICTURES = DEMO.root / "notebooks", DEMO.root / "pictures"
SECONDS_BETWEEN_LINES = 5  # of progress
FIGURE_SPACE = "\u2007"  # with which tqdm pads

MIN_WORKS, MAX_WORKS = 100, 300  # of each artist: all nine artists, and few enough works for 8 minutes on 2 cores
EPOCHS = 3
# the network whose weights come with a package: the demo is the same on every machine, with or without internet
TRAINING = {"backbone": "efficientnet_lite0", "epochs": EPOCHS, "reuse_trained": True}
QUESTIONS = (
    "A collected work of the test part:",
    "A detail of a work that the model has not learned from, the one with the highest confidence:",
    "A work by an artist that the model has not learned:",
)


class DemoError(artlib.ArtlibError):
    """A notebook stopped."""


class Output:
    """Prints a notebook's output, indented, and a line about its progress bars every few seconds."""

    def __init__(self) -> None:
        self._printed, self._at_line_start = 0.0, True

    def write(self, text: str) -> None:
        """Print text as it comes; of a bar that redraws itself, only the last state is printed."""
        for line in text.splitlines(keepends=True):
            print(("    " if self._at_line_start else "") + line.rsplit("\r", 1)[-1], end="")
            self._at_line_start = line.endswith("\n")

    def flush(self) -> None:
        sys.stdout.flush()

    def progress(self, state: str) -> None:
        """Print the state of a progress bar, unless one was printed just now."""
        if time.monotonic() - self._printed > SECONDS_BETWEEN_LINES:
            self.write(f"{state}\n")
            self.flush()
            self._printed = time.monotonic()


class WatchedClient(PapermillNotebookClient):
    """Reads the progress bars, too: in a notebook they are widgets, which print nothing."""

    _label = ""

    def handle_comm_msg(self, outs: list, msg: dict, cell_index: int) -> None:
        super().handle_comm_msg(outs, msg, cell_index)
        value = msg["content"]["data"].get("state", {}).get("value")
        if not isinstance(value, str):
            return
        text = html.unescape(value).replace(FIGURE_SPACE, " ").strip()
        if re.search(r"\d+%$", text):  # "Collecting:  45%"; its counts follow as " 1200/2323 [00:10<00:20, …]"
            self._label = text
        elif re.search(r"\d.*\[\d\d:\d\d", text):
            self.stdout_file.progress(f"{self._label} {text}")


class WatchedEngine(NBClientEngine):
    """Papermill's own engine with the client above."""

    @classmethod
    def execute_managed_notebook(cls, nb_man: Any, kernel_name: str, **options: Any) -> Any:
        output, cwd = options["stdout_file"], options.get("cwd")
        client = WatchedClient(
            nb_man,
            kernel_name=kernel_name,
            stdout_file=output,
            stderr_file=output,
            resources={"metadata": {"path": cwd}},
        )
        # what a kernel prints outside of any cell, for example when it dies
        with (DEMO.root / "kernel.log").open("w") as log:
            return client.execute(stderr=log)


def run(name: str, parameters: dict[str, Any]) -> None:
    """Execute one notebook and save its pictures.

    Raises:
        DemoError: the notebook stopped; the text tells why, and where to look.
    """
    print(f"{name} …", flush=True)
    started, executed = time.monotonic(), EXECUTED / f"{name}.ipynb"
    try:
        execute_notebook(
            NOTEBOOKS / f"{name}.ipynb",
            executed,
            {"workspace": DEMO.root.as_posix()} | parameters,
            engine_name="watched",
            kernel_name="python3",
            progress_bar=False,
            cwd=".",
            stdout_file=Output(),
        )
    except PapermillExecutionError as error:
        raise DemoError(f"{name} stopped: {error.ename}: {error.evalue} See {executed}.") from error
    except DeadKernelError as error:
        raise DemoError(f"{name} stopped: its kernel died. Was the memory full? 6 GB are enough.") from error
    # signed because it was executed here: otherwise JupyterLab removes the cards' style and pictures
    NotebookNotary().sign(nbformat.read(executed, as_version=4))
    count = extract_pictures(name, executed)
    print(f"{name} took {time.monotonic() - started:.0f} s and shows {count} pictures.\n", flush=True)


def outputs(executed: Path) -> list[dict[str, Any]]:
    """Return all outputs of an executed notebook, in order."""
    cells = json.loads(executed.read_text(encoding="utf-8"))["cells"]
    return [output for cell in cells for output in cell.get("outputs", [])]


def extract_pictures(name: str, executed: Path) -> int:
    """Write every picture that a notebook shows as `pictures/<name>-<number>.png`, and return how many."""
    PICTURES.mkdir(parents=True, exist_ok=True)
    for stale in PICTURES.glob(f"{name}-*.png"):
        stale.unlink()
    found = [output["data"]["image/png"] for output in outputs(executed) if "image/png" in output.get("data", {})]
    for number, encoded in enumerate(found, start=1):
        (PICTURES / f"{name}-{number}.png").write_bytes(base64.b64decode("".join(encoded)))
    return len(found)


def unknown_artist() -> dict[str, str]:
    """Return a work by an artist with too few works to be learned: the verdict should be that the hand is unknown."""
    known = set(artlib.read_catalog(DEMO)["artist"])
    with redirect_stderr(io.StringIO()):  # its progress bar, for 2 seconds
        everyone = artlib.collect.openclipart_works()
    works = {artist: mine for artist, mine in everyone.items() if artist not in known}
    artist = max(works, key=lambda name: (len(works[name]), name))
    work = works[artist][len(works[artist]) // 2]
    # a copy, because the library is in the computer's temporary folder and the demo's results outlive that
    picture = DEMO.root / "asked" / work.name
    picture.parent.mkdir(exist_ok=True)
    shutil.copyfile(work, picture)
    return {"picture": picture.as_posix(), "actual_artist": artist}


def answers() -> list[str]:
    """Return what predictAny printed in notebook 05, one text a picture."""
    printed = "".join("".join(output.get("text", "")) for output in outputs(EXECUTED / "05_predict.ipynb"))
    return re.findall(r"Actual artist = .*\nPredicted artist = .*\nPrediction probability = .*\n.*", printed)


def summary(seconds: float) -> str:
    """Return a few lines about what the demo did and where its results are."""
    catalog, groups = artlib.read_catalog(DEMO), DEMO.read_table(DEMO.groups)
    several = (groups["group"].value_counts() > 1).sum()
    test = json.loads((DEMO.model() / "metrics.json").read_text(encoding="utf-8"))["test"]
    low, high = test["accuracy_ci95"]
    lines = [
        "Done in {} min {} s.".format(*divmod(round(seconds), 60)),
        f"  artists                 {catalog['artist'].nunique()}",
        f"  images                  {len(catalog)}",
        f"  near-duplicate groups   {several}, each in one part of the split",
        f"  accuracy on test part   {test['accuracy']:.1%} (95 % interval {low:.1%} to {high:.1%}, {test['n']} images)",
        "Three answers of predictAny, right or wrong:",
    ]
    for question, answer in zip(QUESTIONS, answers(), strict=True):
        lines += [f"  {question}", "    " + answer.replace("\n", "\n    ")]
    lines.append(f"Look at {PICTURES}/ (all pictures) and {EXECUTED}/ (the executed notebooks: make lab).")
    return "\n".join(lines)


def main() -> int:
    """Run the demo and return the exit status."""
    os.chdir(REPOSITORY)
    EXECUTED.mkdir(parents=True, exist_ok=True)
    papermill_engines.register("watched", WatchedEngine)
    started = time.monotonic()
    try:
        run("01_collect", {"source": "openclipart", "min_works": MIN_WORKS, "max_works": MAX_WORKS})
        run("02_sort", {})
        run("03_train", TRAINING)
        run("04_evaluate", {})
        run("05_predict", unknown_artist())
        text = summary(time.monotonic() - started)
        (DEMO.root / "summary.txt").write_text(f"{text}\n", encoding="utf-8")
        print(text)
    except artlib.ArtlibError as error:
        print(f"demo: {error}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print("\ndemo: interrupted; `make demo` continues from here.", file=sys.stderr)
        return 130
    return 0


if __name__ == "__main__":
    sys.exit(main())
