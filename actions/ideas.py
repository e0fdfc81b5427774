"""Ideas: an opening that might be is published to who asked for such news; with enough interest it opens, they first."""

import logging

from models import Employee, Idea, Interest, Opening
from questions.openings import interested_in, live_place_of, who_asked_for_news
from rules import hours

from . import asking, openings, placing
from .moves import Actor, NotAllowed, hold, move, note, one_transaction
from .outbox import queue
from .places import Seat
from .trusting import link_to

log = logging.getLogger("lynx.ideas")


@one_transaction
def ask_for_news(employee: Employee, wants: bool, *, at):
    """"Avvisami": whether a person hears of ideas for openings; nobody does who has not asked (rule: no marketing)."""
    Employee.update(news_at=at if wants else None).where(Employee.id == employee.id).execute()
    note(employee, "ask_for_news" if wants else "no_news", by=Actor("employee", employee.id), at=at)


@one_transaction
def publish(draft: openings.Draft, project, coordinator, *, at) -> Idea:
    """Publish an idea, and tell who asked for such news. Raises ValueError when it is too late for it to come about."""
    if draft.closes_at <= at or not draft.makes_sense:
        raise ValueError("an idea that nobody could book")
    idea = Idea.create(
        project=project, coordinator=coordinator, service=draft.service, cooperative=draft.cooperative,
        municipality=draft.municipality, place=draft.place, starts_at=draft.starts_at, ends_at=draft.ends_at,
        closes_at=draft.closes_at, places=draft.places, minimum=draft.minimum, collection=list(draft.collection),
        published_at=at)
    note(idea, "publish", by=Actor("coordinator", coordinator.id), at=at, after="published")
    for employee in who_asked_for_news(project, hours.local(at).date()):
        queue("idea", employee, at=at, worth=idea.closes_at, hours_class="open", idea=idea, project=project,
              link=link_to("employee", at=at, employee=employee))
    return idea


@one_transaction
def publish_missing(drafts, project, coordinator, *, at) -> list[Idea]:
    """Publish those of these that are not published yet, so that a form sent twice writes to nobody twice."""
    project = hold(project)
    there = twins_of(drafts, project)
    return [publish(draft, project, coordinator, at=at) for draft in drafts if draft not in there]


def twins_of(drafts, project) -> dict[openings.Draft, Idea]:
    """The ideas that are published already to these people for the same service, comune, place and hour, by draft."""
    there = {(row.service_id, row.municipality_id, row.place, row.starts_at): row for row in Idea.select().where(
        Idea.project == project, Idea.state == "published",
        Idea.starts_at.in_([draft.starts_at for draft in drafts] or [None]))}
    found = {draft: there.get((draft.service.id, draft.municipality.id, draft.place, draft.starts_at)) for draft in drafts}
    return {draft: row for draft, row in found.items() if row}


@one_transaction
def be_interested(idea: Idea, employee: Employee, units: int, *, at):
    """"Mi interessa", for so many; said again it is the new number, none takes it back. Raises NotAllowed, ValueError."""
    idea = hold(idea)
    if idea.state != "published" or idea.closes_at <= at:
        raise NotAllowed(idea)
    if not 0 <= units <= idea.places:
        raise ValueError("between none and all the places")
    mine = (Interest.idea == idea) & (Interest.employee == employee)
    if not units:
        Interest.delete().where(mine).execute()
    elif not Interest.update(units=units).where(mine).execute():      # another number keeps its turn
        Interest.create(idea=idea, employee=employee, units=units, at=at)
    note(idea, "interest", by=Actor("employee", employee.id), at=at, after=str(units))


def enough(idea: Idea, interest: dict) -> bool:
    """Whether as many would come as it takes; `interest`: the units by idea."""
    return interest.get(idea.id, 0) >= idea.minimum


def open_idea(idea: Idea, *, by: Actor, at) -> Opening:
    """It becomes an opening, and a place is held for each who was interested, in the order in which they said so.

    Raises NotAllowed when it is not published any more, ValueError when it is too late.
    """
    opening = _open(idea, by, at)
    for interest in list(interested_in(idea)):
        try:
            hold_place(interest, at=at)
        except Exception:       # nobody else's place hangs on it; the job tries again
            log.exception("interest %s: no place was held", interest.id)
    return Opening.get_by_id(opening.id)


@one_transaction
def _open(idea, by, at):
    idea = hold(idea)
    move(idea, "open", by=by, at=at)
    [opening] = openings.open_all([openings.Draft.of(idea)], by=by, at=at)
    Idea.update(opening=opening).where(Idea.id == idea.id).execute()
    return opening


def hold_place(interest: Interest, *, at):
    """A place offered; one who asks for more than is left, or may not ask yet, waits or is passed over."""
    employee, opening = interest.employee, interest.idea.opening
    if not employee.approved_at or live_place_of(employee, opening):
        return
    key = f"idea:{interest.idea_id}:{employee.id}"
    asking.once(key, employee, lambda letters: placing.hold_for_interested(
        Seat(opening, interest.units, {}), employee, key, at=at, letters=letters))


@one_transaction
def withdraw(idea: Idea, *, by: Actor, at):
    """It will not come about. Raises NotAllowed when it was opened, or withdrawn, already."""
    move(hold(idea), "withdraw", by=by, at=at)
