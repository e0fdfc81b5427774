"""What lies on the desk, in words: one line of a list, a badge, and the history of a request."""

from datetime import datetime

from flask import g
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from actions.digesting import call_in_words
from models import Appointment, Coordinator, DeskItem, Operator, Proposal, Referral, ServiceRequest
from questions.desk import events_of, messages_about
from rules import hours, numbers, saying

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
LANGUAGES = {"it": _l("parla italiano"), "en": _l("parla inglese")}
STATES = {
    "queued": _l("in coda"), "sending": _l("in partenza"), "sent": _l("inviato"), "delivered": _l("arrivato"),
    "undelivered": _l("non arrivato"), "failed": _l("non arrivato"), "unknown": _l("forse inviato"),
    "dropped": _l("non più da dire"), "expired": _l("non partito in tempo"),
}
WHYS = {"late": _l("scaduto prima di partire"), "words": _l("testo non componibile"),
        "stopped": _l("la persona ha scritto STOP"), "unreachable": _l("il numero non riceve")}
WRITTEN = ("text", "emergency")      # things on the desk that are a text that came in
LOST = ("undelivered", "failed", "expired")


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
    if before is None:
        return ("needs", _("senza cooperativa"))
    if asked.state == "taken":
        return ("waiting", _("presa da %(cooperative)s", cooperative=before.cooperative.name))
    return ("waiting", _("in attesa di %(cooperative)s", cooperative=before.cooperative.name))


# ---------------------------------------------------------------- the history of a request

def trail(asked: ServiceRequest, referrals) -> list[tuple]:
    """What happened to a request, in order: (moment, words, kind of mark)."""
    events = list(events_of(asked))
    told = _Teller({row.id: row for row in referrals}, events)
    happened = [(event.at, words, kind) for event in events for words, kind in told.event(event)]
    happened += [_message(message) for message in messages_about(asked)]
    return sorted(happened, key=lambda step: step[0])


class _Teller:
    """Says events; knows the names behind their ids, and what was noted on the phone."""

    def __init__(self, referrals, events):
        self.referrals = referrals
        self.names = {"coordinator": _names(Coordinator, events), "operator": _names(Operator, events)}
        items = {event.subject_id for event in events if event.subject == DeskItem._meta.table_name}
        self.notes = {item.id: item.said.split("\n") for item in DeskItem.select(DeskItem.id, DeskItem.said).where(
            DeskItem.id.in_(items))} if items else {}

    def event(self, event):
        """The words and the mark of an event; nothing for what another event says already."""
        say = SAYINGS.get((event.subject, event.verb))
        words = say and say(self, event)
        return [(words, "lost" if event.verb == "lapse" else "")] if words else []

    def who(self, event):
        """The name of who did it; of who asks and of jobs, none."""
        return self.names.get(event.role, {}).get(event.actor, "")

    def cooperative(self, event):
        """The cooperative of a referral's event."""
        return self.referrals[event.subject_id].cooperative.name

    def note(self, event):
        """Notes are lines of one text, in the order in which they were written."""
        notes = self.notes.get(event.subject_id)
        return notes.pop(0) if notes else ""


def _names(model, events):
    ids = {event.actor for event in events if event.role == model._meta.table_name}
    return dict(model.select(model.id, model.name).where(model.id.in_(ids)).tuples()) if ids else {}


def _declined(told, event):
    reason = REASONS.get(told.referrals[event.subject_id].reason, "")
    return _("%(cooperative)s: non possono, %(reason)s", cooperative=told.cooperative(event), reason=reason)


def _noted(told, event):
    """Nothing, once the note is forgotten."""
    words = told.note(event)
    return words and _("Nota di %(name)s: %(words)s", name=told.who(event), words=words)


def _at(words):
    """The day and hour that an event kept."""
    return words and saying.moment_short(datetime.fromisoformat(words), g.language)


def _moved(told, event):
    return _("Visita spostata da %(before)s a %(after)s", before=_at(event.before), after=_at(event.after))


