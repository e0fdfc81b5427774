"""Openings in words: when, what, how full, in which state; a place in one; a school bridge."""

from flask import g
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_babel import ngettext

from rules import hours, saying

from .saying_answers import units_in_words

PLACE_BADGES = {
    "taken": ("ok", _l("preso")), "offered": ("waiting", _l("offerto")), "listed": ("waiting", _l("in lista")),
    "delivered": ("ended", _l("svolto")), "missed": ("lost", _l("non svolto")), "cancelled": ("ended", _l("disdetto")),
    "lapsed": ("ended", _l("senza posto")),
}
CALLED_OFF = ("ended", _l("annullato con il turno"))
BASKETS = "cesto"       # what is counted in baskets; anything else in places


def when(one) -> str:
    """ "lunedì 7 dicembre, 8-17"; of a week "da lunedì 5 a venerdì 9 luglio, 8-17"."""
    return f"{days(*map(_on, (one.starts_at, one.ends_at)))}, {saying.span_short(one.starts_at, one.ends_at)}"


def _on(at):
    return hours.local(at).date()


def days(first, last) -> str:
    """One day, or from one to another."""
    if first == last:
        return saying.day_long(first, g.language)
    return _("da %(first)s a %(last)s", first=saying.day_long(first, g.language), last=saying.day_long(last, g.language))


def what(one) -> str:
    """ "We.Kids: ... · Romano di Lombardia", of an opening or an idea."""
    return f"{saying.named(one.service, g.language)} · {one.municipality.name}"


def units(count, service) -> str:
    """ "2 posti", "3 cesti": what one takes in an opening of this service."""
    if service.unit == BASKETS:
        return units_in_words(service.unit, count)
    return ngettext("%(num)s posto", "%(num)s posti", count)


def filled(opening, listed=0) -> str:
    """ "5 di 12 posti, 2 in lista d'attesa"."""
    said = _("%(taken)s di %(places)s", taken=opening.taken, places=units(opening.places, opening.service))
    return said if not listed else f"{said}, {_('%(count)s in lista', count=listed)}"


def is_short(opening) -> bool:
    """Whether its group is not complete and can still become so."""
    return opening.state == "open" and opening.confirmed_at is None and opening.closes_at > g.at


def missing(opening, taken) -> str:
    """ "mancano 2": how many units more until it takes place."""
    return ngettext("manca %(num)s", "mancano %(num)s", max(opening.minimum - taken, 1))


def closes(one) -> str:
    """ "chiude gio 3/12 ore 20"."""
    return _("chiude %(moment)s", moment=saying.moment_short(one.closes_at, g.language))


def badge_of(opening, taken) -> tuple:
    """The state of an opening as a badge. `taken`: the units that are somebody's for sure."""
    if opening.state == "cancelled":
        return ("lost", _("annullato: gruppo non raggiunto") if opening.why_cancelled == "group_not_reached" else _("annullato"))
    if opening.settled_at:
        return ("ended", _("giornata chiusa"))
    if opening.starts_at <= g.at < opening.ends_at:
        return ("ok", _("in corso"))
    if opening.ends_at <= g.at:
        return ("waiting", _("giornata da chiudere")) if taken else ("ended", _("passato"))
    if is_short(opening):
        return ("needs", missing(opening, taken))
    if opening.state == "open" and opening.closes_at > g.at:
        return ("ok", _("si fa"))
    return ("ok", _("si fa, prenotazioni chiuse")) if opening.confirmed_at else ("waiting", _("prenotazioni chiuse"))


def badge_of_place(place) -> tuple:
    """The state of a place as a badge; contested, if it is."""
    if place.contested_at and not place.resolved_at:
        return ("needs", _("contestato"))
    return CALLED_OFF if place.cancelled_by in ("job", "cooperative") else PLACE_BADGES[place.state]


def bridge(one) -> str:
    """A school bridge: its days, and why."""
    name = one.name or hours.holiday_name(one.holiday, g.language)
    count = ngettext("%(num)s giorno", "%(num)s giorni", len(one.days))
    return f"{days(one.days[0], one.days[-1])} · {name} · {count}"
