"""What something costs and who pays which part of it, exact to the cent; all money is in cents, VAT included."""

from typing import NamedTuple

SMALL_FIRM = 10  # under so many people a firm pays a flat yearly contribution instead of a share


class Shares(NamedTuple):
    """A price and its three parts, in cents; the parts sum to the price."""

    price: int
    project: int
    company: int
    worker: int


def price(unit_cents: int, *, hourly: bool, minutes: int, quantity: int) -> int:
    """The price in cents: of so many minutes where a unit is an hour, else of so many units. Half a cent rounds up."""
    if hourly:
        return _rounded(unit_cents * minutes, 60)
    return unit_cents * quantity


def company_percent(declared: int, percent: int) -> int:
    """A firm's share of each price: none under ten declared employees, so that a share never tells who asked."""
    return 0 if declared < SMALL_FIRM else percent


def split(price_cents: int, project_percent: int, company_percent: int, room: int | None = None) -> Shares:
    """Divide a price by the largest remainder; where percents pass 100 together, the company's is cut.

    A cent that two parts have equal claim to goes to the project first, then to the company: never to the person.
    `room`: the cents that the project may still pay; what is over falls to the person (product rule on ceilings).
    Raises ValueError for a negative price or a percent outside 0 to 100.
    """
    if price_cents < 0 or not 0 <= project_percent <= 100 or not 0 <= company_percent <= 100:
        raise ValueError(f"cannot split {price_cents} by {project_percent} and {company_percent} percent")
    company_percent = min(company_percent, 100 - project_percent)
    percents = project_percent, company_percent, 100 - project_percent - company_percent
    project, company, worker = _by_largest_remainder(price_cents, percents)
    paid = project if room is None else min(project, max(room, 0))
    return Shares(price_cents, paid, company, worker + project - paid)


def split_in_turn(priced, project_percent: int, company_percent: int, of_person: dict, of_project: int) -> list[Shares]:
    """Divide the prices of several visits, in their order, until the ceilings are reached.

    `priced`: (year, price in cents) of each visit; `of_person`: what the project may still pay for this person by year
    (a year that is not there has nothing left); `of_project`: what it may still pay at all.
    """
    of_person, parts = dict(of_person), []
    for year, price_cents in priced:
        shares = split(price_cents, project_percent, company_percent, min(of_person.get(year, 0), of_project))
        of_person[year] = of_person.get(year, 0) - shares.project
        of_project -= shares.project
        parts.append(shares)
    return parts


def total(parts) -> Shares:
    """The sums of several shares."""
    return Shares(*map(sum, zip(Shares(0, 0, 0, 0), *parts)))


def vat(price_cents: int, percent: int) -> int:
    """The VAT contained in a price, in cents; half a cent rounds up. Price less VAT is the net."""
    return _rounded(price_cents * percent, 100 + percent)


def _by_largest_remainder(cents, percents):
    parts = [cents * percent // 100 for percent in percents]
    remainders = [cents * percent % 100 for percent in percents]
    in_turn = sorted(range(len(parts)), key=lambda i: -remainders[i])  # stable: an equal claim keeps its order
    for i in in_turn[:cents - sum(parts)]:
        parts[i] += 1
    return parts


def _rounded(above, below):
    return (2 * above + below) // (2 * below)
