"""What a text means: one pure function from words, a catalogue and a moment to an intent and what goes with it."""

import re
from datetime import datetime
from typing import NamedTuple

from rules import hours, references
from texting import intents, slips, when
from texting.catalogue import Catalogue
from texting.judging import Opinion, judged
from texting.language import is_english
from texting.likeness import likeness
from texting.said import Said, choice, code_within, join_code, of_signs
from texting.tokens import clean, tokens
from texting.what import What
from texting.when import When


# What goes with these, if anything does, is not theirs: "grazie, a domani", "aiuto, è caduta".
WITHOUT_MORE = ("emergency", "join", "link", "thanks", "greeting", "help", "menu", "unknown")

A_WORD = 0.5    # how like something a single word is that no list knows, if it is meant
SOON = 2        # days
PATIENT = -1.5  # how surely an hour is wanted at least where somebody is brought: it is told as that of the visit
SURELY = ("human", "no")     # with these no time counts that may be told by the way

# Of these one books places: "cre x 2".
GROUPED = frozenset(("school closed", "summer", "homework"))

# Who says one of these asks for nothing in particular yet.
ANYTHING = frozenset("qualcosa cosa servizi anything parlare parlarne talk speak".split())


TO_CALL = re.compile(r"\b(?:(?:ri)?chiam|telefon|sent|parl|call|ring|speak|talk|contatt|passare)")


class Understood(NamedTuple):
    """A text's meaning. `as_json` is what outsiders read; the dialogue reads the rest too.

    `what.likely` is the menu to show when `service` is None, `what.unmet` says that nobody offers it; `when.choices` are
    days of which one is meant, `when.unclear` that something about time must be asked again; `places` has several names
    when one of them is meant; `code_is_right` is False for a join code with a wrong check digit.
    """

    intent: str
    what: What = What()
    when: When = When()
    places: tuple = ()
    quantity: int | None = None
    number: int | None = None
    reference: str | None = None
    code: str | None = None
    english: bool = False
    only_time: bool = False

    @property
    def service(self) -> str | None:
        """The code of the service asked for, if there is no doubt."""
        return self.what.service

    @property
    def code_is_right(self) -> bool:
        """Whether the join code's check digit is right."""
        return bool(self.code) and references.is_join_code(self.code)

    def as_json(self) -> dict:
        """The keys of the contract; what was not said is absent, but an ask, and only an ask, says its service, or null."""
        made = {"intent": self.intent}
        if self.intent == "ask":
            made["service"] = self.service
        if self.intent not in WITHOUT_MORE:
            made |= _time(self.when) | ({"only_time": True} if self.only_time else {}) | _place(self.places)
        for name in ("quantity", "number", "reference", "code"):
            if getattr(self, name) is not None:
                made[name] = getattr(self, name)
        return made | ({"language": "en"} if self.english and self.intent != "unknown" else {})


def _place(names):
    return {"place": names[0] if len(names) == 1 else list(names)} if names else {}


def _time(said):
    made = {"date": said.on and said.on.isoformat(), "until": said.until and said.until.isoformat(),
            "start": said.start and f"{said.start:%H:%M}", "end": said.end and f"{said.end:%H:%M}",
            "part": said.part if not (said.start or said.end) else None,
            "weekly": said.weekly or None, "weekdays": list(said.weekdays) or None}
    return {key: value for key, value in made.items() if value is not None}


def understand(text: str, catalogue: Catalogue, at: datetime) -> Understood:
    """What a text means, read against a catalogue as of an aware moment. Never raises for any text."""
    row = tokens(clean(text))
    said = Said(clean(text).strip(), row)
    short = _whole_message(said)
    return short or _sentence(said, catalogue, hours.local(at).replace(tzinfo=None))


# ---------------------------------------------------------------- whole messages

