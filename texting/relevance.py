"""Whether a time or a comune that a text names is wanted, or told by the way; learned from examples.

"Lavoro fino alle 22 a Dalmine, mi serve una tata venerdì dalle 17 a Osio": the words around an expression, its sentence
and its place among the others tell. `learning/told` holds texts in which each is marked; `make learn` weighs their words.
"""

from collections import Counter

from texting.clock import Hours
from texting.days import Days
from texting.phrases import phrases
from texting.tokens import sentences
from texting.weights import kept

NEAR, FAR, STEM = 3, 8, 5       # words, words, letters


def context(row, text, spans) -> list[Counter]:
    """What stands around each span `(begin, end, kind)` of a row, in order."""
    parts = [(begin, end, _named(row, begin, end)) for begin, end in sentences(row)]
    return [_around(row, text, span, spans, parts) for span in spans]


def kind_of(said) -> str:
    """What sort of expression of time this is."""
    if isinstance(said, Hours):
        return "window" if said.start and said.end else "start" if said.start else "end" if said.end else "length"
    if not isinstance(said, Days):
        return "part"
    if said.weekly:
        return "weekly"
    return "past" if said.past else "until" if said.last and not said.first else "range" if said.last else (
        "weekday" if said.bare else "day" if said.first else "vague")


def _named(row, begin, end):
    return {hit.name for hit in phrases("intents").find([token.word for token in row[begin:end]])}


def _around(row, text, span, spans, parts):
    begin, end, kind = span
    number, (first, last, names) = next((at, part) for at, part in reversed(list(enumerate(parts))) if part[0] <= begin)
    asks = "?" in (row[last].before if last < len(row) else text[row[-1].end:])
    same = [one for one in spans if _group(one[2]) == _group(kind)]
    found = [f"kind {kind}", f"sentence {min(number, 3)} of {min(len(parts), 4)}", f"asked {asks}",
             f"{_group(kind)} {min(same.index(span), 3)} of {min(len(same), 4)}"]
    found += [f"says {name}" for name in names] + ["last sentence"] * (number == len(parts) - 1)
    before, behind = _before(row, begin, first), _behind(row, end, last)
    for side, words in (("before", before), ("behind", behind)):
        found += [f"{side} {at} {word}" for at, word in enumerate(words[:NEAR])]
        found += [f"{side} {word}" for word in words[:FAR]] + [f"{side} {word[:STEM]}*" for word in words[:FAR] if len(word) > STEM]
        found += [f"{side} {one} {other}" for one, other in zip(words, words[1:])]
    return Counter(found)


def _group(kind):
    return "place" if kind == "place" else "hours" if kind in ("window", "start", "end", "length") else "days"


def _before(row, begin, first):
    """The words before, the nearest first; a sign between is one of them."""
    made = []
    for at in range(begin, max(first, begin - FAR), -1):
        if row[at].before.strip(" '\"("):
            made.append(row[at].before.strip()[:1])
        made.append(row[at - 1].word)
    return made


def _behind(row, end, last):
    made = []
    for at in range(end, min(last, end + FAR)):
        if row[at].before.strip(" '\"("):
            made.append(row[at].before.strip()[:1])
        made.append(row[at].word)
    return made


def wanted(row, text, spans) -> list[float]:
    """How surely each span is wanted: above 0 rather wanted, below rather told by the way."""
    return [kept("relevance").sums((around, 1.0))[0] for around in context(row, text, spans)]
