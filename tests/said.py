"""Every message of the house, said once in each language: the verbs queue it, the words are made as when it is sent.

    said = everything_said("it")     a list of Said, for every kind, with usual and with the longest names,
                                     by a sender that hears answers and by one that does not
"""

import csv
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime, timedelta, timezone
from pathlib import Path

import said_by_text
from cast import asked, booked, link_for, make_cast, moment, new_phone, opening_of, public_service, referral_of
from flask import current_app

import wording
from actions import (
    agreeing,
    answering,
    changing,
    contesting,
    conversing,
    delivering,
    ending,
    giving_back,
    ideas,
    joining,
    openings,
    outbox,
    placing,
    proposing,
    rating,
    reminding,
    signposting,
    trusting,
    waiting,
)
from actions.moves import Actor
from actions.planning import Slot
from models import (
    Appointment, Company, Coordination, Employee, Message, Opening, Operator, Phone, Place, Project, Proposal,
    ServiceRequest, db,
)
from rules.recurrence import Weekly

COMUNI = Path(__file__).resolve().parent.parent / "pilot" / "demo" / "comuni.csv"
HOST = "https://welfarelynx.example.it"     # as long as addresses get: thirty characters


@dataclass(frozen=True)
class Said:
    """One message as it goes out."""

    kind: str
    channel: str
    variant: str
    words: wording.Words
    link: str
    reference: str
    two_way: bool = True        # whether what it says can be answered by text


@dataclass
class Scene:
    """What a story is told with: the cast and the hours of what is asked."""

    cast: object
    at: datetime
    on: date
    begins: str
    ends: str
    reference: str
    weekly: Weekly                      # of what is asked for every week

    @property
    def desk(self):
        """Paola at the desk."""
        return Actor("coordinator", self.cast.paola.id)

    @property
    def person(self):
        """Gianni."""
        return Actor("employee", self.cast.gianni.id)

    @property
    def other(self):
        """Another time than is asked for: the Monday after, an hour later."""
        return Slot(*(moment(self.on, clock) + timedelta(days=3, hours=1) for clock in (self.begins, self.ends)))

    def ask(self, reference=None, **more):
        """Gianni asks; the reference is always the same."""
        request = asked(self.cast, at=self.at, on=self.on, **{"begins": self.begins, "ends": self.ends, **more})
        ServiceRequest.update(reference=reference or self.reference).where(ServiceRequest.id == request.id).execute()
        return ServiceRequest.get_by_id(request.id)

    def ask_urgently(self, at=None):
        """Gianni asks for the next day, now or at another moment."""
        at = at or self.at
        request = asked(self.cast, at=at, on=at.date() + timedelta(days=1), begins=self.begins, ends=self.ends)
        ServiceRequest.update(reference=self.reference).where(ServiceRequest.id == request.id).execute()
        return ServiceRequest.get_by_id(request.id)

    def confirm(self, **more):
        """Gianni asks, Marta confirms and goes herself."""
        request = self.ask(**more)
        return answering.confirm(referral_of(request), self.cast.marta, self.cast.marta, at=self.at)[0]

    def propose(self, worker="marta", **more):
        """Gianni asks, Marta proposes the other time."""
        marta, request = self.cast.marta, self.ask(**more)
        slot = self.other
        if request.weekly:
            slot = Slot(slot.starts_at, slot.ends_at, self.weekly._replace(weekdays=(1,)))
        return agreeing.propose(referral_of(request), slot, worker and getattr(self.cast, worker), operator=marta,
                                by=Actor("operator", marta.id), at=self.at)

    def propose_again(self):
        """Gianni asked for another time than Marta proposed, and she proposes hers again."""
        marta, first = self.cast.marta, self.propose()
        agreeing.counter(first, _earlier(self), by=self.person, at=self.at)
        return agreeing.propose(first.referral, self.other, marta, operator=marta, by=Actor("operator", marta.id), at=self.at)

    def propose_change(self, **more):
        """Gianni asks, Marta confirms and proposes the other time after all; of many visits, for all of them."""
        marta, visit = self.cast.marta, self.confirm(**more)
        return changing.propose_change(visit, self.other, marta, following="weekly" in more, operator=marta,
                                       by=Actor("operator", marta.id), at=self.at)