def _whole_message(said):
    """Texts that are one of a few whole messages; what follows is not read for anything else."""
    if not said.row:
        return Understood(of_signs(said.text))
    for intent in ("stop", "start"):
        if said.is_whole(intent) or said.is_spelled_out(intent):
            return Understood(intent)
    code = join_code(said)
    if code:
        return Understood("join", code=code, english=is_english(said.words))
    number = choice(said)
    if number is not None:
        return Understood("rating_or_choice", number=number)
    return None


# ---------------------------------------------------------------- sentences

def _sentence(said, catalogue, now):
    row = slips.mended(said.row, catalogue)
    said = Said(said.text, row)
    english = is_english(said.words)
    time, what, where = _read(row, said, catalogue, now)
    intent, plain = intents.of_plain(said, what, time, where), True
    if not intent:
        ours, plain = Opinion(intents.of_phrases(said, what), what), False
        like = likeness(said, time, now.date())
        strange = len(said.words) == 1 and not said.names and like.score < A_WORD   # "Vale": a name, or who knows
        strange = strange and ours.intent == "unknown"
        intent, what = ours if strange else judged(ours, like, catalogue.offer, _modifiers(time, now))
        time = _time_of(intent, what, time, said, now)
    if intent == "no" and time.says_a_time and not plain:
        intent = "counter"      # "il 18 non va, propongo il 22"
    places = where.names(escorting="escort" in what.kinds, collecting="ironing" in what.kinds,
                         surely=intent != "ask" and not plain)
    return _put_together(intent, said, what, time, places, english)


def _time_of(intent, what, time, said, now):
    """The time that counts with an intent."""
    if intent == "ask" and time.refused and not time.says_a_day:
        return when.read(said.row, now, refusing=False, text=said.text)
    if intent == "ask" and "escort" in what.kinds and not time.start:
        time = when.read(said.row, now, least=PATIENT, text=said.text)      # "ho l'oculista alle 11.15, mi accompagnate?"
    if intent == "ask" and time.early and "escort" in what.kinds:
        return time._replace(start=time.early)      # to the hospital one goes in the morning
    if intent == "ask" and "night" in what.kinds and time.part == "sera":
        return time._replace(part="notte")          # "can't be alone tonight", of who is to be slept beside
    if intent == "human" and not TO_CALL.search(" ".join(said.words)):
        return When()                               # what went wrong is over
    if intent == "status":
        return when.read(said.row, now, stories=False, text=said.text)
    if intent in SURELY:
        return when.read(said.row, now, least=0, text=said.text)._replace(refused=time.refused)
    return time


def _read(row, said, catalogue, now):
    time = when.read(row, now, text=said.text)
    where = catalogue.gazetteer.read(row, known=slips.known_words(), busy=time.taken, text=said.text)
    words = [("" if place in where.taken else token.word) for place, token in enumerate(row)]
    asking = said.asks and ANYTHING.isdisjoint(words)
    how = {"today": intents.is_for_today(time, now), "night": time.is_overnight, "asking": asking}
    return time, catalogue.offer.read(words, **how), where


def _modifiers(time, now):
    """What the time says of what is asked for: a child's is urgent today, an old person's by night or by day."""
    told = {"urgent": intents.is_for_today(time, now), "night": time.is_overnight, "day": time.is_by_day,
            "soon": _is_soon(time, now)}
    return frozenset(name for name, is_so in told.items() if is_so)


def _is_soon(time, now):
    """Whether it is for one of the next days."""
    return bool(time.on) and not time.weekly and time.until is None and (time.on - now.date()).days <= SOON


def _put_together(intent, said, what, time, places, english):
    keeps_service = intent == "ask" or (intent in ("cancel", "counter", "status", "yes", "no") and what.certain)
    return Understood(
        intent, what if keeps_service else What(), time, places, reference=said.reference, english=english,
        quantity=intents.quantity(said, bool(what.kinds & GROUPED)) if intent == "ask" else None,
        code=code_within(said) if intent == "join" else None,
        only_time=intent == "counter" and bool(time.start) and not time.says_a_day)
