"""A client for one museum's server: never more than one request a second, and it waits when it is asked to."""

import re
import time
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

from artlib.collect.errors import CollectError, LeftOutError
from artlib.errors import warn
from artlib.images import UnreachableImageError
from artlib.images.fetching import Answer, ask

PACE = 1.0  # seconds from one request to the next
ATTEMPTS = 3  # for one address
FIRST_WAIT = 5.0  # seconds before the second attempt, if the server does not say; twice as long before the third
LONGEST_WAIT = 300.0  # seconds; a server that wants more time is not waited for
REFUSALS = 3  # addresses refused one after the other, after which the server is left alone
OPTED_OUT = re.compile(r"\bno(image)?ai\b", re.IGNORECASE)


class PoliteClient:
    """Asks one server on one thread, slowly, and gives up in good order.

    Args:
        server: what messages call it.
        headers: to send, such as a contact.
        sleep: called with the seconds to wait.
    """

    def __init__(self, server: str, headers: Mapping[str, str], sleep: Callable[[float], object] = time.sleep) -> None:
        self._server, self._headers, self._sleep = server, headers, sleep
        self._earliest = 0.0  # when the next request may go out
        self._refused = 0  # addresses in a row
        self._has_answered = False

    def get(self, url: str, kind: str) -> bytes:
        """Return the content of an address.

        Args:
            url: the address.
            kind: how the content's type begins, such as "image/".

        Raises:
            LeftOutError: there is none at this address, or the server asks that it is not used for AI.
            CollectError: the server can't be reached, or refuses one address after the other.
        """
        for attempt in range(ATTEMPTS):
            try:
                answer = self._ask(url)
            except UnreachableImageError as error:
                wait = self._wait_after(error, attempt)
                if wait is None:
                    raise LeftOutError(error.reason) from error
                warn(f"{self._server}: {error.reason}. Trying again in {wait:.0f} s.")
                self._sleep(wait)
            else:
                return self._checked(answer, kind)
        raise AssertionError("the last attempt answers or raises")  # pragma: no cover

    def _ask(self, url: str) -> Answer:
        if (wait := self._earliest - time.monotonic()) > 0:
            self._sleep(wait)
        self._earliest = time.monotonic() + PACE
        answer = ask(url, repr(url), self._headers)
        self._has_answered = True
        return answer

    def _wait_after(self, error: UnreachableImageError, attempt: int) -> float | None:
        """Return the seconds until the next attempt, or None if there is none at this address."""
        if error.status is None and not self._has_answered:
            raise CollectError(f"{self._server} can't be reached: {error.reason}.") from error
        self._has_answered = True
        if error.status is not None and error.status not in (403, 429) and error.status < 500:
            self._refused = 0  # only this address is wrong
            return None
        wait = _asked_for(error.headers)
        if wait is not None and wait > LONGEST_WAIT:
            raise CollectError(f"{self._server} asks to wait {wait:.0f} s. Run this again later.") from error
        if attempt + 1 < ATTEMPTS:
            return FIRST_WAIT * 2**attempt if wait is None else wait
        self._count_refusal(error.reason)
        return None

    def _checked(self, answer: Answer, kind: str) -> bytes:
        sent = answer.headers.get("Content-Type", "")
        if not sent.startswith(kind):  # such as a page that wants to see a person
            reason = f"the server sent {sent.partition(';')[0] or 'something of no type'}, not {kind.rstrip('/')}"
            self._count_refusal(reason)
            raise LeftOutError(reason)
        self._refused = 0
        if OPTED_OUT.search(answer.headers.get("X-Robots-Tag", "")):
            raise LeftOutError("the server asks that it is not used for AI (X-Robots-Tag)")
        return answer.content

    def _count_refusal(self, reason: str) -> None:
        self._refused += 1
        if self._refused == REFUSALS:
            raise CollectError(f"{self._server} refused {REFUSALS} requests in a row: {reason}. Run this again later.")


def _asked_for(headers: Mapping[str, str]) -> float | None:
    """Return the seconds in a Retry-After header, which holds a number or a date (RFC 9110, section 10.2.3)."""
    text = headers.get("Retry-After", "").strip()
    if text.isdecimal():
        return float(text)
    try:
        date = parsedate_to_datetime(text)
    except ValueError:
        return None
    return max(0.0, (date.replace(tzinfo=date.tzinfo or UTC) - datetime.now(UTC)).total_seconds())
