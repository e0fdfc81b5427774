"""One request through the whole house, as people live it: poster, asking, confirming, reminders, the visit, the digest."""

import re
from datetime import date, timedelta

import pytest
import time_machine
from cast import asked, make_cast, moment, referral_of, trust

import jobs
import wording
from actions import answering
from models import Appointment, Company, Message, Operator, Phone, ServiceRequest

pytestmark = pytest.mark.both_engines

NUMBER = "+393330000777"
WORDS = {
    "it": {"cost": "33,00", "waiting": "in attesa della cooperativa", "confirmed": "confermata", "sms": "SMS",
           "reminder": "ricordiamo", "paid": "Si paga dopo"},
    "en": {"cost": "33.00", "waiting": "waiting for the cooperative", "confirmed": "confirmed", "sms": "SMS",
           "reminder": "remind", "paid": "pay later"},
}


class Texts:
    """What one number received, as its owner reads it."""

    def __init__(self, number):
        self.number = number

    def all(self):
        """The words of every text that reached it, links in their place, oldest first."""
        rows = (Message.select().join(Phone).where(Phone.number == self.number, Message.state.in_(("sent", "delivered")))
                .order_by(Message.sent_at, Message.id))
        return [wording.link_again(row, row.body) for row in rows if row.channel == "sms"]

    def last_link(self):
        """The path of the link in the last text."""
        return re.search(r"http://127\.0\.0\.1:8000(/l/\w+)", self.all()[-1])[1]


def press(client, page, action, **fields):
    """Press the button of the form with this action on this page."""
    form = next(form for form in page.text.split("<form")[1:] if f'action="{action}"' in form).split("</form>")[0]
    hidden = dict(re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)"', form))
    hidden.update(re.findall(r'<input id="[^"]*" name="([^"]+)" type="hidden" value="([^"]*)"', form))
    return client.post(action, data={**hidden, **fields}, follow_redirects=True)


@pytest.mark.parametrize("language", ["it", "en"])
def test_the_whole_journey(app, client, at, language):
    said, cast = WORDS[language], make_cast(at)
    person, marta = Texts(NUMBER), Texts(cast.marta.phone.number)
    Company.update(declared=9).where(Company.id == cast.firm.id).execute()

    # the poster's link: a number, an SMS with a link, "Sono io"
    poster = client.get(f"/a/{cast.firm.code}")
    press(client, poster, f"/a/{cast.firm.code}/numero", number="333 0000777", language=language)
    jobs.run(at)
    welcome = client.get(person.last_link() + f"?lang={language}", follow_redirects=True)
    welcome = client.get(welcome.request.path + f"?lang={language}")
    home = press(client, welcome, f"{welcome.request.path}adesione")
    path = home.request.path

    # three screens from need to sent request
    form = client.get(f"{path}chiedi/figli/BS")
    read_back = press(client, form, f"{path}chiedi/figli/BS", place=cast.romano.istat, day="2026-12-04", start="15:00",
                      length="180", number="1", age="3-5", first_name="Vale")
    assert said["cost"] in read_back.text and said["paid"] in read_back.text
    page = press(client, read_back, f"{path}richieste")
    assert said["waiting"] in page.text
    request = ServiceRequest.get()
    jobs.run(at)
    assert request.reference in person.all()[-1]
    assert request.employee.word in person.all()[-1]

    # Marta confirms from the SMS link, on a phone that nobody trusts yet
    operator = app.test_client()
    opened = operator.get(marta.last_link(), follow_redirects=True)
    assert request.reference in opened.text and "Vale" not in opened.text and NUMBER[3:] not in opened.text
    confirm = next(a for a in re.findall(r'action="([^"]+)"', opened.text) if a.endswith("/conferma"))
    press(operator, opened, confirm, worker="me")
    visit = Appointment.get()
    assert visit.worker == Operator.get_by_id(cast.marta.id)

    # the confirmation goes after the ten minutes of undo, the reminders in their time
    jobs.run(at + timedelta(minutes=11))
    assert said["confirmed"] in person.all()[-1].lower()
    jobs.run(moment(date(2026, 12, 3), "18:00"))
    assert said["reminder"] in person.all()[-1].lower()
    assert "15-18" in marta.all()[-1] and "Romano" in marta.all()[-1]
    jobs.run(moment(date(2026, 12, 4), "13:00"))
    assert Message.get(Message.kind == "reminder_hours").state == "sent"
    assert [text for text in person.all() if "15-18" in text]

    # afterwards: asked in the evening, marked on the trusted device, closed after the week for objections
    evening = moment(date(2026, 12, 4), "18:00")
    with time_machine.travel(evening, tick=False):
        jobs.run(evening)
        assert Message.select().where(Message.kind == "mark_delivered", Message.state == "sent").count() == 1
        trust(operator, cast.marta, at=evening)
        day = operator.get(f"/operatore/{cast.marta.id}/")
        assert "Vale" in day.text
        done = next(a for a in re.findall(r'action="([^"]+)"', day.text) if "svolt" in a)
        press(operator, day, done)
    assert Appointment.get().state == "delivered"
    jobs.run(moment(date(2026, 12, 12), "07:00"))
    assert (ServiceRequest.get().state, ServiceRequest.get().outcome) == ("closed", "delivered")


def test_the_digest_tells_what_needs_somebody_and_names_nobody(app, client, at):
    cast = make_cast(at)
    request = asked(cast, at=at, service=cast.ad)
    answering.decline(referral_of(request), cast.marta, "full", at=at)
    jobs.run(moment(date(2026, 12, 2), "07:30"))
    mails = [m for m in Message.select().where(Message.channel == "mail", Message.kind == "digest_day")]
    assert [m.coordinator for m in mails] == [cast.paola] and mails[0].state == "sent"
    assert request.reference in mails[0].body
    for secret in ("Gianni", "limone", cast.gianni.phone.number[3:], "Assistenza"):
        assert secret not in mails[0].body + (wording.html_again(mails[0]) or "")
