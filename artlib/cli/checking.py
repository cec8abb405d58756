"""The command that says whether this machine, a workspace and its models are in order."""

import argparse
from typing import TYPE_CHECKING, Any

from artlib.cli import options
from artlib.cli.options import ANSWERED, PARTLY

if TYPE_CHECKING:
    from artlib.doctor.finding import Finding


def add_to(commands: Any) -> None:
    """Add the command `doctor`."""
    text = "say what is installed, and whether each file of a workspace and of its models is whole"
    options.command(commands, "doctor", text, _doctor, options.workspace())


def _doctor(asked: argparse.Namespace) -> int:
    from artlib.doctor import machine, models, workspace_files
    from artlib.workspace import as_workspace

    workspace = as_workspace(asked.workspace)
    wrong = _show("This machine", machine.findings())
    wrong += _show("The workspace", workspace_files.findings(workspace))
    for name in workspace.model_names():
        wrong += _show(f"Its model {name!r}", models.findings(workspace, name))
    print(f"{wrong} damaged or missing; what to do stands beside it." if wrong else "Nothing is damaged.")
    return PARTLY if wrong else ANSWERED


def _show(title: str, findings: "list[Finding]") -> int:
    """Print what was found, and return how much of it is wrong."""
    print(title, *findings, sep="\n", end="\n\n")
    return sum(finding.is_wrong for finding in findings)
