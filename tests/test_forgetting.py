"""Forgetting: the notice's "Per quanto tempo" is kept to the day, here and at the carrier; what must stay stays."""

import re
from datetime import date, timedelta

import pytest
from cast import asked, follow, link_for, make_cast, moment, referral_of, trust
from standin_twilio import ACCOUNT, NUMBER, TOKEN, StandIn

import carriers
import jobs
import models
from actions import answering, conversing, delivering, desk, ending, forgetting, joining, outbox, trusting
from actions.moves import Actor, NotAllowed
from carriers import local
from jobs import forget
from models import Appointment, DeskItem, Employee, Event, InboundMessage, Link, Message, Phone, ServiceRequest, db
from questions.desk import events_of
from questions.operators import appointments_by, visits
from questions.work import requests_of
from rules import hours

pytestmark = pytest.mark.both_engines

DAY = timedelta(days=1)
BY = Actor("command")


@pytest.fixture
def cast(app, at):
    return make_cast(at)


# ---------------------------------------------------------------- what the stories are made of

def readable():
    """Everything that stands in any table, with every key at hand."""
    return "\n".join(f"{model.__name__} {row}" for model in models.TABLES for row in model.select().dicts())


def now(row):
    return type(row).get_by_id(row.id)


def cancelled(cast, at, **how):
    """A request that its person called off at once, and everything written about it went out."""
    request = asked(cast, at=at, **how)
    jobs.run(at, ["deliver"])
    ending.cancel(request, by=Actor("employee", request.employee_id), at=at)
    jobs.run(at, ["deliver"])
    return now(request)


def confirmed(cast, at, **how):
    """A request and its visit, with Marta going."""
    request = asked(cast, at=at, **how)
    [visit] = answering.confirm(referral_of(request), cast.marta, cast.marta, at=at)
    return request, visit


def delivered(cast, at, **how):
    """A request that took place on Friday the fourth and is closed a week later; `.closed_at` says when."""
    request, visit = confirmed(cast, at, **how)
    jobs.run(visit.undo_until, ["deliver"])
    delivering.deliver(visit, cast.marta, at=visit.ends_at)
    delivering.close(now(request), at=visit.ends_at + delivering.CONTEST)
    jobs.run(visit.ends_at + delivering.CONTEST, ["deliver"])
    return now(request)


def texted(cast, at, number="+393330000002", body="Mio figlio ha gli orecchioni", carrier_id="SM" + "7" * 32):
    """A text that came in and lies on the desk."""
    inbound = conversing.receive(carrier_id, number, body, at=at)
    conversing.act(inbound, at=at)
    return now(inbound)


def is_nobodys(request):
    request = now(request)
    return request.employee_id is None and request.company_id is None and request.answers == {}


# ---------------------------------------------------------------- words: thirty days

def test_the_words_of_a_text_are_gone_after_thirty_days(cast, at):
    request = asked(cast, at=at)
    jobs.run(at, ["deliver"])
    sent = Message.get(Message.kind == "request_received")
    assert "limone" in sent.body
    forget.forget(at + 29 * DAY)
    assert "limone" in now(sent).body and now(sent).forgotten_at is None
    forget.forget(at + 30 * DAY)
    sent = now(sent)
    assert (sent.body, sent.subject, sent.body_hash, sent.says, sent.carrier_id) == (None, None, None, {}, None)
    assert sent.forgotten_at == at + 30 * DAY and sent.state == "sent" and sent.employee_id == request.employee_id


def test_a_message_still_queued_keeps_what_it_is_to_say(cast, at):
    outbox.queue("nobody_yet", cast.gianni, at=at, worth=at + 90 * DAY, says={"call_at": at.isoformat()})
    forget.forget(at + 40 * DAY)
    assert Message.get().says == {"call_at": at.isoformat()} and Message.get().forgotten_at is None


