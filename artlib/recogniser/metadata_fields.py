"""What each field of artist_model.json must be: users edit this file by hand, so that nothing in it is trusted."""

from typing import Any

from artlib.backbones import BACKBONES
from artlib.workspace.json_files import (
    Field,
    an_object,
    check_fields,
    digest,
    file_name,
    named_texts,
    number,
    one_of,
    text,
    texts,
    whole,
)

ARRAYS = file_name(".npz")
FIELDS: dict[str, Field] = {
    "class_names": texts(),
    "backbone": one_of(BACKBONES),
    "image_size": whole(8, 4096),
    "recipe": text(),
    "seed": whole(-(2**63)),
    "unknown_threshold": number(0, 1),
    "data_hash": digest(),
    "versions": named_texts(),
    "model_hash": digest(),
    "weights": text(empty=False),
    "epochs": whole(0, null=True),
    "unknown_detector": ARRAYS,
    "calibration": an_object(),
    "additions": ARRAYS,
    "confidence": ARRAYS,
    "others": ARRAYS,
    "second_network": ARRAYS,
    "firm_error": number(0, 0.5, above=True),
    "unknown_share": number(0, 1, below=True),
}
CALIBRATION: dict[str, Field] = {
    "temperature": number(0, 1000, above=True),
    "coverage": number(0, 1, above=True, below=True, null=True),
    "conformal_threshold": number(0, 1),
    "n": whole(0),
}


def check(content: dict[str, Any]) -> None:
    """Check all fields.

    Raises:
        JsonError: one of them is something else; the text says which.
    """
    check_fields(content, FIELDS)
    check_fields(content.get("calibration", {}), CALIBRATION, "calibration.")
