"""tdmrep.json: which addresses of a host are reserved against text and data mining (TDM Reservation Protocol).

It is fetched once for each host. A host without it, or with a damaged one, reserves nothing in this way.
"""

import re
import threading
from collections.abc import Callable
from typing import Any
from urllib.parse import urlsplit

from artlib.collect.errors import OptedOutError
from artlib.collect.json_text import read_json
from artlib.images import UnreachableImageError
from artlib.images.reservations import OPTED_OUT

PLACE = "/.well-known/tdmrep.json"
LONGEST = 500_000  # bytes
RULES = 1000  # of one host that are read


class TdmFiles:
    """Answers whether an address is reserved.

    Args:
        fetch: returns the content of an address, or raises UnreachableImageError.
    """

    def __init__(self, fetch: Callable[[str], bytes]) -> None:
        self._fetch = fetch
        self._rules: dict[str, list[tuple[re.Pattern[str], bool]]] = {}  # of each origin: a path, and whether reserved
        self._lock = threading.Lock()

    def check(self, url: str) -> None:
        """Do nothing if an address is not reserved.

        Raises:
            OptedOutError: it is.
        """
        parts = urlsplit(url)
        origin, path = f"{parts.scheme}://{parts.netloc}", parts.path or "/"
        with self._lock:
            if origin not in self._rules:
                self._rules[origin] = self._read(origin)
        if next((is_reserved for place, is_reserved in self._rules[origin] if place.match(path)), False):
            raise OptedOutError(f"{OPTED_OUT}the server reserves text and data mining (tdmrep.json)")

    def _read(self, origin: str) -> list[tuple[re.Pattern[str], bool]]:
        try:
            stated = read_json(self._fetch(f"{origin}{PLACE}")[:LONGEST])
        except (UnreachableImageError, ValueError):
            return []
        return [rule for each in (stated if isinstance(stated, list) else [])[:RULES] if (rule := _rule(each))]


def _rule(stated: Any) -> tuple[re.Pattern[str], bool] | None:
    """Return the pattern of a rule's paths (* is anything, $ the end), and whether it reserves them."""
    place = stated.get("location") if isinstance(stated, dict) else None
    if not isinstance(place, str) or place.count("*") > 5:  # many of them would take too long to compare
        return None
    end = "$" if place.endswith("$") else ""
    parts = [re.escape(part) for part in place.removesuffix("$").split("*")]
    return re.compile(".*?".join(parts) + end), str(stated.get("tdm-reservation")) == "1"
