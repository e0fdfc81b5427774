"""What lies on the desk, in words: one line of a list, a badge, what was marked and contested."""

from flask import g
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from actions.digesting import call_in_words
from actions.delivering import planned_units
from models import DeskItem, ServiceRequest
from rules import hours, numbers, saying

from . import opening_words
from .saying_answers import units_in_words

BADGES = {
    "emergency": ("lost", _l("parole di emergenza")),
    "late": ("needs", _l("in ritardo")),
    "unassigned": ("needs", _l("senza cooperativa")),
    "undecided": ("needs", _l("da decidere chi va")),
    "unmarked": ("needs", _l("da segnare")),
    "not_covered": ("needs", _l("nessuna cooperativa in quel comune")),
    "call_back": ("needs", _l("da chiamare")),
    "to_phone": ("needs", _l("da chiamare: gli SMS non arrivano")),
    "wrong_person": ("needs", _l("numero forse sbagliato")),
    "text": ("needs", _l("messaggio da leggere")),
    "failed": ("lost", _l("messaggio non arrivato")),
    "joining": ("needs", _l("adesione da approvare")),
    "contested": ("needs", _l("contestata")),
    "low_score": ("needs", _l("voto basso")),
}
OUTCOMES = {
    "delivered": _l("svolta"), "missed": _l("non svolta"), "cancelled_by_employee": _l("annullata da chi chiedeva"),
    "cancelled_by_cooperative": _l("annullata dalla cooperativa"), "unfilled": _l("nessuno può"),
    "lapsed": _l("non confermata in tempo"), "signposted": _l("indirizzata a un altro servizio"),
    "group_not_reached": _l("gruppo non raggiunto"), "duplicate": _l("doppia"),
}
REASONS = {"full": _l("al completo"), "far": _l("troppo lontano"), "hours": _l("orario non possibile"),
           "ill": _l("malattia"), "no_need": _l("non serve più"), "busy": _l("altro impegno"),
           "other": _l("altro motivo")}
WHEN_TO_CALL = {"mattina": _l("la mattina"), "pranzo": _l("in pausa pranzo"), "dopo17": _l("dopo le 17"),
                "sms": _l("solo per iscritto")}
OFFICE_CALLS = {"mattina": _l("chiama la mattina"), "pomeriggio": _l("chiama il pomeriggio"),
                "sempre": _l("chiama a qualsiasi ora")}
CONTESTED = {"nobody_came": _l("non è venuto nessuno"), "less": _l("è stato meno di quanto è segnato"),
             "was_there": _l("c'ero, e risulta di no"), "other": _l("è andata diversamente")}
MISSED = {"absent": _l("la persona non c'era"), "refused": _l("la persona non ha aperto"),
          "nobody_came": _l("dalla cooperativa non è andato nessuno"), "contested": _l("deciso dopo una contestazione"),
          "employee": _l("la persona non c'era, o non ha aperto"), "operator": _l("dalla cooperativa non è andato nessuno")}
LANGUAGES = {"it": _l("parla italiano"), "en": _l("parla inglese")}
STATES = {
    "queued": _l("in coda"), "sending": _l("in partenza"), "sent": _l("inviato"), "delivered": _l("arrivato"),
    "undelivered": _l("non arrivato"), "failed": _l("non arrivato"), "unknown": _l("forse inviato"),
    "dropped": _l("non più da dire"), "expired": _l("non partito in tempo"),
}
WHYS = {"late": _l("scaduto prima di partire"), "words": _l("testo non componibile"),
        "stopped": _l("la persona ha scritto STOP"), "unreachable": _l("il numero non riceve")}
WRITTEN = ("text", "emergency")      # things on the desk that are a text that came in


# ---------------------------------------------------------------- one line

def name_of(employee) -> str:
    """The nickname, or that there is none yet."""
    return employee.first_name if employee and employee.first_name else _("Una persona")


def when(asked) -> str:
    """ "venerdì 4 dicembre, 15-18"."""
    on = saying.day_long(hours.local(asked.starts_at).date(), g.language)
    if asked.consented_at:      # an office was asked to call: no hour was wanted
        return on
    return f"{on}, {saying.span_short(asked.starts_at, asked.ends_at)}"


