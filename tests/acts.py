"""What the cast does in one line, for tests of verbs: Il Melograno proposes, confirms, moves; what was reserved and said."""

from cast import asked, moment, referral_of

from actions import agreeing, answering, changing
from actions.moves import Actor
from actions.planning import Slot
from models import Allowance, Message


def now(row):
    """A row as it is now."""
    return type(row).get_by_id(row.id)


def slot(on, begins, ends, weekly=None):
    """A time by the clock on the wall."""
    return Slot(moment(on, begins), moment(on, ends), weekly)


def gianni(cast):
    """Gianni, as who acts."""
    return Actor("employee", cast.gianni.id)


def proposed(cast, request, when, worker=None, *, at, by=None):
    """Marta, or who is named, proposes."""
    by = by or cast.marta
    return agreeing.propose(referral_of(request), when, worker, by=Actor("operator", by.id), operator=by, at=at)


def confirmed(cast, request, worker=None, *, at, by=None):
    """Marta, or who is named, confirms as asked, and goes herself unless somebody else is named."""
    by = by or cast.marta
    return answering.confirm(referral_of(request), by, worker or by, at=at)


def agreed(cast, at, **wish):
    """A request that was asked and confirmed at once, and its visits."""
    request = asked(cast, at=at, **wish)
    return request, confirmed(cast, request, at=at)


def change(cast, visit, when, worker=None, *, at, **more):
    """Marta proposes to move a visit."""
    return changing.propose_change(visit, when, worker or cast.marta, by=Actor("operator", cast.marta.id), at=at, **more)


def reserved(employee=None):
    """The cents reserved by year for a person; for the project if nobody is named."""
    return {row.year: row.reserved_cents for row in _allowances(employee)}


def spent(employee=None):
    """The cents spent by year for a person; for the project if nobody is named."""
    return {row.year: row.spent_cents for row in _allowances(employee)}


def _allowances(employee):
    return Allowance.select().where(Allowance.employee == employee if employee else Allowance.employee.is_null())


def said(kind, **about):
    """The messages of a kind, in order."""
    same = [getattr(Message, name) == row for name, row in about.items()]
    return list(Message.select().where(Message.kind == kind, *same).order_by(Message.id))
