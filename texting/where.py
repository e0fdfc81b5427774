"""Where: the comune a text names, never another one; a name that is also a word, a surname or a street needs its context."""

import re
from functools import lru_cache
from pathlib import Path
from typing import NamedTuple

from rapidfuzz.distance import OSA

from texting import refusals, relevance
from texting.phrases import kept
from texting.spelling import Spelling
from texting.tokens import Token, fold

KEPT = Path(__file__).parent / "words"
CONNECTING = frozenset("""
    di d del della delle dei degli dell dall de da con al alla sul sulla sull in il la lo le e ed nel
""".split())
HOUSES = frozenset(("ospedale", "clinica", "hospital"))
MIDDLES = frozenset(("centro", "paese"))    # "Albino centro"
MOST_NAMES = 6
CLEAR, TOLD = 0.5, -1.1         # how much less surely one is wanted than another that gives way; that gives way to none
LONG_REACH, CLAUSE = 4, 6       # words before a name that may say what it is, and that it is not where somebody is wanted


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
        for other, name in (pair.split(":") for pair in _words("other names")):
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
        found, place, capitals = [], 0, _capitals_tell(row)
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
        context = _context(row, place)
        if context == "none_of_ours":
            return Found((), place, end)
        if not names or not self._believed(names, row, place, end, whole, head, context, capitals, busy):
            return None
        if end < len(row) and row[end].word in HOUSES and not row[end].before.strip():
            context = "goes_to"         # "visita Treviglio ospedale"
        return Found(names, place, end, context, bool(AWAY.search(_clause_before(row, place))))

    def _elsewhere(self, row, place):
        """How many words the whole name of another comune has that stands here: "Torre Boldone"; 0 if none does."""
        names = self.elsewhere.get(row[place].word, ())
        return next((len(words) for words in names if tuple(token.word for token in row[place:place + len(words)]) == words), 0)

    def _mistyped(self, row, place, known, busy):
        word = row[place].word
        if word in self.elsewhere and word not in _words("ordinary") and (len(word) < 8 or len(self.spelling.nearest(word)) != 1):
            return []       # it is another comune, which is not loaded
        if not word.isalpha() or word in known or word in _words("ordinary") or row[place].reads:
            return []
        ends = place and place + 1 == len(row) and place - 1 in busy        # "dal 15 marzo scanzo"
        if ends and self._begun(word):
            return self._begun(word)
        said = _says_where(row, place) or place + 1 == len(row) > 1
        if len(word) > 3 and said and len(self.sounds.get(_sound(word), ())) == 1:
            return self.sounds[_sound(word)]
        near = [head for head in self.spelling.nearest(word) if _says_where(row, place) or abs(len(head) - len(word)) < 2] or (self._begun(word) if _says_where(row, place) else [])
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
        return self._believed_in_context(names, row, place, end, whole, head, context, by_capital, busy, capitals)

    def _believed_in_context(self, names, row, place, end, whole, head, context, by_capital, busy, capitals):
        """The same of a name by what stands around it."""
        if end < len(row) and row[end].word in MIDDLES and not row[end].before.strip():
            return True
        if self._accented(row[place], head) or head in _words("after a"):
            return context in ("lives", "comune") or (by_capital and context in ("at", "comes_from"))
        raw, apart = row[place].raw, not context and _stands_alone(row, place, end, busy)
        partly = apart or len(names) == 1 and context in ("at", "comes_from")
        known_by_it = len(names) == 1 and len(head) > 5 and not self._accented(row[place], head)     # "doposcuola cologno"
        if head not in _words("ordinary") and (whole or partly or known_by_it):
            return True
        if head in _words("joining"):
            ends = end == len(row) and (row[place].before.strip() or context == "at") or by_capital and context == "at"
            apart = len(names) > 1 and bool(ends)
            return context in ("lives", "comune") or apart
        ends = end == len(row) and (by_capital or _stands_apart(row, place, busy))
        alone = raw[0].isupper() and capitals and place > 0 and _stands_alone(row, place, end, busy)
        return context in ("at", "lives", "comune", "comes_from", "work", "others") or ends or alone

    def _is_one(self, names, row, place, end):
        """Whether the words, though not its whole name, are one comune's and no other's: "fara olivana"."""
        written = [token.word for token in row[place:end] if token.word not in CONNECTING]
        alike = (one for one in self.heads.get(written[0], ()) if set(written) <= set(one.main))
        return len(names) == 1 and len(written) > 1 and any(alike)

    def _accented(self, token, head):
        """Whether it is written with an accent its name has not: "farà" is no Fara."""
        return not token.raw.isascii() and token.raw.casefold() != token.word and head not in _words("accented")


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


