"""Which kinds of thing a text asks for: what was said of them, what lies within something else, what goes together."""

import re
from typing import NamedTuple

from texting.phrases import Hit, kept, phrases

KINDS = tuple(dict.fromkeys(name.rsplit(" ", 1)[0] for name in kept("services")))
MODIFIERS = frozenset(("urgent", "night"))      # they choose among services of a kind; alone they are of none
NEVER_WITHIN = MODIFIERS | {"unsure"}           # what says these, says so within something else, too
VAGUE = frozenset(("house", "illness", "caregiver"))
NO_KINDS = frozenset(("unmet", "unsure", "nothing"))
GENERAL = frozenset(("homecare",))              # "assistenza" and the like give way to whatever else is said
# What a name, or words as clear as one, outweighs.
LESSER = {"childcare": {"school closed"},
          "school closed": {"childcare", "homework", "urgent"}, "summer": {"childcare", "homework", "school closed"},
          "caregiver": {"homecare", "talk", "escort"}}
JOINING = frozenset("e ed o oppure and or poi anche pure piu".split())
BETWEEN = JOINING | frozenset("""
    il lo la l i gli le un una al allo alla all ai alle per di della del da con casa mio mia miei mie the my for to
""".split())
TALKING = frozenset("parlare parlarne talk speak consiglio consigli advice".split())
CHILDREN = frozenset(("childcare", "homework", "school closed", "summer"))
MEALS = ("meals weak",)
SOMEBODY = frozenset("qualcuno qualcuna signora donna persona ragazza someone somebody".split())


WHO_SITS = re.compile(r"\bchi (?:ci )?(?:sta|stia|resta|rimane|tiene|guarda|cura|bada|viene)\b")


class Spoken(NamedTuple):
    """The kinds of which something was said, by how plainly; `joined`: what was said in one breath, "spesa e pranzo"."""

    strong: frozenset
    weak: frozenset
    hint: frozenset
    joined: frozenset
    modifiers: frozenset
    unmet: bool
    unsure: bool
    somebody: bool

    @property
    def only_children(self):
        """Whether children, and nobody else, are spoken of."""
        return self.hint == {"childcare"}


def said(words: list[str]) -> Spoken:
    """What these words say of the kinds."""
    hits = _without_blocked(phrases("services").find(words), words)
    plain, weak, hint, named = (_of_level(hits, level) for level in ("strong", "weak", "hint", "named"))
    lesser = frozenset().union(*(LESSER.get(kind, ()) for kind in named)) - named
    strong = plain | named
    if strong - MODIFIERS - NO_KINDS <= CHILDREN and TALKING.isdisjoint(words):
        strong |= _of_level(hits, "for")    # "qualcuno per la nonna", beside nothing else that is for her
    unsure = "unsure" in plain or "unsure" in weak and not (plain | named | weak) - NO_KINDS - {"urgent"} - (VAGUE - named)
    return Spoken(strong - MODIFIERS - NO_KINDS - lesser, weak - NO_KINDS, hint, _joined(hits, words) - lesser,
                  strong & MODIFIERS - lesser, "unmet" in strong, unsure and not named - {"caregiver", "childcare"},
                  not SOMEBODY.isdisjoint(words) or bool(WHO_SITS.search(" ".join(words))))


def _of_level(hits, level):
    return frozenset(_kind(hit) for hit in hits if hit.name.endswith(" " + level))


def _joined(hits, words):
    """The kinds of two things that "e" joins: both are asked for, however plainly each was said."""
    every = [hit for hit in hits if _kind(hit) not in MODIFIERS | NO_KINDS]
    every = [hit for hit in every if not hit.name.endswith(" weak") or hit.name in MEALS]
    pairs = [{_kind(one), _kind(other)} for one in every for other in every
             if one.end <= other.begin <= one.end + 6 and _are_joined(words[one.end:other.begin])]
    return frozenset().union(*pairs)


def _are_joined(words):
    return BETWEEN.issuperset(words) and not JOINING.isdisjoint(words)


# ---------------------------------------------------------------- what is meant

