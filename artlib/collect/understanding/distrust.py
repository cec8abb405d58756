"""Distrust: folder names that hardly ever are an artist's, such as parts of a data set, sites, years and styles."""

import re

from artlib.collect.naming import name_words

_DATA_SETS = """
    train training traina trainb valid validation val test testing testa testb dev fold split images image img imgs
    pictures picture pics pic photos photo photographs resized resize originals original orig raw full fullsize large
    small medium big thumbnails thumbnail thumbs thumb previews preview data dataset datasets set sets file media assets
    uploads upload uploaded downloads download downloaded export exports content gallery galleries collection
    collections art arts artwork artworks painting paintings drawing drawings work works portfolio portfolios artists
    artist painters painter authors author archive archives backup backups temp tmp new old misc other others various
    unknown anonymous unsorted sorted todo untitled folder desktop documents output input cropped crops jpg jpeg png
    webp gif hd hires lowres page pages part parts class classes label labels ai real fake human generated made
    synthetic refs ref references reference inspiration favs favorites favourites likes liked bookmarks saved album
    albums posts reels stories highlights featured scraps updated annotated bilder fotos gemalde kunstler werke
    peintures tableaux artistes oeuvres dessins dossier imagenes pinturas cuadros artistas obras dibujos carpeta
    sammlung ordner immagini dipinti artisti opere disegni cartella imagens pasta afbeeldingen schilderijen obrazy
    картины картинки художники рисунки фото изображения папка разное 图片 照片 作品 素材 画家 画师 艺术家 插画
    新建文件夹 画像 写真 イラスト 新しいフォルダー 그림 사진 작가
"""
_DEVICES = """
    dcim camera screenshots screenshot phone iphone android whatsapp sent received takeout dropbox icloud onedrive
    drive dsc dscf dscn pxl mvimg scan
"""
_SITES = """
    deviantart artstation pixiv instagram twitter x tumblr facebook pinterest behance flickr reddit danbooru gelbooru
    patreon fanbox fantia newgrounds furaffinity weasyl wikiart wikipedia commons wikimedia openclipart kaggle google
    bluesky mastodon imgur e621 sankaku zerochan konachan yandere rule34 safebooru dribbble vimeo youtube telegram
    discord weibo lofter bilibili nijie seiga medibang cara hentaifoundry kemono metmuseum artic rijksmuseum
"""
_STYLES = """
    renaissance early-renaissance high-renaissance northern-renaissance baroque rococo realism abstract figurative
    art-nouveau art-nouveau-modern art-deco pop-art op-art street-art action-painting color-field-painting ukiyo-e
    ukiyoe gothic byzantine romanesque golden-age naive-art fauvism concept-art digital-art fan-art fanart pixel-art
    line-art lineart anime manga comic comics cartoon cartoons illustration illustrations oil watercolor watercolour
    acrylic ink pencil charcoal pastel gouache digital traditional sculpture sculptures photography print prints etching
    etchings engraving engravings iconography ceramics textiles
"""
_SERIES = """
    landscape landscapes portrait portraits self-portrait self-portraits still-life sketch sketches sketchbook study
    studies commission commissions wip wips speedpaint speedpaints nsfw sfw r18 chapter chapters volume vol episode
    series season nude nudes animal animals character characters creature creatures environment environments fantasy
    scifi sci-fi religious mythological genre-painting cityscape cityscapes marine flowers flower tree trees people
    january february march april may june july august september october november december
"""
_PLACES = """
    africa america asia australia europe african american asian australian european western eastern wing department
    austria belgium brazil canada china denmark england finland france germany greece holland hungary india ireland
    israel italy japan korea mexico netherlands norway poland portugal russia scotland spain sweden switzerland turkey
    ukraine uk usa austrian belgian british canadian chinese danish dutch english finnish flemish french german greek
    hungarian indian irish israeli italian japanese korean mexican norwegian polish portuguese russian scottish spanish
    swedish swiss turkish ukrainian deutschland frankreich italien niederlande spanien россия франция италия германия
    испания голландия 中国 日本 法国 荷兰 意大利 西班牙 louvre prado uffizi hermitage orsay tate moma guggenheim getty
"""
_FILLERS = "my the of and from by with in on for all more some best"
# of a name's words; "my art 2023" and "training_set" hold nothing else, "Grandma Moses" and "Cara Page Smith" do
_LISTS = (_DATA_SETS, _DEVICES, _SITES, _STYLES, _SERIES, _PLACES, _FILLERS)
_WORDS = {word for text in _LISTS for entry in text.split() for word in name_words(entry)}
_PERSONS = {"artist", "painter", "author"}
_ISM = re.compile(r"(?i)^[\w .-]*[a-z]{3,}ism$")  # impressionism, analytical cubism, …
_NUMBERED = re.compile(
    r"(?i)^(?:[\W_\d]+|(?:c|ca)\.? ?\d{3,4}.*|\d{3,4}s?(?:[ _–-]+\d{2,4}s?)?"
    r"|(?:vol|volume|chapter|ch|part|page|set|album|series|batch|class|n)[ ._-]*\d+"
    r"|[^\W\d_] ?[-–] ?[^\W\d_]|new folder.*|untitled.*|[0-9a-f]{16,})$"
)
_CENTURY = re.compile(
    r"(?i)^(?:\w+[ _-])?(?:\d{1,2}|[ivx]{1,5}) ?(?:st|nd|rd|th|[eè]me|e|\.)?[ _-]*(?:centur|cent\b|jahrhundert|jh\b"
    r"|si[eè]cle|secolo|siglo|s[eé]culo|eeuw|wiek|век|столет|世纪|世紀|세기)"
)
_DEVICE = re.compile(
    r"(?i)^[1-9]\d\d[a-z\d_]{5}$|^\d{6}_[_a-z]$"  # 100APPLE, 101CANON (the DCF standard of cameras), 202311__
    r"|\d{8}T\d{6}Z|^whatsapp\b"  # how Google names what is downloaded from Drive and Takeout
)
_ADDRESS = re.compile(r"(?i)^(?:www\.)?[\w-]+\.(?:com|net|org|art|io|jp|de|fr|ru|co|tv|me|info|su)$")
_MUSEUM = re.compile(r"(?i)\b(?:museum|mus[eé]e|museo|museu|muzeum|kunsthalle|pinakothek|музей)\b|美术馆|博物馆|美術館")