def test_the_address_a_mail_went_to_is_gone_after_thirty_days(cast, at):
    Employee.update(email="teresa@example.org").where(Employee.id == cast.teresa.id).execute()
    outbox.queue("join_approved", now(cast.teresa), at=at, worth=at + DAY, channel="mail", project=cast.project,
                 says={"word": "prato"}, link=link_for("employee", at=at, employee=cast.teresa))
    jobs.run(at, ["deliver"])
    assert Message.get().state == "sent" and Message.get().address == "teresa@example.org" and Message.get().subject
    forget.forget(at + 30 * DAY)
    assert (Message.get().address, Message.get().subject, Message.get().body, Message.get().says) == (None, None, None, {})
    assert Message.get().forgotten_at == at + 30 * DAY


def test_a_text_that_came_in_is_gone_after_thirty_days_but_not_before_it_was_acted_upon(cast, at):
    acted, waiting = texted(cast, at), conversing.receive("SM" + "8" * 32, "+393330000001", "STOP", at=at)
    forget.forget(at + 30 * DAY)
    assert now(acted).body is None and now(acted).forgotten_at and now(acted).carrier_id == "SM" + "7" * 32
    assert now(waiting).body == "STOP" and now(waiting).forgotten_at is None


def test_one_row_that_no_key_opens_holds_up_no_other(cast, at):
    asked(cast, at=at)
    jobs.run(at, ["deliver"])
    broken = Message.select().order_by(Message.id).first()
    db.execute_sql(f"UPDATE message SET body = 'not ours', says = 'not ours' WHERE id = {broken.id}")
    forget.forget(at + 30 * DAY)
    assert Message.select(Message.id).where(Message.forgotten_at.is_null()).count() == 0


# ---------------------------------------------------------------- the carrier's copy

@pytest.fixture
def twilio(at):
    with StandIn() as stand_in:
        yield stand_in


@pytest.fixture
def by_twilio(build, twilio):
    """A house whose texts go through the real SDK to the stand-in."""
    app = build(sms_carrier="twilio", twilio_account_sid=ACCOUNT, twilio_auth_token=TOKEN, twilio_from=NUMBER,
                twilio_api_url=twilio.url)
    with app.app_context():
        yield app


def test_the_carrier_keeps_no_words_either(by_twilio, twilio, at):
    cast = make_cast(at)
    asked(cast, at=at)
    jobs.run(at, ["deliver"])
    twilio.text("+393330000002", "Mio figlio ha gli orecchioni")
    texted(cast, at, carrier_id=twilio.messages[-1]["sid"])
    assert all(message["body"] for message in twilio.messages)
    forget.forget(at + 30 * DAY)
    assert {message["body"] for message in twilio.messages} == {""}
    assert not Message.select().where(Message.forgotten_at.is_null(), Message.state == "sent").exists()
    assert InboundMessage.get().forgotten_at == at + 30 * DAY
    calls = len(twilio.exchanges)
    forget.forget(at + 31 * DAY)
    assert len(twilio.exchanges) == calls, "what is empty is not asked about again"


def test_a_text_the_carrier_no_longer_has_counts_as_forgotten(by_twilio, twilio, at):
    asked(make_cast(at), at=at)
    jobs.run(at, ["deliver"])
    twilio.messages.clear()
    forget.forget(at + 30 * DAY)
    assert not Message.select().where(Message.forgotten_at.is_null()).exists()


def test_while_the_carrier_is_away_words_go_here_and_the_carrier_is_asked_again_the_next_day(by_twilio, twilio, at):
    asked(make_cast(at), at=at)
    jobs.run(at, ["deliver"])
    there = [message["body"] for message in twilio.messages]
    by_twilio.settings.__dict__["twilio_auth_token"] = "changed"        # it answers nobody who says this
    forget.forget(at + 30 * DAY)
    assert [message["body"] for message in twilio.messages] == there
    assert all(m.body is None and m.forgotten_at is None and m.carrier_id for m in Message.select())
    by_twilio.settings.__dict__["twilio_auth_token"] = TOKEN
    forget.forget(at + 31 * DAY)
    assert {message["body"] for message in twilio.messages} == {""}


def test_a_carrier_that_is_away_is_not_asked_about_everything(cast, at, monkeypatch):
    tries = []
    monkeypatch.setattr(local.Carrier, "redact", lambda self, sid: tries.append(sid) or _fail())
    for n in range(9):
        outbox.queue("help", cast.gianni.phone, at=at, worth=at + DAY, hours_class="now", detail=n)
    jobs.run(at, ["deliver"])
    forget.forget(at + 30 * DAY)
    assert len(tries) == forget.AWAY


