"""Prices and their three shares, to the cent."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rules.shares import Shares, company_percent, price, split, vat

cents = st.integers(0, 10_000_00)
percents = st.integers(0, 100)


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
