"""What: the service a text asks for; not sure, the likely ones in order; nothing near, that too."""

from typing import NamedTuple

from texting.phrases import Hit, Phrases, kept, phrases
from texting.tokens import fold, tokens

MOST_LIKELY = 4
KINDS = tuple(dict.fromkeys(name.rsplit(" ", 1)[0] for name in kept("services")))
MODIFIERS = ("urgent", "night")         # they choose among services of a kind; alone they are of none
GENERAL = ("homecare",)                 # "assistenza" and the like give way to whatever else is said
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


class Offer:
    """The services of a catalogue by their kinds, found by their names and keywords, whatever their codes."""

    def __init__(self, services):
        self.services = tuple(services)
        self.kinds = {one.code: _kinds_of(one) for one in self.services}
        self.own = Phrases(_own_words(self.services, self.kinds))

    @property
    def vocabulary(self):
        """The words of the services themselves, which are no slips of other words."""
        return self.own.vocabulary

    def read(self, words: list[str], *, today=False, night=False, asking=False) -> What:
        """What these words ask for. `today`: it is for today; `night`: at night; `asking`: help is asked for."""
        hits = _without_blocked(phrases("services").find(words), words)
        said = {level: _kinds(hits, level) for level in ("strong", "weak", "hint")}
        modifiers = {one for one in said["strong"] if one in MODIFIERS}
        modifiers |= ({"urgent"} if today else set()) | ({"night"} if night else set())
        unmet = "unmet" in said["strong"]
        named = self._named(words)
        cores = _cores(said, named, modifiers, asking)
        named = {code for code in named if not self.kinds[code] & cores}    # what is said twice is one thing
        return self._chosen(cores, named, modifiers, said, unmet)

    def _named(self, words):
        """Services whose own words, which belong to no kind, stand there."""
        return {hit.name for hit in self.own.find(words) if words[hit.begin]}

    def _chosen(self, cores, named, modifiers, said, unmet):
        kinds = frozenset(cores | modifiers)
        if named and not cores:
            return What(next(iter(named)), kinds=kinds, certain=True) if len(named) == 1 and not unmet else What(
                None, self._ordered(named), kinds=kinds, certain=True)
        if len(cores) == 1 and not unmet and not named:
            return self._of_kind(next(iter(cores)), modifiers, kinds, certain=bool(cores & (said["strong"] | said["weak"])))
        if cores or named:
            likely = [code for kind in sorted(cores, key=KINDS.index) for code in self._likely(kind, modifiers)]
            return What(None, self._ordered({*likely, *named}), unmet, kinds, True)
        if unmet:
            return What(None, (), True, kinds, True)
        return What(None, self._of_people(said["hint"]) or self._urgent(said), False, kinds, False)

    def _of_kind(self, kind, modifiers, kinds, certain):
        likely = self._likely(kind, modifiers)
        return What(likely[0] if len(likely) == 1 else None, () if len(likely) == 1 else likely, not likely, kinds, certain)

    def _likely(self, kind, modifiers):
        """The services of a kind that fit what else is said: the urgent one if it is urgent, the plain one if not."""
        ours = [one.code for one in self.services if kind in self.kinds[one.code]]
        wanted = {code: self.kinds[code] & set(MODIFIERS) for code in ours}
        if kind == "homecare" and "night" in modifiers:
            nights = [code for code, kinds in self.kinds.items() if "night" in kinds and not kinds - {"night", "homecare"}]
            ours, wanted = (nights, {code: {"night"} for code in nights}) if nights else (ours, wanted)
        fitting = [code for code in ours if wanted[code] == modifiers] or [
            code for code in ours if wanted[code] <= modifiers] or ours
        most = max((len(wanted[code] & modifiers) for code in fitting), default=0)
        return tuple(code for code in fitting if len(wanted[code] & modifiers) == most)

    def _urgent(self, said):
        """Nothing but "urgente" was said: what there is for that."""
        return tuple(code for code, kinds in self.kinds.items() if "urgent" in kinds)[:MOST_LIKELY] if "urgent" in said["strong"] else ()

    def _of_people(self, hints):
        """Whom it is for was said, and nothing else: what there is for them."""
        needs = {NEEDED_BY[kind] for kind in hints if kind in NEEDED_BY}
        return tuple(one.code for one in self.services if one.need in needs)[:MOST_LIKELY]

    def _ordered(self, codes):
        return tuple(one.code for one in self.services if one.code in codes)[:MOST_LIKELY]


def _kinds(hits, level):
    return {hit.name.rsplit(" ", 1)[0] for hit in hits if hit.name.endswith(" " + level)}


