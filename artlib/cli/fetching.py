"""The commands that collect artists' works from the web."""

import argparse
from typing import Any

import artlib
from artlib.cli import options
from artlib.cli.options import ANSWERED, PARTLY


def add_to(sources: Any, workspace: argparse.ArgumentParser) -> None:
    """Add the sources on the web to the command `collect`."""
    limit = argparse.ArgumentParser(add_help=False)
    text = "collect at most N works, those that are there already included (default: 100)"
    limit.add_argument("--works", type=int, default=100, metavar="N", help=text)
    for name, museum in (("met", "the Metropolitan Museum of Art"), ("artic", "the Art Institute of Chicago")):
        command = options.command(sources, name, f"an artist's free works from {museum}", _museum, workspace, limit)
        command.add_argument("artist", metavar="NAME", help="the artist, such as 'Claude Monet'")
        command.set_defaults(source=name)
    text = "an artist's free works from Wikimedia Commons"
    commons = options.command(sources, "commons", text, _commons, workspace, limit)
    text = "the artist's name, or a category such as 'Paintings by Claude Monet'"
    commons.add_argument("category", metavar="CATEGORY", help=text)
    commons.add_argument("--artist", metavar="NAME", help="whose works are taken (default: the name in the category's)")
    text = "what your own installed gallery-dl fetches (ArtStation, DeviantArt, Pixiv …)"
    gallery = options.command(sources, "gallery-dl", text, _gallery_dl, workspace)
    gallery.add_argument("url", metavar="URL", help="of a portfolio, a work or a search")
    gallery.add_argument(
        "--artist", metavar="NAME", help="one artist for all pictures, instead of whom the site states"
    )


def _museum(asked: argparse.Namespace) -> int:
    collect = getattr(artlib.collect, asked.source)
    return _status(collect(asked.workspace, asked.artist, works=asked.works))


def _commons(asked: argparse.Namespace) -> int:
    limits = {"artist": asked.artist, "works": asked.works}
    return _status(artlib.collect.commons(asked.workspace, asked.category, **limits))


def _gallery_dl(asked: argparse.Namespace) -> int:
    return _status(artlib.collect.gallery_dl(asked.workspace, asked.url, artist=asked.artist))


def _status(report: Any) -> int:
    print(report)
    return ANSWERED if report.is_complete else PARTLY
