# ruff: noqa: E501, SIM905 - lines of HTML, and words to choose from
"""Pages that Chromium renders for `suggestions.py`: screens with works in them, and pages of words.

Each layout is in one half only: thresholds are chosen on layouts of the first, and reported on those of the second.
"""

import base64
import io
import shutil
import subprocess
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path
from random import Random

from PIL import Image

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
DESKTOP, LAPTOP, TABLET, PHONE, SHEET = (1366, 768), (1280, 900), (820, 1180), (412, 892), (800, 1120)
WORDS = (
    "the light of a late afternoon falls on old walls where nobody has painted for years and yet every colour is there "
    "commission open new work today thank you all for looking at this one it took two weeks of layers and glazes what "
    "brush do you use could you show how water is done prints are in the shop next month follow for more studies"
).split()
THEMES = (("#ffffff", "#1c1c1c", "#f1f3f4", "#1a73e8"), ("#18191c", "#e6e6e6", "#26282d", "#13aff0"))
MORE_THEMES = (("#fafafa", "#222222", "#e8e8ec", "#c0392b"), ("#0f1419", "#d9d9d9", "#1f2933", "#7bc96f"))
Page = tuple[str, tuple[int, int]]


def words(random: Random, count: int) -> str:
    return " ".join(random.choice(WORDS) for _ in range(count)).capitalize() + "."


def paragraphs(random: Random, count: int, length: int = 60) -> str:
    return "".join(f"<p>{words(random, random.randint(length // 2, length))}</p>" for _ in range(count))


def address_of(picture: Image.Image) -> str:
    file = io.BytesIO()
    picture.convert("RGB").save(file, "JPEG", quality=92)
    return f"data:image/jpeg;base64,{base64.b64encode(file.getvalue()).decode()}"


def shown(picture: Image.Image, style: str) -> str:
    return f'<img src="{address_of(picture)}" style="object-fit:cover;{style}">'


def bar(theme: tuple[str, ...], text: str, height: int = 56) -> str:
    ground, ink, panel, accent = theme
    return (
        f'<div style="height:{height}px;background:{panel};color:{ink};display:flex;align-items:center;gap:24px;'
        f'padding:0 18px;border-bottom:1px solid #8884"><b style="color:{accent};font-size:20px">artbay</b>{text}'
        f'<span style="margin-left:auto;background:{accent};color:{ground};padding:7px 14px;border-radius:6px">'
        "Sign in</span></div>"
    )


# --- screens, first half ---


def gallery(random: Random, works: list[Image.Image]) -> Page:
    theme = random.choice(THEMES)
    tiles = "".join(
        f"<div>{shown(work, 'width:100%;height:210px')}<div>{words(random, 3)}</div></div>" for work in works[:10]
    )
    links = "<span>Explore</span><span>Learn</span><span>Jobs</span><span>Shop</span>"
    grid = '<div style="display:grid;grid-template-columns:repeat(5,1fr);gap:12px;padding:18px">'
    return framed_page(
        theme, bar(theme, links) + f"<h2 style='padding:0 18px'>Trending</h2>{grid}{tiles}</div>"
    ), DESKTOP


def viewer(random: Random, works: list[Image.Image]) -> Page:
    theme = ("#202124", "#dddddd", "#2b2c30", "#4a90d9") if random.random() < 0.6 else THEMES[0]
    strip = "".join(shown(work, "width:72px;height:54px;margin:6px") for work in works[:10])
    name = f"IMG_{random.randint(1000, 9999)}.jpg &nbsp; {random.randint(40, 100)} %"
    middle = shown(works[0], "height:560px;object-fit:contain;display:block;margin:20px auto")
    icons = "<span>File</span><span>Edit</span><span>View</span><span>Help</span>"
    top = f"<div style='padding:8px 14px;background:{theme[2]};display:flex;gap:18px'>{icons}<b>{name}</b></div>"
    return framed_page(
        theme, f"{top}{middle}<div style='background:{theme[2]};text-align:center'>{strip}</div>"
    ), DESKTOP


def phone_feed(random: Random, works: list[Image.Image]) -> Page:
    theme = random.choice(THEMES)
    post = f"<div style='padding:10px'><b>painter_{random.randint(1, 99)}</b></div>{shown(works[0], 'width:412px;height:412px')}"
    post += f"<div style='padding:10px;font-size:15px'>&#9825; &#9993; &#8618;<p><b>{random.randint(20, 999)} likes</b></p>{words(random, 22)}</div>"
    tabs = f"<div style='position:fixed;bottom:0;width:100%;height:58px;background:{theme[2]};display:flex;justify-content:space-around;align-items:center;font-size:24px'>&#8962; &#9906; &#8853; &#9825; &#9787;</div>"
    return framed_page(theme, status_bar(theme) + bar(theme, "", 50) + post + tabs), PHONE


