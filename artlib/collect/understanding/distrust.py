"""Distrust: folder names that hardly ever are an artist's, such as parts of a data set, sites, years and styles."""

import re

from artlib.collect.naming import name_words

_DATA_SETS = """
    train training valid validation val test testing dev images image img imgs pictures picture pics pic photos photo
    resized resize originals original orig raw full fullsize large small medium big thumbnails thumbnail thumbs thumb
    previews preview data dataset datasets set sets files file media assets uploads upload downloads download export
    exports content gallery galleries collection collections art arts artwork artworks painting paintings drawing
    drawings works work portfolio portfolios artists artist painters painter authors author archive archives backup
    backups temp tmp new old misc other others various unknown anonymous unsorted sorted todo untitled folder
    desktop documents my-set dcim camera screenshots output input cropped crops jpg jpeg png webp gif hd hires lowres
    page pages part parts class classes label labels
"""
_SITES = """
    deviantart artstation pixiv instagram twitter x tumblr facebook pinterest behance flickr reddit danbooru gelbooru
    patreon fanbox fantia newgrounds furaffinity weasyl wikiart wikipedia commons wikimedia openclipart kaggle google
    bluesky mastodon imgur e621 sankaku zerochan konachan yandere rule34 safebooru dribbble vimeo youtube telegram
    discord weibo lofter bilibili nijie seiga medibang cara hentaifoundry kemono metmuseum artic rijksmuseum
"""
_STYLES = """
    renaissance early-renaissance high-renaissance northern-renaissance baroque rococo realism abstract figurative
    art-nouveau art-nouveau-modern art-deco pop-art op-art street-art color-field-painting ukiyo-e ukiyoe gothic
    byzantine romanesque naive-art fauvism concept-art digital-art fan-art fanart pixel-art line-art lineart anime manga
    comic comics cartoon cartoons illustration illustrations oil watercolor watercolour acrylic ink pencil charcoal
    pastel gouache digital traditional sculpture photography print prints etching etchings engraving engravings
"""
_SERIES = """
    landscape landscapes portrait portraits self-portrait self-portraits still-life sketch sketches sketchbook study
    studies commission commissions wip wips speedpaint speedpaints nsfw sfw r18 chapter chapters volume vol episode
    series season nude nudes animal animals character characters creature creatures environment environments fantasy
    scifi sci-fi religious mythological genre-painting cityscape cityscapes marine flowers flower tree trees people
    january february march april may june july august september october november december
"""
_WORDS = {name_words(word) for text in (_DATA_SETS, _SITES, _STYLES, _SERIES) for word in text.split()}
_ISM = re.compile(r"(?i)^[\w .-]*[a-z]{3,}ism$")  # impressionism, analytical cubism, …
_NUMBERED = re.compile(
    r"(?i)^(?:[\W_\d]+|\d{1,2}(?:st|nd|rd|th)[ _-]century.*|(?:c|ca)\.? ?\d{3,4}.*|\d{3,4}s?(?:[ _–-]+\d{2,4}s?)?"
    r"|(?:vol|volume|chapter|ch|part|page|set|album|series|batch|class|n)[ ._-]*\d+"
    r"|new folder.*|untitled.*|[0-9a-f]{16,})$"
)
_ADDRESS = re.compile(r"(?i)^(?:www\.)?[\w-]+\.(?:com|net|org|art|io|jp|de|fr|ru|co|tv|me|info)$")


def is_distrusted(name: str) -> bool:
    """Return whether a folder of this name hardly ever holds the works of an artist of this name."""
    return (
        name_words(name) in _WORDS
        or any(pattern.match(name.strip()) for pattern in (_ISM, _NUMBERED, _ADDRESS))
        or not name_words(name)
    )


def is_site(name: str) -> bool:
    """Return whether a name is that of a web site where artists show works."""
    return name_words(name) in _SITE_WORDS or _ADDRESS.match(name.strip()) is not None


_SITE_WORDS = {name_words(word) for word in _SITES.split()}
