"""Where: the comune a text names, never another one; a name that is also a word, a surname or a street needs its context."""

import re
from functools import lru_cache
from pathlib import Path
from typing import NamedTuple

from rapidfuzz.distance import OSA

from texting import refusals, relevance
from texting.spelling import Spelling
from texting.surroundings import capitals_tell, context_of, is_away, says_where, stands_alone, stands_apart, words_of
from texting.tokens import Token, fold

KEPT = Path(__file__).parent / "words"
CONNECTING = frozenset("""
    di d del della delle dei degli dell dall de da con al alla sul sulla sull in il la lo le e ed nel
""".split())
HOUSES = frozenset(("ospedale", "clinica", "hospital"))
MIDDLES = frozenset(("centro", "paese"))    # "Albino centro"
MOST_NAMES = 6
CLEAR, TOLD = 0.5, -1.1         # how much less surely one is wanted than another that gives way; that gives way to none


class Comune(NamedTuple):
    """A comune by its name: the words of it, the same without those that only join, and the same run together."""

    name: str
    words: tuple
    main: tuple


class Found(NamedTuple):
    """A comune named in a text, or several it may be; `context` is what the words around it say of it, `away` whether its
    clause speaks of where somebody works, is treated, or is gone to."""

    names: tuple
    begin: int
    end: int
    context: str = ""
    away: bool = False
    score: float = 0.0      # how surely it is wanted, and not told by the way


class Where(NamedTuple):
    """What a text says about places."""

    found: tuple = ()
    taken: frozenset = frozenset()

    def names(self, *, escorting=False, collecting=False, surely=False) -> tuple:
        """The comune of service, or the several it may be. Of an escort it is where it begins, not where it leads to; what
        is collected, is at work where work is named; `surely` only what is rather wanted than told by the way."""
        found = [one for one in self.found if one.context != "work" or collecting]
        for context in ("work",) * collecting + ("comes_from",) * escorting + ("lives",):
            found = [one for one in found if one.context == context] or found
        for context in ("goes_to",) * escorting + ("others",):
            rest = [one for one in found if one.context != context]
            found = rest if rest or context == "goes_to" else found
        if len({one.names for one in found}) > 1:
            found = [one for one in found if not one.away] or found
        surest = max((one.score for one in found), default=0)
        found = [one for one in found if one.score > max(surest - CLEAR, 0 if surely else TOLD)]
        sure = [one for one in found if len(one.names) == 1]
        found = [one for one in found if one in sure or not any(one_.names[0] in one.names for one_ in sure)]
        return tuple(sorted({name for one in found for name in one.names}))[:MOST_NAMES]