def meant(spoken: Spoken, modifiers, asking, named) -> set:
    """The kinds asked for: those said plainly; else those said weakly; else, if help is asked for, by whom it is for."""
    if spoken.strong:
        return _plainly(spoken, modifiers)
    weak = _weakly(spoken)
    if weak and not named:
        return weak
    if named or spoken.unmet:
        return set()
    return _by_people(spoken, modifiers, asking)


def _plainly(spoken, modifiers):
    strong = spoken.strong - {"talk"} if len(spoken.strong) > 1 else spoken.strong
    if strong == {"escort"} and "night" in modifiers and not spoken.only_children:
        return strong | {"homecare"}        # nobody is brought anywhere at night: somebody to sit there?
    if strong & {"social", "psychology"}:
        strong -= {"caregiver"}             # "per l'isee a chi mi rivolgo?"
    if strong == {"caregiver"} and "childcare" in spoken.hint:
        return strong | {"childcare"}       # there are children as well
    if strong <= {"escort", "meals"} and len(strong) == 1 and spoken.only_children:
        return strong | {"childcare"}       # it is for a child: brought to football, to the doctor? To be asked
    if strong == {"meals"} and "homecare" in spoken.weak:
        return {"meals", "homecare"}        # "assistenza al pranzo": brought, or helped with?
    return set(strong | (spoken.joined if spoken.joined & strong else set()))


def _weakly(spoken):
    weak = set(spoken.weak)
    if weak & {"house", "illness"}:
        return _of_a_house(weak, spoken)
    if len(weak) > 1:
        weak -= {"caregiver"}
    if weak == {"escort"}:
        return weak | ({"childcare"} if spoken.only_children else {"homecare"})
    if weak == {"homecare"} and spoken.only_children:
        return weak | {"childcare"}
    if weak == {"school closed"} and (spoken.somebody or not spoken.only_children):
        return weak | {"childcare"}         # a bridge: the place for it, or somebody at home?
    return weak if len(weak) == 1 else weak - GENERAL or weak


def _of_a_house(weak, spoken):
    """"aiuto in casa", "mamma ha la demenza": somebody for an old person, or else? Only where that is said."""
    rest = weak - {"house", "illness", "caregiver"}
    if rest:
        return rest
    sure = "night" in spoken.modifiers or "homecare" in spoken.hint and (spoken.somebody or "house" in weak)
    return {"homecare"} if sure else {"homecare", "caregiver"}


def _by_people(spoken, modifiers, asking):
    hints = set(spoken.hint)
    if "night" in modifiers and "childcare" not in hints:
        return {"homecare"} if hints else set()
    if "urgent" in spoken.modifiers and hints == {"childcare"}:
        return {"childcare"}
    return hints if asking and len(hints) == 1 else set()


# ---------------------------------------------------------------- what lies within something else

BEFORE_MEALS = (["dopo"], ["pausa"], ["prima"], ["prima", "di"], ["prima", "del"], ["ora", "di"], ["ore", "di"],
                ["fuori", "a"])


def _without_blocked(hits, words):
    """A phrase that lies within a longer one of another kind says nothing of its own: "pranzo" in "dopo pranzo"."""
    return [hit for hit in hits if not _is_a_time_of_day(hit, words)
            and not any(_overrules(other, hit) for other in hits if other is not hit)]


def _overrules(other: Hit, hit: Hit):
    wider = other.begin <= hit.begin and other.end >= hit.end and other.end - other.begin > hit.end - hit.begin
    plain = other.name.endswith((" strong", " named")) and not other.name.startswith(("urgent", "unsure"))
    return wider and plain and _kind(other) != _kind(hit) and (_kind(hit) not in NEVER_WITHIN or _kind(other) == "nothing")


def _kind(hit):
    return hit.name.rsplit(" ", 1)[0]


def _is_a_time_of_day(hit, words):
    """"dopo pranzo", "all'ora di cena", "pausa pranzo", "buonanotte"."""
    before = words[max(0, hit.begin - 2):hit.begin]
    if words[hit.begin] in ("pranzo", "cena") and hit.end == hit.begin + 1:
        return before[-1:] in BEFORE_MEALS or before[-2:] in BEFORE_MEALS
    return words[hit.begin] in ("notte", "night") and before[-1:] in (["buona"], ["good"])
