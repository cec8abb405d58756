"""Wording: what was found, in sentences that promise no more than was measured."""

from artlib.similarity.matching import COPY, PART, PROBABLE
from artlib.tracing.result import ERROR, Original, Trace

# what a summary calls one and several answers of each kind
KINDS = {
    "copy": ("copy", "copies"),
    "probable": ("probable copy", "probable copies"),
    "part": ("with a shared part", "with a shared part"),
    "none": ("without a known work", "without a known work"),
    "error": ("without an answer", "without an answer"),
}
_BEGIN = {COPY: "Copy of", PROBABLE: "Probably a copy of", PART: "Shares a part with"}
_END = {PART: ", such as a frame or a caption; that alone does not make it a copy"}


def sentence(trace: Trace) -> str:
    """Return the answer as plain sentences, one for each original."""
    if trace.verdict == ERROR:
        return f"No answer: {trace.error}"
    return " ".join(map(sentence_of, trace.originals)) or "No known work found in it."


def sentence_of(original: Original) -> str:
    """Return what the picture is to a known work, as one plain sentence."""
    by = f" by {original.artist}" if original.artist else ""
    return f"{_BEGIN[original.verdict]} {original.path}{by}{_END.get(original.verdict, '')}".rstrip(".") + "."


def origin(original: Original) -> str:
    """Return who made a known work, where it came from and under which licence."""
    licence = f"licence: {original.licence}" if original.licence else "licence not known"
    return ", ".join(filter(None, (original.artist, original.source, licence)))


def evidence(original: Original) -> str:
    """Return how the picture and a known work agree."""
    if not original.share:
        return "Its picture is not here, so the fingerprints alone were compared, and they agree."
    if not original.inliers:  # flat art, compared as a whole
        return f"No single points were compared; {original.share:.0%} of the whole area looks alike."
    return f"{original.inliers} points lie alike in both; {original.share:.0%} of the area that they share looks alike."


def change(original: Original) -> str:
    """Return what was done to a known work, as one sentence."""
    text = str(original.match.change) if original.share else "it can't be told without the picture of the work"
    return f"{text[:1].upper()}{text[1:]}."


def facts(original: Original) -> dict[str, str]:
    """Return what is known of a work and of how the picture agrees with it, by what each is called."""
    known = {"Known work": origin(original)} | ({"Address": original.source_url} if original.source_url else {})
    done = {} if original.verdict == PART else {"Done to it": change(original)}  # nobody changed what is no copy
    return known | done | {"Seen": evidence(original)}


def text(trace: Trace) -> str:
    """Return an answer as lines of text: the picture, the sentences, and the facts of each original."""
    lines = [f"  {name}: {fact}" for original in trace.originals for name, fact in facts(original).items()]
    return "\n".join([trace.path, sentence(trace), *lines])
