"""Friday, ten to five: somebody old comes home from hospital, and a daughter asks for help from tomorrow at nine."""

import re
from datetime import date, timedelta

import pytest
import time_machine
from cast import asked, follow, link_for, make_cast, moment, referral_of, trust
from conftest import AT

import jobs
import wording
from actions import answering, ending
from models import Appointment, Coordination, Coverage, DeskItem, Message, Phone, Project, Proposal, Referral, ServiceRequest
from rules.recurrence import Weekly

pytestmark = pytest.mark.both_engines

FRIDAY, SATURDAY = date(2026, 12, 4), date(2026, 12, 5)
WISH = {"day": "2026-12-05", "length": "180", "independence": "helped"}


class Clock:
    """The clock on everybody's wall, and the jobs that run by it."""

    def __init__(self):
        self.at, self.travel = None, None

    def __call__(self, on, clock):
        """It is so late now: what fell due is done."""
        self.stop()
        self.at = moment(on, clock)
        self.travel = time_machine.travel(self.at, tick=False)
        self.travel.start()
        jobs.run(self.at)
        return self.at

    def run(self):
        """A moment later the jobs run again."""
        jobs.run(self.at)

    def stop(self):
        """Back to our own time."""
        if self.travel:
            self.travel.stop()


@pytest.fixture
def clock(app):
    wall = Clock()
    yield wall
    wall.stop()


@pytest.fixture
def cast(app):
    """Home care is Il Melograno's first, then La Quercia's."""
    cast = make_cast(AT - timedelta(days=30))
    Coverage.create(cooperative=cast.quercia, service=cast.ad, municipality=cast.romano, rank=2)
    return cast


def texts(person, since=None):
    """What somebody's phone received, links in their place, oldest first."""
    rows = (Message.select().join(Phone).where(Phone.id == person.phone_id, Message.channel == "sms", Message.sent_at.is_null(False))
            .order_by(Message.sent_at, Message.id))
    return [wording.link_again(row, row.body) for row in rows if since is None or row.sent_at >= since]


def path_in(text):
    """The path of the link in a text."""
    return re.search(r"http://127\.0\.0\.1:8000(/l/\w+)", text)[1]


def said(page):
    """What a page says, as one reads it."""
    text = re.sub(r"<[^>]+>", " ", page.text.split("<main", 1)[1])
    return re.sub(r"\s+", " ", text.replace("&#39;", "'"))


def ask(client, link, **wish):
    """Through the form and the page that reads it back. Returns both that page and the one after sending."""
    path = follow(client, link).request.path
    form = client.get(f"{path}chiedi/anziani/AD")
    read_back = client.press(form, f"{path}chiedi/anziani/AD", **WISH, **wish)
    return read_back, client.press(read_back, f"{path}richieste")


