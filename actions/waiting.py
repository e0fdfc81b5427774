"""Waiting: who waits for a place is offered one in turn, for some hours; at the start waiting ends."""

from datetime import timedelta

from models import Opening, Place
from questions.openings import in_turn
from questions.work import messages_of
from rules import hours, limits

from . import recording
from .moves import JOB, hold, move, note, one_transaction
from .outbox import may_go_from, two_days
from .places import count, end_request, give_units_back, held, price_again, reserve, tell_holder
from .putting import began_at, to_quarter

LIST_ENDS = timedelta(hours=2)        # before the start: later nobody can get ready any more


def may_take(opening: Opening, units: int) -> bool:
    """Whether so many units are free, and nobody in turn is waiting for them. Read while the opening's row is held."""
    return units <= opening.room and not in_turn(opening).where(Place.units <= opening.room).exists()


def is_first_in_turn(opening, place):
    """Whether it is this place that the free units would be offered to."""
    first = in_turn(opening).where(Place.units <= opening.room).first()
    return first is not None and first.id == place.id


# ---------------------------------------------------------------- offers

def offer_all(opening: Opening, *, at) -> int:
    """Offer what is free until there is nobody in turn whom it is enough for; each offer for itself. Returns how many."""
    count = 0
    while offer_next(opening, at=at):
        count += 1
    return count


@one_transaction
def offer_next(opening: Opening, *, at) -> Place | None:
    """Offer free units to the first in turn whom they are enough for; who is passed over is told. Nobody: None.

    What it costs is worked out anew and held with the place.
    """
    opening = hold(opening)
    if opening.state not in ("open", "closed") or _last_offer(opening) <= hours.next_open(at):
        return None
    passed = []
    for place in in_turn(opening):
        if place.units <= opening.room:
            offer(opening, place, at)
            for other in passed:
                tell_holder("place_skipped", other, at=at, worth=opening.starts_at, detail=str(place.id),
                      says={"free": opening.room + place.units})
            return place
        passed.append(place)
    return None


def _last_offer(opening):
    """Until when an offer can be taken at all."""
    return opening.starts_at - LIST_ENDS


def offer(opening, place, at):
    """Hold a place for its person for a while: its units, and its money as it is now. The opening's row is held. Raises Full."""
    place.opening = opening
    count(opening, place.units, at)
    price_again(place, opening)
    reserve(place)
    move(place, "offer", by=JOB, at=at, offers=place.offers + 1, changed_at=at, offer_started_at=None,
         offered_until=_limit(opening, place, may_go_from("open", "sms", at)))
    tell_holder("place_offered", place, at=at, worth=place.offered_until, detail=str(place.offers))


def _limit(opening, place, sent_at):
    """Until when an offer is held; who had said so of an idea has as long as for a proposal, until bookings close."""
    last, hours_open = _last_offer(opening), limits.OFFER_HOURS
    if place.by_interest:
        last, hours_open = opening.closes_at, place.request.project.proposal_hours
    return min(to_quarter(limits.answer_to_offer(sent_at, last, hours_open)), last)


@one_transaction
def start_offer(place: Place, *, at):
    """Start its limit when the carrier took its text, or when that failed, or an open hour after it was due."""
    began = began_at(messages_of(place=place), at, place.changed_at)
    if began and Place.update(offer_started_at=began, offered_until=_limit(place.opening, place, began)).where(
            Place.id == place.id, Place.state == "offered", Place.offer_started_at.is_null()).execute():
        note(place, "start", by=JOB, at=at, after=began.isoformat())


@one_transaction
def lapse(place: Place, *, at):
    """Nobody answered the offer: its units are free again, and its person is at the end of the list."""
    opening, place = held(place)
    if place.state != "offered" or place.offered_until > at:
        return                          # answered since the job read it
    if place.by_interest:
        return _end(place, opening, at, "place_lapsed")
    give_units_back(place)
    move(place, "lapse", by=JOB, at=at, listed_at=at, changed_at=at, offered_until=None)
    tell_holder("place_lapsed", place, at=at, worth=opening.starts_at, detail=str(place.offers))


@one_transaction
def end(place: Place, *, at):
    """Its opening begins and no place came free: the request ends, and so does waiting."""
    opening, place = held(place)
    if place.state in ("listed", "offered") and opening.starts_at <= at:
        recording.note_unmet(place.request, "unfilled", at=at)
        _end(place, opening, at, "no_place", outcome="unfilled")


@one_transaction
def give_up(place: Place, *, at):
    """Its opening became too small for what it waits for: waiting would be in vain, and its person is told now."""
    opening, place = held(place)
    if place.state == "listed" and place.units > opening.places:
        recording.note_unmet(place.request, "unfilled", at=at)
        _end(place, opening, at, "no_place", outcome="unfilled")


def _end(place, opening, at, kind, outcome="lapsed"):
    if place.state == "offered":
        give_units_back(place)
    move(place, "end", by=JOB, at=at, changed_at=at, offered_until=None)
    end_request(place.request_id, outcome, JOB, at)
    tell_holder(kind, place, at=at, worth=two_days(at))