def comuni():
    """The names of the pilot's comuni."""
    with COMUNI.open(encoding="utf-8", newline="") as file:
        return [row["nome"] for row in csv.DictReader(file)]


def long_address(app):
    """Give the house the longest address. Set past the checks: they ask real carriers of a public address."""
    object.__setattr__(app.settings, "public_url", HOST)
    return app


# ---------------------------------------------------------------- the two scenes

def usual(language):
    """The cast as it is, round hours."""
    at = datetime(2026, 12, 1, 8, 0, tzinfo=timezone.utc)
    return _scene(language, at, date(2026, 12, 4), "15:00", "18:00", comune="Romano di Lombardia", word="limone",
                  reference="A7K2", times=8)


def longest(language):
    """The longest comune and reference, half hours, days and months of two figures, a year of visits."""
    at = datetime(2026, 12, 14, 8, 10, tzinfo=timezone.utc)
    return _scene(language, at, date(2026, 12, 18), "15:30", "18:30", comune=max(comuni(), key=len), word="airone",
                  reference="A7K2M9", times=50)


def _scene(language, at, on, begins, ends, *, comune, word, reference, times):
    cast = make_cast(at)
    for row in cast:
        if hasattr(row, "language"):
            row.language = language
            row.save()
    Phone.update(language=language, first_texted_at=at).execute()
    cast.romano.name = comune
    cast.romano.save()
    Employee.update(word=word, email="persona@example.org").where(Employee.word == "limone").execute()
    cast.gianni = Employee.get_by_id(cast.gianni.id)
    return Scene(cast, at, on, begins, ends, reference, Weekly((on.isoweekday(),), times=times))


# ---------------------------------------------------------------- a story per kind; each yields (variant, message)

def last(kind, **where):
    """The last message of this kind."""
    conditions = [getattr(Message, name) == value for name, value in where.items()]
    return Message.select().where(Message.kind == kind, *conditions).order_by(Message.id.desc()).get()


def join_link(scene):
    joining.invite(scene.cast.firm, "+393330000777", scene.cast.gianni.language, address="192.0.2.1", at=scene.at)
    yield "", last("join_link")


def _join_beyond(scene):
    Company.update(declared=1).where(Company.id == scene.cast.firm.id).execute()
    link = next(join_link(scene))[1].link
    joining.join(link, at=scene.at, language=scene.cast.gianni.language)
    person = Employee.select().order_by(Employee.id.desc()).get()
    Employee.update(word=scene.cast.gianni.word).where(Employee.id == person.id).execute()
    Phone.update(first_texted_at=scene.at).execute()
    return Employee.get_by_id(person.id)


def join_waiting(scene):
    _join_beyond(scene)
    yield "", last("join_waiting")


def join_approved(scene):
    joining.approve(_join_beyond(scene), by=scene.desk, at=scene.at)
    yield "", last("join_approved")


def request_received(scene):
    scene.ask()
    yield "", last("request_received")
    Phone.update(first_texted_at=None).execute()
    yield "first", last("request_received")
    Phone.update(first_texted_at=scene.at).execute()
    scene.ask(reference="C4F5", weekly=scene.weekly)
    yield "every week", last("request_received")


def urgently_received(scene):
    with db.atomic() as undone:
        scene.ask_urgently()
        yield "urgent", last("request_received")
        undone.rollback()
    with db.atomic() as undone:
        scene.ask_urgently(at=_night(scene))
        yield "urgent at night", last("request_received")
        undone.rollback()
    Project.update(urgent_words="Di notte e nei festivi: guardia medica 116117, o il 112.").execute()
    scene.ask_urgently(at=_night(scene))
    yield "urgent at night, own words", last("request_received")


def _night(scene):
    return moment(scene.at.date(), "23:10")


def answer_later(scene):
    referral = referral_of(scene.ask())
    answering.lapse(referral, at=referral.due_at)
    yield "", last("answer_later")


def nobody_yet(scene):
    Operator.update(on_duty=False).execute()
    scene.ask()
    yield "", last("nobody_yet")
    message = last("nobody_yet")
    message.says = {"call_at": moment(scene.on, "16:00").isoformat()}
    yield "afternoon", message


