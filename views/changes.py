"""A move of planned visits that the person asked for, as one operator of their cooperative sees it."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from flask import g
from flask_babel import gettext as _
from flask_wtf import FlaskForm

from actions.moves import NotAllowed
from actions.planning import Slot
from actions.proposing import mark_of
from models import Operator, Proposal
from rules import recurrence

from .saying_slots import slot_in_words


@dataclass
class Change:
    """One of them. `team`: colleagues by id."""

    proposal: Proposal
    operator: Operator
    at: datetime
    team: dict
    problem: str = ""                 # what went wrong with the last press
    form: FlaskForm | None = None     # the proposal that was refused, with what was typed

    template = "operator/_change.html"
    waits_for_person = False

    @property
    def request(self):
        """What was asked at first."""
        return self.proposal.request

    @property
    def visit(self):
        """The visit that would move."""
        return self.proposal.appointment

    @property
    def anchor(self) -> str:
        """Its place on a page."""
        return f"change-{self.proposal.id}"

    @property
    def limit(self) -> datetime:
        """By when it is to be answered."""
        return self.proposal.due_at

    @property
    def left(self) -> timedelta:
        """How long there is to answer."""
        return self.limit - self.at

    @property
    def open(self) -> bool:
        """Whether it is still to be answered."""
        return self.proposal.state == "countered" and self.visit.state == "planned"

    @property
    def may_agree(self) -> bool:
        """Whether the time that the person wishes is still to come."""
        return self.open and self.proposal.counter_starts_at > self.at

    @property
    def wished(self) -> Slot:
        """The time that the person wishes."""
        return Slot(self.proposal.counter_starts_at, self.proposal.counter_ends_at)

    @property
    def seen(self) -> str:
        """What is being proposed, as a form remembers it."""
        return mark_of(self.proposal)

    @property
    def words(self) -> str:
        """What to look at before answering, or how it ended, in a sentence."""
        now = slot_in_words(Slot(self.visit.starts_at, self.visit.ends_at), g.language)
        if self.open:
            return _("Attenzione: quel giorno è festa.") if recurrence.is_off(self.wished.starts_at) else ""
        if self.visit.state == "cancelled":
            return _("Nel frattempo la visita è stata annullata.")
        if self.proposal.state == "accepted":
            return _("Spostata: ora è %(when)s.", when=now)
        if self.proposal.state == "withdrawn":
            return _("Lo spostamento non è più da decidere: la visita è %(when)s.", when=now)
        return _("Resta com'era: %(when)s.", when=now)

    def must_be_open(self):
        """Raises NotAllowed when it was answered already."""
        if not self.open:
            raise NotAllowed(self.proposal)
