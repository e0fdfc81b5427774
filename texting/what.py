"""What: the service a text asks for; not sure, the likely ones in order; nothing near, that too."""

from collections import Counter
from typing import NamedTuple

from texting import kinds
from texting.kinds import KINDS, MODIFIERS
from texting.phrases import Phrases, kept, phrases
from texting.tokens import fold, tokens

MOST_LIKELY = 4
NEEDED_BY = {"childcare": "figli", "homecare": "anziani"}


class What(NamedTuple):
    """The service asked for, or the likely ones in the order in which to offer them; `unmet`: something nobody offers."""

    service: str | None = None
    likely: tuple = ()
    unmet: bool = False
    kinds: frozenset = frozenset()
    certain: bool = False       # something that can be asked for was named, not merely somebody it may be for

    @property
    def says_something(self):
        """Whether the text speaks of anything that is, or might be, asked for."""
        return bool(self.service or self.likely or self.unmet)

    @property
    def names_several(self):
        """Whether two things that can be asked for were named."""
        return self.certain and len(self.likely) > 1


class Offer:
    """The services of a catalogue by their kinds, found by their names and keywords, whatever their codes."""

    def __init__(self, services):
        self.services = tuple(services)
        self.kinds = {one.code: _kinds_of(one) for one in self.services}
        self.own = Phrases(_own_words(self.services))

    @property
    def vocabulary(self):
        """The words of the services themselves, which are no slips of other words."""
        return self.own.vocabulary

    def read(self, words: list[str], *, today=False, night=False, asking=False) -> What:
        """What these words ask for. `today`: it is for today; `night`: at night; `asking`: help is asked for."""
        said = kinds.said(words)
        modifiers = said.modifiers | ({"urgent"} if today else set()) | ({"night"} if night else set())
        named = self._named(words)
        cores = kinds.meant(said, modifiers, asking, bool(named))
        named = {code for code in named if not self.kinds[code] & cores}    # what is said twice is one thing
        return self._chosen(cores, named, modifiers, said)

    def of_kind(self, kind: str, modifiers: frozenset) -> What:
        """What there is of a kind, where it is asked for in whatever words."""
        return self._of_kind(kind, set(modifiers), frozenset({kind, *modifiers}), certain=True)

    def is_of_no_kind(self, code: str | None) -> bool:
        """Whether a service is one that this pilot alone has, known by its own words."""
        return code is not None and not self.kinds[code]

    def _named(self, words):
        """Services whose own words, which belong to no kind, stand there."""
        return {hit.name for hit in self.own.find(words) if words[hit.begin]}

    def _chosen(self, cores, named, modifiers, said):
        every, unmet = frozenset(cores | modifiers), said.unmet
        if named and not cores and len(named) == 1 and not unmet:
            return What(next(iter(named)), kinds=every, certain=True)
        if len(cores) == 1 and not (unmet or named or said.unsure):
            return self._of_kind(next(iter(cores)), modifiers, every, certain=bool(cores & (said.strong | said.weak)))
        if cores or named:
            likely = [code for kind in sorted(cores, key=KINDS.index) for code in self._likely(kind, modifiers)]
            return What(None, self._ordered({*likely, *named}), unmet, every, True)
        if unmet:
            return What(None, (), True, every, True)
        return What(None, self._of_people(said.hint) or self._of_modifiers(modifiers), False, every)

    def _of_kind(self, kind, modifiers, every, certain):
        likely = self._likely(kind, modifiers)
        return What(likely[0] if len(likely) == 1 else None, () if len(likely) == 1 else likely, not likely, every, certain)

    def _likely(self, kind, modifiers):
        """The services of a kind that fit what else is said: the urgent one if it is urgent, the plain one if not."""
        ours = [one.code for one in self.services if kind in self.kinds[one.code]]
        wanted = {code: self.kinds[code] & set(MODIFIERS) for code in ours}
        if kind == "homecare" and "night" in modifiers:
            nights = [code for code, known in self.kinds.items() if "night" in known and not known - {"night", "homecare"}]
            ours, wanted = (nights, {code: {"night"} for code in nights}) if nights else (ours, wanted)
        fitting = [code for code in ours if wanted[code] == modifiers] or [
            code for code in ours if wanted[code] <= modifiers] or ours
        most = max((len(wanted[code] & modifiers) for code in fitting), default=0)
        return tuple(code for code in fitting if len(wanted[code] & modifiers) == most)

    def _of_modifiers(self, modifiers):
        """Nothing but "urgente", or "di notte", was said: what there is for that."""
        return tuple(code for code, known in self.kinds.items() if known & modifiers)[:MOST_LIKELY]

    def _of_people(self, hints):
        """Whom it is for was said, and nothing else: what there is for them."""
        needs = {NEEDED_BY[kind] for kind in hints if kind in NEEDED_BY}
        return tuple(one.code for one in self.services if one.need in needs)[:MOST_LIKELY]

    def _ordered(self, codes):
        return tuple(one.code for one in self.services if one.code in codes)[:MOST_LIKELY]


# ---------------------------------------------------------------- the catalogue's side

def _kinds_of(service):
    """The kinds of a service, by the words of its names and keywords."""
    texts = [service.name, service.name_en, service.sms_name, *service.keywords]
    rows = [[token.word for token in tokens(text)] for text in texts if text]
    found = {hit.name for row in rows for hit in _CATALOGUE.find(row)}
    urgent_name = "urgent" in found
    night_name = "night" in found
    cores = _by_weight(rows)
    return frozenset(cores | ({"urgent"} if urgent_name else set()) | ({"night"} if night_name else set()))


def _by_weight(rows):
    """Of several kinds those of the name; else of the keywords."""
    named = {hit.name for hit in _CATALOGUE.find(rows[0])} - set(MODIFIERS) if rows else set()
    every = {hit.name for row in rows for hit in _CATALOGUE.find(row)} - set(MODIFIERS)
    return (named - {"talk"} or every - {"talk"}) | every & {"talk"}


def _own_words(services):
    """Keywords that no kind knows, each of one service: a pilot's own words."""
    known, made = phrases("services"), {}
    for one in services:
        for keyword in one.keywords:
            words = [token.word for token in tokens(fold(keyword))]
            if words and not known.find(words) and not set(words) <= _common():
                made.setdefault(one.code, []).append(" ".join(words))
    counted = Counter(word for words in made.values() for word in set(words))
    shared = {word for word, times in counted.items() if times > 1}
    return {code: [word for word in words if word not in shared] for code, words in made.items()}


def _common():
    """Words that say nothing by themselves, though a pilot keeps them as keywords."""
    return {word for line in kept("common")["common"] for word in line.split()}


_CATALOGUE = Phrases({name.removesuffix(" catalogue"): rows for name, rows in kept("services").items()
                      if name.endswith(" catalogue")})