def is_distrusted(name: str) -> bool:
    """Return whether a folder of this name hardly ever holds the works of an artist of this name."""
    patterns = (_ISM, _NUMBERED, _CENTURY, _DEVICE, _ADDRESS, _MUSEUM)
    return any(pattern.search(name.strip()) for pattern in patterns) or _bare_words(name) <= _WORDS


def is_site(name: str) -> bool:
    """Return whether a name is that of a web site where artists show works."""
    return name_words(name) in _SITE_WORDS or _ADDRESS.match(name.strip()) is not None


def has_users(name: str) -> bool:
    """Return whether a name is that of a site whose artists' folders lie in it, as gallery-dl makes them."""
    return bool(name_words(name) & _WITH_USERS) and is_site(name)


def is_descriptive(name: str) -> bool:
    """Return whether a name tells what a folder holds, such as "art dump 3", and so is hardly an artist's."""
    words = name_words(name)
    return is_distrusted(name) or bool(words & _DATA_WORDS) or any(word[-1].isdecimal() for word in words)


def _bare_words(name: str) -> frozenset[str]:
    """Return a name's words without numbers, as in train2017 and fold1; "artist 7" stands for a person."""
    words = name_words(name)
    if words & _PERSONS and any(word[-1].isdecimal() for word in words):
        return words
    return frozenset(bare for word in words if (bare := word.strip("0123456789")))


_WITH_USERS = name_words(
    "deviantart artstation pixiv instagram twitter tumblr behance flickr patreon fanbox fantia newgrounds furaffinity "
    "weasyl bluesky mastodon dribbble weibo lofter cara hentaifoundry"
)
_DATA_WORDS = {word for entry in _DATA_SETS.split() for word in name_words(entry)}
_SITE_WORDS = {name_words(word) for word in _SITES.split()}
