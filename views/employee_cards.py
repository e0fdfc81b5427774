"""What a person sees of each of their requests: its state, its visits, what is proposed, and whose turn it is."""

from dataclasses import dataclass
from datetime import datetime

from flask import g, render_template
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from actions import asking, ending, giving_back, planning, putting, rating, reminding
from models import Opening, Proposal, ServiceRequest
from questions.seen import last_request_in, places_seen
from questions.work import calls_promised, given_up, proposals_of, requests_of, visits_told
from rules import recurrence
from rules.shares import Shares, total

from .how_it_went import decisions_on
from .outcomes import outcome_in_words
from .place_cards import PlaceCard
from .visit_forms import counter_form

LOST = ("unfilled", "lapsed", "cancelled_by_cooperative")
BADGES = {
    "settled": ("ended", _l("svolta")), "missed": ("lost", _l("non svolta")),
    "proposed": ("needs", _l("proposta per te")), "begun": ("waiting", _l("cominciata")),
    "confirmed": ("ok", _l("confermata")), "countered": ("waiting", _l("la cooperativa ti risponde")),
    "nobody": ("needs", _l("ti chiamiamo noi")), "alone": ("needs", _l("per ora nessuno può")),
    "again": ("waiting", _l("cerchiamo un'altra cooperativa")), "waiting": ("waiting", _l("in attesa della cooperativa")),
    "taken": ("waiting", _l("una cooperativa la sta guardando")),
}
WHY_LATER = {
    "declined": _l("La cooperativa a cui l'avevamo chiesto non può: l'abbiamo chiesto a un'altra."),
    "lapsed": _l("La cooperativa a cui l'avevamo chiesto non ha risposto in tempo: l'abbiamo chiesto a un'altra."),
    "withdrawn": _l("L'abbiamo chiesto a un'altra cooperativa."),
    "taken": _l("La cooperativa l'ha presa: ha ancora questo tempo per dirti giorno e ora."),
}


@dataclass
class Card:
    """One request as its person sees it."""

    request: ServiceRequest
    visits: list                            # those she knows of, cancelled or not, in order
    proposal: Proposal | None = None
    call_at: datetime | None = None

    template = "employee/_request.html"

    def __post_init__(self):
        for visit in self.visits:
            visit.request = self.request
        self.standing = [visit for visit in self.visits if visit.state != "cancelled"]
        self.coming = [visit for visit in self.standing if visit.state == "planned" and visit.starts_at > g.at]

    @property
    def stage(self) -> str:
        """Where it stands: a key of BADGES, or "closed"."""
        row, planned = self.request, [visit for visit in self.standing if visit.state == "planned"]
        if not planned and any(visit.state == "delivered" for visit in self.standing):
            return "settled"
        if not planned and any(visit.state == "missed" for visit in self.standing):
            return "missed"
        if row.state == "closed":
            return "closed"
        if self.waits:
            return "proposed"
        if row.state == "agreed":
            return "taken" if not self.standing else "confirmed" if self.coming else "begun"
        return self._seeking()

    def _seeking(self):
        row = self.request
        if self.proposal:
            return "countered"
        if row.state == "open" and not row.promised_at:
            return "nobody" if self.call_at else "alone"
        given_back = row.instead_of_id or any(visit.cancelled_by == "cooperative" for visit in self.visits)
        return "taken" if row.state == "taken" else "again" if given_back else "waiting"

    @property
    def badge(self):
        """Its state, as a mark and a word."""
        if self.stage == "closed":
            outcome = self.request.outcome
            return "lost" if outcome in LOST else "ended", outcome_in_words(outcome)
        return BADGES[self.stage]

    @property
    def waits(self) -> bool:
        """Whether something proposed waits for the person."""
        return bool(self.proposal and self.proposal.state == "waiting")

    @property
    def visit(self):
        """The visit one thinks of first: the next one, else the last."""
        return (self.coming or self.standing or [None])[0 if self.coming else -1]

    @property
    def told(self):
        """The last visit that was marked, where that is what the card is about: nothing is to come, or it asks how it was."""
        last = next((visit for visit in reversed(self.standing) if visit.state in visit.MARKED), None)
        about = last and (self.stage in ("settled", "missed") or rating.may_rate(last, g.at))
        return last if about else None

    @property
    def delivered(self) -> bool:
        """Whether something of it was."""
        return any(visit.state == "delivered" for visit in self.standing)

    @property
    def to_confirm(self):
        """The next visit, if its reminder is out and the person has not said yes to it."""
        visit = self.coming[0] if self.coming and not self.proposal else None
        if visit is None or visit.confirmed_at or visit.starts_at - g.at > reminding.SOON:
            return None
        reminders = reminding.times(visit.starts_at, visit.undo_until)
        return visit if any(due and due <= g.at for due in reminders) else None

    @property
    def needs(self) -> bool:
        """Whether it is the person's turn."""
        return self.waits or bool(self.to_confirm)

    @property
    def steps(self) -> list:
        """Its line of time: (word, moment or None), ..."""
        row = self.request
        asked = [(_("chiesta"), row.asked_at)]
        if row.consented_at:
            return asked
        delivered_at = self.visit and self.visit.delivered_at
        taken = [] if row.proposed_at and delivered_at else [(_("presa"), row.taken_at)]    # a phone has room for four
        proposed = [(_("proposta"), row.proposed_at)] if row.proposed_at else []
        agreed = [(_("confermata"), row.agreed_at if self.standing or row.state == "closed" else None)]
        delivered = [] if row.proposed_at and not delivered_at else [(_("svolta"), delivered_at)]
        return [*asked, *taken, *proposed, *agreed, *delivered]

    @property
    def days_left(self) -> int:
        """In how many days its visit is."""
        return recurrence.days_between(g.at, self.visit.starts_at)

    @property
    def shares(self) -> Shares:
        """What it costs, and who pays it: its visits; before there are any, as it was shown."""
        if self.standing:
            return total([planning.money_of(visit) for visit in self.standing])
        row = self.request
        return Shares(row.price_cents, row.project_cents, row.company_cents, row.worker_cents)

    @property
    def per_visit(self) -> Shares | None:
        """What each of several visits costs, where all cost the same."""
        return _of_each(self.shares, len(self.standing) or self.request.visits)

    @property
    def offered(self) -> list:
        """The visits that are proposed."""
        return [planning.Visit.of(kept) for kept in self.proposal.visits]

    @property
    def per_offered(self) -> Shares | None:
        """The same of what is proposed."""
        return _of_each(planning.total(self.offered), len(self.offered))

    @property
    def changed(self):
        """The planned visit that a proposal would change."""
        return next((visit for visit in self.visits if visit.id == self.proposal.appointment_id), None)

    @property
    def paid_now(self) -> int:
        """The person's cents for what a proposal would take the place of."""
        changed = {visit.appointment for visit in self.offered}
        planned = [visit.worker_cents for visit in self.standing if visit.id in changed]
        return sum(planned) if planned else self.request.worker_cents

    @property
    def form(self):
        """The form for another time, while one may be asked for."""
        rounds_left = self.waits and self.proposal.round < self.request.project.counter_rounds
        return counter_form(self.proposal, formdata=None) if rounds_left else None


