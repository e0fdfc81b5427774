"""An opening in words: how many come, whether it takes place, where things are collected, how it went for one of them."""

from flask_babel import gettext as _
from flask_babel import ngettext

from actions.places import FIRM
from models import Opening, Place
from rules import saying

from .saying_answers import units_in_words


def heads_in_words(service, units: int) -> str:
    """ "2 bambini", "3 cesti": so many units of an opening; where they are days or weeks of children, those are counted."""
    if service.need == "figli":
        return ngettext("%(num)s bambino", "%(num)s bambini", units)
    return units_in_words(service.unit, units)


def missing(opening: Opening, units: int) -> int:
    """How many units its group is short of; 0 where it takes place."""
    return 0 if opening.confirmed_at else max(opening.minimum - units, 1)


def standing_in_words(opening: Opening, units: int) -> tuple[str, str]:
    """A badge: whether it takes place, or how many its group is short of."""
    if opening.state == "cancelled":
        return "lost", _("annullato")
    short = missing(opening, units)
    return ("needs", ngettext("manca %(num)s", "mancano %(num)s", short)) if short else ("ok", _("si fa"))


def places_in_words(opening: Opening, units: int) -> str:
    """ "5 posti presi su 12"."""
    return ngettext("%(num)s posto preso su %(places)s", "%(num)s posti presi su %(places)s", units, places=opening.places)


def point_in_words(place: Place) -> str:
    """Where its things are handed in: a point by its name, the person's own firm by the firm's."""
    if place.collection != FIRM:
        return place.collection or _("Punto da chiedere")
    company = place.request.company
    return f"{company.name}, {company.municipality.name}" if company else _("Azienda da chiedere")


# ---------------------------------------------------------------- how it went

MISSED = {"absent": lambda: _("non c'era"), "refused": lambda: _("non ci ha fatto entrare"),
          "nobody_came": lambda: _("nessuno di noi c'era")}


def missed_in_words(visit) -> str:
    """Why it did not take place; nothing where the desk decided so."""
    return MISSED[visit.reason]() if visit.reason in MISSED else ""


def less_in_words(visit, planned: int, language: str) -> str:
    """What was delivered instead of what was planned, and what that means for the price; nothing where it is the same."""
    done = visit.units_delivered
    if visit.state != "delivered" or done is None or done == planned:
        return ""
    if isinstance(visit, Place):
        say = lambda units: heads_in_words(visit.opening.service, units)
    elif visit.request.service.hourly:
        say = lambda minutes: saying.length(minutes, language)
    else:
        say = lambda units: units_in_words(visit.request.service.unit, units)
    words = _("%(done)s invece di %(planned)s", done=say(done), planned=say(planned))
    return _("%(words)s: costa meno", words=words) if done < planned else _("%(words)s: il prezzo resta lo stesso", words=words)


def contest_in_words(visit) -> str:
    """That the person says otherwise, or what the desk decided."""
    if not visit.resolved_at:
        return _("La persona ha detto che è andata diversamente. Decide il progetto, che sente anche voi.")
    return {"stands": _("Dopo la contestazione il progetto ha deciso: resta com'era segnata."),
            "delivered": _("Dopo la contestazione il progetto ha deciso: risulta svolta."),
            "missed_employee": _("Dopo la contestazione il progetto ha deciso: non svolta, dalla parte della persona."),
            "missed_operator": _("Dopo la contestazione il progetto ha deciso: non svolta, dalla nostra parte."),
            }[visit.resolved_as]


def thanks_in_words(count: int) -> str:
    """Somebody wrote thank you; never who."""
    return ngettext("Una famiglia ha scritto grazie.", "%(num)s famiglie hanno scritto grazie.", count)
