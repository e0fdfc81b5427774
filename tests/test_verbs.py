"""Every verb from every state: what it makes of request, referral, proposal and visit, or that it is too late."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta

import pytest
from cast import Cast, asked, make_cast, moment, referral_of

from actions import agreeing, answering, changing, delivering, ending, reminding
from actions.moves import Actor, NotAllowed
from actions.planning import Slot
from models import Allowance, Appointment, DeskItem, Event, Message, Proposal, Referral, ServiceRequest, db

pytestmark = pytest.mark.both_engines

FRIDAY, SATURDAY = date(2026, 12, 4), date(2026, 12, 5)
OTHER = Slot(moment(FRIDAY, "16:00"), moment(FRIDAY, "19:00"))
LATER = Slot(moment(SATURDAY, "10:00"), moment(SATURDAY, "13:00"))
WISHED = moment(SATURDAY, "11:00")
BEGUN = moment(FRIDAY, "16:05")
TOUCHED = (ServiceRequest, Referral, Proposal, Appointment, Allowance, Message, DeskItem, Event)
NOTED = {model._meta.table_name for model in (ServiceRequest, Referral, Proposal, Appointment, DeskItem)}
HOUR = timedelta(hours=1)


@dataclass
class Scene:
    """One request of Gianni's, before Il Melograno, and the moment at which somebody does something about it."""

    cast: Cast
    request: ServiceRequest
    at: datetime

    def __post_init__(self):
        self.first = referral_of(self.request)
        self.gianni = Actor("employee", self.cast.gianni.id)
        self.marta = Actor("operator", self.cast.marta.id)
        self.desk = Actor("coordinator", self.cast.paola.id)

    @property
    def now(self):
        """The request as it is."""
        return ServiceRequest.get_by_id(self.request.id)

    @property
    def referral(self):
        """Its first referral."""
        return Referral.get_by_id(self.first.id)

    @property
    def proposal(self):
        """What was proposed last."""
        return _last(Proposal, self.request)

    @property
    def visit(self):
        """What was planned last."""
        return _last(Appointment, self.request)

    def states(self):
        """Request, referral, proposal and visit, as one line."""
        rows = self.now, self.referral, self.proposal, self.visit
        return " ".join(row.state if row else "-" for row in rows)


def _last(model, request):
    return model.select().where(model.request == request).order_by(model.id.desc()).first()


# ---------------------------------------------------------------- the states

def _open(cast, at):
    return Scene(cast, asked(cast, at=at), at)


def _then(before, *verbs, later=timedelta(0), to=None):
    def state(cast, at):
        scene = before(cast, at)
        for verb in verbs:
            VERBS[verb](scene)
        scene.at = to or at + later
        return scene
    return state


VERBS = {
    "take": lambda s: answering.take(s.referral, s.cast.marta, at=s.at),
    "confirm": lambda s: answering.confirm(s.referral, s.cast.marta, s.cast.anna, at=s.at),
    "decline": lambda s: answering.decline(s.referral, s.cast.marta, "full", at=s.at),
    "hand_over": lambda s: answering.hand_over(s.referral, s.cast.marta, s.cast.anna, at=s.at),
    "put_by_desk": lambda s: answering.put_by_desk(s.now, s.cast.quercia, s.cast.paola, at=s.at),
    "propose": lambda s: agreeing.propose(s.referral, OTHER, s.cast.anna, by=s.marta, operator=s.cast.marta, at=s.at),
    "accept": lambda s: agreeing.accept(s.proposal, by=s.gianni, at=s.at),
    "counter": lambda s: agreeing.counter(s.proposal, WISHED, by=s.gianni, at=s.at),
    "decline_proposal": lambda s: agreeing.decline(s.proposal, by=s.gianni, at=s.at),
    "ask_to_talk": lambda s: agreeing.ask_to_talk(s.proposal, by=s.gianni, at=s.at),
    "agree_to_counter": lambda s: agreeing.agree_to_counter(s.proposal, s.cast.marta, s.cast.bruno, at=s.at),
    "refuse_change": lambda s: changing.refuse_change(s.proposal, s.cast.marta, at=s.at),
    "propose_change": lambda s: changing.propose_change(s.visit, LATER, s.cast.anna, by=s.marta, at=s.at),
    "ask_change": lambda s: changing.ask_change(s.visit, WISHED, by=s.gianni, at=s.at),
    "say_yes": lambda s: reminding.say_yes(s.visit, by=s.gianni, at=s.at),
    "assign": lambda s: answering.assign(s.visit, s.cast.bruno, s.cast.marta, at=s.at),
    "undo": lambda s: answering.undo(s.visit, s.cast.marta, at=s.at),
    "deliver": lambda s: delivering.deliver(s.visit, s.cast.marta, at=s.visit.ends_at),
    "cancel": lambda s: ending.cancel(s.now, by=s.gianni, at=s.at),
    "cancel_visit": lambda s: ending.cancel_visit(s.visit, by=s.gianni, at=s.at),
    "give_back": lambda s: ending.give_back(s.visit, s.cast.marta, "ill", at=s.at),
    "close": lambda s: ending.close(s.now, "unfilled", "nobody", by=s.desk, at=s.at),
    "lapse_request": lambda s: ending.lapse(s.now, at=s.now.lapses_at),
    "lapse_referral": lambda s: answering.lapse(s.referral, at=s.referral.due_at),
    "lapse_proposal": lambda s: agreeing.lapse(s.proposal, at=s.proposal.due_at),
}
ABOUT = {
    "proposal": {"accept", "counter", "decline_proposal", "ask_to_talk", "agree_to_counter", "refuse_change",
                 "lapse_proposal"},
    "visit": {"propose_change", "ask_change", "say_yes", "assign", "undo", "deliver", "cancel_visit", "give_back"},
}

