"""One text in its conversation: who wrote it, what it means, what was being asked; and how an answer is put together."""

import re
from dataclasses import dataclass, field
from datetime import datetime

from actions.conversing import Answer, Outcome
from actions.moves import Actor
from models import Conversation, Employee, InboundMessage, Service
from rules import hours, saying
from texting import catalogue
from texting.language import is_english, is_italian
from texting.tokens import clean, tokens
from texting.understand import Understood, understand

AFTER_NO = re.compile(r"^\W*no\b\W*", re.I)


@dataclass
class Turn:
    """One text, as it is being answered."""

    inbound: InboundMessage
    talk: Conversation                  # as it was before this text
    said: Understood
    text: str
    at: datetime
    people: list[Employee]              # who joined from this number
    person: Employee | None = None      # who is writing, once that is clear
    remembers: bool = field(default=True)    # whether the number goes on being this person's today

    @property
    def phone(self):
        """Where it came from, and where the answer goes."""
        return self.inbound.phone

    @property
    def intent(self):
        """What the text is for."""
        return self.said.intent

    @property
    def language(self) -> str:
        """The language of the answer."""
        return (self.person or self.phone).language

    @property
    def by(self) -> Actor:
        """The person, as who acts."""
        return Actor("employee", self.person.id)

    @property
    def today(self):
        """The local date on which it was written."""
        return hours.local(self.inbound.received_at).date()

    @property
    def draft(self) -> dict:
        """What was understood so far; a copy, to be changed."""
        return dict(self.talk.draft)

    @property
    def shared(self) -> bool:
        """Whether several people joined from this number."""
        return len(self.people) > 1

    def chosen(self):
        """The option of our last question that the text picks by its number; None where it picks none."""
        number = self.said.number if self.intent == "rating_or_choice" else None
        return self.talk.options[number - 1] if number and 0 < number <= len(self.talk.options) else None

    def read_again(self, words: str):
        """The same turn, had these words been written: "alle 15" for a bare 15."""
        self.said = understand(words, catalogue.loaded(), self.inbound.received_at)
        return self

    def rather(self) -> Understood | None:
        """"no alle 16" read as "alle 16", which is wanted instead of what was offered; None where nothing is."""
        if self.intent not in ("no", "counter") or not self.said.when.refused or not AFTER_NO.match(self.text):
            return None
        said = understand(AFTER_NO.sub("", self.text), catalogue.loaded(), self.inbound.received_at)
        return said if said.when.says_a_time and not said.when.refused else None

    def day(self, on) -> str:
        """ "ven 4/12" in the language of the answer."""
        return saying.day_short(on, self.language)

    def slot(self, starts_at, ends_at) -> str:
        """ "ven 4/12 15-18"."""
        return f"{self.day(hours.local(starts_at).date())} {saying.span_short(starts_at, ends_at)}"

    # ------------------------------------------------------------ what comes of it

    def reply(self, kind: str, says=None, *, asking="", draft=None, options=(), keep=False, about=None, missed=0, to=None):
        """One answer, and what is being asked after it; `keep` goes on asking what was asked before."""
        answer = Answer(kind, to or self.person or self.phone, says or {}, about or {})
        return Outcome(self.intent, (answer,), self._talk(asking, draft, options, keep, missed))

    def silent(self, *, keep=True):
        """Nothing is answered; by a verb's own message it may be."""
        return Outcome(self.intent, (), self._talk("", None, (), keep, 0))

    def _talk(self, asking, draft, options, keep, missed):
        same = {"asking": self.talk.asking, "draft": self.talk.draft, "options": self.talk.options} if keep else {
            "asking": asking, "draft": draft or {}, "options": list(options)}
        once = {} if self.remembers or not same["asking"] else {"draft": {**same["draft"], "once": True}}
        stays = self.shared and (self.remembers or same["asking"])
        return {"employee": self.person if stays else None, **same, **once, "missed": missed}


def spoken_in(turn: Turn) -> str | None:
    """The language a text is plainly written in, English, or Italian again: of one word nobody can tell."""
    if not turn.said.english or len(turn.text.split()) < 2:
        return "it" if is_italian([token.word for token in tokens(clean(turn.text))]) else None
    service = turn.said.service and Service.get(Service.code == turn.said.service)
    name = {token.word for token in tokens(service.sms_name)} if service else set()
    rest = [token.word for token in tokens(clean(turn.text)) if token.word not in name]
    return "en" if is_english(rest) else None      # a service's name is of no language
