"""The demonstration pilot keeps its promises: it loads, it is of the promised size, and it is nobody's real life."""

from collections import Counter
from datetime import date, datetime, timezone

import pytest

import pilot
from models import (
    Company, Consortium, Cooperative, Coordination, Coverage, Employee, Holiday, Message, Municipality, Opening,
    Operator, Partner, Phone, Project, Service,
)
from rules import references, shares

AT = datetime(2026, 12, 1, 8, 0, tzinfo=timezone.utc)
NOWHERE = {"Clusone", "Ponte San Pietro"}


@pytest.fixture
def report(app):
    """The demonstration pilot, loaded."""
    return pilot.load(pilot.DEMO, AT, demo=True)


@pytest.mark.both_engines
def test_it_loads_without_a_word_of_complaint_and_sends_nothing(report):
    assert report.errors == []
    assert len(report.lines) == 14
    assert Message.select().count() == 0


def test_it_is_of_the_promised_size(report):
    assert (Project.select().count(), Consortium.select().count(), Cooperative.select().count()) == (2, 3, 7)
    assert (Service.select().count(), Municipality.select().count(), Company.select().count()) == (14, 67, 25)
    declared = [firm.declared for firm in Company.select()]
    assert (min(declared), max(declared), sum(declared)) == (2, 28, 109)
    assert Employee.select().count() == 109
    per_cooperative = Counter(operator.cooperative_id for operator in Operator.select())
    assert set(per_cooperative.values()) <= {3, 4, 5}
    assert Opening.select().where(Opening.closes_at > AT).count() == 5


def test_the_grants_keep_to_the_call(report):
    for project in Project.select():
        assert project.starts_on < AT.date() < project.ends_on
        assert project.grant_max_cents <= 50_000_00
        assert project.grant_max_cents <= project.total_cost_cents * 70 // 100
        brought = sum(partner.cofinancing_cents for partner in project.partners)
        assert project.grant_max_cents + brought == project.total_cost_cents
        roles = {partner.role for partner in project.partners}
        assert roles == {"finanziatore", "gestore", "capofila", "ente", "consorzio"}
    assert {"ATS Bergamo", "ASC Solidalia", "Comune di Osio Sotto"} <= {partner.name for partner in Partner.select()}


def test_shares_of_every_price_are_whole_and_only_firms_of_ten_pay_one(report):
    for firm in Company.select():
        percent = shares.company_percent(firm.declared, firm.share_percent)
        assert (percent, bool(firm.contribution_cents)) == ((20, False) if firm.declared >= 10 else (0, True))
        for service in Service.select():
            parts = shares.split(service.price_cents, service.project_percent, percent)
            assert parts.project + parts.company + parts.worker == parts.price == service.price_cents
            assert min(parts) >= 0


def test_most_comuni_have_a_choice_and_two_have_nobody(report):
    served = Counter((row.service_id, row.municipality_id) for row in Coverage.select())
    ids = {comune.name: comune.id for comune in Municipality.select()}
    for service in Service.select().where(Service.mode == "appuntamento"):
        choices = {name: served[service.id, ids[name]] for name in ids}
        assert sum(number in (2, 3) for number in choices.values()) > len(ids) * 3 / 4, service.code
        assert 1 in choices.values(), service.code
        assert not any(choices[name] for name in NOWHERE)
    assert {name for name in ids if not any(served[service.id, ids[name]] for service in Service)} == NOWHERE


def test_no_two_cooperatives_stand_in_the_same_place_of_the_order(report):
    places = Counter((row.service_id, row.municipality_id, row.rank) for row in Coverage.select())
    assert set(places.values()) == {1}


def test_the_three_people_of_the_walk_through_exist_and_belong_together(report):
    gianni = Employee.get(Employee.phone == Phone.get(number="+393330001001"))
    assert (gianni.first_name, gianni.company.code, gianni.company.declared) == ("Gianni", "48291", 4)
    assert gianni.company.municipality.name == "Romano di Lombardia"
    for code in ("BS", "AD"):
        first = (Coverage.select().join(Service).where(Service.code == code, Coverage.rank == 1,
                                                       Coverage.municipality == gianni.company.municipality).get())
        assert "Marta" in {operator.name for operator in first.cooperative.operators if operator.answers}
        assert first.cooperative.name == "Il Melograno"
    project = gianni.company.memberships.get().project
    assert "Paola Ventura" in {part.coordinator.name for part in project.coordinations}
    assert {part.rhythm for part in Coordination.select()} == {"giornaliero", "settimanale"}


def test_everybody_in_it_is_invented(report):
    assert all(phone.number.startswith("+39333000") for phone in Phone.select())
    assert all(firm.contact_email.endswith("example.org") for firm in Company.select())
    assert all(operator.email.endswith("example.org") for operator in Operator.select() if operator.email)
    assert all(cooperative.phone.startswith("035 0000") for cooperative in Cooperative.select())
    assert all(references.is_join_code(firm.code) for firm in Company.select())


def test_some_people_share_a_number_at_work_and_across_firms(report):
    shared = [list(phone.employees) for phone in Phone.select() if phone.employees.count() > 1]
    assert {len({person.company_id for person in people}) for people in shared} == {1, 2}
    assert all(len({person.word for person in people}) == len(people) for people in shared)


def test_the_words_of_a_walk_through_are_the_same_every_time(report, build):
    first = [person.word for person in Employee.select().order_by(Employee.id)]
    with build(on="postgresql").app_context():
        pilot.load(pilot.DEMO, AT, demo=True)
        assert [person.word for person in Employee.select().order_by(Employee.id)] == first


def test_patron_saints_are_there_for_the_next_two_years(report):
    assert {date(2027, 8, 26), date(2028, 8, 26)} <= {holiday.on for holiday in Holiday.select()}
