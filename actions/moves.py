"""How a state changes: one guarded UPDATE, its row count checked, an event written."""

from functools import wraps
from typing import NamedTuple

from models import Appointment, Event, Idea, Message, Opening, Place, Proposal, Referral, ServiceRequest, db


class NotAllowed(Exception):
    """The state is no longer the one this verb starts from: somebody was first. `row` is what is true now.

    `state` says it of a row whose moments are its state.
    """

    def __init__(self, row, state=None):
        super().__init__(f"{row._meta.table_name} {row.id} is {state or row.state}")
        self.row = row


class Actor(NamedTuple):
    """Who acts: a role and a row's id, never a name."""

    role: str
    id: int | None = None


JOB = Actor("job")

MOVES = {
    ServiceRequest: {
        "take": (("open",), "taken"),
        "release": (("taken", "agreed"), "open"),
        "agree": (("open", "taken"), "agreed"),
        "undo": (("agreed",), "taken"),
        "close": (("open", "taken", "agreed"), "closed"),
        "lapse": (("open", "taken"), "closed"),
    },
    Referral: {
        "take": (("waiting",), "taken"),
        "decline": (("waiting", "taken"), "declined"),
        "lapse": (("waiting", "taken"), "lapsed"),
        "withdraw": (("waiting", "taken"), "withdrawn"),
    },
    Proposal: {
        "accept": (("waiting",), "accepted"),
        "counter": (("waiting",), "countered"),
        "agree": (("countered",), "accepted"),          # the cooperative's yes to what the person asked instead
        "decline": (("waiting", "countered"), "declined"),
        "lapse": (("waiting", "countered"), "lapsed"),
        "withdraw": (("waiting", "countered"), "withdrawn"),
    },
    Appointment: {
        "deliver": (("planned",), "delivered"),
        "miss": (("planned",), "missed"),
        "cancel": (("planned",), "cancelled"),
        "undo": (("planned",), "cancelled"),            # within ten minutes of confirming it
        "resolve_delivered": (("delivered", "missed"), "delivered"),    # after an objection, or without one
        "resolve_missed": (("delivered", "missed"), "missed"),
    },
    Opening: {
        "close": (("open",), "closed"),
        "cancel": (("open", "closed"), "cancelled"),
    },
    Place: {
        "offer": (("listed",), "offered"),
        "take": (("listed", "offered"), "taken"),
        "lapse": (("offered",), "listed"),              # at the end of the list
        "end": (("listed", "offered"), "lapsed"),       # at the start; or an offer that was only for who had said so
        "deliver": (("taken",), "delivered"),
        "miss": (("taken",), "missed"),
        "cancel": (("listed", "offered", "taken"), "cancelled"),
        "resolve_delivered": (("delivered", "missed"), "delivered"),
        "resolve_missed": (("delivered", "missed"), "missed"),
    },
    Idea: {
        "open": (("published",), "opened"),
        "withdraw": (("published",), "withdrawn"),
    },
    Message: {
        "claim": (("queued",), "sending"),
        "send": (("sending", "unknown"), "sent"),
        "put_off": (("sending",), "queued"),
        "queue_again": (("unknown", "sending"), "queued"),
        "doubt": (("sending",), "unknown"),
        "refuse": (("sending",), "failed"),
        "drop": (("queued",), "dropped"),
        "expire": (("queued", "unknown"), "expired"),
    },
}


def move(row, verb: str, *, by: Actor, at, **changes):
    """Move `row` by `verb` and write down who did it.

    One UPDATE names the states it may start from, so of two people at once exactly one succeeds.
    Returns the row as it is now. Raises NotAllowed when the row's state has changed meanwhile.
    """
    starts, end = MOVES[type(row)][verb]
    model, before = type(row), row.state
    moved = model.update(state=end, **changes).where(model.id == row.id, model.state.in_(starts)).execute()
    if not moved:
        raise NotAllowed(model.get_by_id(row.id))
    row.state = end
    for name, value in changes.items():
        setattr(row, name, value)
    if model is not Message:  # the outbox row is its own history
        note(row, verb, by=by, at=at, before=before, after=end)
    return row


def hold(row):
    """Serialise on the row that owns what a verb takes, and return it as it is now.

    An UPDATE that changes nothing: on PostgreSQL others wait for it until this transaction ends, on SQLite they wait
    anyway. Read what hangs on the row after it.
    """
    model = type(row)
    model.update({model.id: model.id}).where(model.id == row.id).execute()
    return model.get_by_id(row.id)


def note(row, verb: str, *, by: Actor, at, before=None, after=None):
    """Write an event: who, verb, what, before, after, when. Ids and states only."""
    Event.create(role=by.role, actor=by.id, verb=verb, subject=row._meta.table_name, subject_id=row.id,
                 before=before, after=after, at=at)


def one_transaction(verb):
    """Make a verb one transaction: all of it happens, or none."""
    @wraps(verb)
    def whole(*args, **kwargs):
        with db.atomic():
            return verb(*args, **kwargs)
    return whole
