"""Connections of one download: only to checked addresses, and closed at a deadline."""

import contextlib
import socket
import threading
import time
from typing import Any
from urllib.parse import urlsplit

import requests
from requests.adapters import HTTPAdapter

from artlib.images.addresses import check_written, checked_addresses


class Deadline:
    """Closes all connections that it watches when the time is over, whatever they wait for.

    A socket's own timeout starts again with each byte, so that a slow server could keep a connection open for ever.
    """

    def __init__(self, seconds: float) -> None:
        self._end = time.monotonic() + seconds
        self._sockets: list[socket.socket] = []
        self._timer = threading.Timer(seconds, self._cut)
        self._timer.daemon = True

    def __enter__(self) -> "Deadline":
        self._timer.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._timer.cancel()
        self._timer.join()
        for each in self._sockets:
            each.close()

    def passed(self) -> bool:
        """Return whether the time is over."""
        return time.monotonic() >= self._end

    def shorten(self, timeout: float) -> float:
        """Return a timeout in seconds that ends no later than the deadline.

        Raises:
            TimeoutError: the time is over.
        """
        if self.passed():
            raise TimeoutError("timed out")
        return min(timeout, self._end - time.monotonic())

    def watch(self, connection: socket.socket) -> socket.socket:
        """Return the same connection, which is closed at the deadline."""
        # a duplicate of the socket, because TLS detaches the original one
        self._sockets.append(connection.dup())
        if self.passed():  # the timer may have run just before
            self._cut()
        return connection

    def _cut(self) -> None:
        for each in list(self._sockets):
            with contextlib.suppress(OSError):  # it has ended by itself
                each.shutdown(socket.SHUT_RDWR)


class _Watched:
    """Mixed into a connection of urllib3: closes it at the deadline."""

    deadline: Deadline
    timeout: float

    def _new_conn(self) -> socket.socket:
        self.timeout = self.deadline.shorten(self.timeout)
        return self.deadline.watch(super()._new_conn())  # type: ignore[misc]


class _Checked:
    """Mixed into a connection of urllib3: connects to checked addresses only, and closes it at the deadline."""

    deadline: Deadline
    timeout: float
    port: int
    _dns_host: str

    def _new_conn(self) -> socket.socket:
        failure = OSError(f"{self._dns_host} has no address")
        for address in checked_addresses(self._dns_host, self.port):
            try:
                # an IP address isn't looked up again, so that the checked address is the one that is reached
                opened = socket.create_connection((address, self.port), self.deadline.shorten(self.timeout))
            except OSError as error:
                # without its number: urllib3 takes a reset or a broken pipe for an answer that came early, and reads it
                failure = ConnectionError(str(error))
            else:
                return self.deadline.watch(opened)
        raise failure


def _use(manager: Any, mixin: type, deadline: Deadline) -> None:
    """Give all connections of one of urllib3's managers the mixin."""

    def mixed(pool: Any) -> type:
        connection = type(pool.ConnectionCls.__name__, (mixin, pool.ConnectionCls), {"deadline": deadline})
        return type(pool.__name__, (pool,), {"ConnectionCls": connection})

    pools = manager.pool_classes_by_scheme
    manager.pool_classes_by_scheme = {scheme: mixed(pool) for scheme, pool in pools.items()}


class _Adapter(HTTPAdapter):
    """Checks every address of a download, also after redirects; behind a proxy, only the address's text."""

    def __init__(self, deadline: Deadline) -> None:
        self._deadline = deadline
        super().__init__()

    def init_poolmanager(self, *arguments: Any, **options: Any) -> None:
        super().init_poolmanager(*arguments, **options)
        _use(self.poolmanager, _Checked, self._deadline)

    def proxy_manager_for(self, proxy: str, **options: Any) -> Any:
        is_new = proxy not in self.proxy_manager
        manager = super().proxy_manager_for(proxy, **options)
        if is_new:
            _use(manager, _Watched, self._deadline)
        return manager

    def send(self, request: requests.PreparedRequest, *arguments: Any, **options: Any) -> requests.Response:
        check_written(urlsplit(request.url or "").hostname or "")
        response = super().send(request, *arguments, **options)
        if response.is_redirect:
            response.close()  # otherwise requests would read the whole body of a redirect, however large it is
        return response


def open_session(deadline: Deadline) -> requests.Session:
    """Return a session that connects only to public addresses, also after redirects, and only until the deadline."""
    session = requests.Session()
    for scheme in ("http://", "https://"):
        session.mount(scheme, _Adapter(deadline))
    return session