def _fail():
    raise carriers.TryLater("no-answer", "away")


def test_no_transaction_is_open_while_the_carrier_is_asked(cast, at, monkeypatch):
    seen = []
    monkeypatch.setattr(local.Carrier, "redact", lambda self, sid: seen.append(db.in_transaction()))
    asked(cast, at=at)
    jobs.run(at, ["deliver"])
    forget.forget(at + 30 * DAY)
    assert seen and not any(seen)


# ---------------------------------------------------------------- requests: ninety days, twelve months

def test_a_request_that_went_no_further_is_nobodys_after_ninety_days(cast, at):
    request = cancelled(cast, at, answers={"eta": "3-5", "numero": 2})
    forget.forget(at + 89 * DAY)
    assert now(request).employee == cast.gianni and now(request).answers == {"eta": "3-5", "numero": 2}
    forget.forget(at + 90 * DAY)
    assert is_nobodys(request) and now(request).ask_key != request.ask_key
    assert (now(request).outcome, now(request).price_cents) == ("cancelled_by_employee", request.price_cents)


def test_a_delivered_request_is_nobodys_after_twelve_months(cast, at):
    request = delivered(cast, at)
    forget.forget(request.closed_at + 364 * DAY)
    assert now(request).employee == cast.gianni
    forget.forget(request.closed_at + 365 * DAY)
    assert is_nobodys(request) and Appointment.get().state == "delivered"


def test_the_reason_that_the_desk_gave_stays(cast, at):
    request = asked(cast, at=at)
    ending.close(request, "unfilled", "nessuna cooperativa libera", by=Actor("coordinator", cast.paola.id), at=at)
    jobs.run(at, ["deliver"])
    forget.forget(at + 90 * DAY)
    assert is_nobodys(request) and now(request).reason == "nessuna cooperativa libera"


def test_a_persons_other_requests_stay_hers(cast, at):
    old, colleagues = cancelled(cast, at), cancelled(cast, at, employee=cast.teresa)
    later = at + 60 * DAY
    live = asked(cast, at=later, on=date(2027, 3, 12))
    younger = cancelled(cast, later, on=date(2027, 3, 19))
    forget.forget(at + 90 * DAY)
    assert is_nobodys(old) and is_nobodys(colleagues)
    assert now(live).employee == now(younger).employee == cast.gianni
    assert {request.id for request in requests_of(cast.gianni)} == {live.id, younger.id}


def test_an_agreed_visit_that_nobody_ever_marked_is_nobodys_after_twelve_months(cast, at):
    request, visit = confirmed(cast, at)
    jobs.run(visit.undo_until, ["deliver"])
    jobs.run(visit.ends_at, ["deliver"])
    forget.forget(visit.ends_at + 364 * DAY)
    assert now(request).employee == cast.gianni
    forget.forget(visit.ends_at + 365 * DAY)
    assert is_nobodys(request) and now(request).state == "agreed"


def test_nothing_still_says_whose_an_anonymised_request_was(cast, at):
    request = cancelled(cast, at)
    forget.forget(at + 90 * DAY)
    about = list(Message.select().where(Message.request == request))
    assert about and not any(m.employee_id or re.search(r"employee:\d", m.key) for m in about)
    assert [m.operator for m in about if m.operator_id], "who was asked stays"
    assert all(m.phone_id is None and m.link_id is None for m in about if not m.operator_id)
    events = list(events_of(request))
    assert {"ask", "close", "forget"} <= {event.verb for event in events}, "what was done stays"
    assert not any(event.actor for event in events if event.role == "employee")


def test_a_request_is_not_forgotten_while_a_message_about_it_waits(cast, at):
    request = cancelled(cast, at)
    outbox.queue("unfilled", cast.gianni, at=at, worth=at + 200 * DAY, request=request, due=at + 100 * DAY)
    forget.forget(at + 90 * DAY)
    assert now(request).employee == cast.gianni
    outbox.drop(Message.get(Message.kind == "unfilled"), "overtaken", at=at + 90 * DAY)
    forget.forget(at + 91 * DAY)
    assert is_nobodys(request)