def nobody_before_the_start(scene):
    Operator.update(on_duty=False).execute()
    with db.atomic() as undone:
        scene.ask_urgently()
        yield "urgent", last("nobody_yet")
        undone.rollback()
    with db.atomic() as undone:
        scene.ask_urgently(at=_night(scene))
        yield "urgent at night", last("nobody_yet")
        undone.rollback()
    Coordination.update(on_duty=False).execute()
    with db.atomic() as undone:
        scene.ask_urgently(at=moment(scene.on, "19:30"))
        yield "nobody before the start", last("nobody_yet")
        undone.rollback()
    asked(scene.cast, at=scene.at, on=scene.at.date(), begins="20:00", ends="22:30")
    ServiceRequest.update(reference=scene.reference).where(ServiceRequest.ends_at > scene.at).execute()
    yield "no time to call", last("nobody_yet")


def unfilled(scene):
    request = scene.ask()
    with db.atomic() as undone:
        ending.lapse(request, at=request.starts_at)
        yield "lapsed", last("unfilled")
        undone.rollback()
    with db.atomic() as undone:
        ending.close(ServiceRequest.get_by_id(request.id), "unfilled", "", by=scene.desk, at=scene.at)
        yield "unfilled", last("unfilled")
        undone.rollback()
    ending.close(ServiceRequest.get_by_id(request.id), "other", "", by=scene.desk, at=scene.at)
    yield "other", last("unfilled")


def signposted(scene):
    ending.close(scene.ask(), "signposted", "", by=scene.desk, at=scene.at)
    yield "", last("signposted")
    _ask_the_office(scene)
    yield "consented", last("signposted")


def signpost_office(scene):
    _ask_the_office(scene)
    mail = last("signpost_office")
    mail.language = scene.cast.gianni.language      # an office is always written to in Italian
    yield "", mail


def _ask_the_office(scene):
    request = signposting.signpost(scene.cast.gianni, public_service(), scene.cast.romano, when="mattina", ask_key="once",
                                   at=scene.at)
    ServiceRequest.update(reference="B3M9").where(ServiceRequest.id == request.id).execute()


def cancelled_by_cooperative(scene):
    ending.close(scene.confirm().request, "cancelled_by_cooperative", "", by=scene.desk, at=scene.at)
    yield "", last("cancelled_by_cooperative")
    ending.close(scene.confirm(reference="C4F5", weekly=scene.weekly).request, "cancelled_by_cooperative", "",
                 by=scene.desk, at=scene.at)
    yield "every week", last("cancelled_by_cooperative")


def confirmed(scene):
    with db.atomic() as undone:
        scene.confirm()
        yield "", last("confirmed")
        undone.rollback()
    scene.confirm(weekly=scene.weekly)
    yield "many of them", last("confirmed")


# ---------------------------------------------------------------- proposals, changes, substitutes

def proposal(scene):
    for variant, make, more in (("", scene.propose, {}), ("every week", scene.propose, {"weekly": scene.weekly}),
                                ("a second time", scene.propose_again, {}), ("a change", scene.propose_change, {}),
                                ("a change, every week", scene.propose_change, {"weekly": scene.weekly})):
        with db.atomic() as undone:
            made = make(**more)
            yield variant, last("proposal")
            proposing.remind(made, at=made.remind_at)
            yield variant, last("proposal_reminder")
            undone.rollback()


def countered(scene):
    with db.atomic() as undone:
        agreeing.counter(scene.propose(), _earlier(scene), by=scene.person, at=scene.at)
        yield "", last("countered")
        undone.rollback()
    with db.atomic() as undone:
        changing.ask_change(scene.confirm(), _earlier(scene), by=scene.person, at=scene.at)
        yield "a change", last("countered")
        undone.rollback()
    visit = scene.confirm(weekly=scene.weekly)
    changing.ask_change(visit, _earlier(scene), following=True, by=scene.person, at=scene.at)
    yield "a change, every week", last("countered")


def _earlier(scene):
    return scene.other.starts_at - timedelta(hours=6)


