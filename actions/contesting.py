"""Contesting: within a week the person says that it was otherwise; the desk decides, and both sides hear it in words."""

from models import Appointment, DeskItem, Place
from questions.operators import who_went_to

from . import allowances, delivering, desk, planning
from .moves import Actor, NotAllowed, hold, move, note, one_transaction
from .outbox import queue, two_days
from .telling import tell
from .trusting import link_to

REASONS = ("nobody_came", "less", "was_there", "other")     # what the person says was otherwise
RESOLUTIONS = ("stands", "delivered", "missed_employee", "missed_operator")
WORDS_LENGTH = 160                                          # of the desk's words to both sides


def until(visit: Appointment | Place):
    """Until when it can be contested: a week after it was marked."""
    return visit.marked_at and visit.marked_at + delivering.CONTEST


def may_contest(visit: Appointment | Place, at) -> bool:
    """Whether the person may still say that it was otherwise."""
    return visit.state in visit.MARKED and not visit.contested_at and not visit.settled_at and at <= until(visit)


@one_transaction
def contest(visit: Appointment | Place, why: str, *, by: Actor, at, words: str = ""):
    """The person says that it was otherwise: `why` is one of REASONS, `words` hers, for the desk alone, kept sealed.

    Raises NotAllowed after the week, and when she said so already.
    """
    request = hold(visit.request)
    visit = type(visit).get_by_id(visit.id)
    if why not in REASONS or not may_contest(visit, at):
        raise NotAllowed(visit)
    if not type(visit).update(contested_at=at, contested_why=why).where(
            type(visit).id == visit.id, type(visit).settled_at.is_null()).execute():
        raise NotAllowed(visit)         # settled while it was being written
    note(visit, "contest", by=by, at=at, after=why)
    name = visit._meta.table_name
    item = desk.open_item("contested", project=request.project, request=request, employee=request.employee,
                          language=request.language, at=at, **{name: visit})
    DeskItem.update(said=words.strip()).where(DeskItem.id == item.id).execute()
    tell(request.project, "contested", at=at, request=request, detail=f":{name}:{visit.id}")


@one_transaction
def resolve(visit: Appointment | Place, as_: str, words: str, *, by: Actor, at, units: int | None = None):
    """The desk decides: `as_` is one of RESOLUTIONS, `words` what both sides are told; of what was delivered, how much.

    Money follows: what was spent is spent no more where nothing took place. Raises NotAllowed, delivering.TooMuch, and
    allowances.NotEnough where what was freed meanwhile went to somebody else.
    """
    request = hold(visit.request)
    visit = type(visit).get_by_id(visit.id)
    if not visit.contested_at or visit.resolved_at or visit.settled_at:
        raise NotAllowed(visit)
    type(visit).update(resolved_at=at, resolved_as=as_).where(type(visit).id == visit.id).execute()
    note(visit, "resolve", by=by, at=at, after=as_)
    if as_ == "delivered":
        _delivered(visit, units, by, at)
    elif as_ != "stands":
        _missed(visit, as_.removeprefix("missed_"), by, at)
    desk.settle(at, "resolved", kind="contested", **{visit._meta.table_name: visit})
    _tell_both(request, visit, as_, words, at)


def _delivered(visit, units, by, at):
    """It took place, all of it or so much: spent is what that costs."""
    units = visit.units_delivered or delivering.planned_units(visit) if units is None else units
    before = visit.project_cents if visit.state == "delivered" else 0
    parts = delivering.delivered_shares(visit, units)
    move(visit, "resolve_delivered", by=by, at=at, units_delivered=units, delivered_at=visit.delivered_at or at,
         missed_by=None, reason=None, agreed=list(delivering.agreed_shares(visit)), **planning.money(visit.request, parts))
    _spend_instead(visit, before, parts.project)


def _missed(visit, side, by, at):
    before = visit.project_cents if visit.state == "delivered" else 0
    move(visit, "resolve_missed", by=by, at=at, units_delivered=None, delivered_at=None, missed_by=side, reason="contested")
    _spend_instead(visit, before, 0)


def _spend_instead(visit, before, now):
    request = visit.request
    allowances.spend_instead(request.project, request.employee, planning.year_of(visit.starts_at), before, now)


def _tell_both(request, visit, as_, words, at):
    about, says = {visit._meta.table_name: visit, "request": request}, {"as": as_, "words": words.strip()}
    if request.employee:
        queue("resolved", request.employee, at=at, worth=two_days(at), hours_class="open", says=says,
              link=link_to("employee", at=at, employee=request.employee), **about)
    for operator in who_went_to(visit):
        queue("resolved_visit", operator, at=at, worth=two_days(at), hours_class="open", says=says,
              link=link_to("operator", at=at, operator=operator), **about)