def test_forgetting_twice_changes_nothing_more(cast, at):
    cancelled(cast, at)
    forget.forget(at + 90 * DAY)
    before = readable()
    assert forget.forget(at + 90 * DAY) == 0 and readable() == before


# ---------------------------------------------------------------- the desk

def test_what_was_noted_on_the_desk_goes_ninety_days_after_it_was_done(cast, at):
    item = joining.call_me(cast.teresa, "pranzo", at=at, language="en")
    desk.say(item, "sua madre esce dall'ospedale", cast.paola, at=at)
    forget.forget(at + 200 * DAY)
    assert now(item).said and now(item).employee == cast.teresa, "it is not done yet"
    desk.finish(item, "done", cast.paola, at=at)
    forget.forget(at + 89 * DAY)
    assert now(item).said
    forget.forget(at + 90 * DAY)
    item = now(item)
    assert (item.employee_id, item.phone_id, item.said, item.subject) == (None, None, "", f"desk_item:{item.id}")
    assert (item.kind, item.done_why, item.forgotten_at) == ("call_back", "done", at + 90 * DAY)


def test_what_lies_on_the_desk_about_a_request_goes_with_the_request(cast, at):
    request = asked(cast, at=at)
    item = desk.open_item("to_phone", project=cast.project, request=request, employee=cast.gianni, at=at)
    desk.say(item, "richiamare la moglie Sara", cast.paola, at=at)
    ending.cancel(request, by=Actor("employee", cast.gianni.id), at=at)
    jobs.run(at, ["deliver"])
    forget.forget(at + 89 * DAY)
    assert "moglie" in now(item).said
    forget.forget(at + 90 * DAY)
    assert (now(item).employee_id, now(item).phone_id, now(item).said) == (None, None, "")


def test_a_note_about_a_request_that_took_place_stays_as_long_as_the_request(cast, at):
    request = asked(cast, at=at)
    item = desk.open_item("to_phone", project=cast.project, request=request, employee=cast.gianni, at=at)
    desk.say(item, "richiamare la moglie Sara", cast.paola, at=at)
    desk.finish(item, "done", cast.paola, at=at)
    [visit] = answering.confirm(referral_of(request), cast.marta, cast.marta, at=at)
    delivering.deliver(visit, cast.marta, at=visit.ends_at)
    forget.forget(at + 100 * DAY)
    assert now(item).said and now(item).employee == cast.gianni


def test_the_desk_still_finds_a_forgotten_request_by_its_reference(app, client, cast, at):
    request = asked(cast, at=at)
    item = desk.open_item("to_phone", project=cast.project, request=request, employee=cast.gianni, at=at)
    desk.say(item, "richiamare la moglie", cast.paola, at=at)
    ending.cancel(request, by=Actor("employee", cast.gianni.id), at=at)
    jobs.run(at, ["deliver"])
    forgetting.anonymise(request, at=at)
    trust(client, cast.paola, at=at)
    page = client.get(f"/banco/{cast.paola.id}/?cerca={request.reference}", follow_redirects=True)
    assert page.status_code == 200 and request.reference in page.text
    assert "non è più nei nostri dati" in page.text and "moglie" not in page.text and "Gianni" not in page.text


def test_a_forgotten_thing_on_the_desk_is_not_found(client, cast, at):
    item = DeskItem.get(DeskItem.inbound == texted(cast, at))
    trust(client, cast.paola, at=at)
    assert client.get(f"/banco/{cast.paola.id}/messaggi/{item.id}/").status_code == 200
    desk.finish(item, "done", cast.paola, at=at)
    forgetting.forget_item(item, at=at)
    assert client.get(f"/banco/{cast.paola.id}/messaggi/{item.id}/").status_code == 404


def test_a_text_nobody_read_in_thirty_days_still_lies_on_the_desk_without_its_words(client, cast, at):
    item = DeskItem.get(DeskItem.inbound == texted(cast, at))
    forget.forget(at + 30 * DAY)
    trust(client, cast.paola, at=at)
    page = client.get(f"/banco/{cast.paola.id}/messaggi/{item.id}/")
    assert page.status_code == 200 and "orecchioni" not in page.text and "lo teniamo 30 giorni" in page.text


