"""Which hosts a download may reach, and for how long; servers on this machine stand for public and private ones."""

import contextlib
import errno
import gzip
import io
import itertools
import os
import shutil
import socket
import ssl
import subprocess
import threading
import time
import tracemalloc
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest
from PIL import Image

from artlib import images
from artlib.images import addresses, connections, fetching

Answer = Callable[[BaseHTTPRequestHandler], None]


def png() -> bytes:
    file = io.BytesIO()
    Image.new("RGB", (4, 3), (255, 0, 0)).save(file, "PNG")
    return file.getvalue()


class Handler(BaseHTTPRequestHandler):
    server: "Server"

    def do_GET(self) -> None:
        with contextlib.suppress(BrokenPipeError, ConnectionResetError):  # the reader has had enough
            self.server.answer(self)

    def log_message(self, *arguments: object) -> None:
        pass


class Server(ThreadingHTTPServer):
    """Gives the same answer to everything, and counts who comes."""

    daemon_threads = True

    def __init__(self, answer: Answer) -> None:
        super().__init__(("127.0.0.1", 0), Handler)
        self.answer = answer
        self.accepted = 0

    def get_request(self) -> tuple[socket.socket, Any]:
        self.accepted += 1
        return super().get_request()

    def visits(self) -> int:
        """The connections until now; a last one, which waits for its turn, makes sure that none is still uncounted."""
        with socket.create_connection(("127.0.0.1", self.server_port), 5) as last:
            last.sendall(b"GET / HTTP/1.0\r\n\r\n")
            last.recv(1)
        return self.accepted - 1


def reply(content: bytes, status: int = 200, **headers: object) -> Answer:
    def answer(handler: BaseHTTPRequestHandler) -> None:
        handler.send_response(status)
        for name, value in headers.items():
            handler.send_header(name.replace("_", "-"), str(value))
        handler.end_headers()
        handler.wfile.write(content)

    return answer


def drip(start: bytes) -> Answer:
    """Send these bytes, and then one more now and then, for six seconds."""

    def answer(handler: BaseHTTPRequestHandler) -> None:
        for piece in itertools.chain([start], itertools.repeat(b"a", 120)):
            handler.wfile.write(piece)
            time.sleep(0.05)

    return answer


@pytest.fixture
def serve() -> Iterator[Callable[[Answer], Server]]:
    running: list[Server] = []

    def start(answer: Answer) -> Server:
        running.append(Server(answer))
        threading.Thread(target=running[-1].serve_forever, args=(0.02,), daemon=True).start()
        return running[-1]

    yield start
    for server in running:
        server.shutdown()
        server.server_close()


@pytest.fixture
def private(serve: Callable[[Answer], Server]) -> Server:
    """A server that the user has not allowed."""
    return serve(reply(png()))


