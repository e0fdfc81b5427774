"""The cast of the tests: a project, two cooperatives, the people of two firms, and strangers who must never see any of it.

    cast = make_cast(AT)                          everybody, as rows
    request = asked(cast, at=AT)                  Gianni asks for a baby-sitter; it lies before Il Melograno
    link = link_for("employee", at=AT, employee=cast.gianni)
    follow(client, link); trust(client, cast.marta, at=AT)
"""

import itertools
from dataclasses import dataclass, fields
from datetime import date, datetime, time, timedelta

from actions import asking, openings, placing, trusting
from actions.moves import Actor
from models import (
    Company,
    Consortium,
    Cooperative,
    Coordination,
    Coordinator,
    Coverage,
    Device,
    Employee,
    Link,
    Membership,
    Municipality,
    Opening,
    Operator,
    Partner,
    Phone,
    Place,
    Project,
    Referral,
    Service,
    ServiceRequest,
)
from rules import hours, tokens

keys = itertools.count(1)


@dataclass
class Cast:
    """Everybody and everything a story needs, by first name."""

    # territory
    project: Project                  # "Famiglie al Centro": the project of both firms
    elsewhere: Project                # somebody else's project
    romano: Municipality
    covo: Municipality
    isso: Municipality                # where no cooperative goes
    bs: Service                       # baby-sitting, by the hour, two days' notice, asks age band and number
    ad: Service                       # home care, by the hour, three days' notice, asks self-sufficiency
    pasto: Service                    # a meal, by the piece, one day's notice, asks nothing
    # cooperatives: melograno is asked first for everything, quercia second for BS
    melograno: Cooperative
    quercia: Cooperative
    lontana: Cooperative              # covers nothing
    marta: Operator                   # of melograno: answers, goes, on duty
    anna: Operator                    # of melograno: the same
    bruno: Operator                   # of melograno: only goes
    luca: Operator                    # of quercia: answers, goes, on duty
    elena: Operator                   # of quercia: answers, is not on duty
    outsider: Operator                # of lontana: must never see anything of anybody
    # people
    firm: Company                     # four people: no company share
    big_firm: Company                 # fourteen people, 20% of the price
    gianni: Employee                  # of firm, on the number he shares with sara; his word is limone
    sara: Employee                    # of big_firm, on Gianni's number; her word is lana
    teresa: Employee                  # of big_firm, on a number of her own, reads English; her word is prato
    # coordinators
    paola: Coordinator                # of project, daily
    ugo: Coordinator                  # of elsewhere: a stranger at Paola's desk

    def __iter__(self):
        """Each row in turn, for a test that looks for any trace of anybody."""
        return (getattr(self, field.name) for field in fields(self))


def make_cast(at: datetime) -> Cast:
    """Write the cast into an empty database; `at` is the moment at which its people joined."""
    territory, providers = _territory(at), _providers()
    _cover(territory, providers)
    return Cast(**territory, **providers, **_people(at, territory), **_coordinators(territory))


def new_phone(number: str, language: str = "it") -> Phone:
    """The row of a fictitious number, from its last three digits: "007"."""
    return Phone.create(number=f"+39333000{number:0>4}", language=language)


# ---------------------------------------------------------------- who they are

def _territory(at):
    on = hours.local(at).date()
    project = _project("FAM", "Famiglie al Centro", "E19I26000010001", on, "035 0000000")
    Partner.create(project=project, name="ATS Bergamo", role="gestore", cofinancing_cents=0)
    return {
        "project": project, "elsewhere": _project("ALT", "Altrove", "E19I26000020002", on, "035 0000009"),
        "romano": _comune("016183", "Romano di Lombardia"), "covo": _comune("016087", "Covo"),
        "isso": _comune("016122", "Isso"),
        "bs": _service("BS", "Baby-sitting a domicilio", "Baby-sitting at home", "baby-sitting", "figli", 2200,
                       minimum=2, notice_hours=48, questions=["eta", "numero"], sensitive=True),
        "ad": _service("AD", "Assistenza domiciliare (ASA/OSS)", "Home care", "aiuto a casa", "anziani", 2600,
                       notice_hours=72, questions=["autonomia"], sensitive=True),
        "pasto": _service("PA", "Pasto a domicilio", "Meal at home", "pasto", "tempo", 900, unit="pasto",
                          duration_min=30, notice_hours=24, project_percent=30, vat_percent=10),
    }


def _project(code, name, cup, on, phone):
    return Project.create(code=code, name=name, cup=cup, starts_on=on - timedelta(days=90),
                          ends_on=on + timedelta(days=400), grant_max_cents=5_000_000, total_cost_cents=7_200_000,
                          person_year_cents=120_000, phone=phone, phone_hours="lun-ven 9-13")


