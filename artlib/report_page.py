"""A page with one card a picture: self-contained, readable on a phone, the doubtful answers first."""

import base64
import html
import io
from collections import Counter
from collections.abc import Sequence
from pathlib import Path

from artlib import images
from artlib.prediction import Verdict
from artlib.workspace import Workspace, write_text

THUMBNAIL = 320
STYLE = """
body{font:16px/1.45 system-ui,sans-serif;margin:0 auto;max-width:1100px;padding:1rem;background:#f6f6f4;color:#222}
h1{font-size:1.4rem;margin:.2rem 0}p.lead{margin:.2rem 0 1rem;color:#555}
main{display:grid;grid-template-columns:repeat(auto-fill,minmax(260px,1fr));gap:1rem}
article{background:#fff;border-radius:10px;overflow:hidden;border-top:5px solid #2c7a4b;box-shadow:0 1px 4px #0002}
article.unknown{border-color:#c77d00}article.copy{border-color:#1f5fa8}article.error{border-color:#b3261e}
img{width:100%;height:200px;object-fit:contain;background:#ececea;display:block}
section{padding:.6rem .8rem .9rem;overflow-wrap:anywhere}h2{font-size:1rem;margin:0 0 .3rem}
small{color:#666;display:block;margin-top:.4rem}
dl{display:grid;grid-template-columns:1fr 3.4rem;margin:.4rem 0 0;font-size:.86rem;gap:.15rem .4rem}
dt{background:linear-gradient(#cfe0f2,#cfe0f2) no-repeat 0/var(--share) 100%;padding:0 .3rem;border-radius:3px}
dd{margin:0;text-align:right}
"""


def write_page(path: Path, verdicts: Sequence[Verdict], workspace: Workspace) -> None:
    """Write the page; thumbnails are inlined, and nothing is requested from elsewhere.

    Args:
        path: of the HTML file.
        verdicts: the answers; errors come first, then the highest unknown scores.
        workspace: named in the heading.
    """
    ordered = sorted(verdicts, key=lambda verdict: -2 if verdict.verdict == "error" else -verdict.unknown_score)
    counts = Counter(verdict.verdict for verdict in verdicts)
    summary = ", ".join(f"{count} {kind}" for kind, count in counts.most_common())
    cards = "\n".join(map(_card, ordered))
    write_text(
        path,
        f'<!doctype html><html lang="en"><meta charset="utf-8"><title>artlib: {len(verdicts)} pictures</title>'
        f'<meta name="viewport" content="width=device-width,initial-scale=1"><style>{STYLE}</style>'
        f"<h1>{len(verdicts)} pictures</h1><p class=lead>{html.escape(summary)}; recogniser in "
        f"{html.escape(str(workspace.root))}. The most doubtful answers come first.</p><main>{cards}</main></html>\n",
    )


def _card(verdict: Verdict) -> str:
    bars = "".join(
        f'<dt style="--share:{probability:.0%}">{html.escape(name)}</dt><dd>{probability:.1%}</dd>'
        for name, probability in verdict.top_artists[:3]
    )
    return (
        f"<article class={verdict.verdict}>{_thumbnail(verdict)}<section><h2>{html.escape(verdict.sentence())}</h2>"
        f"<dl>{bars}</dl><small>{html.escape(verdict.path)}</small></section></article>"
    )


def _thumbnail(verdict: Verdict) -> str:
    if verdict.verdict == "error":
        return ""
    buffer = io.BytesIO()
    try:
        images.normalised(images.load(verdict.path), THUMBNAIL).save(buffer, "JPEG", quality=80)
    except images.ImageError:  # deleted, or no longer served, since it was answered
        return ""
    encoded = base64.b64encode(buffer.getvalue()).decode()
    return f'<img alt="" src="data:image/jpeg;base64,{encoded}">'