# ---------------------------------------------------------------- what stands around a name

# Where several comuni are named, one of whose clause says this is not where somebody is wanted.
AWAY = re.compile(r"\b(?:lavor\w+|work\w*|uffici\w+|studio|banca|cantiere|ospedal\w*|clinica|supermercato|negozio|esselunga|"
                  r"fabbrica|ditta|azienda|turn[oi]|oper\w+|riabilitazione|ricover\w+|colloqui|corso|riunione|terapi\w+|"
                  r"radioterapia|visit\w+|commissione|sorella|fratello|figli[ao] (?:e|sta|vive|abita)|in treno|universita|"
                  r"io|noi|tutti e due)\b(?! (?:abit|st[aio]|viv)\w+)(?!.*\b(?:casa|qui|abit\w+|stiamo|sto|vive|sta)\b)")


def _clause_before(row, place):
    """The words of a name's clause that stand before it."""
    begin = place
    while begin > 0 and row[begin].before.strip(" '\"(") not in (",", ".", ";", ":", "!", "?", ")"):
        begin -= 1
    return " ".join(token.word for token in row[max(begin, place - CLAUSE):place])

# What the words just before a name make of it, the first that fits: it is none of ours (a workplace, somewhere near it,
# a match of football), where somebody lives, a comune by its own word, where somebody is brought.
WORK = re.compile(r"\b(?:lavor\w+|ditta|azienda|ufficio|fabbrica|capannone|sede|negozio|office|officina|magazzino)"
                  r"(?: (?!e\b)\w+){0,2}(?: a| ad| in| di)$")
NONE_OF_OURS = re.compile(r"\b(?:work|turno|turni|attacco|smonto)(?: (?!e\b)\S+){0,2}(?: a| ad| in| di)$|"
                          r"\b(?:vicino|vicina|provincia|dintorni|fuori|near)(?: a| ad| di| to)?$|"
                          r"\b(?:gioc\w+|allenament\w+|partit\w+|va|vanno|vado)(?: \w+)? (?:a|di|al)$|"
                          r"\bnon (?:e )?(?:piu )?(?:a|ad|in|di)$")
ELSEWHERE = re.compile(r"\b(?:sorella|fratello|sorelle|fratelli|cognat[oa]|colleg\w+|parenti|amic\w+) "
                       r"(?:sta|vive|abita|e|stanno|di)"
                       r"(?: \w+)? (?:a|ad|in)$|\b(?:sposat[ioe]|nat[oaie]|battesimo|matrimonio|cantiere|cena|pranzo|"
                       r"colleghi|parenti)(?: \w+)? (?:a|ad|in|da|di)$")
LIVES = re.compile(r"\b(?:casa|live|living|abito|abitiamo|vivo)$|\bqui (?:a|ad|in)$|\b(?:abit\w+|viv\w+|casa(?: mia| sua| nostra)?|risied\w+|residente|residenti|domicilio|"
                   r"sta|stanno|stiamo|trova|rimast[oa]|"
                   r"live|lives|home)(?: \w+)?(?: a| ad| in| di)$|\b(?:sono|siamo|vengo|veniamo|from) di$")
COMUNE = re.compile(r"\b(?:comune|paese|zona|citta|frazione|compiti|sociali|sociale|sportello|asilo|elementari|medie|"
                    r"materna|stazione|parti)(?: di| e)?$")
