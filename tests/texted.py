"""Phones as people hold them: what one types into one, and what comes back.

    gianni = Handset("+393330000001", at)
    gianni.says("baby sitter venerdì dalle 15 alle 18 a Romano")     the answers, as read on that phone
    gianni.later(minutes=11)                                          time goes by, and what is due goes out
"""

import itertools
from datetime import timedelta

import time_machine
from cast import make_cast

import jobs
import wording
from actions import conversing
from models import Company, Employee, Message, Phone

numbers = itertools.count(1)


class Clock:
    """What time it is in a story; moved, never slept."""

    def __init__(self, at):
        self.at = at
        self.travelled = None

    def to(self, at):
        """Go to this moment and let the jobs do what is due."""
        self.at = max(at, self.at)
        with time_machine.travel(self.at, tick=False):
            jobs.run(self.at)

    def later(self, **delta):
        """Go on by so much."""
        self.to(self.at + timedelta(**delta))


def italian_cast(at):
    """The cast with room in every firm for who joins by text, and Teresa writing Italian today."""
    cast = make_cast(at)
    Company.update(declared=9).execute()
    Employee.update(language="it").where(Employee.id == cast.teresa.id).execute()
    Phone.update(language="it").where(Phone.id == cast.teresa.phone_id).execute()
    cast.teresa = Employee.get_by_id(cast.teresa.id)
    return cast


class Handset:
    """One number."""

    def __init__(self, number, clock):
        self.number, self.clock, self.seen = number, clock, 0

    def says(self, words):
        """Text these words: stored, acted on, answered. Returns what came back, in one string."""
        with time_machine.travel(self.clock.at, tick=False):
            conversing.receive(f"SM{next(numbers)}", self.number, words, at=self.clock.at)
            jobs.run(self.clock.at, ["receive", "turns", "deliver"])
        new = self.new()
        self.clock.at += timedelta(seconds=20)
        return "\n".join(new)

    def new(self):
        """What came since one looked last."""
        rows = self.all()
        fresh, self.seen = rows[self.seen:], len(rows)
        return fresh

    def all(self):
        """Every text that reached this phone, links in their place, oldest first."""
        rows = (Message.select().join(Phone).where(Phone.number == self.number, Message.channel == "sms",
                Message.state.in_(("sent", "delivered"))).order_by(Message.sent_at, Message.id))
        return [wording.link_again(row, row.body) for row in rows]
