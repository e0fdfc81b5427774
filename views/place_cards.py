"""What a person sees of each of their places in openings: the group, the list and one's turn, what is offered, how it went."""

from dataclasses import dataclass

from flask import g
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from actions import planning, reminding
from actions.giving_back import was_moved
from models import Place, ServiceRequest
from questions.openings import MOST_OFFERS
from rules import recurrence
from rules.shares import Shares

from .outcomes import outcome_in_words
from .place_forms import questions_of, taking_form
from .saying_places import missing_in_words, missing_of

LOST = ("unfilled", "lapsed", "cancelled_by_cooperative", "group_not_reached")
BADGES = {
    "settled": ("ended", _l("svolta")), "missed": ("lost", _l("non svolta")), "called_off": ("lost", _l("non si fa")),
    "too_late": ("lost", _l("nessun posto")), "begun": ("waiting", _l("cominciata")), "confirmed": ("ok", _l("confermata")),
    "offered": ("needs", _l("c'è un posto per te")), "free": ("ok", _l("c'è un posto libero")),
    "lapsed": ("waiting", _l("tempo scaduto")), "listed": ("waiting", _l("in lista d'attesa")),
}
ENDINGS = {
    "cancelled_by_cooperative": _l("La cooperativa ha dovuto annullare questo turno. Ci dispiace: non paghi nulla."),
    "group_not_reached": _l("Non c'erano abbastanza prenotazioni e il turno non si fa. Ci dispiace: non paghi nulla."),
    "unfilled": _l("Non si è liberato un posto. Ci dispiace: se vuoi, ne parliamo a voce."),
    "lapsed": _l("Il posto era tenuto per te fino a quando ti avevamo scritto: senza risposta è andato ad altri."),
    "cancelled_by_employee": _l("L'hai annullata tu."),
    "duplicate": _l("Era uguale a un'altra tua richiesta."),
}


@dataclass
class PlaceCard:
    """One request for a place in an opening, as its person sees it."""

    request: ServiceRequest
    place: Place

    template = "employee/_place.html"

    def __post_init__(self):
        self.place.request = self.request
        self.opening.service = self.request.service

    @property
    def opening(self):
        """The opening it is in."""
        return self.place.opening

    @property
    def stage(self) -> str:
        """Where it stands: a key of BADGES, "group" while it waits for one, or "closed"."""
        place = self.place
        if place.state in place.MARKED:
            return "settled" if place.state == "delivered" else "missed"
        if self.request.state == "closed":
            return "closed"
        if self.opening.state == "cancelled":
            return "called_off"
        if self.opening.starts_at <= g.at:
            return "begun" if place.state == "taken" else "too_late"
        return self._to_come()

    def _to_come(self):
        place = self.place
        if place.state == "taken":
            return "confirmed" if self.opening.confirmed_at else "group"
        if place.state == "offered":
            return "offered" if place.offered_until > g.at else "lapsed"
        return "free" if place.units <= self.opening.room and not place.before_me else "listed"

    @property
    def badge(self):
        """Its state, as a mark and a word."""
        stage = self.stage
        if stage == "closed":
            outcome = self.request.outcome
            return "lost" if outcome in LOST else "ended", outcome_in_words(outcome)
        if stage == "group":
            return "waiting", _("prenotata, %(missing)s", missing=missing_in_words(self.missing))
        return BADGES[stage]

    @property
    def missing(self) -> int:
        """The units that its group still lacks."""
        return max(missing_of(self.opening, self.place.sure), 1)

    @property
    def turn(self) -> int | None:
        """Which one it is in the line; None for who let so many offers pass that they are not offered another."""
        return None if self.place.offers >= MOST_OFFERS else self.place.ahead + 1

    @property
    def can_take(self) -> bool:
        """Whether it can be taken now: offered, or free."""
        return self.stage in ("offered", "free")

    @property
    def asks(self) -> bool:
        """Whether something is still to be said before it is taken."""
        return bool(questions_of(taking_form(self.place, self.request.answers, formdata=None)))

    @property
    def lives(self) -> bool:
        """Whether it can still be given back."""
        return self.stage in ("group", "confirmed", "offered", "free", "listed", "lapsed")

    @property
    def to_confirm(self) -> bool:
        """Whether its reminder is out and the person has not said yes to it."""
        place = self.place
        if self.stage != "confirmed" or place.confirmed_at or place.starts_at - g.at > reminding.SOON:
            return False
        return any(due and due <= g.at for due in reminding.times(place.starts_at, place.taken_at))

    @property
    def needs(self) -> bool:
        """Whether it is the person's turn."""
        return self.stage == "offered" or self.to_confirm

    @property
    def moved(self) -> bool:
        """Whether it was moved since it was booked, and is still to come."""
        return self.lives and was_moved(self.place)

    @property
    def days_left(self) -> int:
        """In how many days it is."""
        return recurrence.days_between(g.at, self.place.starts_at)

    @property
    def steps(self) -> list:
        """Its line of time: (word, moment or None), ..."""
        row, place = self.request, self.place
        return [(_("chiesta"), row.asked_at), (_("posto preso"), place.taken_at), (_("confermata"), row.agreed_at),
                (_("svolta"), place.delivered_at)]

    @property
    def shares(self) -> Shares:
        """What it costs, and who pays it."""
        return planning.money_of(self.place)

    @property
    def ending(self) -> str:
        """One sentence about how it ended; nothing where the badge says it all."""
        return str(ENDINGS.get(self.request.outcome, ""))
