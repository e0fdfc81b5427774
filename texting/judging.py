"""Two opinions of a text made one: what its phrases say, and what it is like.

The phrases find what is said in words that were foreseen; the likeness was learned from thousands of examples and knows
what was not. It decides where it leads clearly. Where it does not, the phrases do, if theirs is among what it may be; and
of two services that are as likely neither is guessed: it is asked.
"""

from typing import NamedTuple

from texting.kinds import KINDS, MODIFIERS
from texting.likeness import Likeness
from texting.what import MOST_LIKELY, Offer, What

# By how much the likest leads: clearly; so that a service may be named; even against another that the phrases found; so
# plainly that of two that they found one is by the way.
CLEAR, NAMED, SURE, PLAIN = 0.2, 0.3, 0.5, 0.65
WEIGHED, POSSIBLE = 8, 3            # how many of the likest labels are looked at, how many of the meanings are possible
ALARM, NO_ALARM = -0.3, -1.3        # how like an emergency one is, if it is likest that; and at least, if a phrase says so
ALARM_LEADS = 0.2                   # and by how much it leads, where it is not like one for certain
AKIN = 0.3                          # how far behind the plain one the urgent kind may be of what is wanted soon
OFFERED = -0.8                      # how like a service a text is at least that is offered it in a menu
OF_NO_SERVICE = ("something", "several", "elsewhere")   # asks for who knows what, for two things, for what nobody offers


class Opinion(NamedTuple):
    """An intent, and what is asked for."""

    intent: str
    what: What

    @property
    def meant(self):
        """What two opinions are compared by."""
        return self.intent, self.what.service if self.intent == "ask" else None


def judged(ours: Opinion, like: Likeness, offer: Offer, modifiers: frozenset) -> Opinion:
    """The one opinion; `ours` is that of the phrases, `modifiers` what the time says: it is for today, it is for a night."""
    if _is_an_emergency(ours, like):
        return ours._replace(intent="emergency")
    if offer.is_of_no_kind(ours.what.service):
        return ours
    if "soon" in modifiers and like.of("childcare urgent") > like.of("childcare") - AKIN:
        modifiers |= {"urgent"}     # the sitter fell ill, for tomorrow: that is urgent
    theirs = _theirs(like, offer, modifiers - {"soon"}, ours.what)
    (first, score), next_score = theirs[0], theirs[1][1] if len(theirs) > 1 else like.ranked[-1][1]
    if first.meant == ours.meant:
        return ours if ours.what.says_something else first
    named = ours.meant[1] and ours.what.certain
    if named and score < 0 and first.intent != "ask" and score - next_score < SURE:
        return ours             # like nothing much, but something is named: "asa domani 8-10"
    if score - next_score >= _needed(ours, first):
        return first
    if first.meant[1]:
        return Opinion("ask", _to_be_asked(ours.what, theirs))
    return ours if ours.meant in [one.meant for one, _ in theirs[:POSSIBLE]] else first


def _to_be_asked(what, theirs):
    """The services of which one may be meant: those that are likely, and what the phrases found."""
    near = [one.what.service for one, score in theirs[:POSSIBLE] if one.what.service and score > OFFERED]
    likely = tuple(dict.fromkeys([*near[:1], *filter(None, (what.service, *what.likely)), *near]))
    return what._replace(service=None, likely=likely[:MOST_LIKELY], certain=True)


def _needed(ours, theirs):
    """By how much theirs must lead to be meant against ours."""
    if not theirs.meant[1]:
        return CLEAR
    named = ours.intent == "ask" and ours.what.certain
    return PLAIN if named and ours.what.names_several else SURE if named and ours.what.service else NAMED


def _is_an_emergency(ours, like):
    alarm = like.of("emergency")
    if ours.intent == "emergency":
        return alarm > NO_ALARM
    return like.label == "emergency" and (alarm > 0 or alarm > ALARM and like.lead > ALARM_LEADS)


def _theirs(like, offer, modifiers, what):
    """What it may be, each meaning once, the likest first, with how like it is."""
    found = {}
    for label, score in like.ranked[:WEIGHED]:
        one = _opinion(label, like, offer, modifiers, what)
        if label != "emergency" and one.meant not in found:
            found[one.meant] = one, score
    return list(found.values())


def _opinion(label, like, offer, modifiers, what):
    """What a label means with this catalogue."""
    if label in OF_NO_SERVICE:
        return Opinion("ask", _of_no_service(label, like, offer, modifiers, what))
    kind, more = _parted(label)
    if kind not in KINDS:
        return Opinion(label, what)
    more |= modifiers | what.kinds & {"urgent"}
    return Opinion("ask", offer.of_kind(kind, more - ({"night", "day"} if "day" in more else set())))


def _of_no_service(label, like, offer, modifiers, what):
    """What to offer where no one service is meant: what the phrases found, else what is likest."""
    if label == "elsewhere" or what.unmet:
        return what._replace(service=None, likely=(), unmet=True, certain=True)
    likely = what.likely or (what.service,) * bool(what.service)
    kinds = [_parted(name) for name, score in like.ranked[:WEIGHED] if score > OFFERED]
    near = [offer.of_kind(kind, (modifiers | more) - {"day"}).service for kind, more in kinds if kind in KINDS]
    likely = tuple(dict.fromkeys([*likely, *filter(None, near)]))
    return what._replace(service=None, likely=likely[:MOST_LIKELY])


def _parted(label):
    """The kind, and what chooses among services of it: "childcare urgent"."""
    words = label.split()
    return " ".join(word for word in words if word not in MODIFIERS), MODIFIERS & set(words)