class Gazetteer:
    """The loaded comuni, by how their names begin."""

    def __init__(self, names):
        self.heads = {}
        for name in names:
            words = tuple(re.findall(r"[a-z0-9]+", fold(name)))
            main = tuple(word for word in words if word not in CONNECTING) or words
            one = Comune(name, words, main)
            self.heads.setdefault(main[0], []).append(one)
            if len(words) > 1:
                self.heads.setdefault("".join(words), []).append(Comune(name, ("".join(words),), ("".join(words),)))
        for other, name in (pair.split(":") for pair in words_of("other names")):
            self.heads.setdefault(other, []).extend(Comune(one.name, (other,), (other,)) for one in self.heads.get(name, ())
                                                    if one.words == (name,))
        self.heads = {head: comuni for head, comuni in self.heads.items() if comuni}
        self.spelling = Spelling(self.heads, two_slips=9)
        self.sounds = {}
        for head in self.heads:
            self.sounds.setdefault(_sound(head), []).append(head)
        loaded = {one.words for comuni in self.heads.values() for one in comuni}
        self.elsewhere = {}
        for words in sorted(_other_comuni() - loaded, key=len):
            self.elsewhere.setdefault(words[0], []).insert(0, words)

    def read(self, row: list[Token], known=frozenset(), busy=frozenset(), text="") -> Where:
        """The comuni a row of tokens names. `known` are words of the language; `busy` are tokens that are times; `text` is
        what the row was made of."""
        found = self._found(row, known, busy)
        scores = relevance.wanted(row, text, [(one.begin, one.end, "place") for one in found])
        found = [one._replace(score=score) for one, score in zip(found, _joined(row, found, scores))]
        taken = frozenset(place for one in found for place in range(one.begin, one.end))
        taken_back = refusals.taken_back(row)
        named = [one for one in found if one.names]
        named = [one for one in named if row[one.begin].word != "bg"] or named      # "Treviglio (BG)"
        later = [one for one in named if one.begin >= taken_back]
        return Where(tuple(later or named), taken)

    def _found(self, row, known, busy):
        found, place, capitals = [], 0, capitals_tell(row)
        while place < len(row):
            is_a_time = place in busy and row[place].word not in self.heads
            one = None if is_a_time else self._at(row, place, known, busy, capitals)
            if one:
                found.append(one)
            place = one.end if one else place + 1
        return found

    def spans(self, row: list[Token], known=frozenset(), busy=frozenset()) -> list:
        """Where each name of a comune begins and ends in a row of tokens."""
        return [(one.begin, one.end, "place") for one in self._found(row, known, busy) if one.names]

    def _at(self, row, place, known, busy, capitals):
        word = row[place].word
        heads = [word] if word in self.heads else self._mistyped(row, place, known, busy)
        if not heads:
            return None
        head = heads[0]
        elsewhere = self._elsewhere(row, place)
        if elsewhere > 1:
            return Found((), place, place + elsewhere)
        names, end, whole = _best([comune for one in heads for comune in self.heads[one]], row, place)
        context = context_of(row, place)
        if context == "none_of_ours":
            return Found((), place, end)
        if not names or not self._believed(names, row, place, end, whole, head, context, capitals, busy):
            return None
        if end < len(row) and row[end].word in HOUSES and not row[end].before.strip():
            context = "goes_to"         # "visita Treviglio ospedale"
        return Found(names, place, end, context, is_away(row, place))

    def _elsewhere(self, row, place):
        """How many words the whole name of another comune has that stands here: "Torre Boldone"; 0 if none does."""
        names = self.elsewhere.get(row[place].word, ())
        return next((len(words) for words in names if tuple(token.word for token in row[place:place + len(words)]) == words), 0)

    def _mistyped(self, row, place, known, busy):
        word = row[place].word
        if place in busy:
            return []       # "martedì grasso" is no Grassobbio
        if word in self.elsewhere and word not in words_of("ordinary") and (len(word) < 8 or len(self.spelling.nearest(word)) != 1):
            return []       # it is another comune, which is not loaded
        if not word.isalpha() or word in known or word in words_of("ordinary") or row[place].reads:
            return []
        ends = place and place + 1 == len(row) and place - 1 in busy        # "dal 15 marzo scanzo"
        if ends and self._begun(word):
            return self._begun(word)
        said = says_where(row, place) or place + 1 == len(row) > 1
        if len(word) > 3 and said and len(self.sounds.get(_sound(word), ())) == 1:
            return self.sounds[_sound(word)]
        where = says_where(row, place)
        near = [head for head in self.spelling.nearest(word) if where or abs(len(head) - len(word)) < 2]
        near = near or (self._begun(word) if where else [])
        return near if len(word) >= 7 or where else []

    def _begun(self, word):
        """The one name that begins like this: "a Scanzo" is Scanzorosciate."""
        found = [head for head in self.heads if head.startswith(word)] if len(word) >= 6 else []
        return found if len(found) == 1 else []

    def _believed(self, names, row, place, end, whole, head, context, capitals, busy):
        """Whether this is meant as a comune: one whole name that is no word of the language needs nothing else."""
        long_words = [token for token in row[place:end] if token.word not in CONNECTING and len(token.word) > 2]
        if len(long_words) > 1 and (whole or self._is_one(names, row, place, end)):
            return True
        if place == 0 and end == len(row) and not self._accented(row[place], head):
            return True
        by_capital = capitals and place > 0 and row[place].raw[0].isupper() and not row[place].before.strip(" ,(\"'")
        return self._believed_in_context(names, row, place, end, whole, head, context, by_capital, busy, capitals)

    def _believed_in_context(self, names, row, place, end, whole, head, context, by_capital, busy, capitals):
        """The same of a name by what stands around it."""
        if end < len(row) and row[end].word in MIDDLES and not row[end].before.strip():
            return True
        if self._accented(row[place], head) or head in words_of("after a"):
            return context in ("lives", "comune") or (by_capital and context in ("at", "comes_from"))
        raw, apart = row[place].raw, not context and stands_alone(row, place, end, busy)
        partly = apart or len(names) == 1 and context in ("at", "comes_from")
        known_by_it = len(names) == 1 and len(head) > 5 and not self._accented(row[place], head)     # "doposcuola cologno"
        if head not in words_of("ordinary") and (whole or partly or known_by_it):
            return True
        if head in words_of("joining"):
            ends = end == len(row) and (row[place].before.strip() or context == "at") or by_capital and context == "at"
            apart = len(names) > 1 and bool(ends)
            return context in ("lives", "comune") or apart
        ends = end == len(row) and (by_capital or stands_apart(row, place, busy))
        alone = raw[0].isupper() and capitals and place > 0 and stands_alone(row, place, end, busy)
        return context in ("at", "lives", "comune", "comes_from", "work", "others") or ends or alone

    def _is_one(self, names, row, place, end):
        """Whether the words, though not its whole name, are one comune's and no other's: "fara olivana"."""
        written = [token.word for token in row[place:end] if token.word not in CONNECTING]
        alike = (one for one in self.heads.get(written[0], ()) if set(written) <= set(one.main))
        return len(names) == 1 and len(written) > 1 and any(alike)

    def _accented(self, token, head):
        """Whether it is written with an accent its name has not: "farà" is no Fara."""
        return not token.raw.isascii() and token.raw.casefold() != token.word and head not in words_of("accented")


