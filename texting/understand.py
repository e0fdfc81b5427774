"""What a text means: one pure function from words, a catalogue and a moment to an intent and what goes with it."""

from datetime import datetime
from typing import NamedTuple

from rules import hours, references
from texting import intents, slips, when
from texting.catalogue import Catalogue
from texting.language import is_english
from texting.focus import focused, of_focus, offers_another_time
from texting.said import Said, choice, code_within, join_code, of_signs
from texting.tokens import clean, tokens
from texting.what import What
from texting.when import When
from texting.where import Where


# What goes with these, if anything does, is not theirs: "grazie, a domani", "aiuto, è caduta".
WITHOUT_MORE = ("emergency", "join", "link", "thanks", "greeting", "help", "menu", "unknown")

# Who says one of these asks for nothing in particular yet.
ANYTHING = frozenset("qualcosa cosa servizi anything parlare parlarne talk speak".split())


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
        if said.is_whole(intent):
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
    if time.early and "escort" in what.kinds:
        time = time._replace(start=time.early)      # to the hospital one goes in the morning
    intent = intents.of_sentence(said, what, time, where)
    if intent == "ask" and time.refused and not time.says_a_day:
        time = when.read(row, now, refusing=False)
    if intent == "status":
        time = when.read(row, now, stories=False)
    return _put_together(intent, said, what, time, where, english)


def _read(row, said, catalogue, now):
    time = when.read(row, now)
    where = catalogue.gazetteer.read(row, known=slips.known_words(), busy=time.taken)
    words = [("" if place in where.taken else token.word) for place, token in enumerate(row)]
    asking = said.asks and ANYTHING.isdisjoint(words)
    how = {"today": intents.is_for_today(said, time, now), "night": time.is_overnight, "asking": asking}
    what = catalogue.offer.read(words, **how)
    focus = focused(row, words, said.text)
    if focus is None:
        return time, what, where
    told = catalogue.offer.read(focus, **how)
    if not told.says_something and not what.certain and offers_another_time(focus):
        return time, What(), Where()
    return time, of_focus(what, told), where


def _put_together(intent, said, what, time, where, english):
    keeps_service = intent == "ask" or (intent in ("cancel", "counter", "status", "yes", "no") and what.certain)
    return Understood(
        intent, what if keeps_service else What(), time, where.names("escort" in what.kinds), reference=said.reference,
        quantity=intents.quantity(said) if intent == "ask" else None, english=english,
        code=code_within(said) if intent == "join" else None,
        only_time=intent == "counter" and bool(time.start) and not time.says_a_day)