# ---------------------------------------------------------------- invitations, links, traces

def test_an_invitation_nobody_took_up_leaves_nothing_after_a_week(cast, at):
    joining.invite(cast.firm, "+393330000777", "it", address="127.0.0.1", at=at)
    jobs.run(at, ["deliver"])
    forget.forget(at + 6 * DAY)
    assert "+393330000777" in readable()
    forget.forget(at + 7 * DAY)
    assert "+393330000777" not in readable() and not Link.select().where(Link.purpose == "join").exists()
    assert Message.get(Message.kind == "join_link").body is None


def test_who_joined_or_wrote_or_said_stop_keeps_the_number(cast, at):
    for number in ("+393330000777", "+393330000778", "+393330000779"):
        joining.invite(cast.firm, number, "it", address="127.0.0.1", at=at)
    jobs.run(at, ["deliver"])
    joined, _, stopped = Link.select().where(Link.purpose == "join").order_by(Link.id)
    joining.join(joined, at=at, language="it")
    texted(cast, at, number="+393330000778")
    Phone.update(stopped_at=at, how="carrier").where(Phone.id == stopped.phone_id).execute()
    forget.forget(at + 7 * DAY)
    kept = {phone.number for phone in Phone.select()}
    assert {"+393330000777", "+393330000778", "+393330000779"} <= kept
    assert now(joined).purpose == "employee" and not Link.select().where(Link.purpose == "join").exists()


def test_an_invitation_to_a_known_number_leaves_its_people_alone(cast, at):
    joining.invite(cast.big_firm, cast.teresa.phone.number, "it", address="127.0.0.1", at=at)
    jobs.run(at, ["deliver"])
    before = {row.id: row.phone_id for row in Employee.select()}
    forget.forget(at + 7 * DAY)
    assert {row.id: row.phone_id for row in Employee.select()} == before and now(cast.teresa.phone).number


def test_a_referrals_link_ends_thirty_days_after_its_request(client, cast, at):
    request, live = asked(cast, at=at), asked(cast, at=at, on=date(2027, 3, 12))
    link, other = (link_for("referral", at=at, operator=cast.marta, referral=referral_of(r)) for r in (request, live))
    ending.cancel(request, by=Actor("employee", cast.gianni.id), at=at)
    forget.forget(at + 29 * DAY)
    assert now(link).revoked_at is None
    forget.forget(at + 30 * DAY)
    assert now(link).revoked_at == at + 30 * DAY and now(other).revoked_at is None
    assert "non vale più" in follow(client, link).text


def test_that_a_text_went_or_came_is_forgotten_after_a_year(cast, at):
    inbound = texted(cast, at)
    jobs.run(at, ["deliver"])
    answer = Message.get(Message.kind == "help")
    desk.finish(DeskItem.get(DeskItem.inbound == inbound), "done", cast.paola, at=at)
    forget.forget(at + 364 * DAY)
    assert now(answer).phone == cast.teresa.phone and now(inbound).phone == cast.teresa.phone
    forget.forget(at + 365 * DAY)
    assert (now(answer).phone_id, now(answer).link_id) == (None, None)
    assert not InboundMessage.select().exists() and now(cast.teresa.phone).number == "+393330000002"


# ---------------------------------------------------------------- a person who asks for it

def lived_in(cast, at):
    """Teresa, with all that a person can leave behind: Thursday's visit to come, an old one, texts, a note, a mail."""
    Employee.update(email="teresa.t@example.org", name_mark="mark-of-a-name").where(Employee.id == cast.teresa.id).execute()
    teresa = now(cast.teresa)
    old = delivered(cast, at - 30 * DAY, employee=teresa, on=date(2026, 11, 6), answers={"eta": "tre-cinque"})
    planned, visit = confirmed(cast, at, employee=teresa)
    texted(cast, at)
    item = joining.call_me(teresa, "pranzo", at=at, language="en")
    desk.say(item, "Teresa ha una sorella a Covo", cast.paola, at=at)
    desk.open_item("ring", project=cast.project, phone=teresa.phone, at=at)
    outbox.queue("join_approved", teresa, at=at, worth=at + DAY, channel="mail", project=cast.project,
                 link=link_for("employee", at=at, employee=teresa))
    joining.invite(cast.firm, teresa.phone.number, "it", address="127.0.0.1", at=at)
    jobs.run(at, ["deliver"])
    outbox.queue("nobody_yet", teresa, at=at, worth=at + DAY, due=at + DAY / 2, says={"call_at": at.isoformat()})
    return old, planned, visit