def chat(random: Random, works: list[Image.Image]) -> Page:
    theme = random.choice(THEMES)
    _, _, panel, accent = theme
    people = "".join(
        f"<div style='padding:14px;border-bottom:1px solid #8883'><b>{words(random, 1)}</b><br><small>{words(random, 5)}</small></div>"
        for _ in range(9)
    )
    bubbles = "".join(
        f"<div style='max-width:60%;margin:8px {'0 8px auto' if random.random() < 0.5 else '8px'};background:{random.choice((panel, accent))};padding:10px;border-radius:12px'>{words(random, random.randint(3, 18))}</div>"
        for _ in range(6)
    )
    picture = shown(works[0], "width:300px;height:220px;margin:8px;border-radius:10px")
    side = f"<div style='width:300px;background:{panel};height:768px;overflow:hidden'>{people}</div>"
    return framed_page(
        theme, f"<div style='display:flex'>{side}<div style='flex:1;padding:14px'>{bubbles}{picture}</div></div>"
    ), DESKTOP


def paint_program(random: Random, works: list[Image.Image]) -> Page:
    grey = random.choice(("#3c3c3c", "#535353", "#d6d6d6"))
    ink = "#dddddd" if grey != "#d6d6d6" else "#222222"
    tools = "".join("<div style='width:22px;height:22px;margin:7px;border:1px solid #8888'></div>" for _ in range(16))
    layers = "".join(
        f"<div style='display:flex;padding:4px;border-bottom:1px solid #0004'>{shown(work, 'width:36px;height:36px')}&nbsp;Layer {row}</div>"
        for row, work in enumerate(works[:7])
    )
    menu = "<div style='padding:5px 10px;border-bottom:1px solid #0006'>File &nbsp; Edit &nbsp; Image &nbsp; Layer &nbsp; Select &nbsp; Filter &nbsp; Window</div>"
    canvas = f"<div style='flex:1;background:#2828284d;height:740px'>{shown(works[0], 'height:560px;margin:60px 140px;object-fit:contain')}</div>"
    body = f"<div style='display:flex'><div style='width:38px'>{tools}</div>{canvas}<div style='width:240px;padding:6px'>{layers}</div></div>"
    return framed_page((grey, ink, grey, ink), menu + body), DESKTOP


# --- screens, second half ---


def profile(random: Random, works: list[Image.Image]) -> Page:
    theme = random.choice(MORE_THEMES)
    head = shown(works[0], "width:100%;height:180px")
    name = f"<div style='padding:14px 60px'><h1>{words(random, 2)}</h1><p>{words(random, 14)}</p><b>Portfolio &nbsp; About &nbsp; Albums</b></div>"
    tiles = "".join(shown(work, "width:210px;height:210px;margin:3px") for work in works[:10])
    return framed_page(
        theme,
        bar(theme, "<span>Search artworks</span>", 48) + head + name + f"<div style='padding:0 56px'>{tiles}</div>",
    ), LAPTOP


def shop(random: Random, works: list[Image.Image]) -> Page:
    theme = random.choice(MORE_THEMES)
    browser = (
        "<div style='background:#dee1e6;color:#333;font-size:13px'><div style='padding:8px 14px'>Fine prints &nbsp; &#10005; &nbsp;&nbsp; +</div><div style='background:#fff;padding:6px 14px'>&#8592; &#8594; &#8635; &nbsp; https://shop.example/print/"
        + str(random.randint(100, 999))
        + "</div></div>"
    )
    left = shown(works[0], "width:620px;height:600px;object-fit:contain")
    right = f"<div style='padding:20px;width:480px'><h1>{words(random, 3)}</h1><h2>{random.randint(20, 300)}.00 EUR</h2>{paragraphs(random, 2, 30)}<div style='background:{theme[3]};color:#fff;padding:14px;text-align:center'>Add to basket</div></div>"
    return framed_page(theme, f"{browser}<div style='display:flex;padding:16px'>{left}{right}</div>"), LAPTOP


