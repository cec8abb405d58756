"""The models of a workspace: their files are read as a prediction reads them, but the network only compared."""

from artlib.doctor.finding import Finding, State, looked_at
from artlib.errors import ArtlibError, counted
from artlib.recogniser import files
from artlib.recogniser.trained_model import HISTORY, TrainedModel
from artlib.workspace import Workspace
from artlib.workspace.formats.json_files import JsonError, read_json

METRICS = "metrics.json"


def findings(workspace: Workspace, name: str) -> list[Finding]:
    """Return what is said about one model."""
    folder = workspace.model(name)
    if not (folder / files.METADATA).exists():
        return [Finding("model", State.ABSENT, "its training has not ended: artlib train goes on with it")]
    found = [looked_at("model", lambda: _whole(TrainedModel(workspace, name)))]
    if found[0].is_wrong:
        return found
    found.append(looked_at("its split", lambda: _split(TrainedModel(workspace, name)), State.STALE))
    if (history := folder / HISTORY).exists():
        found.append(looked_at(HISTORY, lambda: f"epochs: {len(workspace.read_table(history)):,}"))
    return [*found, _figures(workspace, name)]


def _whole(model: TrainedModel) -> str:
    files.check_hash(model.folder / files.NETWORK, model.metadata, model.model_hash)
    names, metadata = model.class_names, model.metadata
    parts = [f"{counted(len(names), 'artist')}, {metadata.backbone} at {metadata.image_size} pixels"]
    if model.others:
        parts.append("it learned from others, too")
    parts.append("its errors are measured" if model.confidence else "its errors are not measured yet (artlib evaluate)")
    return "; ".join(parts)


def _split(model: TrainedModel) -> str:
    return f"it is the one that it was trained on, with {counted(len(model.split.ids), 'image')}"


def _figures(workspace: Workspace, name: str) -> Finding:
    path = workspace.model(name) / METRICS
    if not path.exists():
        return Finding("figures", State.ABSENT, "not measured yet: 04_evaluate (artlib evaluate)")

    def look() -> str:
        try:
            test = read_json(path)["test"]
            low, high = test["accuracy_ci95"]
            return f"accuracy {test['accuracy']:.3f} ({low:.3f} to {high:.3f}) on {test['n']} test images"
        except (JsonError, LookupError, TypeError, ValueError) as error:
            raise ArtlibError(f"{path} is damaged ({error}). Run 04_evaluate (artlib evaluate) again.") from error

    return looked_at("figures", look)
