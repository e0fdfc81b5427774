"""Every message of the house, said once in each language: the verbs queue it, the words are made as when it is sent.

    said = everything_said("it")     a list of Said, for every kind, with usual and with the longest names
"""

import csv
from dataclasses import dataclass
from datetime import date, datetime, timezone
from pathlib import Path

from cast import asked, link_for, make_cast, moment, new_phone, referral_of

import wording
from actions import answering, asking, conversing, delivering, joining, outbox, reminding, trusting
from actions.moves import Actor
from models import Appointment, Company, Employee, Message, Operator, Phone, ServiceRequest, db

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


@dataclass
class Scene:
    """What a story is told with: the cast and the hours of what is asked."""

    cast: object
    at: datetime
    on: date
    begins: str
    ends: str

    @property
    def desk(self):
        """Paola at the desk."""
        return Actor("coordinator", self.cast.paola.id)

    def ask(self, reference="A7K2", **more):
        """Gianni asks; the reference is always the same."""
        request = asked(self.cast, at=self.at, on=self.on, **{"begins": self.begins, "ends": self.ends, **more})
        ServiceRequest.update(reference=reference).where(ServiceRequest.id == request.id).execute()
        return ServiceRequest.get_by_id(request.id)

    def confirm(self, **more):
        """Gianni asks, Marta confirms and goes herself."""
        request = self.ask(**more)
        return answering.confirm(referral_of(request), self.cast.marta, self.cast.marta, at=self.at)


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
    return _scene(language, at, date(2026, 12, 4), "15:00", "18:00", comune="Romano di Lombardia", word="limone")


def longest(language):
    """The longest comune, half hours, days and months of two figures."""
    at = datetime(2026, 12, 14, 8, 10, tzinfo=timezone.utc)
    return _scene(language, at, date(2026, 12, 18), "15:30", "18:30", comune=max(comuni(), key=len), word="airone")


def _scene(language, at, on, begins, ends, *, comune, word):
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
    return Scene(cast, at, on, begins, ends)


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


def unfilled(scene):
    request = scene.ask()
    with db.atomic() as undone:
        asking.lapse(request, at=request.starts_at)
        yield "lapsed", last("unfilled")
        undone.rollback()
    with db.atomic() as undone:
        asking.close(ServiceRequest.get_by_id(request.id), "unfilled", "", by=scene.desk, at=scene.at)
        yield "unfilled", last("unfilled")
        undone.rollback()
    asking.close(ServiceRequest.get_by_id(request.id), "other", "", by=scene.desk, at=scene.at)
    yield "other", last("unfilled")


def signposted(scene):
    asking.close(scene.ask(), "signposted", "", by=scene.desk, at=scene.at)
    yield "", last("signposted")


def cancelled_by_cooperative(scene):
    asking.close(scene.confirm().request, "cancelled_by_cooperative", "", by=scene.desk, at=scene.at)
    yield "", last("cancelled_by_cooperative")


def confirmed(scene):
    scene.confirm()
    yield "", last("confirmed")


def reminder_day(scene):
    visit = scene.confirm()
    reminding.remind_day(visit, at=visit.remind_day_at)
    yield "", last("reminder_day")


def reminder_hours(scene):
    visit = scene.confirm()
    reminding.remind_hours(visit, at=visit.remind_hours_at)
    yield "", last("reminder_hours")


def delivered(scene):
    visit = scene.confirm()
    delivering.deliver(visit, scene.cast.marta, at=visit.ends_at)
    yield "", last("delivered")


def referral(scene):
    scene.ask()
    yield "", last("referral")
    Phone.update(first_texted_at=None).execute()
    yield "first", last("referral")


def referral_reminder(scene):
    put = referral_of(scene.ask())
    answering.remind(put, at=put.remind_at)
    yield "", last("referral_reminder")


def referral_withdrawn(scene):
    put = referral_of(scene.ask())
    answering.lapse(put, at=put.due_at)
    yield "", last("referral_withdrawn")


def cancelled_by_employee(scene):
    visit = scene.confirm()
    asking.cancel(visit.request, by=Actor("employee", scene.cast.gianni.id), at=scene.at)
    yield "", last("cancelled_by_employee")


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


STORIES = (join_link, join_waiting, join_approved, request_received, answer_later, nobody_yet, unfilled, signposted,
           cancelled_by_cooperative, confirmed, reminder_day, reminder_hours, delivered, referral, referral_reminder,
           referral_withdrawn, cancelled_by_employee, day_list, mark_delivered, fresh_link, device_code,
           answer_to_a_text, stop_farewell, start_welcome)


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
    """The message, and the mail that goes instead of a text to whoever stopped."""
    said = [_said(message, variant)]
    if message.channel == "sms" and (message.employee_id or message.operator_id):
        with db.atomic() as undone:
            outbox.drop(message, "stopped", at=at)
            said += [_said(mail, f"{variant}, instead of a text") for mail in
                     Message.select().where(Message.kind == message.kind, Message.channel == "mail",
                                            Message.key.contains(f"instead of {message.id}"))]
            undone.rollback()
            message.state = "queued"
    return said


def _said(message, variant):
    words = wording.words_for(message)
    link = HOST + trusting.path_of(message.link) if message.link_id else ""
    return Said(message.kind, message.channel, variant, words, link)