def phone_story(random: Random, works: list[Image.Image]) -> Page:
    theme = random.choice(MORE_THEMES)
    picture = shown(works[0], f"width:412px;height:{random.choice((560, 640))}px")
    text = f"<div style='padding:12px'><b>{words(random, 2)}</b><br><small>{words(random, 26)}</small></div>"
    reply = "<div style='position:fixed;bottom:14px;left:14px;right:14px;border:1px solid #8888;border-radius:24px;padding:12px'>Send a message</div>"
    return framed_page(theme, status_bar(theme) + picture + text + reply), PHONE


def forum(random: Random, works: list[Image.Image]) -> Page:
    theme = random.choice(MORE_THEMES)
    posts = ""
    for row, work in enumerate(works[:4]):
        inner = paragraphs(random, 1, 50) + (shown(works[0], "width:380px;height:260px") if row == 1 else "")
        posts += f"<div style='display:flex;margin:10px;background:{theme[2]}'><div style='width:130px;padding:10px'>{shown(work, 'width:64px;height:64px')}<br>{words(random, 1)}</div><div style='padding:8px'>{inner}</div></div>"
    return framed_page(theme, f"<h2 style='padding:0 12px'>{words(random, 6)}</h2>{posts}"), TABLET


def file_manager(random: Random, works: list[Image.Image]) -> Page:
    theme = random.choice(MORE_THEMES)
    files = "".join(
        f"<div style='width:118px;margin:9px;text-align:center;font-size:12px'>{shown(work, 'width:100px;height:76px')}<br>final_{random.randint(1, 99)}.png</div>"
        for work in (works * 3)[:21]
    )
    places = "".join(
        f"<div style='padding:8px 12px'>&#9642; {place}</div>"
        for place in ("Home", "Desktop", "Pictures", "Downloads", "Music", "Trash")
    )
    window = f"<div style='margin:40px 110px;background:{theme[0]};height:640px;overflow:hidden'><div style='background:{theme[2]};padding:10px'>Pictures &nbsp; &mdash; &#9633; &#10005;</div><div style='display:flex'><div style='width:150px'>{places}</div><div style='display:flex;flex-wrap:wrap'>{files}</div></div></div>"
    return framed_page(
        theme, f"<div style='background:linear-gradient(#345,#79a);height:768px;padding:1px'>{window}</div>"
    ), DESKTOP


def mail(random: Random, works: list[Image.Image]) -> Page:
    theme = random.choice(MORE_THEMES)
    rows = "".join(
        f"<div style='padding:10px;border-bottom:1px solid #8883;font-size:14px'><b>{words(random, 2)}</b> {words(random, 9)}</div>"
        for _ in range(6)
    )
    letter = f"<div style='padding:16px'><h3>{words(random, 5)}</h3>{paragraphs(random, 2, 40)}{shown(works[0], 'width:420px;height:300px')}</div>"
    return framed_page(
        theme, bar(theme, "<span>Inbox</span><span>Sent</span><span>Drafts</span>", 46) + rows + letter
    ), TABLET


# --- pages of words, first half ---


def article(random: Random, works: list[Image.Image]) -> Page:
    return sheet(f"<h1>{words(random, 4)}</h1>{paragraphs(random, 9)}", "font:19px/1.5 'DejaVu Serif'"), SHEET


def letter(random: Random, works: list[Image.Image]) -> Page:
    return sheet(
        f"<p>Dear all,</p>{paragraphs(random, 5, 50)}<p>Yours</p>", "font:20px/1.6 'Liberation Mono'", "#fbf6e8"
    ), SHEET


def newspaper(random: Random, works: list[Image.Image]) -> Page:
    columns = (
        f"<h1>{words(random, 3)}</h1><div style='column-count:{random.choice((2, 3))}'>{paragraphs(random, 16)}</div>"
    )
    return sheet(columns, "font:15px/1.35 'Liberation Serif'", "#f0ece2"), SHEET


def title_card(random: Random, works: list[Image.Image]) -> Page:
    ground, ink = random.choice((("#101010", "#f0f0f0"), ("#ffffff", "#111111"), ("#7a1020", "#ffe9b0")))
    style = f"font:bold {random.choice((54, 76))}px 'Liberation Sans';text-align:center;color:{ink};padding-top:220px"
    return sheet(
        f"<div>{words(random, 2)}</div><div style='font-size:30px'>{words(random, 5)}</div>", style, ground
    ), LAPTOP