def _joined(row, found, scores):
    """The scores of comuni, "Covo o Isso" as sure as the surer of both."""
    scores = list(scores)
    for place, (one, other) in enumerate(zip(found, found[1:])):
        if {token.word for token in row[one.end:other.begin]} <= {"o", "oppure", "or", "a"}:
            scores[place] = scores[place + 1] = max(scores[place:place + 2])
    return scores


def _sound(word):
    """How a name sounds, whatever letters are doubled or silent: "urniano" is Urgnano."""
    return re.sub(r"(.)\1+", r"\1", word.replace("gn", "ni").replace("h", "").replace("y", "i").replace("k", "c"))


@lru_cache
def _other_comuni():
    """The names of the region's comuni, loaded or not, each by its words."""
    names = (KEPT / "comuni_lombardia.txt").read_text(encoding="utf-8").splitlines()
    return frozenset(tuple(re.findall(r"[a-z0-9]+", fold(name))) for name in names if name)


def _best(comuni, row, place):
    """Of the comuni whose names begin here, those that go along furthest; whether a whole name stands there."""
    walks = [(*_walk(comune, row, place), comune) for comune in comuni]
    most = max(matched for matched, _, _ in walks)
    best = [(matched, end, comune) for matched, end, comune in walks if matched == most]
    whole = [(end, comune) for matched, end, comune in best if matched == len(comune.main)]
    chosen = whole or [(end, comune) for _, end, comune in best]
    return tuple(dict.fromkeys(comune.name for _, comune in chosen)), max(end for end, _ in chosen), bool(whole)


def _walk(comune, row, place):
    """How many words of a name stand from here on, and where they end. Joining words may be missing, or be others."""
    matched, went, end, at = 1, 1, place + 1, place + 1
    while went < len(comune.main) and at < len(row):
        word = row[at].word
        elided = at + 1 < len(row) and row[at + 1].before.startswith("'")     # "l'orario" abbreviates nothing
        named = None if elided and word not in comune.main else _named(comune, went, row[at])
        if named is not None and (named == went or word == comune.main[named]):
            matched, went, end = matched + 1, named + 1, at + 1
        elif word == "".join(comune.words[comune.words.index(comune.main[went]):]):
            return len(comune.main), at + 1
        elif word not in CONNECTING or at - end > 1:
            break
        at += 1
    return matched, end


def _named(comune, since, token):
    """Which word of a name, of those from one on, this token is."""
    return next((place for place in range(since, len(comune.main)) if _is(token.word, comune.main[place], token)), None)


def _is(word, main, token):
    """The word, its beginning, or it mistyped: "romano di l.", "fornovo s. giovanni", "osio soto"."""
    if word == main or (len(word) == 1 and word == main[0] and word not in "aeiox" and token.raw.isalpha()):
        return True
    if len(word) >= 3 and main.startswith(word) and word not in ("con", "per", "san"):
        return True
    if len(main) < 5 or len(word) < 4 or word[0] != main[0] or token.reads:
        return False
    return OSA.distance(word, main, score_cutoff=1) <= 1