def _of_each(shares, count):
    one = Shares(*(cents // count for cents in shares))
    return one if count > 1 and [cents * count for cents in one] == list(shares) else None


def cards_of(requests) -> list[Card | PlaceCard]:
    """Requests with their visits, what is proposed, the call that was promised; or with their places. Four queries."""
    if not requests:
        return []
    in_openings = [row for row in requests if row.opening_id]
    places = {place.request_id: place for place in (places_seen(in_openings) if in_openings else ())}
    return [PlaceCard(row, places[row.id]) if row.id in places else card
            for row, card in zip(requests, _cards_of_visits(requests))]


def _cards_of_visits(requests):
    visits, proposals = {}, {row.request_id: row for row in proposals_of(requests)}
    for visit in visits_told(requests, g.at):
        visits.setdefault(visit.request_id, []).append(visit)
    calls = {item.request_id: item.call_at for item in calls_promised(requests)}
    return [Card(row, visits.get(row.id, []), proposals.get(row.id), calls.get(row.id)) for row in requests]


def card_of(row) -> Card | PlaceCard:
    """The card of the request that this row is, or is about: as it is now."""
    if isinstance(row, Opening):
        row = last_request_in(row, g.employee)
    request_id = row.id if isinstance(row, ServiceRequest) else row.request_id
    return cards_of([requests_of(g.employee).where(ServiceRequest.id == request_id).get()])[0]


def too_late(error):
    """Somebody, or the same person on another page, was first: what is true now."""
    return render_template("employee/too_late.html", card=card_of(error.row)), 409


def request_page(card: Card, status=200, **more):
    """One request whole. `more`: form, with what is wrong in it; sorry, a sentence above all."""
    if isinstance(card, PlaceCard):
        return _place_page(card, **more), status
    row = card.request
    unanswered = row.state in ServiceRequest.UNANSWERED
    page = render_template(
        "employee/request.html", card=card, asked=_days_asked(card), decisions=decisions_on(card.standing), why_later=_why_later(card),
        free_until=ending.free_until(row, card.visit.starts_at) if card.coming else None,
        reads_at=_reads_at(row) if unanswered and row.urgent else None,
        too_soon=row.state == "open" and asking.too_soon(row.starts_at, row.asked_at), **more)
    return page, status


def _place_page(card, **more):
    taken = card.place.state == "taken" and card.lives
    return render_template(
        "employee/place.html", card=card, decisions=decisions_on([card.place]),
        free_until=giving_back.free_until(card.opening, card.request.project) if taken and not card.moved else None, **more)


def _reads_at(row):
    """From when somebody reads it: the cooperative that has it, or without one a coordinator."""
    return putting.heard_from(g.at) if row.promised_at else putting.read_from(row.project, g.at)


def _days_asked(card):
    row = card.request
    if row.visits == 1 or card.visits:
        return []
    return [planning.Visit(*span, None) for span in planning.Slot.of(row).series(row.project).visits]


def _why_later(card):
    row = card.request
    if card.stage == "taken" and row.state == "taken":
        return WHY_LATER["taken"]
    last = given_up(row).first() if card.stage == "waiting" else None
    return last and WHY_LATER[last.state]
