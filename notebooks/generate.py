"""Writes into each notebook what is the same in all, from one place: the set-up cell and the badge (`make notebooks`).

The address of the project is that of pyproject.toml.
"""

import json
import re
import tomllib
from pathlib import Path
from typing import Any

FOLDER = Path(__file__).resolve().parent
TEMPLATE = FOLDER / "setup_cell.py"
COLAB = "https://colab.research.google.com/github"
BADGE = re.compile(r"(colab-badge\.svg\)\]\()[^)]*\)")


def repository(project: Path = FOLDER.parent / "pyproject.toml") -> str:
    """Return the address of the project's repository."""
    return tomllib.loads(project.read_text(encoding="utf-8"))["project"]["urls"]["Repository"]


def setup_cell(address: str) -> str:
    """Return the set-up cell, which installs from this repository."""
    return TEMPLATE.read_text(encoding="utf-8").replace("REPOSITORY", address).rstrip("\n")


def generated(notebook: dict[str, Any], name: str, address: str) -> dict[str, Any]:
    """Return a notebook with the set-up cell and the badge for a repository."""
    opening, setup = notebook["cells"][:2]
    page = f"{COLAB}/{address.removeprefix('https://github.com/')}/blob/main/notebooks/{name}.ipynb"
    opening["source"] = BADGE.sub(rf"\g<1>{page})", "".join(opening["source"])).splitlines(keepends=True)
    setup["source"] = setup_cell(address).splitlines(keepends=True)
    setup["metadata"] = {"cellView": "form"}  # Colab shows its title alone
    return notebook


def text_of(path: Path, address: str) -> str:
    """Return the text that a notebook's file should have."""
    notebook = generated(json.loads(path.read_text(encoding="utf-8")), path.stem, address)
    return json.dumps(notebook, indent=1, ensure_ascii=False) + "\n"


def main() -> None:
    """Write all notebooks."""
    for path in sorted(FOLDER.glob("0*.ipynb")):
        path.write_text(text_of(path, repository()), encoding="utf-8", newline="\n")


if __name__ == "__main__":
    main()