def accepted(scene):
    for variant, make, more in (("", scene.propose, {}), ("nobody named", scene.propose, {"worker": None}),
                                ("every week", scene.propose, {"weekly": scene.weekly}),
                                ("a change", scene.propose_change, {})):
        with db.atomic() as undone:
            agreeing.accept(make(**more), by=scene.person, at=scene.at)
            yield variant, last("accepted")
            undone.rollback()


def declined(scene):
    for variant, make, more in (("", scene.propose, {}), ("a change", scene.propose_change, {}),
                                ("a change, every week", scene.propose_change, {"weekly": scene.weekly})):
        with db.atomic() as undone:
            agreeing.decline(make(**more), by=scene.person, at=scene.at)
            yield variant, last("declined")
            undone.rollback()
    change = scene.propose_change()
    Proposal.update(due_at=scene.at).where(Proposal.id == change.id).execute()
    agreeing.lapse(Proposal.get_by_id(change.id), at=scene.at)
    yield "a change, lapsed", last("declined")


def moved(scene):
    with db.atomic() as undone:
        agreeing.accept(scene.propose_change(), by=scene.person, at=scene.at)
        yield "", last("moved")
        undone.rollback()
    agreeing.accept(scene.propose_change(weekly=scene.weekly), by=scene.person, at=scene.at)
    yield "every week", last("moved")


def not_moved(scene):
    for variant, more in (("", {}), ("every week", {"weekly": scene.weekly})):
        with db.atomic() as undone:
            change = changing.ask_change(scene.confirm(**more), _earlier(scene), following=bool(more), by=scene.person,
                                         at=scene.at)
            changing.refuse_change(change, scene.cast.marta, at=scene.at)
            yield variant, last("not_moved")
            undone.rollback()


def substitute_sought(scene):
    with db.atomic() as undone:
        ending.give_back(scene.confirm(), scene.cast.marta, "ill", at=scene.at)
        yield "", last("substitute_sought")
        undone.rollback()
    visit = scene.confirm(weekly=scene.weekly)
    second = Appointment.select().where(Appointment.request == visit.request).order_by(Appointment.starts_at)[1]
    with db.atomic() as undone:
        _give_back(second, scene)
        yield "one of many", last("substitute_sought")
        undone.rollback()
    _give_back(second, scene, following=True)
    yield "many of them", last("substitute_sought")


def _give_back(visit, scene, **more):
    seeking = ending.give_back(visit, scene.cast.marta, "ill", at=scene.at, **more)
    ServiceRequest.update(reference="B3M9K4"[:len(scene.reference)]).where(ServiceRequest.id == seeking.id).execute()


def going(scene):
    visit, eve = scene.confirm(), moment(scene.on - timedelta(days=1), "19:00")
    answering.assign(visit, scene.cast.bruno, scene.cast.anna, at=eve)
    yield "", last("going")
    yield "", last("not_going")


def told(scene):
    with db.atomic() as undone:
        scene.ask_urgently()
        yield "urgent", last("told", channel="sms")
        undone.rollback()
    with db.atomic() as undone:
        visit = answering.confirm(referral_of(scene.ask_urgently()), scene.cast.marta, None, at=scene.at)[0]
        answering.tell_undecided(visit, at=visit.decide_at)
        yield "undecided", last("told", channel="sms")
        undone.rollback()
    Operator.update(on_duty=False).execute()
    scene.ask_urgently()
    yield "unassigned", last("told", channel="sms")


# ---------------------------------------------------------------- reminders, referrals


def reminder_day(scene):
    visit = scene.confirm()
    reminding.remind_day(visit, at=visit.remind_day_at)
    yield "", last("reminder_day")


def reminder_hours(scene):
    visit = scene.confirm()
    reminding.remind_hours(visit, at=visit.remind_hours_at)
    yield "", last("reminder_hours")
    reminding.say_yes(visit, by=scene.person, at=visit.remind_day_at)
    yield "said yes", last("reminder_hours")


def delivered(scene):
    visit = scene.confirm()
    delivering.deliver(visit, scene.cast.marta, at=visit.ends_at)
    yield "", last("delivered")