def _comune(istat, name):
    return Municipality.create(istat=istat, name=name, ambito="Romano di Lombardia")


def _service(code, name, name_en, sms_name, need, price_cents, **more):
    return Service.create(**{**dict(
        code=code, name=name, name_en=name_en, sms_name=sms_name, need=need, mode="appuntamento", unit="ora",
        price_cents=price_cents, project_percent=50, vat_percent=5), **more})


def _providers():
    consortium = Consortium.create(code="RIBES", name="Ribes")
    melograno, quercia, lontana = (
        Cooperative.create(code=code, name=name, consortium=consortium, phone=phone, email=f"{code.lower()}@example.org")
        for code, name, phone in (("MEL", "Il Melograno", "035 0000001"), ("QUE", "La Quercia", "035 0000002"),
                                  ("LON", "La Lontana", "035 0000003")))
    return {
        "melograno": melograno, "quercia": quercia, "lontana": lontana,
        "marta": _operator(melograno, "Marta", "101"), "anna": _operator(melograno, "Anna", "102"),
        "bruno": _operator(melograno, "Bruno", "103", answers=False),
        "luca": _operator(quercia, "Luca", "201"), "elena": _operator(quercia, "Elena", "202", on_duty=False),
        "outsider": _operator(lontana, "Rosa", "301"),
    }


def _operator(cooperative, name, number, **more):
    return Operator.create(cooperative=cooperative, name=name, phone=new_phone(number),
                           email=f"{name.lower()}@example.org", **more)


def _cover(territory, providers):
    for service in ("bs", "ad", "pasto"):
        for comune in ("romano", "covo"):
            Coverage.create(cooperative=providers["melograno"], service=territory[service],
                            municipality=territory[comune], rank=1)
            if service == "bs":
                Coverage.create(cooperative=providers["quercia"], service=territory[service],
                                municipality=territory[comune], rank=2)


def _people(at, territory):
    firm = _firm("48291", "Officina Serio", territory, 4, 0)
    big_firm = _firm("50170", "Maglificio Oglio", territory, 14, 20)
    shared, own = new_phone("001"), new_phone("002", "en")
    return {
        "firm": firm, "big_firm": big_firm,
        "gianni": _person(at, shared, firm, "Gianni", "limone", "it"),
        "sara": _person(at, shared, big_firm, "Sara", "lana", "it"),
        "teresa": _person(at, own, big_firm, "Teresa", "prato", "en"),
    }


def _firm(code, name, territory, declared, share_percent):
    company = Company.create(code=code, name=name, municipality=territory["romano"], association="Confimi Bergamo",
                             declared=declared, contact="Ufficio", contact_email=f"ufficio{code}@example.org",
                             contact_phone="035 0000010", contribution_cents=30000 if declared < 10 else 0,
                             share_percent=share_percent)
    Membership.create(company=company, project=territory["project"], from_on=territory["project"].starts_on)
    return company


def _person(at, phone, company, first_name, word, language):
    Company.update(joins=Company.joins + 1).where(Company.id == company.id).execute()
    return Employee.create(phone=phone, company=company, first_name=first_name, word=word, language=language,
                           notice_version="2026-11", notice_at=at, joined_at=at, approved_at=at)


def _coordinators(territory):
    paola = Coordinator.create(name="Paola", email="paola@example.org", phone=new_phone("401"))
    ugo = Coordinator.create(name="Ugo", email="ugo@example.org")
    Coordination.create(coordinator=paola, project=territory["project"], on_duty=True)
    Coordination.create(coordinator=ugo, project=territory["elsewhere"])
    return {"paola": paola, "ugo": ugo}


# ---------------------------------------------------------------- what they do

def moment(on: date, clock: str) -> datetime:
    """The moment of a local wall clock: `moment(date(2026, 12, 4), "15:30")`."""
    return hours.moment(on, time.fromisoformat(clock))


def asked(cast: Cast, *, at, employee=None, service=None, municipality=None, on=date(2026, 12, 4), begins="15:00",
          ends="18:00", **more) -> ServiceRequest:
    """A person asks, as by the page: Gianni for a baby-sitter in Romano on Friday from 15 to 18, unless said otherwise.

    `more`: quantity, answers, answer_by of the wish; ask_key.
    """
    employee, service = employee or cast.gianni, service or cast.bs
    ask_key = more.pop("ask_key", f"test-{next(keys)}")
    wish = asking.Wish(service, municipality or cast.romano, moment(on, begins), moment(on, ends), **more)
    return asking.ask(wish, employee, ask_key=ask_key, shown_cents=asking.quote(wish, employee, at=at).total.worker, at=at)


