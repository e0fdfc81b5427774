"""The closed questions of a service and their answers, in the words a person and a cooperative read."""

import re

from flask_babel import force_locale
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_babel import ngettext

from rules import saying

AGES = {"0-2": _l("da 0 a 2 anni"), "3-5": _l("da 3 a 5 anni"), "6-10": _l("da 6 a 10 anni"),
        "11-14": _l("da 11 a 14 anni"), "15-17": _l("da 15 a 17 anni")}
AGES_SAID = re.compile(r"\((\d+)-(\d+) anni\)")     # in a service's Italian name: whom it is for
INDEPENDENCE = {"alone": _l("si muove in autonomia"), "helped": _l("si muove con aiuto"),
                "dependent": _l("non è autosufficiente")}


def ages_of(service) -> dict:
    """The age bands of a service: those that reach into the years its name says, or all of them."""
    said = AGES_SAID.search(service.name)
    youngest, oldest = map(int, said.groups()) if said else (0, 99)
    return {band: words for band, words in AGES.items()
            if int(band.split("-")[0]) <= oldest and int(band.split("-")[1]) >= youngest}


def answers_in_words(request, language: str) -> list[str]:
    """What the person answered, one phrase each: "1 bambino", "da 3 a 5 anni". Sensitive: who may see it decides."""
    with force_locale(language):
        said = request.answers or {}
        phrases = [_number(request, said), AGES.get(said.get("eta")), INDEPENDENCE.get(said.get("autonomia"))]
        return [str(phrase) for phrase in phrases if phrase]


def _number(request, said):
    if request.service.mode == "turno":
        return places_in_words(request.service, request.quantity)
    if not request.service.hourly and "numero" in request.service.questions:
        return units_in_words(request.service.unit, request.quantity)
    if said.get("numero"):
        return ngettext("%(num)s bambino", "%(num)s bambini", int(said["numero"]))
    return None


def units_in_words(unit: str, quantity: int) -> str:
    """ "3 pasti", "1 corsa": a number of units in the visitor's language."""
    return {
        "pasto": lambda: ngettext("%(num)s pasto", "%(num)s pasti", quantity),
        "cesto": lambda: ngettext("%(num)s cesto", "%(num)s cesti", quantity),
        "corsa": lambda: ngettext("%(num)s corsa", "%(num)s corse", quantity),
        "notte": lambda: ngettext("%(num)s notte", "%(num)s notti", quantity),
        "consegna": lambda: ngettext("%(num)s consegna", "%(num)s consegne", quantity),
        "colloquio": lambda: ngettext("%(num)s colloquio", "%(num)s colloqui", quantity),
        "giornata": lambda: ngettext("%(num)s giornata", "%(num)s giornate", quantity),
        "settimana": lambda: ngettext("%(num)s settimana", "%(num)s settimane", quantity),
    }.get(unit, lambda: ngettext("%(num)s ora", "%(num)s ore", quantity))()


def places_in_words(service, quantity: int) -> str:
    """ "2 bambini", "3 cesti", "1 posto": what so many units of an opening are to whom they are for."""
    if service.unit in ("cesto", "consegna", "pasto"):
        return units_in_words(service.unit, quantity)
    if "eta" in service.questions:
        return ngettext("%(num)s bambino", "%(num)s bambini", quantity)
    return ngettext("%(num)s posto", "%(num)s posti", quantity)


def amount_in_words(visit, units: int, language: str) -> str:
    """So much of a visit, or of a place: "3 ore", "2 cesti"; minutes where the unit is an hour."""
    service = visit.request.service
    if service.mode == "turno":
        return places_in_words(service, units)
    return saying.length(units, language) if service.hourly else units_in_words(service.unit, units)


def unit_price_in_words(service) -> str:
    """ "a ora", "a pasto": what the price is of."""
    return {"ora": _("all'ora"), "pasto": _("a pasto"), "cesto": _("a cesto"), "corsa": _("a corsa"),
            "notte": _("a notte"), "consegna": _("a consegna"), "colloquio": _("a colloquio"),
            "giornata": _("al giorno"), "settimana": _("a settimana")}.get(service.unit, "")
