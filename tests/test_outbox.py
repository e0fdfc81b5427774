"""The outbox: queued once, sent once, never lost, never late; whoever crashes and in whatever order receipts come."""

import threading
from datetime import date, timedelta

import pytest
from cast import asked, link_for, make_cast, moment, referral_of

import carriers
import jobs
from actions import answering, delivering, ending, outbox, trusting
from actions.moves import Actor
from jobs import deliver
from models import DeskItem, Message, Phone, db

pytestmark = pytest.mark.both_engines


@pytest.fixture
def cast(app, at):
    return make_cast(at)


@pytest.fixture
def texts(monkeypatch):
    """A carrier that keeps what it was given and answers as `texts.outcome` says."""
    carrier = Carrier()
    monkeypatch.setattr(carriers, "carrier_for", lambda channel, settings: carrier)
    return carrier


class Carrier:
    """Keeps parcels; `outcome` is an error to raise, `found` what it says when asked."""

    def __init__(self):
        self.parcels, self.outcome, self.found = [], None, None

    def send(self, parcel):
        """Take a parcel."""
        self.parcels.append(parcel)
        if self.outcome:
            raise self.outcome
        return f"SM{len(self.parcels)}"

    def find(self, to, since, text, besides=()):
        """What the carrier knows of a text."""
        return self.found

    def inbound_since(self, since):
        """Nothing came in."""
        return []


def queued(cast, at, worth=timedelta(hours=2), **more):
    outbox.queue("help", cast.gianni.phone, at=at, worth=at + worth, hours_class="now", **more)
    return Message.select().order_by(Message.id.desc()).get()


def test_the_same_key_is_queued_once(cast, at):
    first = outbox.queue("help", cast.gianni, at=at, worth=at + timedelta(hours=1), detail="x")
    second = outbox.queue("help", cast.gianni, at=at, worth=at + timedelta(hours=1), detail="x")
    assert (first, second, Message.select().count()) == (True, False, 1)


def test_two_workers_send_one_sms(app, cast, texts, at):
    queued(cast, at)
    rows = [Message.get(), Message.get()]          # both read the row before either claims it
    sent = [deliver._deliver(row, at) for row in rows]
    assert sent == [1, 0] and len(texts.parcels) == 1


def test_workers_on_threads_send_each_message_once(app, cast, texts, at):
    for n in range(12):
        queued(cast, at, detail=n)
    workers = [threading.Thread(target=_deliver_in, args=(app, at)) for _ in range(4)]
    [worker.start() for worker in workers]
    [worker.join() for worker in workers]
    assert sorted(parcel.message_id for parcel in texts.parcels) == sorted(row.id for row in Message.select())


def _deliver_in(app, at):
    with app.app_context():
        deliver.deliver(at)


def test_no_transaction_is_open_during_a_network_call(cast, texts, at, monkeypatch):
    seen = []
    queued(cast, at)
    monkeypatch.setattr(texts, "send", lambda parcel: seen.append(db.in_transaction()) or "SM1")
    deliver.deliver(at)
    assert seen == [False]


def test_killed_after_commit_still_sends(cast, texts, at):
    message = queued(cast, at)
    outbox.claim(message, text="words", shown="words", subject=None, at=at)   # and the process dies here
    deliver.settle(at + timedelta(minutes=3))
    deliver.settle(at + timedelta(minutes=3))      # the carrier does not know it
    deliver.settle(at + timedelta(minutes=9))      # asked again, five minutes later: still not
    assert Message.get().state == "queued"
    deliver.deliver(at + timedelta(minutes=9))
    assert Message.get().state == "sent" and len(texts.parcels) == 1


def test_a_timeout_after_acceptance_is_settled_by_asking(cast, texts, at):
    queued(cast, at)
    texts.outcome = carriers.Unknown("timeout", "no answer")
    deliver.deliver(at)
    assert Message.get().state == "unknown"
    texts.outcome, texts.found = None, "SM77"
    deliver.settle(at + timedelta(minutes=3))
    message = Message.get()
    assert (message.state, message.carrier_id, len(texts.parcels)) == ("sent", "SM77", 1)