_proposed = _then(_open, "propose")
_countered = _then(_proposed, "counter")
_undoable = _then(_open, "confirm", later=timedelta(minutes=9))
_agreed = _then(_proposed, "accept", later=HOUR)
STATES = {
    "open": _open,
    "taken": _then(_open, "take"),
    "proposed": _proposed,
    "countered": _countered,
    "undoable": _undoable,
    "agreed": _agreed,
    "changing": _then(_agreed, "propose_change", later=HOUR),
    "wished": _then(_agreed, "ask_change", later=HOUR),
    "begun": _then(_agreed, to=BEGUN),
    "begun_changing": _then(_agreed, "propose_change", to=BEGUN),
    "delivered": _then(_agreed, "deliver", to=BEGUN),
    "passed_on": _then(_proposed, "decline_proposal", later=HOUR),
    "cancelled": _then(_agreed, "cancel", later=HOUR),
    "cancelled_before": _then(_proposed, "cancel", later=HOUR),
    "lapsed": _then(_countered, "lapse_request", later=HOUR),
    "closed": _then(_undoable, "close"),
}


# What each verb that is allowed makes of request, referral, proposal and visit. All others are too late, jobs do nothing.
ENDS = {
    "open": {
        "take": "taken taken - -",
        "confirm": "agreed taken - planned",
        "decline": "open declined - -",
        "hand_over": "open waiting - -",
        "put_by_desk": "open withdrawn - -",
        "propose": "taken taken waiting -",
        "cancel": "closed withdrawn - -",
        "close": "closed withdrawn - -",
        "lapse_request": "closed lapsed - -",
        "lapse_referral": "open lapsed - -",
    },
    "taken": {
        "confirm": "agreed taken - planned",
        "decline": "open declined - -",
        "hand_over": "taken taken - -",
        "put_by_desk": "open withdrawn - -",
        "propose": "taken taken waiting -",
        "cancel": "closed withdrawn - -",
        "close": "closed withdrawn - -",
        "lapse_request": "closed lapsed - -",
        "lapse_referral": "open lapsed - -",
    },
    "proposed": {
        "confirm": "agreed taken withdrawn planned",
        "decline": "open declined withdrawn -",
        "hand_over": "taken taken waiting -",
        "put_by_desk": "open withdrawn withdrawn -",
        "propose": "taken taken waiting -",
        "accept": "agreed taken accepted planned",
        "counter": "taken taken countered -",
        "decline_proposal": "open withdrawn declined -",
        "ask_to_talk": "taken taken waiting -",
        "cancel": "closed withdrawn withdrawn -",
        "close": "closed withdrawn withdrawn -",
        "lapse_request": "closed lapsed withdrawn -",
        "lapse_proposal": "open withdrawn lapsed -",
    },
    "countered": {
        "confirm": "agreed taken withdrawn planned",
        "decline": "open declined withdrawn -",
        "hand_over": "taken taken countered -",
        "put_by_desk": "open withdrawn withdrawn -",
        "propose": "taken taken waiting -",
        "agree_to_counter": "agreed taken accepted planned",
        "cancel": "closed withdrawn withdrawn -",
        "close": "closed withdrawn withdrawn -",
        "lapse_request": "closed lapsed withdrawn -",
        "lapse_referral": "open lapsed withdrawn -",
    },
    "undoable": {
        "propose_change": "agreed taken waiting planned",
        "ask_change": "agreed taken countered planned",
        "say_yes": "agreed taken - planned",
        "assign": "agreed taken - planned",
        "undo": "taken taken - cancelled",
        "deliver": "agreed taken - delivered",
        "cancel": "closed withdrawn - cancelled",
        "cancel_visit": "closed withdrawn - cancelled",
        "give_back": "open declined - cancelled",
        "close": "closed withdrawn - cancelled",
    },
    "agreed": {
        "propose_change": "agreed taken waiting planned",
        "ask_change": "agreed taken countered planned",
        "say_yes": "agreed taken accepted planned",
        "assign": "agreed taken accepted planned",
        "deliver": "agreed taken accepted delivered",
        "cancel": "closed withdrawn accepted cancelled",
        "cancel_visit": "closed withdrawn accepted cancelled",
        "give_back": "open declined accepted cancelled",
        "close": "closed withdrawn accepted cancelled",
    },
    "changing": {
        "accept": "agreed taken accepted planned",
        "counter": "agreed taken countered planned",
        "decline_proposal": "agreed taken declined planned",
        "ask_to_talk": "agreed taken waiting planned",
        "propose_change": "agreed taken waiting planned",
        "say_yes": "agreed taken waiting planned",
        "assign": "agreed taken waiting planned",
        "deliver": "agreed taken withdrawn delivered",
        "cancel": "closed withdrawn withdrawn cancelled",
        "cancel_visit": "closed withdrawn withdrawn cancelled",
        "give_back": "open declined withdrawn cancelled",
        "close": "closed withdrawn withdrawn cancelled",
        "lapse_proposal": "agreed taken lapsed planned",
    },
    "wished": {
        "agree_to_counter": "agreed taken accepted planned",
        "refuse_change": "agreed taken declined planned",
        "propose_change": "agreed taken waiting planned",
        "say_yes": "agreed taken countered planned",
        "assign": "agreed taken countered planned",
        "deliver": "agreed taken withdrawn delivered",
        "cancel": "closed withdrawn withdrawn cancelled",
        "cancel_visit": "closed withdrawn withdrawn cancelled",
        "give_back": "open declined withdrawn cancelled",
        "close": "closed withdrawn withdrawn cancelled",
        "lapse_proposal": "agreed taken lapsed planned",
    },
    "begun": {
        "assign": "agreed taken accepted planned",
        "deliver": "agreed taken accepted delivered",
        "close": "closed withdrawn accepted cancelled",
    },
    "begun_changing": {
        "assign": "agreed taken waiting planned",
        "decline_proposal": "agreed taken declined planned",
        "ask_to_talk": "agreed taken waiting planned",
        "deliver": "agreed taken withdrawn delivered",
        "close": "closed withdrawn withdrawn cancelled",
        "lapse_proposal": "agreed taken lapsed planned",
    },
    "delivered": {},
    "passed_on": {
        "put_by_desk": "open withdrawn declined -",
        "cancel": "closed withdrawn declined -",
        "close": "closed withdrawn declined -",
        "lapse_request": "closed withdrawn declined -",
    },
    "cancelled": {},
    "cancelled_before": {},
    "lapsed": {},
    "closed": {},
}