FROM_THERE = re.compile(r"\b(?:partenza|partendo|partiamo|parte)(?: da)?$|\bdal(?:l|la|lo|le)? (?:ospedale|clinica|ambulatorio|istituto|reparto|rsa|stazione)(?: di| a)?$")
OTHERS = re.compile(r"\b(?:noi|io)(?: \w+){0,2} (?:a|ad|di|in)$")
LEADS_TO = re.compile(r"\b(?:arrivo|destinazione)(?: a)?$|\b(?:ospedal\w*|visit\w*|dialisi|terapi\w*|fisioterapia|esam\w+|prelievo|clinica|medico|dottor\w*|"
                      r"dentista|risonanza|tac|ecografia|radiografia|raggi|mammografia|chemio\w*|colonscopia|controllo|intervento|"
                      r"ricovero|cardiolog\w+|ortopedic\w+|neurolog\w+|fisiatra|"
                      r"oculista|ambulatorio|poliambulatorio|centro|istituto|humanitas|hospital|stazione|pronto soccorso|"
                      r"doctor|"
                      r"appointment|accompagn\w+|port\w+|andare|arrivare|trasport\w+|passaggio|vada|recarsi|fino)\b"
                      r"(?: \w+){0,4} (?:a|ad|di|in|to|at|of)$|"
                      r"\b(?:ospedale|clinica|ambulatorio|poliambulatorio|istituto|hospital|dialisi|cliniche|stazione)$")
CHILDREN = re.compile(r"\b(?:figli\w?|bimb\w|bambin\w|ragazz\w+|nipot\w+|scuola|asilo|gioc\w+|allenament\w+|port\w+|"
                      r"va|vanno|kids?|son)\b")
CONTEXTS = ((WORK, "work"), (NONE_OF_OURS, "none_of_ours"), (ELSEWHERE, "none_of_ours"), (LIVES, "lives"),
            (FROM_THERE, "comes_from"), (COMUNE, "comune"), (LEADS_TO, "goes_to"), (OTHERS, "others"))
LAST_WORDS = {"da": "comes_from", "from": "comes_from", "di": "of", "of": "of",
              **dict.fromkeys(("a", "ad", "in", "at", "to", "per"), "at")}


def _context(row, place):
    """What the words before a name make of it; nothing, if they say nothing."""
    begin = place
    while begin > max(0, place - LONG_REACH) and not row[begin].before.strip(" '\"("):
        begin -= 1
    before = [token.word for token in row[begin:place]]
    rest = " ".join(before)
    if _is_a_person_or_street(row, place, before[-1] if before else "") or _is_a_game(row, place, rest):
        return "none_of_ours"
    last = LAST_WORDS.get(before[-1], "") if before else ""
    return next((name for pattern, name in CONTEXTS if pattern.search(rest)), last)


def _is_a_person_or_street(row, place, last):
    """Whether it is somebody's name, or a street's; "via Roma, Ciserano" ends with its comune."""
    ends = place + 1 == len(row) or bool(row[place + 1].before.strip(" '"))
    if not row[place].before.strip() and (last in _words("titles") or last in _words("first names")):
        return True
    if row[place].before.strip() == "." and last in ("sig", "dott", "sigra", "v", "p"):
        return True
    for back in range(1, min(LONG_REACH, place) + 1):
        token = row[place - back]
        if token.word in _words("streets"):
            return (back == 1 or not ends) and row[place - back + 1].word != "da"
        if token.word in ("a", "ad") or not token.word.isalpha() or row[place - back + 1].before.strip(" ."):
            return False
    return False


def _is_a_game(row, place, before):
    """"mio figlio da scuola a calcio": where children are spoken of, it is what they play."""
    return row[place].word in _words("games") and bool(CHILDREN.search(before))


def _says_where(row, place):
    """Behind a word that says where, or alone between signs: ", Lalio"."""
    apart = place and row[place].before.strip(" '\"") in (",", ".", ";", "-", "\n", "(")
    alone = apart and (place + 1 == len(row) or row[place + 1].before.strip(" '"))
    return bool(alone) or bool(place) and row[place - 1].word in ("a", "ad", "comune", "abito", "di", "da", "zona", "in", "at", "from")


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
