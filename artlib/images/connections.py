"""Connections of one download: only to addresses that were checked, and cut when its time is over."""

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
    """The moment at which all connections that it watches are cut, whatever they wait for.

    A timeout of a socket starts again with each byte, so a server that sends one now and then would hold it for ever.
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
        """Tell whether the time is over."""
        return time.monotonic() >= self._end

    def shorten(self, timeout: float) -> float:
        """Return a timeout in seconds that ends no later than the deadline.

        Raises:
            TimeoutError: if the time is over.
        """
        if self.passed():
            raise TimeoutError("timed out")
        return min(timeout, self._end - time.monotonic())

    def watch(self, connection: socket.socket) -> socket.socket:
        """Return the same connection, which is cut at the deadline."""
        # a handle of its own on the same connection, because TLS takes the other one away
        self._sockets.append(connection.dup())
        if self.passed():  # the timer may have looked just before
            self._cut()
        return connection

    def _cut(self) -> None:
        for each in list(self._sockets):
            with contextlib.suppress(OSError):  # it has ended by itself
                each.shutdown(socket.SHUT_RDWR)


class _Watched:
    """Mixed into a connection of urllib3, cuts it at the deadline."""

    deadline: Deadline
    timeout: float

    def _new_conn(self) -> socket.socket:
        self.timeout = self.deadline.shorten(self.timeout)
        return self.deadline.watch(super()._new_conn())  # type: ignore[misc]


class _Checked:
    """Mixed into a connection of urllib3, lets it reach checked addresses only, and cuts it at the deadline."""

    deadline: Deadline
    timeout: float
    port: int
    _dns_host: str

    def _new_conn(self) -> socket.socket:
        failure = OSError(f"{self._dns_host} has no address")
        for address in checked_addresses(self._dns_host, self.port):
            try:
                # an IP address isn't looked up again: what was checked is what is reached
                opened = socket.create_connection((address, self.port), self.deadline.shorten(self.timeout))
            except OSError as error:
                failure = error
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
    """Checks every hop of a download; those through a proxy as far as their text tells."""

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
            response.close()  # requests would read all that comes with a redirect, however much it is
        return response


def open_session(deadline: Deadline) -> requests.Session:
    """Return a session that asks public addresses only, redirected or not, and not after the deadline."""
    session = requests.Session()
    for scheme in ("http://", "https://"):
        session.mount(scheme, _Adapter(deadline))
    return session