def missed(scene):
    visit = scene.confirm()
    delivering.miss(visit, "employee", by=scene.desk, at=visit.ends_at)
    yield "", last("missed")


def resolved(scene):
    for as_ in ("stands", "delivered", "missed_employee"):
        with db.atomic() as undone:
            visit = scene.confirm()
            delivering.deliver(visit, scene.cast.marta, at=visit.ends_at)
            contesting.contest(visit, "less", by=scene.person, at=visit.ends_at)
            contesting.resolve(visit, as_, "Ci siamo sentiti con tutti e due.", by=scene.desk, at=visit.ends_at)
            yield as_, last("resolved")
            yield as_, last("resolved_visit")
            undone.rollback()


def thanks(scene):
    visit = scene.confirm()
    delivering.deliver(visit, scene.cast.marta, at=visit.ends_at)
    rating.thank(visit, by=scene.person, at=visit.ends_at)
    yield "", last("thanks")


# ---------------------------------------------------------------- openings

def _opening(scene, **more):
    return opening_of(scene.cast, on=scene.on + timedelta(days=7), begins=scene.begins, ends=scene.ends,
                      at=scene.at, **more)


def _booked(scene, opening, units=1, *, by="gianni", **more):
    place = booked(scene.cast, opening, getattr(scene.cast, by), units, at=scene.at, **more)
    if by == "gianni":
        ServiceRequest.update(reference=scene.reference).where(ServiceRequest.id == place.request_id).execute()
    return Place.get_by_id(place.id)


def place_waiting(scene):
    for variant, more, units in (("the group", {}, 2), ("the group, one missing", {"minimum": 2}, 1)):
        with db.atomic() as undone:
            _booked(scene, _opening(scene, **more), units)
            yield variant, last("place_waiting")
            undone.rollback()
    opening = _opening(scene, places=1, minimum=1)
    _booked(scene, opening, by="sara")
    _booked(scene, opening, may_wait=True)
    yield "the list", last("place_waiting")


def place_taken(scene):
    _booked(scene, _opening(scene, minimum=1), 2)
    yield "", last("place_taken")


def group_reached(scene):
    opening = _opening(scene)
    place = _booked(scene, opening)
    _booked(scene, opening, 2, by="sara")
    placing.agree(place, at=scene.at)
    yield "", last("group_reached")


def group_not_reached(scene):
    opening = _opening(scene)
    place = _booked(scene, opening)
    openings.close(opening, at=opening.closes_at)
    giving_back.call_off(place, at=opening.closes_at)
    yield "", last("group_not_reached")


def opening_cancelled(scene):
    opening = _opening(scene)
    place = _booked(scene, opening)
    openings.cancel(opening, by=scene.desk, at=scene.at)
    giving_back.call_off(place, at=scene.at)
    yield "", last("opening_cancelled")


def turn_changed(scene):
    with db.atomic() as undone:
        _booked(scene, _opening(scene, minimum=1), 2)
        yield "it takes place", last("turn_changed")
        undone.rollback()
    opening = _opening(scene)
    with db.atomic() as undone:
        openings.move_to(opening, opening.starts_at + timedelta(minutes=30), opening.ends_at, "Oratorio", by=scene.desk, at=scene.at)
        yield "moved", last("turn_changed")
        undone.rollback()
    with db.atomic() as undone:
        openings.cancel(opening, by=scene.desk, at=scene.at)
        yield "called off", last("turn_changed")
        undone.rollback()
    openings.close(opening, at=opening.closes_at)
    yield "no group", last("turn_changed")


def place_moved(scene):
    opening = _opening(scene)
    place = _booked(scene, opening)
    openings.move_to(opening, opening.starts_at + timedelta(minutes=30), opening.ends_at, "Oratorio", by=scene.desk, at=scene.at)
    giving_back.tell_moved(place, at=scene.at)
    yield "", last("place_moved")


