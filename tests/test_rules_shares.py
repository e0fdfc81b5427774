"""Prices and their three shares, to the cent."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rules.shares import Shares, company_percent, price, split, split_in_turn, total, vat

cents = st.integers(0, 10_000_00)
percents = st.integers(0, 100)
rooms = st.integers(-50_00, 12_000_00)  # under nothing, where a ceiling was lowered after it was used
years = st.sampled_from([2026, 2027, 2028])
visits = st.lists(st.tuples(years, st.integers(0, 200_00)), max_size=20)
left_by_year = st.dictionaries(years, st.integers(-50_00, 800_00))
left_at_all = st.integers(-50_00, 2_000_00)


@given(cents, percents, percents)
def test_shares_sum_to_the_price_and_none_is_negative(price_cents, project, company):
    shares = split(price_cents, project, company)
    assert shares.price == price_cents == shares.project + shares.company + shares.worker
    assert min(shares) >= 0


@given(cents, percents, percents)
def test_no_share_is_a_cent_away_from_its_exact_part(price_cents, project, company):
    shares, company = split(price_cents, project, company), min(company, 100 - project)
    for part, percent in zip(shares[1:], (project, company, 100 - project - company)):
        assert abs(100 * part - price_cents * percent) < 100


@given(cents, percents, percents)
def test_a_larger_company_share_never_costs_the_worker_more_than_a_smaller_one(price_cents, project, company):
    if company < 100:
        assert split(price_cents, project, company + 1).worker <= split(price_cents, project, company).worker


def test_the_example_of_the_read_back():
    assert split(6600, 50, 20) == Shares(6600, project=3300, company=1320, worker=1980)


def test_an_odd_cent_never_falls_to_the_worker():
    assert split(1, 50, 0) == Shares(1, 1, 0, 0)
    assert split(5, 50, 10) == Shares(5, 3, 0, 2)
    assert split(850, 33, 33) == Shares(850, 281, 280, 289)


def test_percents_over_a_hundred_cut_the_company_not_the_project():
    assert split(1000, 70, 50) == Shares(1000, 700, 300, 0)
    assert split(1000, 100, 50) == Shares(1000, 1000, 0, 0)


@pytest.mark.parametrize("wrong", [(-1, 50, 0), (100, 101, 0), (100, -1, 0), (100, 0, 101), (100, 0, -1)])
def test_what_cannot_be_split_is_refused(wrong):
    with pytest.raises(ValueError):
        split(*wrong)


def test_a_firm_under_ten_pays_no_share_of_a_request():
    assert [company_percent(declared, 20) for declared in (1, 9, 10, 28)] == [0, 0, 20, 20]


@pytest.mark.parametrize("unit, options, expected", [
    (2200, dict(hourly=True, minutes=180, quantity=1), 6600),
    (2200, dict(hourly=True, minutes=90, quantity=3), 3300),    # three children, one hour and a half
    (2501, dict(hourly=True, minutes=90, quantity=1), 3752),    # 37.515 rounds up
    (2500, dict(hourly=True, minutes=20, quantity=1), 833),
    (19000, dict(hourly=False, minutes=600, quantity=1), 19000),
    (850, dict(hourly=False, minutes=20, quantity=3), 2550),
    (0, dict(hourly=False, minutes=45, quantity=1), 0),
])
def test_an_hour_is_paid_by_the_minute_and_anything_else_by_the_piece(unit, options, expected):
    assert price(unit, **options) == expected


@pytest.mark.parametrize("gross, percent, contained", [
    (6600, 5, 314), (1500, 22, 270), (850, 10, 77), (5000, 0, 0), (105, 5, 5), (0, 22, 0),
])
def test_vat_is_contained_in_the_price(gross, percent, contained):
    assert vat(gross, percent) == contained


@given(cents, st.integers(0, 30))
def test_net_and_vat_are_right_to_half_a_cent(gross, percent):
    net = gross - vat(gross, percent)
    assert abs(net * (100 + percent) - 100 * gross) * 2 <= 100 + percent


# ---------------------------------------------------------------- ceilings

@pytest.mark.parametrize("room, expected", [
    (None, Shares(6600, 3300, 1320, 1980)),
    (3300, Shares(6600, 3300, 1320, 1980)),
    (3299, Shares(6600, 3299, 1320, 1981)),
    (1000, Shares(6600, 1000, 1320, 4280)),
    (0, Shares(6600, 0, 1320, 5280)),
    (-500, Shares(6600, 0, 1320, 5280)),
])
def test_what_is_over_the_ceiling_falls_to_the_person_and_not_to_the_firm(room, expected):
    assert split(6600, 50, 20, room) == expected


@given(cents, percents, percents, rooms)
def test_the_project_never_pays_more_than_its_room_and_all_of_it_is_paid(price_cents, project, company, room):
    shares, free = split(price_cents, project, company, room), split(price_cents, project, company)
    assert shares.price == price_cents == shares.project + shares.company + shares.worker
    assert min(shares) >= 0
    assert shares.project == min(free.project, max(room, 0))
    assert shares.company == free.company


@given(cents, percents, percents, rooms, rooms)
def test_more_room_never_costs_the_person_more_nor_the_project_less(price_cents, project, company, one, other):
    less, more = (split(price_cents, project, company, room) for room in sorted((one, other)))
    assert less.project <= more.project and less.worker >= more.worker
    assert more.worker >= split(price_cents, project, company).worker


@given(cents, percents, rooms | st.none(), st.integers(0, 9), percents)
def test_a_small_firm_pays_nothing_of_a_request_whatever_the_ceiling(price_cents, project, room, declared, percent):
    shares = split(price_cents, project, company_percent(declared, percent), room)
    assert shares.company == 0 and shares.project + shares.worker == price_cents


def test_visits_use_up_what_is_left_of_each_year_in_their_order():
    priced = [(2026, 6600), (2026, 6600), (2027, 6600), (2028, 6600)]
    assert [one.project for one in split_in_turn(priced, 50, 20, {2026: 5000, 2027: 3299}, 100_000)] == [
        3300, 1700, 3299, 0]  # nothing was granted for 2028
    assert [one.project for one in split_in_turn(priced, 50, 20, {2026: 5000, 2027: 3299}, 6000)] == [
        3300, 1700, 1000, 0]


def test_dividing_leaves_the_ceilings_of_the_asker_as_they_were():
    ceilings = {2026: 5000}
    split_in_turn([(2026, 6600), (2027, 6600)], 50, 20, ceilings, 100_000)
    assert ceilings == {2026: 5000}


@given(visits, percents, percents, left_by_year, left_at_all)
def test_no_ceiling_is_passed_by_all_visits_together(priced, project, company, of_person, of_project):
    parts = split_in_turn(priced, project, company, of_person, of_project)
    assert [one.price for one in parts] == [price_cents for _, price_cents in priced]
    assert all(one.price == one.project + one.company + one.worker and min(one) >= 0 for one in parts)
    assert sum(one.project for one in parts) <= max(of_project, 0)
    for year in {year for year, _ in priced}:
        paid = sum(one.project for one, (its_year, _) in zip(parts, priced) if its_year == year)
        assert paid <= max(of_person.get(year, 0), 0)


@given(visits.flatmap(lambda priced: st.tuples(st.just(priced), st.permutations(priced))),
       percents, percents, left_by_year, left_at_all)
def test_all_visits_together_cost_the_same_in_any_order(orders, project, company, of_person, of_project):
    one, other = (total(split_in_turn(priced, project, company, of_person, of_project)) for priced in orders)
    assert one == other


@given(visits, percents, percents)
def test_with_room_enough_each_visit_is_divided_as_if_alone(priced, project, company):
    parts = split_in_turn(priced, project, company, dict.fromkeys((2026, 2027, 2028), 10**9), 10**9)
    assert parts == [split(price_cents, project, company) for _, price_cents in priced]


@given(visits, percents, percents, left_by_year, left_at_all, st.integers(0, 500_00))
def test_a_higher_ceiling_never_costs_the_person_more_in_all(priced, project, company, of_person, of_project, more):
    raised = {year: left + more for year, left in of_person.items()}
    for person, everybody in ((raised, of_project), (of_person, of_project + more), (raised, of_project + more)):
        before = total(split_in_turn(priced, project, company, of_person, of_project))
        after = total(split_in_turn(priced, project, company, person, everybody))
        assert after.worker <= before.worker and after.project >= before.project and after.company == before.company


def test_the_total_of_visits_is_the_sum_of_each_part_and_of_none_it_is_nothing():
    parts = [Shares(6600, 3300, 1320, 1980), Shares(850, 281, 280, 289)]
    assert total(parts) == total(one for one in parts) == Shares(7450, 3581, 1600, 2269)
    assert total([]) == total(iter([])) == Shares(0, 0, 0, 0)
