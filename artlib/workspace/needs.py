"""What a stage needs of a workspace, checked before anything heavy is imported."""

from collections.abc import Sequence

from artlib.errors import ArgumentError
from artlib.workspace.advice import lacks
from artlib.workspace.paths import AnyWorkspace, WorkspaceError, as_workspace
from artlib.workspace.stages import STAGES


def require(workspace: AnyWorkspace, needs: Sequence[str] = (), name: str = "default") -> None:
    """Check that a workspace has what is needed.

    Args:
        workspace: a Workspace, or the path of one.
        needs: "pictures", "groups", "split" or "model", in any number.
        name: of the model.

    Raises:
        WorkspaceError: something is missing; the text names all of it, and what to do here.
        ArgumentError: there is no such need, or `name` is no folder's name.
    """
    workspace = as_workspace(workspace)
    if unknown := [need for need in needs if need not in STAGES]:
        raise ArgumentError(f"What can be needed: {', '.join(STAGES)}. Received: {', '.join(unknown)}.")
    if "model" in needs:
        workspace.model(name)  # brings it here from where it is kept
    absent = [need for need, stage in STAGES.items() if need in needs and not stage.made(workspace.root, name)]
    missing = {need: STAGES[need].file.format(name=name) for need in absent}
    if missing:
        raise WorkspaceError(lacks(workspace.root, missing, name, workspace.model_names()))