def _cores(said, named, modifiers, asking):
    """The kinds asked for: those said plainly; else those said weakly; else, if help is asked for, by whom it is for."""
    strong = said["strong"] - set(MODIFIERS) - {"unmet"}
    if strong in ({"escort"}, {"meals"}) and hints_only_children(said):
        return strong | {"childcare"}       # it is for a child: brought to football, to the doctor? To be asked
    if strong == {"meals"} and "homecare" in said["weak"]:
        return {"meals", "homecare"}        # "assistenza al pranzo": brought, or helped with?
    if strong:
        return _without_talk(strong)
    weak = said["weak"] - {"caregiver"} if said["weak"] - {"caregiver"} else said["weak"]
    if weak == {"escort"} or (weak == {"homecare"} and hints_only_children(said)):
        return weak | ({"homecare"} if weak == {"escort"} else {"childcare"})
    if weak and not named:
        return weak if len(weak) == 1 else weak - set(GENERAL) or weak
    hints = said["hint"]
    if named or "unmet" in said["strong"]:
        return set()
    if "night" in modifiers and "childcare" not in hints and (hints or "night" in said["strong"]) and (asking or hints or "night" in said["strong"]):
        return {"homecare"} if "night" in said["strong"] or hints else set()
    if "urgent" in said["strong"] and hints == {"childcare"}:
        return {"childcare"}
    return set(hints) if asking and len(hints) == 1 else set()


def hints_only_children(said) -> bool:
    """Whether children, and nobody else, are spoken of."""
    return said["hint"] == {"childcare"}


def _without_talk(strong):
    """"un colloquio con la psicologa" is the psychologist's."""
    return strong - {"talk"} if len(strong) > 1 else strong


def _without_blocked(hits, words):
    """A phrase that lies within a longer one of another kind says nothing of its own: "pranzo" in "dopo pranzo"."""
    kept_hits = []
    for hit in hits:
        wider = [other for other in hits if other is not hit and other.begin <= hit.begin and other.end >= hit.end
                 and (other.end - other.begin) > (hit.end - hit.begin) and _kind(other) != _kind(hit)]
        if not any(_overrules(other, hit) for other in wider) and not _is_a_time_of_day(hit, words):
            kept_hits.append(hit)
    return kept_hits


def _overrules(other: Hit, hit: Hit):
    return other.name.endswith(" strong") and not other.name.startswith("urgent")


def _kind(hit):
    return hit.name.rsplit(" ", 1)[0]


def _is_a_time_of_day(hit, words):
    """"dopo pranzo", "all'ora di cena", "pausa pranzo", "buonanotte"."""
    before = words[max(0, hit.begin - 2):hit.begin]
    if words[hit.begin] in ("pranzo", "cena") and hit.end == hit.begin + 1:
        return before[-1:] in (["dopo"], ["pausa"], ["prima"]) or before[-2:] in (["prima", "di"], ["ora", "di"], ["prima", "del"], ["fuori", "a"], ["ore", "di"])
    return words[hit.begin] in ("notte", "night") and before[-1:] in (["buona"], ["good"])


# ---------------------------------------------------------------- the catalogue's side

def _kinds_of(service):
    """The kinds of a service, by the words of its names and keywords."""
    texts = [service.name, service.name_en, service.sms_name, *service.keywords]
    rows = [[token.word for token in tokens(text)] for text in texts if text]
    found = {hit.name for row in rows for hit in _CATALOGUE.find(row)}
    urgent_name = "urgent" in found
    night_name = "night" in found
    cores = _by_weight(service, rows)
    return frozenset(cores | ({"urgent"} if urgent_name else set()) | ({"night"} if night_name else set()))


def _by_weight(service, rows):
    """Of several kinds those of the name; else of the keywords."""
    named = {hit.name for hit in _CATALOGUE.find(rows[0])} - set(MODIFIERS) if rows else set()
    every = {hit.name for row in rows for hit in _CATALOGUE.find(row)} - set(MODIFIERS)
    return (named - {"talk"} or every - {"talk"}) | every & {"talk"}


def _own_words(services, kinds):
    """Keywords that no kind knows, each of one service: a pilot's own words."""
    known, made = phrases("services"), {}
    for one in services:
        for keyword in one.keywords:
            words = [token.word for token in tokens(fold(keyword))]
            if words and not known.find(words) and not set(words) <= _common():
                made.setdefault(one.code, []).append(" ".join(words))
    shared = {word for code, words in made.items() for other, more in made.items() if code != other for word in words if word in more}
    return {code: [word for word in words if word not in shared] for code, words in made.items()}


def _common():
    """Words that say nothing by themselves, though a pilot keeps them as keywords."""
    return {word for line in kept("common")["common"] for word in line.split()}


_CATALOGUE = Phrases({name.removesuffix(" catalogue"): rows for name, rows in kept("services").items() if name.endswith(" catalogue")})