def comic_words(random: Random, works: list[Image.Image]) -> Page:
    boxes = "".join(
        f"<div style='border:4px solid #111;margin:16px;padding:22px;text-transform:uppercase'>{words(random, random.randint(12, 30))}</div>"
        for _ in range(5)
    )
    return sheet(boxes, "font:italic bold 24px/1.3 'Liberation Sans Narrow'"), SHEET


# --- pages of words, second half ---


def book(random: Random, works: list[Image.Image]) -> Page:
    return sheet(
        paragraphs(random, 12, 80), "font:18px/1.45 'Liberation Serif';text-align:justify;padding:70px", "#f7f1e1"
    ), SHEET


def poem(random: Random, works: list[Image.Image]) -> Page:
    lines = "<br>".join(words(random, random.randint(3, 8)) for _ in range(16))
    return sheet(f"<h2>{words(random, 2)}</h2>{lines}", "font:italic 24px/1.6 'DejaVu Serif';text-align:center"), SHEET


def price_list(random: Random, works: list[Image.Image]) -> Page:
    rows = "".join(
        f"<tr><td style='padding:12px 30px'>{words(random, 3)}</td><td>{random.randint(20, 400)} EUR</td></tr>"
        for _ in range(9)
    )
    return sheet(
        f"<h1>Commissions</h1><table>{rows}</table>{paragraphs(random, 1)}",
        "font:25px 'DejaVu Sans'",
        random.choice(("#ffffff", "#fde7ef", "#223344")),
        random.choice(("#222", "#eee")),
    ), LAPTOP


def credits(random: Random, works: list[Image.Image]) -> Page:
    lines = "<br>".join(words(random, random.randint(2, 4)) for _ in range(11))
    return sheet(lines, "font:30px/1.7 'Liberation Sans';text-align:center", "#050505", "#f5f5f5"), LAPTOP


def announcement(random: Random, works: list[Image.Image]) -> Page:
    text = f"<h1 style='font-size:64px'>{words(random, 3)}</h1>{paragraphs(random, 2, 26)}"
    return sheet(
        text, "font:bold 34px/1.4 'Liberation Sans'", *random.choice((("#ffe24d", "#111"), ("#123a6b", "#fff")))
    ), LAPTOP


def status_bar(theme: tuple[str, ...]) -> str:
    return f"<div style='height:28px;background:{theme[0]};display:flex;justify-content:space-between;padding:4px 14px;font:bold 14px sans-serif'><span>9:41</span><span>LTE &#9646;&#9646;&#9646; 84 %</span></div>"


def framed_page(theme: tuple[str, ...], body: str) -> str:
    style = (
        f"margin:0;background:{theme[0]};color:{theme[1]};font:15px/1.35 'Liberation Sans',sans-serif;overflow:hidden"
    )
    return f"<meta charset='utf-8'><body style=\"{style}\">{body}</body>"


def sheet(body: str, style: str, ground: str = "#ffffff", ink: str = "#1a1a1a") -> str:
    return f'<meta charset=\'utf-8\'><body style="margin:0;overflow:hidden;background:{ground};color:{ink}"><div style="padding:44px;{style}">{body}</div></body>'


Layout = Callable[[Random, list[Image.Image]], Page]
SCREENS: tuple[tuple[Layout, ...], ...] = (
    (gallery, viewer, phone_feed, chat, paint_program),
    (profile, shop, phone_story, forum, file_manager, mail),
)
TEXTS: tuple[tuple[Layout, ...], ...] = (
    (article, letter, newspaper, title_card, comic_words),
    (book, poem, price_list, credits, announcement),
)


def rendered(pages: list[Page]) -> Iterator[Image.Image]:
    """Render pages in the real browser, one after the other; none where there is no Chromium."""
    if not CHROMIUM:
        print("There is no Chromium: rendered pages are left out.")
        return
    with tempfile.TemporaryDirectory() as folder:
        for number, (html, (width, height)) in enumerate(pages):
            page, picture = Path(folder) / f"{number}.html", Path(folder) / f"{number}.png"
            page.write_text(html, encoding="utf-8")
            command = [CHROMIUM, "--headless=new", "--no-sandbox", "--hide-scrollbars", "--disable-gpu"]
            command += [f"--user-data-dir={folder}/profile", f"--screenshot={picture}"]
            command += [f"--window-size={width},{height}", page.as_uri()]
            subprocess.run(command, capture_output=True, check=True, timeout=60)
            yield Image.open(picture).convert("RGB")