@pytest.fixture(autouse=True)
def as_users_start(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing is allowed, and no proxy stands between."""
    monkeypatch.delenv("ARTLIB_PRIVATE_ADDRESSES")
    for name in ("http_proxy", "https_proxy", "all_proxy", "no_proxy"):
        monkeypatch.delenv(name, raising=False)
        monkeypatch.delenv(name.upper(), raising=False)


@pytest.fixture
def allowed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ARTLIB_PRIVATE_ADDRESSES", "1")


class Names:
    """Stands for the name servers: each question takes the next answer, and the last one stays."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.answers: dict[str, list[list[str]]] = {}
        self.asked: list[str] = []
        self._real = socket.getaddrinfo
        monkeypatch.setattr(socket, "getaddrinfo", self._look_up)

    def _look_up(self, host: str, port: Any, *arguments: Any, **options: Any) -> list[Any]:
        self.asked.append(host)
        flags = options.get("flags", 0)
        if host not in self.answers or flags & socket.AI_NUMERICHOST:
            return self._real(host, port, *arguments, **options)
        left = self.answers[host]
        found = left.pop(0) if len(left) > 1 else left[0]
        return [entry for address in found for entry in self._real(address, port, *arguments, **options)]


@pytest.fixture
def names(monkeypatch: pytest.MonkeyPatch) -> Names:
    return Names(monkeypatch)


@pytest.fixture
def museum(monkeypatch: pytest.MonkeyPatch) -> str:
    """A name whose server, on this machine, counts as public."""

    def checked(host: str, port: int) -> list[str]:
        return ["127.0.0.1"] if host == "museum.example" else addresses.checked_addresses(host, port)

    monkeypatch.setattr(connections, "checked_addresses", checked)
    return "museum.example"


@pytest.fixture
def secured(
    serve: Callable[[Answer], Server], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Callable[[Answer], Server]:
    """Start a server with a certificate for museum.example, which is trusted."""
    openssl = shutil.which("openssl") or pytest.skip("needs the command openssl")
    certificate = tmp_path / "certificate.pem"
    command = [openssl, "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-days", "2"]
    command += ["-subj", "/CN=museum.example", "-addext", "subjectAltName=DNS:museum.example"]
    command += ["-keyout", str(tmp_path / "key.pem"), "-out", str(certificate)]
    subprocess.run(command, check=True, capture_output=True)
    monkeypatch.setenv("REQUESTS_CA_BUNDLE", str(certificate))
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate, tmp_path / "key.pem")

    def start(answer: Answer) -> Server:
        server = serve(answer)
        server.socket = context.wrap_socket(server.socket, server_side=True)
        return server

    return start


# --- places ---


HERE = ["127.0.0.1", "localhost", "localhost.", "2130706433", "0x7f.1", "127.1", "0", "[::1]", "[::ffff:127.0.0.1]"]


@pytest.mark.parametrize("host", HERE)
def test_this_machine_is_not_asked_however_its_address_is_written(private: Server, host: str) -> None:
    with pytest.raises(images.UnreachableImageError, match="this machine or in a private network"):
        images.load(f"http://{host}:{private.server_port}/a.png")
    assert private.visits() == 0


def test_an_https_address_is_not_asked_either(private: Server) -> None:
    with pytest.raises(images.UnreachableImageError, match="this machine or in a private network"):
        images.load(f"https://127.0.0.1:{private.server_port}/a.png")
    assert private.visits() == 0


@pytest.mark.parametrize("scheme", ["http", "https"])
def test_a_name_that_leads_to_this_machine_is_not_asked(private: Server, names: Names, scheme: str) -> None:
    names.answers["harmless.example"] = [["127.0.0.1"]]
    with pytest.raises(images.UnreachableImageError, match=r"harmless.example \(127.0.0.1\) is this machine"):
        images.load(f"{scheme}://harmless.example:{private.server_port}/a.png")
    assert private.visits() == 0


def test_the_refusal_names_the_way_out(private: Server) -> None:
    with pytest.raises(images.UnreachableImageError, match="environment variable ARTLIB_PRIVATE_ADDRESSES=1"):
        images.load(f"http://127.0.0.1:{private.server_port}/a.png")


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost", "2130706433"])
def test_with_the_users_permission_this_machine_is_asked(private: Server, allowed: None, host: str) -> None:
    assert images.load(f"http://{host}:{private.server_port}/a.png").size == (4, 3)


@pytest.mark.parametrize("value", ["0", "", "false"])
def test_only_a_1_allows_it(private: Server, monkeypatch: pytest.MonkeyPatch, value: str) -> None:
    monkeypatch.setenv("ARTLIB_PRIVATE_ADDRESSES", value)
    with pytest.raises(images.UnreachableImageError, match="private network"):
        images.load(f"http://127.0.0.1:{private.server_port}/a.png")


@pytest.mark.parametrize(
    "address",
    [
        "127.0.0.1",
        "10.0.0.1",
        "172.16.0.1",
        "192.168.1.1",
        "169.254.169.254",
        "100.64.0.1",
        "0.0.0.0",
        "224.0.0.1",
        "240.0.0.1",
        "255.255.255.255",
        "192.0.2.1",
        "::",
        "::1",
        "::127.0.0.1",
        "::ffff:8.8.8.8",
        "fe80::1%1",
        "fec0::1",
        "fd00::1",
        "ff0e::1",
        "2001:db8::1",
        "2001:0:7f00:1::",
        "2002:7f00:1::",
        "64:ff9b::7f00:1",
        "64:ff9b:1::1",
    ],
)
def test_what_is_not_of_the_public_internet_is_private(address: str) -> None:
    assert not addresses.is_public(address)


@pytest.mark.parametrize("address", ["8.8.8.8", "151.101.1.1", "2606:4700::1", "64:ff9b::808:808"])
def test_what_is_of_the_public_internet_is_public(address: str) -> None:
    assert addresses.is_public(address)


def test_a_name_that_changes_after_the_check_cannot_lead_elsewhere(
    serve: Callable[[Answer], Server], names: Names, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(addresses, "is_public", lambda address: address == "127.0.0.1")
    names.answers["rebound.example"] = [["127.0.0.1"], ["127.0.0.2"]]
    server = serve(reply(png()))
    assert images.load(f"http://rebound.example:{server.server_port}/a.png").size == (4, 3)


def test_of_a_names_addresses_only_the_public_ones_are_tried(
    serve: Callable[[Answer], Server], names: Names, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(addresses, "is_public", lambda address: address == "127.0.0.1")
    names.answers["both.example"] = [["127.0.0.2", "127.0.0.1"]]
    server = serve(reply(png()))
    images.load(f"http://both.example:{server.server_port}/a.png")
    assert "127.0.0.1" in names.asked and "127.0.0.2" not in names.asked  # connecting reads the number


def test_the_next_address_is_tried_when_one_does_not_answer(private: Server, names: Names, allowed: None) -> None:
    names.answers["two.example"] = [["127.0.0.2", "127.0.0.1"]]
    assert images.load(f"http://two.example:{private.server_port}/a.png").size == (4, 3)


@pytest.mark.parametrize("number", ["ECONNRESET", "EPIPE", "EPROTOTYPE", "ECONNREFUSED", "ETIMEDOUT", "ENETUNREACH"])
def test_a_connection_that_fails_while_it_is_made_is_a_reason(
    number: str, allowed: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fails(*_) -> None:
        raise OSError(getattr(errno, number), os.strerror(getattr(errno, number)))

    monkeypatch.setattr(connections.socket, "create_connection", fails)
    with pytest.raises(images.UnreachableImageError, match="no connection|no answer in time"):
        images.load("http://127.0.0.1:9/a.png")


def test_an_unknown_name_is_no_connection(names: Names) -> None:
    with pytest.raises(images.UnreachableImageError, match="the name is unknown"):
        images.load("http://nowhere.invalid/a.png")


def test_a_certificate_is_compared_with_the_name(secured: Callable[[Answer], Server], museum: str) -> None:
    server = secured(reply(png()))
    assert images.load(f"https://{museum}:{server.server_port}/a.png").size == (4, 3)


def test_a_certificate_for_another_name_is_not_accepted(
    secured: Callable[[Answer], Server], names: Names, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(addresses, "is_public", lambda address: address == "127.0.0.1")
    names.answers["other.example"] = [["127.0.0.1"]]
    with pytest.raises(images.UnreachableImageError, match="certificate was not accepted"):
        images.load(f"https://other.example:{secured(reply(png())).server_port}/a.png")


# --- redirects ---


@pytest.mark.parametrize(
    "host", ["127.0.0.1", "localhost", "2130706433", "[::1]", "[::ffff:127.0.0.1]", "harmless.example"]
)
def test_a_redirect_to_this_machine_is_not_followed(
    serve: Callable[[Answer], Server], private: Server, museum: str, names: Names, host: str
) -> None:
    names.answers["harmless.example"] = [["127.0.0.1"]]
    first = serve(reply(b"", 302, Location=f"http://{host}:{private.server_port}/a.png"))
    with pytest.raises(images.UnreachableImageError, match="this machine or in a private network"):
        images.load(f"http://{museum}:{first.server_port}/a.png")
    assert (first.visits(), private.visits()) == (1, 0)


@pytest.mark.parametrize("target", ["file:///etc/passwd", "ftp://museum.example/a.png", "gopher://museum.example/"])
def test_a_redirect_to_another_scheme_is_not_followed(
    serve: Callable[[Answer], Server], museum: str, target: str
) -> None:
    server = serve(reply(b"", 302, Location=target))
    with pytest.raises(images.UnreachableImageError, match=r"redirects to no http\(s\) address"):
        images.load(f"http://{museum}:{server.server_port}/a.png")


def test_redirects_in_a_circle_end(serve: Callable[[Answer], Server], museum: str) -> None:
    server = serve(reply(b"", 302, Location="/again"))
    with pytest.raises(images.UnreachableImageError, match="redirects in a circle"):
        images.load(f"http://{museum}:{server.server_port}/a.png")


@pytest.mark.parametrize("headers", [{}, {"Transfer_Encoding": "chunked"}, {"Content_Length": 10**12}])
def test_what_comes_with_a_redirect_is_not_read(
    serve: Callable[[Answer], Server], museum: str, monkeypatch: pytest.MonkeyPatch, headers: dict[str, object]
) -> None:
    monkeypatch.setattr(fetching, "DEADLINE", 3)
    piece = b"8000\r\n" + bytes(0x8000) + b"\r\n"

    def answer(handler: BaseHTTPRequestHandler) -> None:
        if handler.path == "/picture":
            return reply(png())(handler)
        reply(piece, 302, Location="/picture", **headers)(handler)
        while True:
            handler.wfile.write(piece)

    assert images.load(f"http://{museum}:{serve(answer).server_port}/a.png").size == (4, 3)


# --- proxies ---


@pytest.fixture
def proxy(serve: Callable[[Answer], Server], monkeypatch: pytest.MonkeyPatch) -> Server:
    """A proxy on this machine for all addresses; it gives its own answer to everything."""
    server = serve(reply(png()))
    for name in ("http_proxy", "https_proxy"):
        monkeypatch.setenv(name, f"http://127.0.0.1:{server.server_port}")
    return server


def test_a_proxy_may_stand_on_this_machine(proxy: Server) -> None:
    assert images.load("http://museum.example/a.png").size == (4, 3)


@pytest.mark.parametrize("scheme", ["http", "https"])
@pytest.mark.parametrize(
    "host", ["10.0.0.1", "2130706433", "127.0.0.1.", "localhost.", "app.localhost", "[fd00::1]", "[fe80::1%25x]"]
)
def test_a_proxy_is_not_asked_for_what_is_private(proxy: Server, scheme: str, host: str) -> None:
    with pytest.raises(images.UnreachableImageError, match="this machine or in a private network"):
        images.load(f"{scheme}://{host}/a.png")
    assert proxy.visits() == 0


def test_a_proxy_is_not_asked_for_a_private_redirect(proxy: Server) -> None:
    proxy.answer = reply(b"", 302, Location="http://10.0.0.1/a.png")
    with pytest.raises(images.UnreachableImageError, match="10.0.0.1 is this machine or in a private network"):
        images.load("http://museum.example/a.png")
    assert proxy.visits() == 1


def test_with_the_users_permission_a_proxy_is_asked_for_a_private_address(proxy: Server, allowed: None) -> None:
    assert images.load("http://10.0.0.1/a.png").size == (4, 3)


# --- time ---


@pytest.fixture
def short(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """A deadline of a quarter of a second, which is kept."""
    monkeypatch.setattr(fetching, "DEADLINE", 0.25)
    begin = time.monotonic()
    yield
    assert time.monotonic() - begin < 4


DRIPS = {
    "the first line": b"HTTP/1.1 ",
    "the headers": b"HTTP/1.1 200 OK\r\nX-Long: ",
    "a body of unknown length": b"HTTP/1.0 200 OK\r\n\r\n\x89PNG",
    "a body of known length": b"HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n\x89PNG",
    "a chunk": b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n1000\r\n",
    "a compressed body": b"HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\n\r\n" + gzip.compress(b"")[:10],
}


@pytest.mark.parametrize("start", DRIPS.values(), ids=DRIPS)
def test_a_server_that_drips_is_left_at_the_deadline(
    serve: Callable[[Answer], Server], museum: str, short: None, start: bytes
) -> None:
    server = serve(drip(start))
    with pytest.raises(images.UnreachableImageError, match="not complete after 0.25 s"):
        images.load(f"http://{museum}:{server.server_port}/a.png")


def test_a_proxy_that_drips_is_left_at_the_deadline(proxy: Server, short: None) -> None:
    proxy.answer = drip(DRIPS["the headers"])
    with pytest.raises(images.UnreachableImageError, match="not complete after 0.25 s"):
        images.load("http://museum.example/a.png")


def test_an_encrypted_drip_is_left_at_the_deadline(
    secured: Callable[[Answer], Server], museum: str, short: None
) -> None:
    server = secured(drip(DRIPS["a body of known length"]))
    with pytest.raises(images.UnreachableImageError, match="not complete after 0.25 s"):
        images.load(f"https://{museum}:{server.server_port}/a.png")


def test_a_handshake_that_drips_is_left_at_the_deadline(museum: str, short: None) -> None:
    def send_a_long_record(listener: socket.socket) -> None:
        connection, _ = listener.accept()
        with connection, contextlib.suppress(OSError):  # the other side has left
            for piece in itertools.chain([b"\x16\x03\x03\x40\x00"], itertools.repeat(b"\x02", 120)):
                connection.send(piece)
                time.sleep(0.05)

    with socket.create_server(("127.0.0.1", 0)) as listener:
        threading.Thread(target=send_a_long_record, args=(listener,), daemon=True).start()
        with pytest.raises(images.UnreachableImageError, match="not complete after 0.25 s"):
            images.load(f"https://{museum}:{listener.getsockname()[1]}/a.png")


def test_redirects_do_not_prolong_the_deadline(serve: Callable[[Answer], Server], museum: str, short: None) -> None:
    def answer(handler: BaseHTTPRequestHandler) -> None:
        time.sleep(0.1)
        reply(b"", 302, Location="/again")(handler)

    server = serve(answer)
    with pytest.raises(images.UnreachableImageError, match="not complete after 0.25 s"):
        images.load(f"http://{museum}:{server.server_port}/a.png")


def test_a_download_leaves_no_thread_behind(serve: Callable[[Answer], Server], museum: str) -> None:
    server = serve(reply(png()))
    images.load(f"http://{museum}:{server.server_port}/a.png")
    assert not [thread for thread in threading.enumerate() if isinstance(thread, threading.Timer)]


# --- size ---


def test_a_compressed_picture_loads(serve: Callable[[Answer], Server], museum: str) -> None:
    server = serve(reply(gzip.compress(png()), Content_Encoding="gzip"))
    assert images.load(f"http://{museum}:{server.server_port}/a.png").size == (4, 3)


def test_a_small_answer_that_expands_is_stopped_at_the_limit(
    serve: Callable[[Answer], Server], museum: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(fetching, "BYTE_LIMIT", 1_000_000)
    bomb = gzip.compress(bytes(150_000_000), 1)
    server = serve(reply(bomb, Content_Encoding="gzip", Content_Length=len(bomb)))
    tracemalloc.start()
    try:
        with pytest.raises(images.UnreachableImageError, match="larger than the limit of 1 MB"):
            images.load(f"http://{museum}:{server.server_port}/a.png")
        # not a few MB, because older urllib3 decodes all of a read at once
        assert tracemalloc.get_traced_memory()[1] < 100_000_000
    finally:
        tracemalloc.stop()


@pytest.mark.parametrize("encoding", ["gzip, gzip", "br", "zstd"])
def test_compression_that_was_not_asked_for_is_refused(
    serve: Callable[[Answer], Server], museum: str, encoding: str
) -> None:
    server = serve(reply(gzip.compress(gzip.compress(png())), Content_Encoding=encoding))
    with pytest.raises(images.UnreachableImageError, match=f"not asked for .{encoding}"):
        images.load(f"http://{museum}:{server.server_port}/a.png")


# --- what the server says beside the picture ---


def test_an_answer_comes_with_its_headers(serve: Callable[[Answer], Server], museum: str) -> None:
    server = serve(reply(png(), X_Robots_Tag="noai"))
    assert fetching.ask(f"http://{museum}:{server.server_port}/a.png", "a").headers["x-robots-tag"] == "noai"


def test_a_refusal_keeps_its_status_and_headers(serve: Callable[[Answer], Server], museum: str) -> None:
    server = serve(reply(b"", 429, Retry_After=7))
    with pytest.raises(images.UnreachableImageError) as caught:
        images.load(f"http://{museum}:{server.server_port}/a.png")
    assert (caught.value.status, caught.value.headers["Retry-After"]) == (429, "7")
    assert caught.value.reason == "the server answered 429 Too Many Requests"


def test_headers_can_be_sent(serve: Callable[[Answer], Server], museum: str) -> None:
    server = serve(lambda handler: reply(handler.headers["User-Agent"].encode())(handler))
    url = f"http://{museum}:{server.server_port}/a"
    assert fetching.ask(url, "a", {"User-Agent": "mine"}).content == b"mine"