def _cancelled(told, event):
    """Who called a visit off; what was undone within its ten minutes is said of the request."""
    return {"employee": _("Visita disdetta da chi l'ha chiesta"), "operator": _("Visita disdetta dalla cooperativa"),
            "coordinator": _("Visita disdetta da %(name)s", name=told.who(event))}.get(event.role, "")


def _proposed(told, event):
    return _("Proposto un orario da %(name)s", name=told.who(event)) if event.role in told.names else _("Proposto un orario")


_REQUEST, _REFERRAL, _PROPOSAL, _VISIT, _ITEM = (
    model._meta.table_name for model in (ServiceRequest, Referral, Proposal, Appointment, DeskItem))

SAYINGS = {
    (_REQUEST, "ask"): lambda told, event: _("Chiesta"),
    (_REQUEST, "agree"): lambda told, event: _("Confermata da %(name)s", name=told.who(event)),
    (_REQUEST, "undo"): lambda told, event: _("Conferma ritirata da %(name)s", name=told.who(event)),
    (_REQUEST, "lapse"): lambda told, event: _("Non confermata in tempo"),
    (_REQUEST, "close"): lambda told, event: _("Chiusa"),
    (_REFERRAL, "put"): lambda told, event: _("Inviata a %(cooperative)s", cooperative=told.cooperative(event)),
    (_REFERRAL, "take"): lambda told, event: _(
        "%(cooperative)s: presa da %(name)s", cooperative=told.cooperative(event), name=told.who(event)),
    (_REFERRAL, "decline"): _declined,
    (_REFERRAL, "lapse"): lambda told, event: _(
        "%(cooperative)s: nessuna risposta in tempo", cooperative=told.cooperative(event)),
    (_REFERRAL, "withdraw"): lambda told, event: _("%(cooperative)s: ritirata", cooperative=told.cooperative(event)),
    (_REQUEST, "urgent"): lambda told, event: _("Urgente: avvisato chi è di turno"),
    (_REQUEST, "give_back"): lambda told, event: _("La cooperativa non può: si cerca chi la sostituisce"),
    (_PROPOSAL, "propose"): _proposed,
    (_PROPOSAL, "accept"): lambda told, event: _("La persona ha accettato"),
    (_PROPOSAL, "counter"): lambda told, event: _("La persona chiede un altro orario"),
    (_PROPOSAL, "ask_change"): lambda told, event: _("La persona chiede di spostare una visita"),
    (_PROPOSAL, "ask_to_talk"): lambda told, event: _("La persona preferisce parlarne"),
    (_PROPOSAL, "agree"): lambda told, event: _("L'orario chiesto va bene"),
    (_PROPOSAL, "decline"): lambda told, event: _("Proposta rifiutata"),
    (_PROPOSAL, "lapse"): lambda told, event: _("Proposta scaduta senza risposta"),
    (_PROPOSAL, "withdraw"): lambda told, event: _("Proposta ritirata"),
    (_VISIT, "move"): _moved,
    (_VISIT, "cancel"): _cancelled,
    (_VISIT, "say_yes"): lambda told, event: _("La persona ha confermato che va bene"),
    (_VISIT, "deliver"): lambda told, event: _("Visita svolta"),
    (_VISIT, "miss"): lambda told, event: _("Visita non svolta"),
    (_ITEM, "take_on"): lambda told, event: _("Se ne occupa %(name)s", name=told.who(event)),
    (_ITEM, "let_go"): lambda told, event: _("%(name)s non se ne occupa più", name=told.who(event)),
    (_ITEM, "say"): _noted,
    (_ITEM, "finish"): lambda told, event: _("Fatto, da %(name)s", name=told.who(event)),
}


def _message(message):
    """A message with its state; its words only where they went to who asked."""
    words, state = addressee(message), STATES.get(message.state, message.state)
    if message.employee_id and message.body:
        words = f"{words}: «{message.body}»"
    return (message.sent_at or message.claimed_at or message.queued_at, f"{words} · {state}",
            "lost" if message.state in LOST else "note")
