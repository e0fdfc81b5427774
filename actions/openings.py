"""Openings: a coordinator opens dated offers, singly or many at once, moves or cancels them; they close by themselves.

What that means for the people in them is done place by place, by a job (placing.py).
"""

from dataclasses import dataclass, replace
from datetime import datetime

from models import Cooperative, Municipality, Opening, Operator, Service
from rules import hours

from . import desk, planning
from .moves import JOB, Actor, NotAllowed, hold, move, note, one_transaction
from .places import group_complete, tell_cooperative

LAST_YEAR_DAYS = 52 * 7             # so that a Tuesday stays a Tuesday




class OtherYear(Exception):
    """A place's money belongs to its year: what moves into another is a new opening."""


class FewerThanTaken(Exception):
    """More units are taken than there would be places; `taken` says how many."""

    def __init__(self, taken):
        super().__init__(f"{taken} units are taken")
        self.taken = taken


@dataclass(frozen=True)
class Draft:
    """An opening before it is one: what, where, when (UTC moments), for how many, by when one must have booked."""

    service: Service
    cooperative: Cooperative
    municipality: Municipality
    place: str
    starts_at: datetime
    ends_at: datetime
    closes_at: datetime
    places: int
    minimum: int = 1
    collection: tuple = ()

    @classmethod
    def of(cls, row):
        """The draft that an opening, or an idea, was."""
        return cls(row.service, row.cooperative, row.municipality, row.place, row.starts_at, row.ends_at, row.closes_at,
                   row.places, row.minimum, tuple(row.collection))

    @property
    def makes_sense(self) -> bool:
        """It closes before it begins, begins before it ends, and its group fits in."""
        return self.closes_at <= self.starts_at < self.ends_at and 1 <= self.minimum <= self.places

    def later(self, days: int):
        """The same so many days later, by the clock on the wall."""
        return replace(self, **{name: hours.later(getattr(self, name), days) for name in ("starts_at", "ends_at", "closes_at")})


# ---------------------------------------------------------------- opening

@one_transaction
def open_all(drafts, *, by: Actor, at) -> list[Opening]:
    """Open all of these, or none. Raises ValueError for one that nobody could book any more, or that makes no sense."""
    if any(draft.closes_at <= at or not draft.makes_sense for draft in drafts):
        raise ValueError("an opening that nobody could book")
    return [_open(draft, by, at) for draft in drafts]


def _open(draft, by, at):
    opening = Opening.create(
        code=_code(draft), service=draft.service, cooperative=draft.cooperative, municipality=draft.municipality,
        place=draft.place, starts_at=draft.starts_at, ends_at=draft.ends_at, closes_at=draft.closes_at,
        places=draft.places, minimum=draft.minimum, collection=list(draft.collection),
        mark_by=planning.mark_by(draft.ends_at))
    note(opening, "open", by=by, at=at, after="open")
    return opening


def _code(draft):
    """WK-20261207-ROM: service, day, comune; a second one of that day has a number."""
    place = "".join(sign for sign in draft.municipality.name.upper() if sign.isalpha())[:3]
    base = f"{draft.service.code}-{hours.local(draft.starts_at):%Y%m%d}-{place}"
    taken = {code for code, in Opening.select(Opening.code).where(Opening.code.startswith(base)).tuples()}
    return next(code for code in (base, *(f"{base}-{n}" for n in range(2, 1000))) if code not in taken)


@one_transaction
def open_missing(drafts, *, by: Actor, at) -> list[Opening]:
    """Open those of these that are not there yet, so that a form sent twice opens once. Raises ValueError, see `open_all`."""
    for service in sorted({draft.service for draft in drafts}, key=lambda row: row.id):
        hold(service)           # of two that open the same at once, the second finds what the first opened
    there = twins_of(drafts)
    return open_all([draft for draft in drafts if draft not in there], by=by, at=at)


def twins_of(drafts) -> dict[Draft, Opening]:
    """The openings that are there already for the same service, comune, place and hour, by draft, in one question."""
    there = {(row.service_id, row.municipality_id, row.place, row.starts_at): row for row in Opening.select().where(
        Opening.state != "cancelled", Opening.starts_at.in_([draft.starts_at for draft in drafts] or [None]),
        Opening.service.in_({draft.service.id for draft in drafts} or [None]))}
    return {draft: there[_same(draft)] for draft in drafts if _same(draft) in there}


def _same(draft):
    return (draft.service.id, draft.municipality.id, draft.place, draft.starts_at)


# ---------------------------------------------------------------- changing

@one_transaction
def confirm(opening: Opening, *, by: Actor, at):
    """"Apri lo stesso": it takes place whatever its minimum; everybody in it is told. Raises NotAllowed."""
    opening = hold(opening)
    if opening.state != "open" or opening.starts_at <= at:
        raise NotAllowed(opening)
    if opening.confirmed_at:
        return
    Opening.update(confirmed_at=at).where(Opening.id == opening.id, Opening.confirmed_at.is_null()).execute()
    note(opening, "confirm", by=by, at=at)
    tell_cooperative(opening, "on", at=at)


