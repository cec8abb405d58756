"""robots.txt: what a host wants left alone (RFC 9309). It is fetched once for each host."""

import threading
from collections.abc import Callable
from urllib.parse import urlsplit
from urllib.robotparser import RobotFileParser

from artlib.collect.errors import DisallowedError, LeftOutError
from artlib.images import USER_AGENT, UnreachableImageError

LONGEST = 500_000  # bytes that are read, as RFC 9309 asks for
LONGEST_DELAY = 30.0  # seconds between two requests that a host can ask for


class Robots:
    """Answers whether an address may be fetched.

    Args:
        fetch: returns the content of an address, or raises UnreachableImageError.
        slow_down: called with a host and the seconds that it wants between two requests.
    """

    def __init__(self, fetch: Callable[[str], bytes], slow_down: Callable[[str, float], None]) -> None:
        self._fetch, self._slow_down = fetch, slow_down
        self._rules: dict[str, RobotFileParser | str] = {}  # of each origin, or why it can't be read
        self._lock = threading.Lock()

    def check(self, url: str) -> None:
        """Do nothing if an address may be fetched.

        Raises:
            DisallowedError: it may not.
            LeftOutError: robots.txt can't be read now.
        """
        parts = urlsplit(url)
        with self._lock:
            rules = self._of(f"{parts.scheme}://{parts.netloc}", parts.hostname or "")
        if isinstance(rules, str):
            raise LeftOutError(f"the server's robots.txt can't be read now ({rules})")
        if not rules.can_fetch(USER_AGENT, url):
            raise DisallowedError("the server's robots.txt does not allow it")

    def _of(self, origin: str, host: str) -> RobotFileParser | str:
        if origin not in self._rules:
            self._rules[origin] = self._read(origin)
            self._keep_its_pace(self._rules[origin], host)
        return self._rules[origin]

    def _read(self, origin: str) -> RobotFileParser | str:
        rules, lines = RobotFileParser(), ""
        try:
            lines = self._fetch(f"{origin}/robots.txt")[:LONGEST].decode("utf-8-sig", errors="replace")
        except UnreachableImageError as error:
            # that there is none, or that it is kept from us, means that everything is allowed
            if error.status is None or error.status == 429 or error.status >= 500:
                return error.reason
        rules.parse(lines.splitlines())
        return rules

    def _keep_its_pace(self, rules: RobotFileParser | str, host: str) -> None:
        delay = None if isinstance(rules, str) else rules.crawl_delay(USER_AGENT)
        if delay:
            self._slow_down(host, min(float(delay), LONGEST_DELAY))
