"""The pace: how often a server is asked, however many threads want something from it."""

import threading
import time
from collections import defaultdict
from collections.abc import Callable

PACE = 1.0  # seconds from one request to a host to the next one


class Pace:
    """Lets the requests to each host pass one after the other, in good time.

    Args:
        sleep: called with the seconds to wait.
    """

    def __init__(self, sleep: Callable[[float], object]) -> None:
        self._sleep = sleep
        self._gates: defaultdict[str, threading.Lock] = defaultdict(threading.Lock)
        self._earliest: dict[str, float] = {}  # when the next request to a host may go out
        self._pace: dict[str, float] = {}  # of hosts that have asked for more than a second

    def wait(self, host: str, pace: float) -> None:
        """Wait until a host may be asked.

        Args:
            host: its name.
            pace: seconds from this request to the next one, if the host has not asked for more.
        """
        with self._gates[host]:
            if (wait := self._earliest.get(host, 0.0) - time.monotonic()) > 0:
                self._sleep(wait)
            self._earliest[host] = time.monotonic() + max(pace, self._pace.get(host, 0.0))

    def hold(self, host: str, seconds: float) -> None:
        """Wait, and let nobody else ask this host in the meantime, because it has asked for that."""
        with self._gates[host]:
            self._sleep(seconds)

    def slow_down(self, host: str, pace: float) -> None:
        """Leave at least so many seconds between the requests to a host."""
        self._pace[host] = pace