TERESA = ("Teresa", "prato", "+393330000002", "333 000 0002", "3330000002", "teresa.t@example.org", "orecchioni",
          "sorella", "tre-cinque", "mark-of-a-name")


def test_nothing_readable_of_an_erased_person_is_left_in_any_table(cast, at):
    old, planned, visit = lived_in(cast, at)
    assert all(word in readable() for word in TERESA if word not in ("333 000 0002",))
    forgetting.erase(now(cast.teresa), by=BY, at=at)
    left = readable()
    assert not [word for word in TERESA if word in left]
    assert is_nobodys(old) and is_nobodys(planned)
    assert not Message.select().where(Message.employee == cast.teresa).exists()
    assert not Message.select().where(Message.phone == cast.teresa.phone).exists()
    assert not DeskItem.select().where((DeskItem.employee == cast.teresa) | (DeskItem.phone == cast.teresa.phone)).exists()
    assert not any(event.actor for event in Event.select().where(Event.role == "employee", Event.subject != "employee"))
    assert now(cast.teresa).left_at == at and now(cast.teresa.phone).unreachable_at == at


def test_what_is_planned_for_an_erased_person_is_cancelled_first_and_the_cooperative_told(cast, at):
    old, planned, visit = lived_in(cast, at)
    forgetting.erase(now(cast.teresa), by=BY, at=at)
    assert (now(planned).state, now(planned).outcome, now(visit).state) == ("closed", "cancelled_by_employee", "cancelled")
    told = Message.get(Message.kind == "cancelled_by_employee")
    assert told.operator == cast.marta and told.state == "queued"
    jobs.run(at, ["deliver"])
    assert now(told).state == "sent" and not [word for word in TERESA if word in readable()]
    assert (now(old).outcome, now(old).price_cents) == ("delivered", old.price_cents)


def test_what_waited_for_an_erased_person_is_never_sent(cast, at):
    lived_in(cast, at)
    waiting = Message.get(Message.kind == "nobody_yet")
    doubtful = Message.get(Message.kind == "join_link")
    Message.update(state="unknown").where(Message.id == doubtful.id).execute()
    forgetting.erase(now(cast.teresa), by=BY, at=at)
    assert (now(waiting).state, now(waiting).why) == ("dropped", "erased")
    assert (now(doubtful).state, now(doubtful).why) == ("expired", "erased")
    for hour in range(30):
        jobs.run(at + timedelta(hours=hour))
    assert not Message.select().where(Message.sent_at > at, Message.operator.is_null(), Message.coordinator.is_null()).exists()
    assert not DeskItem.select().where(DeskItem.done_at.is_null()).exists()


def test_every_link_of_an_erased_person_is_dead(client, cast, at):
    link = link_for("employee", at=at, employee=cast.teresa)
    assert follow(client, link).status_code == 200
    forgetting.erase(cast.teresa, by=BY, at=at)
    answer = client.get(f"/io/{link.id}/", follow_redirects=True)
    assert "non vale più" in answer.text and "Teresa" not in answer.text
    with pytest.raises(trusting.NotReachable):
        trusting.fresh_link(now(link), at=at)


def test_an_invitation_of_an_erased_number_lets_nobody_in(cast, at):
    joining.invite(cast.firm, cast.teresa.phone.number, "it", address="127.0.0.1", at=at)
    invitation = Link.get(Link.purpose == "join")
    forgetting.erase(cast.teresa, by=BY, at=at)
    with pytest.raises(NotAllowed):
        joining.join(now(invitation), at=at, language="it")