def test_help_from_tomorrow_morning_is_found_lost_and_found_again(app, cast, clock):
    gianni, marta, luca, paola = cast.gianni, cast.marta, cast.luca, cast.paola
    daughter, luca_phone, marta_phone, desk = (app.test_client() for _ in range(4))

    # 16:50: asked by link; who is on duty and the first cooperative read it at once
    at = clock(FRIDAY, "16:50")
    read_back, page = ask(daughter, link_for("employee", at=at, employee=gianni), place=cast.romano.istat, start="09:00")
    home = page.request.path.split("richieste")[0]
    assert "urgente" in said(read_back) and "dalle 8 alle 20" in said(read_back)
    clock.run()
    request = ServiceRequest.get()
    assert request.urgent and request.reference in texts(gianni)[-1] and "ore 17:30" in texts(gianni)[-1]
    assert "urgente" in texts(paola)[-1]
    assert all("AD" in texts(one)[-1] and "9-12" in texts(one)[-1] for one in (marta, cast.anna))
    assert not texts(luca) and not texts(cast.bruno)

    # 17:05 a reminder, 17:20 it goes on to the next cooperative; the daughter hears by when now
    clock(FRIDAY, "17:05")
    assert [len(texts(one)) for one in (marta, cast.anna, luca)] == [2, 2, 0]
    at = clock(FRIDAY, "17:20")
    assert request.reference in texts(luca, at)[-1] and "AD" in texts(luca)[-1]
    assert request.reference in texts(marta, at)[-1] and "18" in texts(gianni, at)[-1]

    # 17:40: Luca opens the text, trusts his phone, proposes from ten
    at = clock(FRIDAY, "17:40")
    assert request.reference in luca_phone.get(path_in(texts(luca)[-1]), follow_redirects=True).text
    trust(luca_phone, luca, at=at)
    mine, referral = f"/operatore/{luca.id}/", Referral.get(Referral.cooperative == cast.quercia)
    luca_phone.press(luca_phone.get(mine), f"{mine}invio/{referral.id}/proposta", day="2026-12-05", start="10:00",
                     length="180", worker="me")
    clock.run()
    assert "10-13" in texts(gianni, at)[-1] and "paghi 39,00" in texts(gianni)[-1]

    # 17:44: could it be half past nine? 17:50: yes, and the confirmation goes at once
    at = clock(FRIDAY, "17:44")
    page = follow(daughter, link_for("employee", at=at, employee=gianni))
    proposal = Proposal.get()
    assert "10" in said(page) and "39,00" in said(page)
    page = daughter.press(daughter.get(f"{home}richieste/{request.reference}"), f"{home}proposte/{proposal.id}/controproposta",
                          day="2026-12-05", start="09:30")
    clock.run()
    assert "9:30" in texts(luca, at)[-1]
    at = clock(FRIDAY, "17:50")
    luca_phone.press(luca_phone.get(mine), f"{mine}proposta/{proposal.id}/conferma", worker="me")
    clock.run()
    assert "confermata" in texts(gianni, at)[-1] and "9:30-12:30" in texts(gianni)[-1]
    visit = Appointment.get()
    assert (visit.worker, visit.starts_at) == (luca, moment(SATURDAY, "09:30")) and visit.undo_until == at

    # 18:00: tomorrow's list, the reminder; she says yes to it
    at = clock(FRIDAY, "18:00")
    assert "9:30-12:30" in texts(luca, at)[-1] and "ti ricordiamo" in texts(gianni, at)[-1]
    daughter.press(follow(daughter, link_for("employee", at=at, employee=gianni)), f"{home}visite/{visit.id}/conferma")
    assert Appointment.get().confirmed_at == at

    # Saturday, 7:30: Luca is ill. Nobody's phone rings before eight; then everybody knows, and who is on duty calls
    at = clock(SATURDAY, "07:30")
    luca_phone.press(luca_phone.get(mine), f"{mine}appuntamento/{visit.id}/rinuncia", reason="ill")
    clock.run()
    clock(SATURDAY, "07:59")
    assert not [one for person in (gianni, luca, paola, marta) for one in texts(person, at)]
    at = clock(SATURDAY, "08:00")
    told = " ".join(texts(gianni, at))
    assert "ne cerchiamo un'altra" in told and "ancora nessuno" in told and "Ti chiamiamo" in told
    item = DeskItem.get(DeskItem.kind == "unassigned", DeskItem.done_at.is_null())
    assert item.call_at == at and "senza cooperativa" in texts(paola, at)[-1]

    # 8:20: Paola has called Il Melograno, where nobody had looked at a phone last night, and puts it there again
    at = clock(SATURDAY, "08:20")
    trust(desk, paola, at=at)
    there = f"/banco/{paola.id}/senza-cooperativa/{item.id}/"
    desk.press(desk.get(there), f"{there}invio", cooperative=str(cast.melograno.id))
    clock.run()
    assert "9:30-12:30" in texts(marta, at)[-1]

    # 8:40: Marta confirms from the text, on a phone that nobody trusts yet
    at = clock(SATURDAY, "08:40")
    opened = marta_phone.get(path_in(texts(marta)[-1]), follow_redirects=True)
    assert "Gianni" not in opened.text and gianni.phone.number[3:] not in opened.text
    marta_phone.press(opened, f"{opened.request.path}conferma", worker="me")
    clock.run()
    assert "confermata" in texts(gianni, at)[-1]
    visit = Appointment.get(Appointment.state == "planned")
    assert (visit.worker, visit.starts_at) == (marta, moment(SATURDAY, "09:30"))

    # the evening: did it go as planned? It did; a week later the request is over
    at = clock(SATURDAY, "18:00")
    assert len(texts(marta, at)) == 1
    trust(marta_phone, marta, at=at)
    done = f"/operatore/{marta.id}/appuntamento/{visit.id}/svolto"
    marta_phone.press(marta_phone.get(f"/operatore/{marta.id}/"), done)
    clock.run()
    assert request.reference in texts(gianni, at)[-1]
    clock(SATURDAY + timedelta(days=7), "06:00")
    assert ServiceRequest.get().state == "agreed"
    clock(SATURDAY + timedelta(days=8), "06:00")
    assert (ServiceRequest.get().state, ServiceRequest.get().outcome) == ("closed", "delivered")
    assert not texts(cast.outsider) and ServiceRequest.select().count() == 1
    assert not DeskItem.select().where(DeskItem.done_at.is_null()).exists()