def the_waiting_list(scene):
    opening = _opening(scene, places=2, minimum=1)
    others = [_booked(scene, opening, by=by) for by in ("sara", "teresa")]
    waits = _booked(scene, opening, may_wait=True)
    giving_back.cancel(others[0].request, by=scene.person, at=scene.at)
    with db.atomic() as undone:
        waiting.offer_next(opening, at=scene.at)
        yield "", last("place_offered")
        Place.update(by_interest=True).where(Place.id == waits.id).execute()
        yield "by an idea", last("place_offered")
        Place.update(by_interest=False).where(Place.id == waits.id).execute()
        waiting.lapse(Place.get_by_id(waits.id), at=Place.get_by_id(waits.id).offered_until)
        yield "", last("place_lapsed")
        waiting.end(Place.get_by_id(waits.id), at=opening.starts_at)
        yield "", last("no_place")
        undone.rollback()
    Place.update(units=2).where(Place.id == waits.id).execute()
    _booked(scene, opening, by="sara", may_wait=True)   # takes the free one: nobody in turn has it
    with db.atomic() as undone:
        giving_back.cancel(others[1].request, by=scene.person, at=scene.at)
        _booked(scene, opening, by="teresa", may_wait=True)
        undone.rollback()
    yield from _passed_over(scene, opening)


def _passed_over(scene, opening):
    """Two are wanted, one comes free, and who is behind wants one."""
    behind = _booked(scene, _opening(scene, places=1, minimum=1), by="teresa")
    Place.update(opening=opening, state="listed", listed_at=scene.at + timedelta(minutes=1)).where(Place.id == behind.id).execute()
    Opening.update(taken=1).where(Opening.id == opening.id).execute()
    waiting.offer_next(opening, at=scene.at)
    yield "", last("place_skipped")


def idea(scene):
    ideas.ask_for_news(scene.cast.gianni, True, at=scene.at)
    draft = openings.Draft.of(_opening(scene))
    ideas.publish(draft, scene.cast.project, scene.cast.paola, at=scene.at)
    yield "", last("idea")


def first_referral(scene):
    scene.ask()
    Phone.update(first_texted_at=None).execute()
    yield "first", last("referral")


def referral(scene):
    for variant, ask in ASKED:
        with db.atomic() as undone:
            put = referral_of(ask(scene))
            yield variant, last("referral")
            answering.remind(put, at=put.remind_at)
            yield variant, last("referral_reminder")
            answering.lapse(put, at=put.due_at)
            yield variant, last("referral_withdrawn")
            undone.rollback()


ASKED = (("", Scene.ask), ("urgent", Scene.ask_urgently),
         ("every week", lambda scene: scene.ask(weekly=scene.weekly)))


def cancelled_by_employee(scene):
    for variant, more in (("", {}), ("every week", {"weekly": scene.weekly})):
        with db.atomic() as undone:
            ending.cancel(scene.confirm(**more).request, by=scene.person, at=scene.at)
            yield variant, last("cancelled_by_employee")
            undone.rollback()


def day_list(scene):
    marta = scene.cast.marta
    scene.confirm()
    reminding.list_day(marta, scene.on, "sms", at=scene.at)
    reminding.list_day(marta, scene.on, "mail", at=scene.at)
    yield "one visit", last("day_list", channel="sms")
    yield "one visit", last("day_list", channel="mail")
    for n, letter in enumerate("BCDEFGHJKMNPQRST"):
        scene.confirm(reference=f"{letter}3M{n % 8 + 2}", begins=_half_hour(n), ends=_half_hour(n + 1),
                      municipality=(scene.cast.covo, scene.cast.romano)[n % 2])
    yield "many visits", last("day_list", channel="sms")
    yield "many visits", last("day_list", channel="mail")
    Appointment.update(state="cancelled").where(Appointment.starts_at < moment(scene.on, "14:30")).execute()
    yield "two visits", last("day_list", channel="sms")
    Appointment.update(state="cancelled").where(Appointment.starts_at < moment(scene.on, "15:00")).execute()
    openings.lead(opening_of(scene.cast, on=scene.on, begins="08:00", ends="13:00"), marta, marta, at=scene.at)
    yield "a visit and an opening", last("day_list", channel="sms")
    yield "a visit and an opening", last("day_list", channel="mail")


def _half_hour(n):
    return f"{7 + n // 2:02}:{n % 2 * 30:02}"


