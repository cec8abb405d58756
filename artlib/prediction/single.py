"""Predicting one picture."""

from typing import Any

from artlib.prediction.card import EvidenceCard
from artlib.prediction.predictor import predictor
from artlib.prediction.verdict import Verdict, three_lines
from artlib.workspace import AnyWorkspace


def predict(
    source: Any,
    workspace: AnyWorkspace = "data",
    *,
    name: str = "default",
    heat_map: bool = False,
    copies: bool = True,
) -> Verdict:
    """Predict one picture.

    Args:
        source: a path, an http(s) URL, bytes, a PIL image or an array: anything that `artlib.images.load` accepts.
        workspace: a Workspace, or the path of one, with a trained model.
        name: the model's name.
        heat_map: whether to compute a heat map for the artist, which takes longer.
        copies: whether to look for known works in it first; False answers by style alone.

    Raises:
        ImageError: the picture can't be used; each reason has its own subclass.
        WorkspaceError: there is no such model.
    """
    return predictor(workspace, name=name, copies=copies).verdict(source, heat_map=heat_map)


def predictAny(  # noqa: N802 - the original project's name
    source: Any,
    actual_artist: str | None = None,
    workspace: AnyWorkspace = "data",
    *,
    name: str = "default",
    copies: bool = True,
) -> Verdict:
    """Print the original project's three lines and the verdict; in a notebook, show the evidence card as well.

    Args:
        source: a path, an http(s) URL, bytes, a PIL image or an array.
        actual_artist: the real artist, if you know.
        workspace: a Workspace, or the path of one, with a trained model.
        name: the model's name.
        copies: whether to look for known works in it first; False answers by style alone.

    Raises:
        ImageError: the picture can't be used; each reason has its own subclass.
        WorkspaceError: there is no such model.
    """
    from IPython import get_ipython
    from IPython.display import display

    in_notebook = get_ipython() is not None
    verdict = predict(source, workspace, name=name, heat_map=in_notebook, copies=copies)
    print(three_lines(verdict, actual_artist))
    print(verdict.sentence())
    if in_notebook:
        display(EvidenceCard(verdict, with_lines=False))  # the lines are printed above it
    else:
        print("\n".join([*verdict.reasons, verdict.promise]))
    return verdict


predict_any = predictAny