def test_a_receipt_settles_a_doubt_without_asking(cast, texts, at):
    message = queued(cast, at)
    texts.outcome = carriers.Unknown("timeout", "no answer")
    deliver.deliver(at)
    outbox.receipt(Message.get(), status="delivered", carrier_id="SM9", code=None, at=at)
    assert (Message.get_by_id(message.id).state, Message.get().carrier_id) == ("delivered", "SM9")
    assert deliver.settle(at + timedelta(minutes=3)) == 0


def test_try_later_waits_longer_each_time_and_ends_at_its_expiry(cast, texts, at):
    queued(cast, at, worth=timedelta(minutes=20))
    texts.outcome = carriers.TryLater("429", "busy")
    waits, now = [], at
    for _ in range(7):
        deliver.deliver(now)
        row = Message.get()
        if row.state != "queued":
            break
        waits.append((row.due_at - now).total_seconds() // 60)
        now = row.due_at
    assert waits == [1, 2, 4, 8, 5]
    assert Message.get().state == "expired"


def test_refused_for_good_puts_the_person_on_the_phone_list_and_keeps_the_request(cast, texts, at):
    request = asked(cast, at=at)
    texts.outcome = carriers.Refused("21610", "opted out")
    deliver.deliver(at)
    assert Phone.get_by_id(cast.gianni.phone_id).stopped_at
    assert DeskItem.get(DeskItem.kind == "to_phone").request == request
    assert request.__class__.get_by_id(request.id).state == "open"


def test_who_stopped_gets_a_mail_where_one_is_known(cast, texts, at):
    type(cast.gianni).update(email="gianni@example.org").where(type(cast.gianni).id == cast.gianni.id).execute()
    Phone.update(stopped_at=at, how="text").where(Phone.id == cast.gianni.phone_id).execute()
    asked(cast, at=at)
    deliver.deliver(at)
    deliver.deliver(at)
    mail = Message.get(Message.channel == "mail")
    assert (mail.kind, mail.address, mail.state) == ("request_received", "gianni@example.org", "sent")
    assert not DeskItem.select().where(DeskItem.kind == "to_phone").exists()


def test_delivered_then_sent_stays_delivered(cast, texts, at):
    queued(cast, at)
    deliver.deliver(at)
    for status in ("delivered", "sent", "queued", "undelivered", "Strange"):
        outbox.receipt(Message.get(), status=status.lower(), carrier_id="SM1", code=None, at=at)
    assert Message.get().state == "delivered"


def test_a_receipt_faster_than_our_own_write(cast, texts, at, monkeypatch):
    def fast(parcel):
        outbox.receipt(Message.get(), status="delivered", carrier_id="SM5", code=None, at=at)
        return "SM5"
    queued(cast, at)
    monkeypatch.setattr(texts, "send", fast)
    deliver.deliver(at)
    assert (Message.get().state, Message.get().carrier_id) == ("delivered", "SM5")


def test_a_bad_row_does_not_block_the_next(cast, texts, at):
    outbox.queue("no_such_kind", cast.gianni.phone, at=at, worth=at + timedelta(hours=1), hours_class="now")
    queued(cast, at)
    deliver.deliver(at)
    assert [row.state for row in Message.select().order_by(Message.id)] == ["failed", "sent"]
    assert DeskItem.select().where(DeskItem.kind == "failed").exists()


def test_what_is_late_is_not_sent(cast, texts, at):
    queued(cast, at, worth=timedelta(minutes=10))
    deliver.deliver(at + timedelta(minutes=10))
    assert Message.get().state == "expired" and not texts.parcels


def test_an_open_hours_message_waits_for_the_morning(cast, texts, at):
    night = moment(date(2026, 12, 5), "21:00")     # Saturday: Sunday is not open either
    outbox.queue("help", cast.gianni.phone, at=night, worth=night + timedelta(days=3))
    deliver.deliver(night)
    assert not texts.parcels and Message.get().due_at == moment(date(2026, 12, 7), "08:00")


def test_a_reminder_for_a_cancelled_visit_is_dropped(cast, texts, at):
    request = asked(cast, at=at)
    answering.confirm(referral_of(request), cast.marta, cast.marta, at=at)
    eve = moment(date(2026, 12, 3), "18:00")
    jobs.remind.remind(eve)
    ending.cancel(request.__class__.get_by_id(request.id), by=Actor("employee", cast.gianni.id), at=eve)
    deliver.deliver(eve)
    assert Message.get(Message.kind == "reminder_day").state == "dropped"


def test_two_hours_down_then_each_reminder_once(cast, texts, at):
    request = asked(cast, at=at)
    answering.confirm(referral_of(request), cast.marta, cast.marta, at=at)
    back = moment(date(2026, 12, 3), "19:50")      # nothing ran since before 18:00
    for _ in range(3):
        jobs.run(back)
    assert [p.message_id for p in texts.parcels].count(Message.get(Message.kind == "reminder_day").id) == 1


def test_reminder_across_dst_keeps_its_hour(cast, at):
    spring = moment(date(2027, 3, 20), "10:00")
    request = asked(cast, at=spring, on=date(2027, 3, 30), begins="10:00", ends="12:00")   # the clock moves on the 28th
    [visit] = answering.confirm(referral_of(request), cast.marta, None, at=spring)
    assert visit.remind_day_at == moment(date(2027, 3, 27), "19:30")       # Sunday and Easter Monday are not open
    assert visit.starts_at - visit.remind_hours_at == timedelta(hours=2)
    autumn = moment(date(2027, 10, 20), "10:00")
    request = asked(cast, at=autumn, on=date(2027, 11, 2), begins="15:00", ends="17:00")
    [visit] = answering.confirm(referral_of(request), cast.anna, None, at=autumn)
    assert visit.remind_day_at == moment(date(2027, 10, 30), "19:30")      # All Saints and a Sunday before it


def test_two_schedulers_do_it_once(app, cast, texts, at):
    request = asked(cast, at=at)
    answering.confirm(referral_of(request), cast.marta, cast.marta, at=at)
    evening = moment(date(2026, 12, 3), "18:00")
    schedulers = [threading.Thread(target=_run_in, args=(app, evening)) for _ in range(2)]
    [each.start() for each in schedulers]
    [each.join() for each in schedulers]
    sent = [Message.get_by_id(parcel.message_id).kind for parcel in texts.parcels]
    assert sent.count("day_list") == 1 and sent.count("reminder_day") == 1


def _run_in(app, now):
    with app.app_context():
        for _ in range(2):          # what one tick queues, the next sends
            jobs.run(now)


def test_past_the_day_s_ceiling_texts_wait_and_the_coordinators_hear_it_once(build, at, texts):
    house = build(sms_day_ceiling=2)
    with house.app_context():
        cast = make_cast(at)
        for n in range(4):
            queued(cast, at, detail=n)
        for _ in range(3):
            deliver.deliver(at)
        states = [row.state for row in Message.select().where(Message.kind == "help").order_by(Message.id)]
        assert states == ["sent", "sent", "queued", "queued"]
        assert [m.coordinator for m in Message.select().where(Message.kind == "told")] == [cast.paola, cast.ugo]


def test_two_workers_let_one_text_run_out_and_nobody_has_to_call(app, cast, texts, at):
    queued(cast, at, worth=timedelta(minutes=10))
    for row in [Message.get(), Message.get()]:
        deliver._safely(row, at + timedelta(minutes=10))
    assert Message.get().state == "expired" and not DeskItem.select().exists()


def test_what_is_late_and_not_true_any_more_is_nobody_s_to_call_about(cast, texts, at):
    request = asked(cast, at=at)
    ending.cancel(type(request).get_by_id(request.id), by=Actor("employee", cast.gianni.id), at=at)
    deliver.deliver(at + timedelta(days=2))
    assert Message.get(Message.kind == "request_received").state == "dropped"
    assert not DeskItem.select().exists()


def test_what_was_too_late_for_a_person_does_not_hide_behind_an_operator_s(cast, texts, at):
    request = asked(cast, at=at)
    deliver.deliver(request.starts_at)      # nothing ran for days
    things = {(item.kind, item.employee) for item in DeskItem.select()}
    assert ("to_phone", cast.gianni) in things and ("failed", None) in things


def test_the_first_text_still_says_how_to_stop_when_it_goes_at_the_second_try(cast, texts, at):
    queued(cast, at)
    texts.outcome = carriers.TryLater("429", "busy")
    deliver.deliver(at)
    texts.outcome = None
    deliver.deliver(at + timedelta(minutes=1))
    assert [("STOP" in parcel.text) for parcel in texts.parcels] == [True, True]


def test_sending_a_link_keeps_it_young(cast, texts, at):
    link = link_for("employee", at=at, employee=cast.gianni)
    later = at + timedelta(days=89)
    queued(cast, later, link=link)
    deliver.deliver(later)
    assert link_for("employee", at=later + timedelta(days=30), employee=cast.gianni) == link


def test_one_doubt_that_cannot_be_settled_does_not_block_the_next(cast, texts, at, monkeypatch):
    for n in range(2):
        queued(cast, at, detail=n)
    texts.outcome = carriers.Unknown("timeout", "nobody knows")
    deliver.deliver(at)
    first = Message.select().order_by(Message.id).get()
    link_again = deliver.wording.link_again
    monkeypatch.setattr(deliver.wording, "link_again",
                        lambda message, shown: 1 / 0 if message == first else link_again(message, shown))
    texts.found = "SM77"
    deliver.settle(at + timedelta(minutes=10))
    assert [row.state for row in Message.select().order_by(Message.id)] == ["unknown", "sent"]


def test_of_two_receipts_at_once_the_later_one_counts(cast, texts, at):
    queued(cast, at)
    deliver.deliver(at)
    fast, slow = Message.get(), Message.get()       # both read the row before either writes
    outbox.receipt(fast, status="delivered", carrier_id="SM1", code=None, at=at)
    outbox.receipt(slow, status="undelivered", carrier_id="SM1", code="30003", at=at)
    assert (Message.get().state, Message.get().carrier_status) == ("delivered", "delivered")
    assert not Phone.get_by_id(cast.gianni.phone_id).unreachable_at and not DeskItem.select().exists()


def test_a_phone_that_was_switched_off_is_reachable_again_when_a_text_arrives(cast, texts, at):
    for n in range(2):
        queued(cast, at, detail=n)
    deliver.deliver(at)
    lost, arrived = Message.select().order_by(Message.id)
    outbox.receipt(lost, status="undelivered", carrier_id="SM1", code="30003", at=at)
    assert Phone.get_by_id(cast.gianni.phone_id).unreachable_at
    outbox.receipt(arrived, status="delivered", carrier_id="SM2", code=None, at=at)
    assert not Phone.get_by_id(cast.gianni.phone_id).unreachable_at


def test_a_wrong_number_stays_wrong_though_a_text_arrives(cast, texts, at):
    queued(cast, at)
    deliver.deliver(at)
    Phone.update(unreachable_at=at, unreachable_why="wrong_person").where(Phone.id == cast.gianni.phone_id).execute()
    outbox.receipt(Message.get(), status="delivered", carrier_id="SM1", code=None, at=at)
    assert Phone.get_by_id(cast.gianni.phone_id).unreachable_why == "wrong_person"


def test_what_waits_over_christmas_is_still_worth_saying_after_it(cast, texts, at):
    request = asked(cast, at=at, on=date(2026, 12, 24), begins="17:00", ends="19:30")
    [visit] = answering.confirm(referral_of(request), cast.marta, cast.marta, at=at)
    delivering.deliver(visit, cast.marta, at=moment(date(2026, 12, 24), "20:15"))
    jobs.run(moment(date(2026, 12, 28), "08:00"), ["deliver"])       # Friday, Saturday and Sunday are not open
    assert Message.get(Message.kind == "delivered").state == "sent"


def test_who_stopped_and_asks_for_a_link_is_called(cast, texts, at):
    link = link_for("employee", at=at, employee=cast.gianni)
    Phone.update(stopped_at=at, how="text").where(Phone.id == cast.gianni.phone_id).execute()
    trusting.fresh_link(link, at=at)
    deliver.deliver(at)
    assert DeskItem.get().kind == "to_phone" and DeskItem.get().employee == cast.gianni