def test_late_on_friday_with_nobody_on_duty_the_answer_says_when_somebody_reads_and_whom_to_call_meanwhile(app, cast, clock):
    Coordination.update(on_duty=False).execute()
    Project.update(urgent_words="Di notte: 035 4555111.").where(Project.id == cast.project.id).execute()
    gianni, daughter = cast.gianni, app.test_client()

    # 21:30: she reads it before she sends, on the page after, and in the text, which goes at once
    at = clock(FRIDAY, "21:30")
    read_back, page = ask(daughter, link_for("employee", at=at, employee=gianni), place=cast.romano.istat, start="15:00")
    for words in (said(read_back), said(page)):
        assert "sab 5/12 ore 8" in words and "Di notte: 035 4555111." in words
    clock.run()
    assert "da sab 5/12 ore 8" in texts(gianni)[-1] and "035 4555111" in texts(gianni)[-1] and "sab 5/12 ore 8:45" in texts(gianni)[-1]

    # but the cooperatives' own phones ring at eight, each for half an hour
    clock(SATURDAY, "07:59")
    assert not texts(cast.marta) and not texts(cast.paola)
    at = clock(SATURDAY, "08:00")
    assert texts(cast.marta, at) and not texts(cast.luca)
    clock(SATURDAY, "08:15")
    at = clock(SATURDAY, "08:30")
    assert texts(cast.luca, at) and "9:15" in texts(gianni, at)[-1]

    # nobody: no call is promised that nobody can make; what to do meanwhile is said again, and the end at the start
    at = clock(SATURDAY, "09:00")
    assert "lun 7/12" in texts(gianni, at)[-1] and "035 4555111" in texts(gianni, at)[-1]
    assert "Ti chiamiamo" not in texts(gianni)[-1] and not texts(cast.paola)
    at = clock(SATURDAY, "15:00")
    assert (ServiceRequest.get().state, ServiceRequest.get().outcome) == ("closed", "lapsed") and texts(gianni, at)
    clock(date(2026, 12, 7), "08:30")
    digest = Message.get(Message.kind.startswith("digest"), Message.coordinator == cast.paola)
    assert ServiceRequest.get().reference in digest.body


def test_what_is_agreed_and_taken_back_late_for_tonight_is_said_tonight(app, cast, clock):
    marta, bruno, gianni = cast.marta, cast.bruno, cast.gianni
    request = asked(cast, at=clock(FRIDAY, "18:30"), service=cast.ad, on=FRIDAY, begins="21:30", ends="23:00")
    at = clock(FRIDAY, "18:40")
    answering.take(referral_of(request), marta, at=at)
    at = clock(FRIDAY, "18:50")
    visit, = answering.confirm(referral_of(request), marta, bruno, at=at)
    clock.run()
    assert "confermata" in texts(gianni, at)[-1] and "ora vai tu" in texts(bruno, at)[-1]

    # after eight nobody is written to about what can wait; this cannot
    at = clock(FRIDAY, "20:30")
    ending.give_back(visit, marta, "ill", at=at)
    clock.run()
    assert "ne cerchiamo un'altra" in texts(gianni, at)[-1] and request.reference in texts(bruno, at)[-1]
    answering.put_by_desk(ServiceRequest.get(), cast.melograno, cast.paola, at=at)
    answering.confirm(referral_of(request), cast.anna, cast.anna, at=at)
    clock.run()
    assert "confermata" in texts(gianni, at)[-1]


def test_of_a_series_that_lost_its_first_visit_at_once_the_next_is_confirmed_as_the_first(app, cast, clock):
    at = clock(date(2026, 12, 1), "09:00")
    request = asked(cast, at=at, on=date(2026, 12, 10), weekly=Weekly((4,), times=4))
    visits = answering.confirm(referral_of(request), cast.marta, cast.marta, at=at)
    ending.give_back(visits[0], cast.marta, "full", at=at)
    at = clock(date(2026, 12, 1), "09:11")
    confirmed, = [text for text in texts(cast.gianni, at) if "confermata" in text]
    assert "3 visite" in confirmed and "gio 17/12" in confirmed
