"""Memory and devices: small files that hold much, and files that are none, stop nobody."""

import os
import subprocess
import sys
import threading
import zipfile
from pathlib import Path

import pytest
from drawing import encoded
from PIL import Image

from artlib import collect, images
from artlib.collect.errors import CollectError
from artlib.images.budget import Budget
from artlib.images.files import head_of
from artlib.images.sources import LARGEST_FILE
from artlib.workspace import Workspace

pytestmark = pytest.mark.thorough

MEMORY = 60  # seconds at most that a test may wait


def test_what_is_taken_at_a_time_stays_below_the_limit() -> None:
    budget, lock, now, most = Budget(100), threading.Lock(), [0], [0]

    def work(size: int) -> None:
        with budget.share():
            budget.take(size)
            with lock:
                now[0] += size
                most[0] = max(most[0], now[0])
            threading.Event().wait(0.01)
            with lock:
                now[0] -= size

    threads = [threading.Thread(target=work, args=(30,)) for _ in range(12)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(MEMORY)
    assert not any(thread.is_alive() for thread in threads)
    assert most[0] <= 90


def test_a_picture_above_the_limit_is_opened_alone_and_nobody_waits_for_ever() -> None:
    budget, done = Budget(10), []

    def work() -> None:
        with budget.share():
            budget.take(50)
            budget.take(50)  # who holds something is given more
            done.append(1)

    threads = [threading.Thread(target=work) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(MEMORY)
    assert len(done) == 4


def test_a_large_picture_looks_as_if_it_were_converted_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    picture = Image.effect_noise((300, 200), 90).convert("RGBA")
    picture.putalpha(Image.linear_gradient("L").resize((300, 200)))
    whole = images.load(picture)
    monkeypatch.setattr("artlib.images.colours.STRIP", 700)
    assert images.load(picture).tobytes() == whole.tobytes()


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="this system has no pipes in folders")
def test_a_pipe_is_refused_and_not_waited_for(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe.jpg")
    with pytest.raises(images.UnreadableImageError, match="pipe or a device"):
        images.load(tmp_path / "pipe.jpg")
    assert head_of(tmp_path / "pipe.jpg") == b""


@pytest.mark.skipif(not Path("/proc/kmsg").exists(), reason="this system has no /proc")
def test_a_file_of_the_system_is_empty_and_not_read_for_ever() -> None:
    with pytest.raises(images.EmptyImageError):
        images.load("/proc/kmsg")


def test_a_file_too_large_for_a_picture_is_not_read(tmp_path: Path) -> None:
    with (tmp_path / "huge.jpg").open("wb") as file:
        file.truncate(LARGEST_FILE + 1)
    with pytest.raises(images.UnreadableImageError, match="too large for a picture: 500 MB"):
        images.load(tmp_path / "huge.jpg")


def test_an_archive_that_grows_like_none_of_pictures_is_not_unpacked(tmp_path: Path, workspace: Workspace) -> None:
    with zipfile.ZipFile(tmp_path / "bomb.zip", "w", zipfile.ZIP_DEFLATED) as packed:
        for number in range(50):
            packed.writestr(f"Wlop/{number}.bmp", b"BM" + bytes(45_000_000))
    with pytest.raises(CollectError, match=r"unpacks to 2\.3 GB or more"):
        collect.archive(workspace, tmp_path / "bomb.zip")
    assert not workspace.root.exists()


MEASURE = """
import re, sys
from concurrent.futures import ThreadPoolExecutor
import cv2, PIL.ImageCms
from artlib import images

def most():
    return int(re.search(r"VmHWM:\\s+(\\d+)", open("/proc/self/status").read())[1]) // 1024

before = most()
with ThreadPoolExecutor(4) as pool:
    list(pool.map(lambda path: images.load_shrunk(path, at_least=images.SEEN_SIDE), sys.argv[1:]))
print(most() - before)
"""
LARGE: dict[str, tuple[str, dict[str, object]]] = {
    "png": ("RGB", {}),
    "alpha.png": ("RGBA", {}),
    "grey16.png": ("I;16", {}),
    "turned.png": ("RGB", {"orientation": 6}),
    "lossless.webp": ("RGB", {"lossless": True, "method": 0, "quality": 0}),
    "progressive.jpg": ("RGB", {"progressive": True}),
    "tif": ("CMYK", {"compression": "tiff_lzw"}),
}


@pytest.mark.slow
@pytest.mark.skipif(not Path("/proc/self/status").exists(), reason="this system does not say how much memory was used")
@pytest.mark.parametrize("kind", LARGE)
def test_large_pictures_on_many_threads_take_no_more_memory_than_one(kind: str, tmp_path: Path) -> None:
    mode, options = LARGE[kind]
    exif = Image.Exif()
    exif[0x112] = options.pop("orientation", 1)
    picture = Image.new(mode, (9000, 9000), 90)
    picture.save(tmp_path / f"0.{kind}", exif=exif, **options)
    paths = [tmp_path / f"{number}.{kind}" for number in range(4)]
    for path in paths[1:]:
        path.hardlink_to(paths[0])
    command = [sys.executable, "-c", MEASURE, *map(str, paths)]
    took = int(subprocess.run(command, capture_output=True, text=True, check=True).stdout)
    assert took < 750, f"{took} MB for pictures of 81 megapixels"


def test_a_picture_that_would_fill_the_memory_alone_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("artlib.images.budget.MOST", 9 * 500)
    content = encoded(Image.new("RGB", (30, 30), "red"), "AVIF")
    with pytest.raises(images.TooManyPixelsError, match=r"more than 500 pixels.*30 x 30"):
        images.load_shrunk(content)
    assert images.load(content).size == (30, 30)  # who asks for the whole picture gets it
