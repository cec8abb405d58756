"""A client for museums' servers: never more than one request a second to each, and it waits when it is asked to."""

import threading
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from urllib.parse import urlsplit

from urllib3.exceptions import InvalidHeader
from urllib3.util import Retry

from artlib.collect.errors import CollectError, LeftOutError, OptedOutError
from artlib.collect.opt_outs import in_headers, in_page
from artlib.collect.sources.pace import PACE, Pace
from artlib.collect.sources.robots import Robots
from artlib.collect.sources.tdm_files import TdmFiles
from artlib.errors import warn
from artlib.images import UnreachableImageError
from artlib.images.fetching import Answer, ask
from artlib.images.kinds import is_supported, is_web_page

PICTURE = "image/"  # the kind of content for which robots.txt and opt-outs count
ATTEMPTS = 3  # for one address that is refused
ATTEMPTS_IN_SILENCE = 2  # for one address from which nothing comes
FIRST_WAIT = 5.0  # seconds before the second attempt, if the server does not say; twice as long before the third
LONGEST_WAIT = 300.0  # seconds; a server that wants more time is not waited for
REFUSALS = 3  # addresses refused one after the other, after which the server is left alone


class PoliteClient:
    """Asks servers slowly, on any number of threads, and gives up in good order.

    Args:
        server: what messages call it.
        headers: to send, such as a contact.
        sleep: called with the seconds to wait; None waits until then or until `close`.
        refusals: addresses refused one after the other, after which the server is left alone.
    """

    def __init__(
        self,
        server: str,
        headers: Mapping[str, str],
        sleep: Callable[[float], object] | None = None,
        refusals: int = REFUSALS,
    ) -> None:
        self._server, self._headers, self._limit = server, headers, refusals
        self._closed, self._lock = threading.Event(), threading.Lock()
        self._pace = Pace(sleep or self._closed.wait)
        self._robots = Robots(self._robots_of, self._pace.slow_down)
        self._tdm_files = TdmFiles(lambda url: self._ask(url).content)
        self._refused: Counter[tuple[str, str]] = Counter()  # addresses in a row, by host and kind
        self._has_answered = False

    def get(self, url: str, kind: str) -> bytes:
        """Return the content of an address.

        Args:
            url: the address.
            kind: how the content's type begins. For "image/", robots.txt and opt-outs are obeyed; other kinds are the
                answers of an interface that is made to be asked by programs.

        Raises:
            LeftOutError: there is none at this address.
            DisallowedError: robots.txt asks programs to leave it alone.
            OptedOutError: the server asks that it is not used for AI.
            CollectError: the server can't be reached, or refuses one address after the other.
        """
        if kind == PICTURE:
            self._robots.check(url)
            self._tdm_files.check(url)
        try:
            answer = self._patiently(url, kind)
        except UnreachableImageError as error:
            raise LeftOutError(error.reason) from error
        return self._checked(url, answer, kind)

    def close(self) -> None:
        """End all waiting: whatever is asked from now on raises CollectError."""
        self._closed.set()

    def _patiently(self, url: str, kind: str) -> Answer:
        # urllib3 could try again by itself, but not at the pace of all threads together, and it would wait for hours
        for attempt in range(ATTEMPTS):
            try:
                return self._ask(url)
            except UnreachableImageError as error:
                wait = self._wait_after(error, url, kind, attempt)
                if wait is None:
                    raise
                warn(f"{self._server}: {error.reason}. Trying again in {wait:.0f} s.")
            self._pace.hold(_host(url), wait)
        raise AssertionError("the last attempt answers or raises")  # pragma: no cover

    def _ask(self, url: str) -> Answer:
        for address in _safest_first(url):
            self._pace.wait(_host(url), PACE)
            if self._closed.is_set():
                raise CollectError("Interrupted. Run this again to go on.")
            try:
                answer = ask(address, repr(address), self._headers)
            except UnreachableImageError as error:
                if address == url or error.status is not None:
                    raise
            else:
                self._has_answered = True
                return answer
        raise AssertionError("the last address answers or raises")  # pragma: no cover

    def _robots_of(self, url: str) -> bytes:
        try:
            return self._ask(url).content
        except UnreachableImageError as error:
            if error.status is not None and error.status < 500 and error.status != 429:
                raise
            self._pace.hold(_host(url), FIRST_WAIT)
        return self._ask(url).content

    def _wait_after(self, error: UnreachableImageError, url: str, kind: str, attempt: int) -> float | None:
        """Return the seconds until the next attempt, or None if there is none at this address."""
        if error.status is None and not self._has_answered and kind != PICTURE:
            raise CollectError(f"{self._server} can't be reached: {error.reason}.") from error
        self._has_answered |= error.status is not None
        if not _may_pass(error):
            self._refused[_host(url), kind] = 0  # only this address is wrong
            return None
        wait = _asked_for(error.headers)
        if wait is not None and wait > LONGEST_WAIT:
            raise CollectError(f"{self._server} asks to wait {wait:.0f} s. Run this again later.") from error
        if attempt + 1 < (ATTEMPTS_IN_SILENCE if error.status is None else ATTEMPTS):
            return FIRST_WAIT * 2**attempt if wait is None else wait
        self._count_refusal(url, kind, error.reason)
        return None

    def _checked(self, url: str, answer: Answer, kind: str) -> bytes:
        sent = answer.headers.get("Content-Type", "").partition(";")[0]
        is_picture = kind == PICTURE and is_supported(answer.content[:1024])  # whatever the server calls it
        is_page = is_web_page(answer.content[:1024])
        opted_out = in_headers(answer.headers) or (in_page(answer.content) if is_page else "")
        if opted_out and kind == PICTURE:
            raise OptedOutError(opted_out)
        if not is_picture and (is_page or not sent.startswith(kind)):  # such as a page that wants to see a person
            what = "a web page" if is_page and sent.startswith(kind) else sent or "something of no type"
            reason = f"the server sent {what}, not {kind.rstrip('/')}"
            self._count_refusal(url, kind, reason)
            raise LeftOutError(reason)
        self._refused[_host(url), kind] = 0
        return answer.content

    def _count_refusal(self, url: str, kind: str, reason: str) -> None:
        with self._lock:
            self._refused[_host(url), kind] += 1
            refused = self._refused[_host(url), kind]
        if refused >= self._limit:
            raise CollectError(f"{self._server} refused {refused} requests in a row: {reason}. Run this again later.")


def _host(url: str) -> str:
    return urlsplit(url).hostname or ""


def _safest_first(url: str) -> Iterator[str]:
    """Yield the address, but before it the same one with https, if it has none and may have it."""
    if url.lower().startswith("http://") and urlsplit(url).port is None:
        yield f"https{url[4:]}"
    yield url


def _may_pass(error: UnreachableImageError) -> bool:
    """Return whether the same address may answer later."""
    return error.may_pass if error.status is None else error.status in (403, 429) or error.status >= 500


def _asked_for(headers: Mapping[str, str]) -> float | None:
    """Return the seconds in a Retry-After header, which holds a number or a date (RFC 9110, section 10.2.3)."""
    try:
        return max(0.0, Retry().parse_retry_after(headers["Retry-After"].strip()))
    except (KeyError, InvalidHeader):
        return None
