"""An opening of a cooperative as one operator sees it: in the list of its day, and on a page of its own."""

from dataclasses import dataclass, field
from datetime import datetime

from actions import delivering
from models import Opening, Operator, Place
from questions.opening_days import Tally
from rules.opening_days import days_of, minutes_of

from .saying_openings import missing, places_in_words, standing_in_words


@dataclass
class Turn:
    """One opening. `tally`: how it stands; `trouble`: what went wrong with the last press on it."""

    opening: Opening
    operator: Operator
    at: datetime
    tally: Tally = field(default_factory=Tally)
    trouble: object = None

    template = "operator/_turn.html"

    @property
    def starts_at(self) -> datetime:
        """When it begins."""
        return self.opening.starts_at

    @property
    def ends_at(self) -> datetime:
        """When it ends."""
        return self.opening.ends_at

    @property
    def begun(self) -> bool:
        """Whether its day can be closed."""
        return self.opening.starts_at <= self.at and self.opening.state != "cancelled"

    @property
    def to_mark(self) -> bool:
        """Whether somebody's place is still to be marked."""
        return self.begun and self.tally.to_mark > 0

    @property
    def may_close(self) -> bool:
        """Whether its day is to be closed: also of one that nobody was at, where somebody worked."""
        return self.begun and (self.tally.to_mark > 0 or not self.opening.settled_at)

    @property
    def may_lead(self) -> bool:
        """Whether it can still be said who leads it."""
        return self.opening.state != "cancelled" and not self.opening.settled_at

    @property
    def may_say_staff(self) -> bool:
        """Whether who worked there can be said again."""
        return not self.may_close and delivering.may_say_staff(self.opening, self.at)

    @property
    def undecided(self) -> bool:
        """Whether nobody leads it, and it has not begun."""
        return self.may_lead and self.opening.worker_id is None and not self.begun

    @property
    def ahead(self) -> bool:
        """Whether it is still going on, or to come."""
        return self.opening.ends_at > self.at and not self.opening.settled_at

    @property
    def mine(self) -> bool:
        """Whether this operator vouches for it: who leads it; for one who never goes, everybody's."""
        return self.opening.worker_id == self.operator.id or not self.operator.goes

    @property
    def in_one_press(self) -> bool:
        """Whether "tutto svolto come previsto" closes it: it is over, and who worked there is known."""
        return self.to_mark and self.opening.ends_at <= self.at and self.mine and self.opening.worker_id is not None

    @property
    def minutes(self) -> int:
        """How long it lasts, by day where it is several."""
        return minutes_of(self.opening.starts_at, self.opening.ends_at)

    @property
    def longest(self) -> int:
        """The most minutes that one person can have worked there."""
        return delivering.LONGEST * len(days_of(self.opening.starts_at, self.opening.ends_at))

    @property
    def as_planned(self) -> dict[int, int]:
        """Who worked there when all went as planned: who leads it, else whoever says so; from beginning to end."""
        return {self.first: self.minutes} if self.first else {}

    @property
    def first(self) -> int | None:
        """Who most likely worked there: who leads it, or who closes its day and goes to people."""
        return self.opening.worker_id or (self.operator.id if self.operator.goes else None)

    @property
    def short(self) -> int:
        """How many its group is short of."""
        return missing(self.opening, self.tally.units)

    @property
    def badge(self) -> tuple[str, str]:
        """Whether it takes place, as a badge."""
        return standing_in_words(self.opening, self.tally.units)

    @property
    def places(self) -> str:
        """How many of how many."""
        return places_in_words(self.opening, self.tally.units)

    @property
    def problem(self) -> str:
        """What went wrong with the last press."""
        return self.trouble.words if self.trouble else ""

    @property
    def fold(self) -> str:
        """Which fold stays open."""
        return self.trouble.fold if self.trouble else ""


def tally_of(places: list[Place]) -> Tally:
    """How an opening stands, by its places already read."""
    there = [place for place in places if place.state in ("taken", *Place.MARKED)]
    return Tally(sum(place.units for place in there), sum(place.state == "taken" for place in there),
                 sum(place.contested_at is not None for place in there), sum(place.thanked_at is not None for place in there))
