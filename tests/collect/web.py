"""A server on this machine that answers as the Met, the Art Institute of Chicago and Wikimedia Commons do."""

import contextlib
import json
import threading
import time
from collections import Counter
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, unquote, urlsplit

from drawing import encoded, photo

ARTIST = "Claude Monet"


class Web(ThreadingHTTPServer):
    """Has works of all three sources, and whatever trouble a test wants.

    Attributes:
        objects: the fields of the Met's objects, by their number.
        rows: the works of the Art Institute.
        files: the pages of a category of Commons, by its name.
        trouble: from the name of a picture, or a path, to the answers that come first: a status with headers, bytes
            with headers, "hang" or "cut".
        asked: the names of pictures and the paths, in order.
        queries: the parameters of the lists that were asked for.
        robots: the text of robots.txt; None if there is none.
        agents: all user agents that came.
    """

    daemon_threads = True
    request_queue_size = 50

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Handler)
        self.objects: dict[int, dict[str, Any]] = {}
        self.rows: list[dict[str, Any]] = []
        self.files: dict[str, list[dict[str, Any]]] = {}
        self.trouble: dict[str, list[Any]] = {}
        self.pictures: dict[str, bytes] = {}
        self.asked: list[str] = []
        self.queries: list[dict[str, str]] = []
        self.robots: bytes | None = None
        self.agents: set[str] = set()

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.server_port}"

    def add_objects(self, count: int = 1, **fields: Any) -> list[str]:
        """Add objects to the Met; return the names of their pictures."""
        names = []
        for _ in range(count):
            number = len(self.objects) + 1
            picture = f"{self.address}/picture/m{number}"
            self.objects[number] = {
                "objectID": number,
                "isPublicDomain": True,
                "primaryImage": f"{picture}-large",
                "primaryImageSmall": picture,
                "title": f"Work {number}",
                "objectURL": f"https://www.metmuseum.org/art/collection/search/{number}",
                "artistDisplayName": ARTIST,
                "artistPrefix": "",
                "artistSuffix": "",
                "artistRole": "Artist",
                "constituents": [
                    {"constituentID": 1, "role": "Artist", "name": fields.get("artistDisplayName", ARTIST)}
                ],
                **fields,
            }
            names.append(f"m{number}")
        return names

    def add_rows(self, count: int = 1, **fields: Any) -> None:
        for _ in range(count):
            number = len(self.rows) + 1
            row = {"id": number, "title": f"Work {number}", "artist_title": ARTIST, "artist_titles": [ARTIST]}
            self.rows.append(row | {"image_id": f"a{number}", "is_public_domain": True, **fields})

    def add_file(
        self, category: str, name: str, artist: str = ARTIST, licence: str = "Public domain", **info: Any
    ) -> None:
        link = f'<a href="https://en.wikipedia.org/wiki/x" title="w:en:x">{artist}</a>' if "<" not in artist else artist
        stated = {
            "url": f"{self.address}/picture/{name}",
            "thumburl": f"{self.address}/picture/1280px-{name}",
            "descriptionurl": f"https://commons.wikimedia.org/wiki/File:{name}",
            "mime": "image/jpeg",
            "width": 4000,
            "height": 3000,
            "extmetadata": {
                "Artist": {"value": link, "source": "commons-desc-page"},
                "LicenseShortName": {"value": licence, "source": "commons-desc-page", "hidden": ""},
            },
        }
        page = {"pageid": 1, "ns": 6, "title": f"File:{name}", "imageinfo": [{**stated, **info}]}
        self.files.setdefault(category, []).append(page)

    def add_category(self, category: str, name: str) -> None:
        self.files.setdefault(category, []).append({"pageid": 2, "ns": 14, "title": f"Category:{name}"})

    def asked_for(self) -> Counter[str]:
        return Counter(self.asked)


class Handler(BaseHTTPRequestHandler):
    server: Web

    def do_GET(self) -> None:
        parts = urlsplit(self.path)
        name = unquote(parts.path.removeprefix("/picture/").removeprefix("/iiif/").partition("/full/")[0])
        self.server.asked.append(name)
        self.server.agents.add(self.headers["User-Agent"])
        waiting = self.server.trouble.get(name, [])
        with contextlib.suppress(BrokenPipeError, ConnectionResetError):
            if waiting:
                self.make_trouble(waiting.pop(0), name)
            elif name == "/robots.txt":
                self.reply(
                    self.server.robots or b"", 200 if self.server.robots else 404, {"Content-Type": "text/plain"}
                )
            elif name.startswith("/"):
                self.list(name, {key: values[0] for key, values in parse_qs(parts.query).items()})
            else:
                self.reply(self.picture(name), 200, {"Content-Type": "image/jpeg"})

    def picture(self, name: str) -> bytes:
        return self.server.pictures.setdefault(name, encoded(photo(sum(name.encode()) + 10 * len(name))))

    def make_trouble(self, trouble: Any, name: str) -> None:
        if trouble == "hang":
            time.sleep(3)
        elif trouble == "cut":
            content = self.picture(name)
            self.reply(content[:999], 200, {"Content-Type": "image/jpeg", "Content-Length": len(content)})
            self.close_connection = True
        elif isinstance(trouble[0], bytes):
            self.reply(trouble[0], 200, {"Content-Type": "image/jpeg", **trouble[1]})
        else:
            self.reply(b"", *trouble)

    def list(self, path: str, query: dict[str, str]) -> None:
        if query:
            self.server.queries.append(query)
        answers = {"/met/search": self.search, "/artic/artworks/search": self.artworks, "/w/api.php": self.members}
        number = path.removeprefix("/met/objects/")
        found = self.server.objects.get(int(number)) if number.isdecimal() else None
        answer = answers[path](query) if path in answers else found
        status = 200 if answer is not None else 404
        self.reply(json.dumps(answer or {}).encode(), status, {"Content-Type": "application/json; charset=utf-8"})

    def search(self, query: dict[str, str]) -> dict[str, Any]:
        numbers = list(self.server.objects)
        return {"total": len(numbers), "objectIDs": numbers or None}

    def artworks(self, query: dict[str, str]) -> dict[str, Any]:
        asked = json.loads(query["params"])
        limit, page = asked["limit"], asked["page"]
        rows = self.server.rows[(page - 1) * limit : page * limit]
        return {
            "pagination": {"total_pages": -(-len(self.server.rows) // limit)},
            "data": rows,
            "config": {"iiif_url": f"{self.server.address}/iiif"},
        }

    def members(self, query: dict[str, str]) -> dict[str, Any]:
        pages = self.server.files.get(query["gcmtitle"].removeprefix("Category:"), [])
        start, limit = int(query.get("gcmcontinue", 0)), int(query["gcmlimit"])
        answer: dict[str, Any] = {"batchcomplete": True}
        if pages:
            answer["query"] = {"pages": pages[start : start + limit]}
        if len(pages) > start + limit:
            answer["continue"] = {"gcmcontinue": str(start + limit), "continue": "gcmcontinue||"}
        return answer

    def reply(self, content: bytes, status: int, headers: dict[str, object]) -> None:
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name, str(value))
        self.end_headers()
        self.wfile.write(content)

    def log_message(self, *arguments: object) -> None:
        pass


@contextlib.contextmanager
def open_web() -> Iterator[Web]:
    web = Web()
    threading.Thread(target=web.serve_forever, args=(0.02,), daemon=True).start()
    yield web
    web.shutdown()
    web.server_close()