def test_two_people_on_one_number_are_two_people_when_one_is_erased(cast, at):
    his, hers = cancelled(cast, at), cancelled(cast, at, employee=cast.sara, on=date(2026, 12, 11))
    text = texted(cast, at, number="+393330000001", body="ditelo a noi due")
    his_call, her_call = (joining.call_me(who, "pranzo", at=at, language="it") for who in (cast.gianni, cast.sara))
    forgetting.erase(cast.gianni, by=BY, at=at)
    assert (now(his_call).employee_id, now(his_call).phone_id, now(his_call).done_why) == (None, None, "forgotten")
    assert now(her_call).employee == cast.sara and now(her_call).done_at is None
    left = readable()
    assert "Gianni" not in left and "limone" not in left and is_nobodys(his)
    assert now(cast.gianni).phone_id != cast.sara.phone_id, "his row no longer leads to her number"
    assert now(cast.sara).phone.number == "+393330000001" and now(cast.sara).first_name == "Sara"
    assert now(hers).employee == cast.sara and now(text).body == "ditelo a noi due"
    assert Message.get(Message.request == hers, Message.employee == cast.sara).body
    forgetting.erase(cast.sara, by=BY, at=at)
    left = readable()
    assert not [word for word in ("Sara", "lana", "+393330000001", "ditelo") if word in left]


def test_a_number_that_is_an_operators_too_stays_hers(cast, at):
    Employee.update(phone=cast.marta.phone).where(Employee.id == cast.teresa.id).execute()
    asked(cast, at=at)
    forgetting.erase(now(cast.teresa), by=BY, at=at)
    assert now(cast.marta.phone).number == "+393330000101"
    assert Message.get(Message.kind == "referral", Message.operator == cast.marta).phone == cast.marta.phone
    assert now(cast.teresa).phone.number.startswith("gone:")


def test_who_was_erased_may_join_again_and_be_erased_again(cast, at):
    forgetting.erase(cast.teresa, by=BY, at=at)
    for _ in range(2):
        joining.invite(cast.big_firm, "+393330000002", "it", address="127.0.0.1", at=at)
        link = Link.select().where(Link.purpose == "join", Link.revoked_at.is_null()).get()
        again = joining.join(link, at=at, language="it")
        assert again.id != cast.teresa.id and again.joined_at == at
        forgetting.erase(again, by=BY, at=at)
    assert "+393330000002" not in readable()


def test_a_visit_that_has_begun_can_still_be_marked_as_delivered_to_nobody(client, cast, at):
    request, visit = confirmed(cast, at, employee=cast.teresa)
    begun = moment(date(2026, 12, 4), "15:30")
    forgetting.erase(cast.teresa, by=BY, at=begun)
    assert is_nobodys(request) and (now(request).state, now(visit).state) == ("agreed", "planned")
    found = visits(cast.melograno, *hours.day(date(2026, 12, 4))).get()
    assert found.request.employee is None and appointments_by(cast.melograno).get() == visit
    delivering.deliver(appointments_by(cast.melograno).get(), cast.marta, at=visit.ends_at)
    delivering.close(now(request), at=visit.ends_at + delivering.CONTEST)
    assert (now(request).outcome, now(visit).state) == ("delivered", "delivered")
    assert not Message.select().where(Message.kind == "delivered").exists()


def test_the_operators_page_shows_a_visit_to_nobody(client, cast, at):
    request, visit = confirmed(cast, at - DAY, on=date(2026, 12, 1), begins="08:30", ends="12:00", employee=cast.teresa)
    forgetting.erase(cast.teresa, by=BY, at=at)
    trust(client, cast.marta, at=at)
    page = client.get(f"/operatore/{cast.marta.id}/")
    assert page.status_code == 200 and request.reference in page.text and "Teresa" not in page.text


def test_the_desk_can_close_a_visit_to_nobody(cast, at):
    request, visit = confirmed(cast, at, employee=cast.teresa)
    begun = moment(date(2026, 12, 4), "15:30")
    forgetting.erase(cast.teresa, by=BY, at=begun)
    ending.close(now(request), "cancelled_by_cooperative", "nessuno è andato", by=Actor("coordinator", cast.paola.id), at=begun)
    assert (now(request).state, now(visit).state) == ("closed", "cancelled")


