"""The answers of museums' interfaces: JSON objects, or a plain error."""

from typing import Any

from artlib.collect.errors import CollectError
from artlib.collect.json_text import read_json
from artlib.collect.sources.polite_client import PoliteClient


def ask_for_json(client: PoliteClient, url: str, server: str) -> dict[str, Any]:
    """Return the JSON object at an address.

    Args:
        client: asks the server.
        url: the address.
        server: what messages call it.

    Raises:
        LeftOutError: there is nothing at this address.
        CollectError: the server can't be reached, or its answer is of another form.
    """
    try:
        answer = read_json(client.get(url, "application/json"))
    except ValueError as error:
        raise unknown_form(server, error) from error
    if not isinstance(answer, dict):
        raise unknown_form(server, "it is no JSON object")
    return answer


def unknown_form(server: str, what: object) -> CollectError:
    """Return the error that a server's answer is of another form than its documentation says."""
    return CollectError(f"{server} answered in a form that artlib does not know ({what}).")