@one_transaction
def move_to(opening: Opening, starts_at: datetime, ends_at: datetime, place: str, *, by: Actor, at):
    """Another time or place: everybody in it is told and may give the place back free. Its closing moves along.

    Who leads it does so no more, if that is not possible then.
    Raises NotAllowed when it is cancelled or has begun, ValueError for a time that is past, OtherYear.
    """
    opening = hold(opening)
    if opening.state == "cancelled" or opening.starts_at <= at:
        raise NotAllowed(opening)
    if starts_at <= at or ends_at <= starts_at:
        raise ValueError("not a time to come")
    if planning.year_of(starts_at) != planning.year_of(opening.starts_at):
        raise OtherYear
    if (starts_at, ends_at, place) == (opening.starts_at, opening.ends_at, opening.place):
        return
    _let_go_of_who_is_busy(opening, starts_at, ends_at, by, at)
    Opening.update(starts_at=starts_at, ends_at=ends_at, place=place, closes_at=_closing(opening, starts_at, at),
                   sequence=opening.sequence + 1, changed_at=at, mark_by=planning.mark_by(ends_at)).where(
        Opening.id == opening.id).execute()
    note(opening, "move", by=by, at=at, before=opening.starts_at.isoformat(), after=starts_at.isoformat())
    tell_cooperative(Opening.get_by_id(opening.id), "moved", at=at, soonest=min(opening.starts_at, starts_at))


def _closing(opening, starts_at, at):
    """It moves along where that is still to come; else it stays, at the latest until the new start.

    So a group is never called off by moving it.
    """
    if opening.state != "open":
        return opening.closes_at
    along = hours.moved_along(opening.closes_at, opening.starts_at, starts_at)
    return min(along if along > at else opening.closes_at, starts_at)


def _let_go_of_who_is_busy(opening, starts_at, ends_at, by, at):
    """Nobody is promised to two places at once: who leads it has something else then, or has left."""
    try:
        planning.keep_free(opening.worker, [(starts_at, ends_at)], leads=opening)
    except (planning.Busy, NotAllowed):
        Opening.update(worker=None).where(Opening.id == opening.id).execute()
        note(opening, "assign", by=by, at=at, before=str(opening.worker_id), after=str(None))


@one_transaction
def resize(opening: Opening, places: int, minimum: int, *, by: Actor, at):
    """More or fewer places, another minimum. Raises NotAllowed, FewerThanTaken, ValueError for a minimum over the places."""
    opening = hold(opening)
    if opening.state != "open" or opening.starts_at <= at:
        raise NotAllowed(opening)
    if not 1 <= minimum <= places:
        raise ValueError("a minimum is between one and the places")
    if not Opening.update(places=places, minimum=minimum).where(Opening.id == opening.id, Opening.taken <= places).execute():
        raise FewerThanTaken(opening.taken)
    note(opening, "resize", by=by, at=at, before=f"{opening.minimum}/{opening.places}", after=f"{minimum}/{places}")
    group_complete(Opening.get_by_id(opening.id), at=at, by=by)


@one_transaction
def lead(opening: Opening, worker: Operator | None, operator: Operator, *, at):
    """Who of the cooperative leads it. Raises NotAllowed once it is cancelled or its day closed, planning.Busy."""
    opening = hold(opening)
    if opening.state == "cancelled" or opening.settled_at:
        raise NotAllowed(opening)
    planning.keep_free(worker, [(opening.starts_at, opening.ends_at)], leads=opening)
    Opening.update(worker=worker).where(Opening.id == opening.id).execute()
    note(opening, "assign", by=Actor("operator", operator.id), at=at, before=str(opening.worker_id),
         after=str(worker and worker.id))


@one_transaction
def cancel(opening: Opening, *, by: Actor, at):
    """It does not take place: everybody in it is told. Raises NotAllowed when it is cancelled already, or has begun."""
    opening = hold(opening)
    if opening.starts_at <= at:
        raise NotAllowed(opening)
    _cancel(opening, "cooperative", by, at)


def _cancel(opening, why, by, at):
    move(opening, "cancel", by=by, at=at, why_cancelled=why, changed_at=at, sequence=opening.sequence + 1, mark_by=None)
    desk.settle(at, "cancelled", opening=opening)
    tell_cooperative(opening, "off", at=at)


@one_transaction
def close(opening: Opening, *, at):
    """Its closing time has come: with its group it closes, without it is cancelled and everybody told."""
    opening = hold(opening)
    if opening.state != "open" or opening.closes_at > at:
        return                          # moved since the job read it
    if group_complete(opening, at=at, by=JOB):
        move(opening, "close", by=JOB, at=at)
    else:
        _cancel(opening, "group_not_reached", JOB, at)
