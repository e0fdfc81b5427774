"""What a person reads of an opening: how many are missing, how many places are left, where things are handed in."""

from flask import g
from flask_babel import gettext as _
from flask_babel import ngettext

from actions.places import FIRM


def missing_of(opening, sure: int) -> int:
    """The units its group still lacks; none once it was complete, whatever was given back since."""
    return 0 if opening.confirmed_at else max(opening.minimum - sure, 0)


def free_in(opening) -> int:
    """The units that can be booked at once: none while what is free is for somebody in line."""
    return 0 if opening.claimed else opening.room


def is_to_book(opening) -> bool:
    """Whether it can still be booked, or waited for."""
    return opening.state == "open" and opening.closes_at > g.at


def badge_of(opening) -> tuple[str, str]:
    """How it stands, as a mark and a word."""
    if opening.state == "cancelled":
        return "lost", _("non si fa")
    if not is_to_book(opening):
        return "ended", _("prenotazioni chiuse")
    if not free_in(opening):
        return "ended", _("pieno: lista d'attesa")
    missing = missing_of(opening, opening.sure)
    return ("waiting", missing_in_words(missing)) if missing else ("ok", free_in_words(free_in(opening)))


def missing_in_words(count: int) -> str:
    """ "mancano 2": to the minimum, counted in units over all firms."""
    return ngettext("manca %(num)s", "mancano %(num)s", count)


def free_in_words(count: int) -> str:
    """ "3 posti liberi"."""
    return ngettext("%(num)s posto libero", "%(num)s posti liberi", count)


def point_in_words(point: str) -> str:
    """Where things are handed in."""
    return _("nella tua azienda") if point == FIRM else point
