"""JSON from elsewhere, whose texts can be written into files."""

import json
from typing import Any


def read_json(content: bytes) -> Any:
    """Return what a JSON text says; half characters in it, which no file can hold, become question marks.

    Args:
        content: in UTF-8, with or without a byte order mark.

    Raises:
        ValueError: it is no JSON, or too deeply nested.
    """
    try:
        stated = json.loads(content.decode("utf-8-sig"))
        return json.loads(json.dumps(stated, ensure_ascii=False).encode("utf-8", errors="replace"))
    except RecursionError as error:
        raise ValueError("it is too deeply nested") from error
