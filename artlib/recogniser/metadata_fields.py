"""What each field of artist_model.json must be: users edit this file by hand, so that nothing in it is trusted.

Some fields belong to the network: with the artists in another order, each answer would name another one. Each of them
has a check of its value, so that a change is seen.
"""

import hashlib
import json
from typing import Any

from artlib.backbones import BACKBONES
from artlib.workspace.formats.json_files import (
    Field,
    JsonError,
    an_object,
    check_fields,
    digest,
    file_name,
    named_texts,
    number,
    one_of,
    shown,
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
    "checks": named_texts(),
}
CALIBRATION: dict[str, Field] = {
    "temperature": number(0, 1000, above=True),
    "coverage": number(0, 1, above=True, below=True, null=True),
    "conformal_threshold": number(0, 1),
    "n": whole(0),
}


# what artlib alone changes; the promise and the threshold are the user's, and `additions` may be emptied by hand
SEALED = (
    "model_hash",  # first, because the other checks hold it, too
    "class_names",
    "backbone",
    "image_size",
    "calibration",
    "unknown_detector",
    "confidence",
    "others",
    "second_network",
)


def check(content: dict[str, Any]) -> None:
    """Check all fields.

    Raises:
        JsonError: one of them is something else, or was changed by somebody else than artlib; the text says which.
    """
    check_fields(content, FIELDS)
    check_fields(content.get("calibration", {}), CALIBRATION, "calibration.")
    if checks := content.get("checks"):  # an earlier artlib wrote none
        found = checks_of(content)
        for name in SEALED:
            if checks.get(name) != found.get(name):
                raise JsonError(
                    f"{name} is not what artlib wrote there, and with another value answers would be wrong. Received: "
                    f"{shown(content.get(name))}"
                )


def checks_of(content: dict[str, Any]) -> dict[str, str]:
    """Return the check of each sealed field that is there: 16 hexadecimal digits, also of the network's hash."""
    network = content.get("model_hash", "")
    return {name: _check(name, content[name], network) for name in SEALED if name in content}


def _check(name: str, value: Any, network: str) -> str:
    written = json.dumps([name, _plain(value), network], sort_keys=True)
    return hashlib.sha256(written.encode()).hexdigest()[:16]


def _plain(value: Any) -> Any:
    """Return the same whether an editor wrote 1 or 1.0."""
    if isinstance(value, dict):
        return {name: _plain(each) for name, each in value.items()}
    return float(value) if isinstance(value, int) and not isinstance(value, bool) else value
