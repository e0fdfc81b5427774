"""Where: the comune a text names, never another one; a name that is also a word, a surname or a street needs its context."""

import re
from functools import lru_cache
from typing import NamedTuple

from rapidfuzz.distance import OSA

from texting import refusals
from texting.phrases import kept
from texting.spelling import Spelling
from texting.tokens import Token, fold

CONNECTING = frozenset("""
    di d del della delle dei degli dell de da con al alla sul sulla sull in il la lo le e ed nel
""".split())
MOST_NAMES = 6
LONG_REACH = 4      # words before a name that may say what it is


class Comune(NamedTuple):
    """A comune by its name: the words of it, the same without those that only join, and the same run together."""

    name: str
    words: tuple
    main: tuple


class Found(NamedTuple):
    """A comune named in a text, or several it may be. `goes_to`: where somebody is brought; `comes_from`: from where."""

    names: tuple
    begin: int
    end: int
    goes_to: bool = False
    comes_from: bool = False
    lives: bool = False


class Where(NamedTuple):
    """What a text says about places."""

    found: tuple = ()
    taken: frozenset = frozenset()

    def names(self, escorting=False) -> tuple:
        """The comune of service, or the several it may be. Of an escort it is where it begins, not where it leads to."""
        found = [one for one in self.found if not (escorting and one.goes_to)]
        if escorting and any(one.comes_from for one in found):
            found = [one for one in found if one.comes_from]
        if any(one.lives for one in found) and len({one.names for one in found}) > 1:
            found = [one for one in found if one.lives]
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
        for other, name in (pair.split(":") for pair in _words("other names")):
            self.heads.setdefault(other, []).extend(Comune(one.name, (other,), (other,)) for one in self.heads.get(name, ())
                                                    if one.words == (name,))
        self.heads = {head: comuni for head, comuni in self.heads.items() if comuni}
        self.spelling = Spelling(self.heads, two_slips=9)

    def read(self, row: list[Token], known=frozenset(), busy=frozenset()) -> Where:
        """The comuni a row of tokens names. `known` are words of the language; `busy` are tokens that are times."""
        found, place, capitals = [], 0, _capitals_tell(row)
        while place < len(row):
            is_a_time = place in busy and row[place].word not in self.heads
            one = None if is_a_time else self._at(row, place, known, busy, capitals)
            if one:
                found.append(one)
            place = one.end if one else place + 1
        taken = frozenset(place for one in found for place in range(one.begin, one.end))
        taken_back = refusals.taken_back(row)
        named = [one for one in found if one.names]
        named = [one for one in named if row[one.begin].word != "bg"] or named      # "Treviglio (BG)"
        later = [one for one in named if one.begin >= taken_back]
        return Where(tuple(later or named), taken)

    def _at(self, row, place, known, busy, capitals):
        word = row[place].word
        heads = [word] if word in self.heads else self._mistyped(row, place, known, busy)
        if not heads:
            return None
        head = heads[0]
        names, end, whole = _best([comune for one in heads for comune in self.heads[one]], row, place)
        context = _context(row, place)
        if context == "none_of_ours":
            return Found((), place, end)
        if not names or not self._believed(names, row, place, end, whole, head, context, capitals, busy):
            return None
        return Found(names, place, end, context == "goes_to", context == "comes_from", context == "lives")

    def _mistyped(self, row, place, known, busy):
        word = row[place].word
        if not word.isalpha() or word in known or word in _words("ordinary") or row[place].reads:
            return []
        ends = place and place + 1 == len(row) and place - 1 in busy        # "dal 15 marzo scanzo"
        if ends and self._begun(word):
            return self._begun(word)
        near = self.spelling.nearest(word) or (self._begun(word) if _says_where(row, place) else [])
        return near if len(word) >= 7 or _says_where(row, place) else []

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
        return self._believed_in_context(names, row, place, end, whole, head, context, by_capital, busy)

    def _believed_in_context(self, names, row, place, end, whole, head, context, by_capital, busy):
        """The same of a name by what stands around it."""
        if self._accented(row[place], head) or head in _words("after a"):
            return context in ("lives", "comune") or (by_capital and context in ("at", "comes_from"))
        apart = not context and _stands_alone(row, place, end, busy)
        partly = apart or len(names) == 1 and context in ("at", "comes_from")
        if head not in _words("ordinary") and (whole or partly):
            return True
        if head in _words("joining"):
            apart = len(names) > 1 and end == len(row) and bool(row[place].before.strip())
            return context in ("lives", "comune") or apart
        ends = end == len(row) and (by_capital or _stands_apart(row, place, busy))
        return context in ("at", "lives", "comune", "comes_from") or ends

    def _is_one(self, names, row, place, end):
        """Whether the words, though not its whole name, are one comune's and no other's: "fara olivana"."""
        written = [token.word for token in row[place:end] if token.word not in CONNECTING]
        alike = (one for one in self.heads.get(written[0], ()) if set(written) <= set(one.main))
        return len(names) == 1 and len(written) > 1 and any(alike)

    def _accented(self, token, head):
        """Whether it is written with an accent its name has not: "farà" is no Fara."""
        return not token.raw.isascii() and token.raw.casefold() != token.word and head not in _words("accented")


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
        named = None if elided else _named(comune, went, row[at])
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


# ---------------------------------------------------------------- what stands around a name