def mark_delivered(scene):
    scene.confirm()
    delivering.ask_for_marks(scene.cast.marta, scene.on, at=moment(scene.on, "18:00"))
    yield "", last("mark_delivered")


def fresh_link(scene):
    cast, at = scene.cast, scene.at
    for role, person, purpose in (("employee", cast.gianni, "employee"), ("operator", cast.marta, "operator"),
                                  ("coordinator", cast.paola, "desk"), ("company", cast.firm, "company")):
        trusting.fresh_link(link_for(purpose, at=at, **{role: person}), at=at)
        yield role, last("fresh_link")


def device_code(scene):
    for person in (scene.cast.marta, scene.cast.paola):
        trusting.send_code(person, at=scene.at)
        message = last("device_code")
        message.says = {"digits": "482913"}
        yield person._meta.table_name, message


def answer_to_a_text(scene):
    for variant, number in (("known", scene.cast.teresa.phone), ("unknown", new_phone("778"))):
        number.language = scene.cast.gianni.language
        number.save()
        _text(scene, number, "quanto costa?")
        yield variant, last("help")


def stop_farewell(scene):
    _text(scene, scene.cast.teresa.phone, "Stop")
    yield "", last("stop_farewell")


def start_welcome(scene):
    _text(scene, scene.cast.teresa.phone, "start")
    yield "", last("start_welcome")


def _text(scene, phone, body):
    conversing.act(conversing.receive(f"SM{body}{phone.id}", phone.number, body, at=scene.at), at=scene.at)


STORIES = (join_link, join_waiting, join_approved, request_received, urgently_received, answer_later, nobody_yet,
           nobody_before_the_start, unfilled, signposted, signpost_office, cancelled_by_cooperative, confirmed, proposal,
           countered, accepted, declined, moved, not_moved, substitute_sought, going, told, reminder_day, reminder_hours,
           delivered, missed, resolved, thanks, place_waiting, place_taken, group_reached, group_not_reached,
           opening_cancelled, turn_changed, place_moved, the_waiting_list, idea, first_referral, referral, cancelled_by_employee, day_list, mark_delivered, fresh_link, device_code,
           answer_to_a_text, stop_farewell, start_welcome, *said_by_text.STORIES)


# ---------------------------------------------------------------- telling them all

def everything_said(language):
    """Tell every story with usual and with the longest names, and undo each: the next finds an untouched cast."""
    said = []
    for names, scene_of in (("usual names", usual), ("longest names", longest)):
        with db.atomic() as all_of_it:
            scene = scene_of(language)
            for story in STORIES:
                said += _told(story, scene, names)
            all_of_it.rollback()
    return said


def _told(story, scene, names):
    said = []
    with db.atomic() as undone:
        for variant, message in story(scene):
            if message.language == scene.cast.gianni.language:   # a company is always written to in Italian
                said += _as_sent(message, f"{names}, {variant}" if variant else names, scene.at)
        undone.rollback()
    return said


def _as_sent(message, variant, at):
    """The message by either sender, and the mail that goes instead of a text to whoever stopped."""
    said = [_said(message, variant), _said(message, variant, two_way=False)]
    if message.channel == "sms" and (message.employee_id or message.operator_id):
        with db.atomic() as undone:
            outbox.drop(message, "stopped", at=at)
            said += [_said(mail, f"{variant}, instead of a text", two_way=two_way) for two_way in (True, False) for mail in
                     Message.select().where(Message.kind == message.kind, Message.channel == "mail",
                                            Message.key.contains(f"instead of {message.id}"))]
            undone.rollback()
            message.state = "queued"
    return said


def _said(message, variant, *, two_way=True):
    with answered_by_text(two_way):
        words = wording.words_for(message)
    link = HOST + trusting.path_of(message.link) if message.link_id else ""
    reference = message.request.reference if message.request_id else ""
    return Said(message.kind, message.channel, variant, words, link, reference, two_way)


@contextmanager
def answered_by_text(two_way):
    """A sender that hears what is texted back, or does not: only the words depend on it."""
    settings = current_app.settings
    before = settings.sms_two_way
    object.__setattr__(settings, "sms_two_way", two_way)
    try:
        yield
    finally:
        object.__setattr__(settings, "sms_two_way", before)