def referral_of(request: ServiceRequest) -> Referral:
    """The referral of a request that was put last."""
    return Referral.select().where(Referral.request == request).order_by(Referral.id.desc()).get()


def public_service(**more) -> Service:
    """A public service with an office that can be written to and called; in no cast, because no cooperative has it."""
    return _service("SA", "Servizio sociale di base", "Public social service", "servizio sociale", "ascolto", 0, **{**dict(
        mode="orientamento", unit="colloquio", project_percent=0, vat_percent=0, office="Sportello, lun-ven 9-12",
        office_phone="035 0000077", office_email="sportello@example.org"), **more})


def day_space(**more) -> Service:
    """We.Kids, a service by opening: by the day and child, asks an age band and how many; in no cast, made when needed."""
    return Service.get_or_none(Service.code == "WK") or _service(
        "WK", "We.Kids: spazio per i giorni di scuola chiusa", "We.Kids: day space", "We.Kids", "figli", 3200, **{**dict(
            mode="turno", unit="giornata", questions=["eta", "numero"], sensitive=True), **more})


def ironing(**more) -> Service:
    """The ironing round, a service by opening: by the basket, handed in at the firm or at a point nearby."""
    return Service.get_or_none(Service.code == "ST") or _service(
        "ST", "Stireria aziendale: cesto da 5 kg", "Ironing, 5 kg basket", "stireria", "tempo", 1500, **{**dict(
            mode="turno", unit="cesto", questions=["numero"], project_percent=40, vat_percent=22), **more})


def opening_of(cast: Cast, *, service=None, on=date(2026, 12, 7), begins="08:00", ends="17:00", closes=None, places=5,
               minimum=3, collection=(), cooperative=None, at=None, **more) -> Opening:
    """An opening of Il Melograno in Romano: We.Kids on Monday the 7th, five places, for three at least, closing on Thursday."""
    draft = openings.Draft(
        service or day_space(), cooperative or cast.melograno, cast.romano, "Sala civica", moment(on, begins),
        moment(on, ends), closes or moment(on - timedelta(days=4), "20:00"), places, minimum, tuple(collection))
    at = at or draft.closes_at - timedelta(days=30)
    [opening] = openings.open_all([draft], by=Actor("coordinator", cast.paola.id), at=at)
    return opening


def booked(cast: Cast, opening: Opening, employee=None, units=1, *, at, **more) -> Place:
    """A person books, as by the page: Gianni for one, unless said otherwise. `more`: may_wait, ask_key, collection."""
    employee, ask_key = employee or cast.gianni, more.pop("ask_key", f"test-{next(keys)}")
    opening = Opening.get_by_id(opening.id)
    seat = placing.Seat(opening, units, more.pop("answers", {"eta": "3-5"}), more.pop("collection", ""))
    shown = more.pop("shown_cents", None)
    if shown is None:
        shown = placing.quote(opening, units, employee, at=at).shares.worker
    request = placing.book(seat, employee, ask_key=ask_key, shown_cents=shown, at=at, **more)
    return Place.select().where(Place.request == request).get()


def another_person(cast: Cast, number: str, company=None, *, at) -> Employee:
    """One more person, of Gianni's firm unless said otherwise, on a number of her own, from its last digits."""
    return Employee.create(phone=new_phone(number), company=company or cast.firm, first_name=f"Persona {number}",
                           word="pane", language="it", notice_version="2026-11", notice_at=at, joined_at=at, approved_at=at)


def link_for(purpose: str, *, at, **whom) -> Link:
    """A person's link: `link_for("referral", at=AT, operator=cast.marta, referral=referral)`."""
    return trusting.link_to(purpose, at=at, **whom)


def follow(client, link: Link):
    """Open a link in this browser, as from a message; the answer after all redirects."""
    return client.get(trusting.path_of(link), follow_redirects=True)


def trust(client, person, *, at) -> Device:
    """Make this browser a trusted device of an operator or a coordinator."""
    device, cookie = trusted_device(person, at=at)
    client.set_cookie(*cookie)
    return device


def trusted_device(person, *, at) -> tuple[Device, tuple[str, str]]:
    """A device of this person, and the name and value of the cookie that makes a browser it."""
    role, token = person._meta.table_name, f"device-{next(keys)}"
    device = Device.create(token_hash=tokens.fingerprint(token), trusted_at=at,
                           expires_at=at + trusting.DEVICE_LIFE, **{role: person})
    return device, (f"device_{role}_{person.id}", token)
