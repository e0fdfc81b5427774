"""The examples from which the reading of texts is learned, as rows of features; `learn.py` weighs them."""

import hashlib
import json
import re
from datetime import datetime
from pathlib import Path

from texting import likeness, mentions, relevance, slips, when
from texting.catalogue import catalogue
from texting.said import Said
from texting.tokens import clean, tokens

HERE = Path(__file__).parent
SAMPLES_KEPT = HERE.parent / "tests/data"
NOW = datetime(2026, 12, 1, 10)
SAMPLES = ("own", "b", "c", "d", "e", "closed")
PROOFS = ("open", "x", "y", "z", "w", "v", "u")    # read without having been learned from
EVERYBODYS = 3                          # words that anybody may put so: "va bene grazie" proves nothing
WHOLE = ("stop", "start", "rating_or_choice")       # known by their words alone
KINDS = {"WK": "school closed", "WP": "summer", "BS": "childcare", "BE": "childcare urgent", "DS": "homework",
         "AD": "homecare", "AN": "homecare night", "AC": "escort", "PA": "meals", "SP": "shopping", "ST": "ironing",
         "CG": "caregiver", "PD": "psychology", "SA": "social"}
MARK = re.compile(r"\{([+-])([^{}]*)\}")
NOWHERE = catalogue((), ())     # no comuni, no services: whatever the pilot, the words are the same


def digest() -> str:
    """What tells whether the examples, and the lists of words they are read with, are still those something was learned from."""
    files = [*sorted((HERE / "examples").glob("*.tsv")), *sorted((HERE / "told").glob("*.txt")),
             *sorted((HERE.parent / "texting/words").glob("*.txt"))]
    samples = [SAMPLES_KEPT / f"texts_{name}.json" for name in SAMPLES + PROOFS]
    return hashlib.sha256(b"".join(file.read_bytes() for file in files + samples)).hexdigest()[:16]


def folded(text: str) -> str:
    """A text as its words alone, by which two are the same."""
    return " ".join(token.word for token in tokens(clean(text)))


def examples():
    """Every example: its label and its text; also the samples that tests have opened, but for what is kept as a proof."""
    proofs = {folded(one["text"]) for name in PROOFS for one in _sample(name)}
    yield from in_files()
    for label, text in _in_samples():
        if folded(text) not in proofs or len(text.split()) <= EVERYBODYS:
            yield label, text


def in_files():
    """What stands in `examples/`, line by line: label and text."""
    for file in sorted((HERE / "examples").glob("*.tsv")):
        for line in file.read_text(encoding="utf-8").splitlines():
            yield tuple(line.split("\t"))


def _in_samples():
    """The samples that were opened while the reading was built; asks for no one service are in `examples/samples.tsv`."""
    for one in (one for name in SAMPLES for one in _sample(name)):
        known = one["intent"] in WHOLE or one.get("service", "") is None
        if not known and not re.fullmatch(r"\W*(?:l[iy]nx)?[\d\W]*", one["text"], re.IGNORECASE):
            yield KINDS[one["service"]] if one["intent"] == "ask" else one["intent"], one["text"]


def _sample(name):
    return json.loads((SAMPLES_KEPT / f"texts_{name}.json").read_text(encoding="utf-8"))["texts"]


def counted_in(text):
    """The features of an example, as of a moment at which most of what is said is still to come."""
    text = clean(text)
    said = Said(text.strip(), slips.mended(tokens(text), NOWHERE))
    return likeness.features(said, when.read(said.row, NOW, text=said.text), NOW.date())


def marked():
    """Every time and comune of the texts in `told/`: whether it is wanted, and the features of what stands around it."""
    names = (HERE.parent / "texting/words/comuni_lombardia.txt").read_text(encoding="utf-8").splitlines()
    known = catalogue((), tuple(filter(None, names)))
    for file in sorted((HERE / "told").glob("*.txt")):
        for line in file.read_text(encoding="utf-8").splitlines():
            yield from _marked_in(line, known)


def _marked_in(line, known):
    text, marks = "", []
    for at, part in enumerate(MARK.split(line)):
        if at % 3 == 2:
            marks.append((len(text), len(text) + len(part), sign))
        sign, text = (part, text) if at % 3 == 1 else ("", text + part)
    row = slips.mended(tokens(clean(text)), known)
    spans = mentions.spans(row, NOW) + known.gazetteer.spans(row, slips.known_words())
    spans = sorted(spans, key=lambda span: span[0])
    for span, around in zip(spans, relevance.context(row, text, spans)):
        begin, end = row[span[0]].start, row[span[1] - 1].end
        sign = next((sign for first, last, sign in marks if first < end and last > begin), None)
        if sign:
            yield "wanted" if sign == "+" else "told", around