def what(service, municipality) -> str:
    """ "Baby-sitting a domicilio · Covo"."""
    return f"{saying.named(service, g.language)} · {municipality.name}"


def headline(item: DeskItem) -> str:
    """What an item is about, in a few words."""
    if item.opening_id:
        return opening_words.when(item.opening)
    if item.kind in WRITTEN:
        return numbers.masked(item.phone.number) if item.phone_id and not item.employee_id else name_of(item.employee)
    if item.kind == "failed":
        return addressee(item.message)
    if item.kind == "not_covered":
        return what(item.service, item.municipality)
    return when(item.request) if item.request_id and item.kind != "to_phone" else name_of(item.employee)


def subline(item: DeskItem) -> str:
    """The rest that one line of a list has room for."""
    said = [_about(item), promised(item)]
    if item.taken_by_id:
        said.append(_("se ne occupa %(name)s", name=item.taken_by.name))
    return " · ".join(filter(None, said))


def _about(item):
    if item.opening_id:
        return opening_words.what(item.opening)
    if item.kind in WRITTEN:
        return _("arrivato %(moment)s", moment=saying.moment_short(item.inbound.received_at, g.language))
    if item.kind == "joining" and item.employee_id:
        return item.employee.company.name
    if item.request_id:
        return what(item.request.service, item.request.municipality)
    if item.kind == "not_covered":
        return name_of(item.employee)
    if item.when_words:
        return ""
    return str(BADGES[item.kind][1])


def promised(item: DeskItem) -> str:
    """When the person was told we call, or wishes to be called; nothing where nobody said."""
    if item.call_at:
        return _("chiamata promessa %(hour)s", hour=call_in_words(item.call_at, g.language))
    return str(WHEN_TO_CALL.get(item.when_words, item.when_words))


def addressee(message) -> str:
    """To whom a message went: "SMS a Marta (Il Melograno)". Of who asked, no name."""
    way = _("Mail") if message.channel == "mail" else _("SMS")
    if message.kind == "signpost_office":
        return _("%(way)s all'ufficio", way=way)
    if message.operator_id:
        operator = message.operator
        return _("%(way)s a %(name)s (%(cooperative)s)", way=way, name=operator.name, cooperative=operator.cooperative.name)
    if message.coordinator_id:
        return _("%(way)s a %(name)s", way=way, name=message.coordinator.name)
    return _("%(way)s a chi chiede", way=way) if message.employee_id else _("%(way)s a un numero", way=way)


def why(message) -> str:
    """Why a message did not arrive; of a carrier's own reasons, its code."""
    return str(WHYS.get(message.why) or _("codice %(code)s", code=message.why))


def badge_of(asked: ServiceRequest) -> tuple:
    """The state of a request as a badge."""
    before = getattr(asked, "before", None)
    if asked.state == "closed":
        return ("ended", OUTCOMES[asked.outcome])
    if asked.state == "agreed":
        return ("ok", _("confermata"))
    if asked.opening_id:
        return ("waiting", _("aspetta il gruppo") if asked.state == "taken" else _("in lista d'attesa"))
    if before is None:
        return ("needs", _("senza cooperativa"))
    if asked.state == "taken":
        return ("waiting", _("presa da %(cooperative)s", cooperative=before.cooperative.name))
    return ("waiting", _("in attesa di %(cooperative)s", cooperative=before.cooperative.name))


# ---------------------------------------------------------------- how it went

def marked(visit) -> str:
    """What was marked of a visit or a place: "svolta, 3 ore", "non svolta: la persona non c'era"."""
    if visit.state == "delivered":
        return _("svolta, %(amount)s", amount=amount(visit, visit.units_delivered))
    return _("non svolta: %(why)s", why=MISSED.get(visit.reason) or MISSED.get(visit.missed_by, ""))


def amount(visit, units) -> str:
    """How much: a length where a unit is an hour, else units."""
    service = visit.request.service
    if visit.request.opening_id:
        return opening_words.units(units, service)
    if service.hourly:
        return saying.length(units, g.language)
    return units_in_words(service.unit, units)


def planned(visit) -> str:
    """How much was booked."""
    return amount(visit, planned_units(visit))
