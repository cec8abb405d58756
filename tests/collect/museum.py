"""A museum on this machine that answers as the Art Institute of Chicago does."""

import contextlib
import json
import threading
import time
from collections import Counter
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit

from drawing import encoded, photo


class Museum(ThreadingHTTPServer):
    """Has works to list and to show, and whatever trouble a test wants.

    Attributes:
        works: rows by kind, as the museum lists them.
        trouble: from an image id, or "search", to the answers that come first: a status with headers, "cut", "slow",
            "broken", "page", bytes of JSON, or headers alone.
        asked: the image ids and "search", in order.
        searches: the queries.
        headers: of the last request.
    """

    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Handler)
        self.works: dict[str, list[dict[str, Any]]] = {}
        self.trouble: dict[str, list[Any]] = {}
        self.asked: list[str] = []
        self.searches: list[dict[str, Any]] = []
        self.headers: dict[str, str] = {}
        self.pictures: dict[str, bytes] = {}

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.server_port}"

    def add(self, artist: str, count: int = 1, kind: str = "painting", **fields: Any) -> list[str]:
        """Add works by an artist; return the ids of their pictures."""
        images = []
        for _ in range(count):
            number = sum(map(len, self.works.values())) + 1
            row = {"id": number, "title": f"Work {number}", "artist_title": artist, "artist_titles": [artist]}
            row |= {"image_id": f"image-{number}", "is_public_domain": True, **fields}
            self.works.setdefault(kind, []).append(row)
            images.append(f"image-{number}")
        return images

    def asked_for(self) -> Counter[str]:
        return Counter(self.asked)


class Handler(BaseHTTPRequestHandler):
    server: Museum

    def do_GET(self) -> None:
        parts = urlsplit(self.path)
        self.server.headers = dict(self.headers)
        if parts.path in ("/robots.txt", "/.well-known/tdmrep.json"):
            self.reply(b"", 404, {})
            return
        what = "search" if parts.path == "/api/v1/artworks/search" else parts.path.split("/")[2]
        self.server.asked.append(what)
        waiting = self.server.trouble.get(what, [])
        trouble = waiting.pop(0) if waiting else {}
        with contextlib.suppress(BrokenPipeError, ConnectionResetError):
            if isinstance(trouble, tuple):
                self.reply(b"", *trouble)
            elif isinstance(trouble, bytes):
                self.reply(trouble, 200, {"Content-Type": "application/json"})
            elif trouble == "page":
                self.reply(b"<html>", 200, {"Content-Type": "text/html; charset=utf-8"})
            elif what == "search":
                self.reply(self.search(parts.query), 200, {"Content-Type": "application/json"})
            else:
                self.show(what, trouble)

    def search(self, query: str) -> bytes:
        asked = json.loads(parse_qs(query)["params"][0])
        self.server.searches.append(asked)
        kind = asked["query"]["bool"]["must"][-1]["match"]["classification_titles"]
        found, limit, page = self.server.works.get(kind, []), asked["limit"], asked["page"]
        rows = [{"_score": 1.0, **row} for row in found[(page - 1) * limit : page * limit]]
        pages = -(-len(found) // limit)
        pagination = {"total": len(found), "limit": limit, "offset": (page - 1) * limit}
        answer = {
            "pagination": {**pagination, "total_pages": pages, "current_page": page},
            "data": rows,
            "info": {"license_text": "CC0", "version": "1.10"},
            "config": {"iiif_url": f"{self.server.address}/iiif", "website_url": "https://www.artic.edu"},
        }
        return json.dumps(answer).encode()

    def show(self, image: str, trouble: Any) -> None:
        content = self.server.pictures.get(image) or encoded(photo(int(image.rpartition("-")[2]) + 1000))
        if trouble == "slow":
            time.sleep(1)
        if trouble == "broken":
            content = content[: len(content) // 2]
        if trouble == "cut":
            self.reply(content[:999], 200, {"Content-Type": "image/jpeg", "Content-Length": len(content)})
            self.close_connection = True
            return
        self.reply(content, 200, {"Content-Type": "image/jpeg", **(trouble if isinstance(trouble, dict) else {})})

    def reply(self, content: bytes, status: int, headers: dict[str, object]) -> None:
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name, str(value))
        self.end_headers()
        self.wfile.write(content)

    def log_message(self, *arguments: object) -> None:
        pass


@contextlib.contextmanager
def open_museum() -> Iterator[Museum]:
    museum = Museum()
    threading.Thread(target=museum.serve_forever, args=(0.02,), daemon=True).start()
    yield museum
    museum.shutdown()
    museum.server_close()