@pytest.fixture
def cast(app, at):
    return make_cast(at)


@pytest.mark.parametrize("state", STATES)
def test_every_verb_from_every_state_does_what_it_should_or_is_too_late(cast, at, state):
    scene = STATES[state](cast, at)
    verbs = [verb for verb in VERBS if all(getattr(scene, about) for about, theirs in ABOUT.items() if verb in theirs)]
    became = {verb: tried(scene, verb) for verb in verbs}
    assert {verb: end for verb, end in became.items() if end} == ENDS[state]


def tried(scene, verb):
    """The states that this verb leads to, None where it is too late; afterwards all is as before."""
    before = rows()
    with db.atomic() as trial:
        try:
            VERBS[verb](scene)
        except NotAllowed:
            assert rows() == before, f"{verb} was too late, but wrote"
            return None
        finally:
            after, states = rows(), scene.states()
            trial.rollback()
    if after == before and verb.startswith("lapse"):
        return None
    changed = {key for key, row in after.items() if before.get(key) != row and key[0] in NOTED}
    noted = {(event["subject"], event["subject_id"]) for key, event in after.items()
             if key[0] == "event" and key not in before}
    assert noted and changed <= noted, f"{verb} left no event of {changed - noted}"
    return states


def rows():
    return {(model._meta.table_name, row["id"]): row for model in TOUCHED for row in model.select().dicts()}