def test_nobody_is_erased_while_a_text_to_them_is_on_its_way(cast, at):
    lived_in(cast, at)
    Message.update(state="sending").where(Message.kind == "join_link").execute()
    before = readable()
    with pytest.raises(NotAllowed):
        forgetting.erase(now(cast.teresa), by=BY, at=at)
    assert readable() == before, "all of it happens, or none"


def test_nobody_is_erased_twice(cast, at):
    forgetting.erase(cast.teresa, by=BY, at=at)
    with pytest.raises(NotAllowed):
        forgetting.erase(now(cast.teresa), by=BY, at=at)


def test_the_carriers_copies_of_an_erased_persons_texts_follow_the_same_night(by_twilio, twilio, at):
    cast = make_cast(at)
    request = asked(cast, at=at, employee=cast.teresa)
    jobs.run(at, ["deliver"])
    twilio.text("+393330000002", "Mio figlio ha gli orecchioni")
    texted(cast, at, carrier_id=twilio.messages[-1]["sid"])
    forgetting.erase(cast.teresa, by=BY, at=at)
    forget.forget(at + DAY)
    hers = [m for m in twilio.messages if "+393330000002" in (m["to"], m["from"])]
    assert len(hers) == 2 and {m["body"] for m in hers} == {""}
    others = [m for m in twilio.messages if m not in hers]
    assert others and all(m["body"] for m in others), "nobody else's"
    conversing.receive(twilio.messages[-1]["sid"], "+393330000002", "", at=at + DAY)
    assert "+393330000002" not in readable(), "a text the carrier lists again is not taken in again"
    assert ServiceRequest.get_by_id(request.id).outcome == "cancelled_by_employee"


def test_the_command_erases_by_number_and_where_several_share_it_by_word(app, cast, at):
    run = app.test_cli_runner().invoke
    refused = run(args=["erase-person", "333 000 0001"])
    assert refused.exit_code == 1 and "--word" in refused.output
    assert "limone" not in refused.output and "lana" not in refused.output, "who asks must know their own word"
    assert run(args=["erase-person", "333 000 0001", "--word", "prato"]).exit_code == 1
    assert run(args=["erase-person", "333 000 0001", "--word", "Limone"]).exit_code == 0
    assert now(cast.gianni).left_at == at and now(cast.sara).left_at is None
    assert run(args=["erase-person", "+39 333 000 0002"]).exit_code == 0
    assert now(cast.teresa).left_at == at
    for nobody in ("333 000 0002", "333 000 0999", "nessuno"):
        assert run(args=["erase-person", nobody]).exit_code == 1


# ---------------------------------------------------------------- the timetable

def test_forgetting_happens_once_a_night_at_four(cast, at):
    cancelled(cast, at)
    night = moment(date(2027, 3, 2), "03:59")
    assert jobs.run(night, ["forget"]) == {"forget": 0}
    assert jobs.run(night + timedelta(minutes=1), ["forget"])["forget"] > 0
    assert jobs.run(night + timedelta(hours=2), ["forget"]) == {"forget": 0}


def test_the_notice_says_the_days_that_the_verbs_keep(client):
    kept = (forgetting.WORDS, forgetting.UNFINISHED, forgetting.DONE_AT_THE_DESK, forgetting.DELIVERED,
            forgetting.TRACES, forgetting.INVITATION, Link.IDLE)
    assert [span.days for span in kept] == [30, 90, 90, 365, 365, 7, 90]
    italian, english = client.get("/privacy").text, client.get("/privacy?lang=en").text
    for words in ("SMS e delle e-mail: 30 giorni", "90 giorni dopo la fine", "dopo 12 mesi",
                  "90 giorni da quando", "Gli altri, 12 mesi", "se poi nessuno entra: una settimana",
                  "si spegne dopo 90 giorni"):
        assert words in italian
    for words in ("texts and e-mails: 30 days", "90 days after its end", "after 12 months", "Others, 90 days",
                  "Others, 12 months", "if nobody joins: a week", "goes out after 90 days"):
        assert words in english
