"""Downloading: the bytes at an http(s) address, with limits on the host, the time and the size."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from artlib.images.addresses import OPT_IN, PrivateAddressError
from artlib.images.errors import UnreachableImageError

BYTE_LIMIT = 100_000_000
TIMEOUTS = (10, 30)  # seconds to connect, and to wait for the next bytes
DEADLINE = 120  # seconds for a whole download
USER_AGENT = "artlib/0.1 (+https://pypi.org/project/artlib)"
# at most one layer of compression: each one lets a small answer become a thousand times larger
ENCODINGS = ("", "identity", "gzip", "x-gzip", "deflate")
BROWSER = "Open it in a browser to check it; if it shows there, save the picture and give the file."
OWN_NETWORK = f"If it is your own and you trust it, set the environment variable {OPT_IN}=1 and try again."


def is_url(source: Any) -> bool:
    """Return whether `source` is text that starts with http:// or https://."""
    return isinstance(source, str) and source.lower().startswith(("http://", "https://"))


@dataclass(frozen=True)
class Answer:
    """What a server sent.

    Attributes:
        content: at most `BYTE_LIMIT` bytes, decompressed.
        headers: of the answer; upper and lower case make no difference in their names.
    """

    content: bytes
    headers: Mapping[str, str]


def fetch(url: str, name: str) -> bytes:
    """Download the content of an address, as `ask` does, and return its bytes; they need not be a picture.

    Raises:
        UnreachableImageError: as `ask` does.
    """
    return ask(url, name).content


def ask(url: str, name: str, headers: Mapping[str, str] | None = None) -> Answer:
    """Download the content of an address together with the headers of the answer.

    Only public addresses are allowed, so that a list of addresses from elsewhere can't reach the services of this
    machine or of its private network. The environment variable ARTLIB_PRIVATE_ADDRESSES=1 allows private addresses, for
    example of a museum's own server. Behind a proxy, only IP addresses and `localhost` are checked, because the proxy
    looks up the names.

    Args:
        url: an http(s) address; redirects to others are followed.
        name: what messages call the address.
        headers: to send beside or instead of artlib's own.

    Raises:
        UnreachableImageError: the address is malformed or private, there is no answer in time, or the answer is an
            error, too large, or not complete after `DEADLINE` seconds.
    """
    # imported here because most pictures come from the disk, and requests takes longer to import than Pillow
    import requests

    from artlib.images.connections import Deadline

    with Deadline(DEADLINE) as deadline:
        try:
            answer = _download(url, name, deadline, headers or {})
        except PrivateAddressError as error:
            failed = _unreachable(str(error), name, OWN_NETWORK)
        except UnreachableImageError:
            raise
        except (requests.RequestException, ValueError) as error:  # some malformed addresses fail before requests looks
            reason = _late() if deadline.passed() else _plain_reason(error)
            failed = _unreachable(reason, name, may_pass=_may_pass(error))
        else:
            if not deadline.passed():
                return answer
            # without a declared length, a download that was cut off looks complete
            failed = _unreachable(_late(), name, may_pass=True)
    raise failed  # here, without the library's error behind it, which holds the whole address


def _download(url: str, name: str, deadline: Any, headers: Mapping[str, str]) -> Answer:
    from artlib.images.connections import open_session

    headers = {"User-Agent": USER_AGENT, "Accept-Encoding": "gzip, deflate", **headers}
    with open_session(deadline) as session:
        # a proxy can't reach this machine's own addresses
        session.trust_env = not re.fullmatch(r"localhost|127\.[\d.]+|::1", urlsplit(url).hostname or "")
        with session.get(url, stream=True, timeout=TIMEOUTS, headers=headers) as response:
            return Answer(_content(response, name), response.headers)


def _content(response: Any, name: str) -> bytes:
    if response.status_code >= 400:
        reason = f"the server answered {response.status_code} {response.reason}".rstrip()
        raise _unreachable(reason, name, status=response.status_code, headers=response.headers)
    encoding = response.headers.get("Content-Encoding", "").strip().lower()
    if encoding not in ENCODINGS:
        raise _unreachable(f"the server compressed it in a way that was not asked for ({encoding:.40})", name)
    declared = response.headers.get("Content-Length", "")
    if declared.isdecimal() and int(declared) > BYTE_LIMIT:
        raise _too_large(name)
    return _limited(response.iter_content(1 << 16), name)


def _limited(chunks: Iterator[bytes], name: str) -> bytes:
    content = bytearray()
    for chunk in chunks:
        content += chunk
        if len(content) > BYTE_LIMIT:
            raise _too_large(name)
    return bytes(content)


def _plain_reason(error: Exception) -> str:
    from requests import exceptions

    # a pause in the middle is a ConnectionError, and only its text differs from the others
    if isinstance(error, exceptions.Timeout) or "timed out" in str(error):
        return f"no answer in time ({TIMEOUTS[0]} s to connect, {TIMEOUTS[1]} s without data)"
    reasons = {
        exceptions.SSLError: "no secure connection could be made, the server's certificate was not accepted",
        exceptions.ProxyError: "the proxy that this machine is set to use refused",
        exceptions.ConnectionError: "no connection (the name is unknown, the server refused, or there is no network)",
        exceptions.ChunkedEncodingError: "the connection was interrupted",
        exceptions.ContentDecodingError: "the server's compression is damaged",
        exceptions.TooManyRedirects: "it redirects in a circle",
        exceptions.InvalidSchema: "it redirects to no http(s) address, or a SOCKS proxy is set and PySocks missing",
    }
    return next((text for kind, text in reasons.items() if isinstance(error, kind)), "it is not a valid address")


def _may_pass(error: Exception) -> bool:
    from requests import exceptions

    passing = (exceptions.Timeout, exceptions.ConnectionError, exceptions.ChunkedEncodingError)
    return isinstance(error, passing) and not isinstance(error, exceptions.SSLError)


def _late() -> str:
    return f"it was not complete after {DEADLINE:g} s"


def _too_large(name: str) -> UnreachableImageError:
    return _unreachable(f"it is larger than the limit of {BYTE_LIMIT / 1e6:g} MB", name)


def _unreachable(reason: str, name: str, way_out: str = BROWSER, **answer: Any) -> UnreachableImageError:
    text = f"No picture came from this address: {reason}. Received: {name}. {way_out}"
    return UnreachableImageError(text, reason, **answer)