# What the words just before a name make of it, the first that fits: it is none of ours (a workplace, somewhere near it,
# a match of football), where somebody lives, a comune by its own word, where somebody is brought.
NONE_OF_OURS = re.compile(r"\b(?:lavor\w+|ditta|azienda|ufficio|fabbrica|capannone|sede|negozio|work|office)"
                          r"(?: (?!e\b)\w+){0,2}(?: a| ad| in| di)$|"
                          r"\b(?:vicino|vicina|provincia|dintorni|fuori|near)(?: a| ad| di| to)?$|"
                          r"\b(?:gioc\w+|allenament\w+|partit\w+|va|vanno|vado)(?: \w+)? (?:a|di|al)$|"
                          r"\bnon (?:e )?(?:piu )?(?:a|ad|in|di)$")
ELSEWHERE = re.compile(r"\b(?:sorella|fratello|sorelle|fratelli|cognat[oa]|colleg\w+|parenti|amic\w+) "
                       r"(?:sta|vive|abita|e|stanno|di)"
                       r"(?: \w+)? (?:a|ad|in)$|\b(?:sposat[ioe]|nat[oaie]|battesimo|matrimonio|cantiere|cena|pranzo|"
                       r"colleghi|parenti)(?: \w+)? (?:a|ad|in|da|di)$")
LIVES = re.compile(r"\b(?:abit\w+|viv\w+|casa(?: mia| sua| nostra)?|risied\w+|residente|residenti|domicilio|"
                   r"sta|stanno|stiamo|trova|rimast[oa]|"
                   r"live|lives|home)(?: \w+)?(?: a| ad| in| di)$")
COMUNE = re.compile(r"\b(?:comune|paese|zona|citta)(?: di| e)?$")
LEADS_TO = re.compile(r"\b(?:ospedal\w*|visit\w*|dialisi|terapi\w*|fisioterapia|esam\w+|prelievo|clinica|medico|dottor\w*|"
                      r"dentista|"
                      r"oculista|ambulatorio|poliambulatorio|centro|istituto|humanitas|hospital|stazione|pronto soccorso|"
                      r"doctor|"
                      r"appointment|accompagn\w+|port\w+|andare|arrivare|trasport\w+|passaggio|vada|recarsi|fino)\b"
                      r"(?: \w+){0,2} (?:a|ad|di|in|to|at|of)$|"
                      r"\b(?:ospedale|clinica|ambulatorio|poliambulatorio|istituto|hospital|dialisi|cliniche|stazione)$")
CHILDREN = re.compile(r"\b(?:figli\w?|bimb\w|bambin\w|ragazz\w+|nipot\w+|scuola|asilo|gioc\w+|allenament\w+|port\w+|"
                      r"va|vanno|kids?|son)\b")
CONTEXTS = ((NONE_OF_OURS, "none_of_ours"), (ELSEWHERE, "none_of_ours"), (LIVES, "lives"), (COMUNE, "comune"),
            (LEADS_TO, "goes_to"))
LAST_WORDS = {"da": "comes_from", "from": "comes_from", "di": "of", "of": "of",
              **dict.fromkeys(("a", "ad", "in", "at", "to", "per"), "at")}


def _context(row, place):
    """What the words before a name make of it; nothing, if they say nothing."""
    before = [token.word for token in row[max(0, place - LONG_REACH):place]]
    rest = " ".join(before)
    if _is_a_person_or_street(row, place, before[-1] if before else "") or _is_a_game(row, place, rest):
        return "none_of_ours"
    last = LAST_WORDS.get(before[-1], "") if before else ""
    return next((name for pattern, name in CONTEXTS if pattern.search(rest)), last)


def _is_a_person_or_street(row, place, last):
    if last in _words("titles") or last in _words("first names"):
        return True
    if row[place].before.strip() == "." and last in ("sig", "dott", "sigra", "v", "p"):
        return True
    for back in range(1, min(LONG_REACH, place) + 1):
        token = row[place - back]
        if token.word in _words("streets"):
            return True
        if token.word in ("a", "ad") or not token.word.isalpha() or row[place - back + 1].before.strip(" ."):
            return False
    return False


def _is_a_game(row, place, before):
    """"mio figlio da scuola a calcio": where children are spoken of, it is what they play."""
    return row[place].word in _words("games") and bool(CHILDREN.search(before))


def _says_where(row, place):
    return bool(place) and row[place - 1].word in ("a", "ad", "comune", "abito", "di", "da", "zona", "in", "at", "from")


def _stands_apart(row, place, busy):
    """Behind a comma, or behind a time: "venerdì 15-18 Covo"."""
    return bool(row[place].before.strip()) or place - 1 in busy or "counted" in row[place - 1].reads


def _stands_alone(row, place, end, busy):
    """Whether it ends the text, or nothing but signs stands on both its sides."""
    if end == len(row):
        return True
    return bool(row[end].before.strip(" '")) and (place == 0 or _stands_apart(row, place, busy))


def _capitals_tell(row):
    """Whether capitals mean anything here: a text all in capitals, or with every word so, says nothing by them."""
    words = [token.raw for token in row if token.raw.isalpha()]
    large = sum(word[0].isupper() for word in words)
    return bool(words) and large <= len(words) / 2


@lru_cache
def _words(section):
    return frozenset(word for line in kept("places")[section] for word in line.split())
