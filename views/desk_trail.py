"""What happened, downwards: the history of a request and of an opening, each event in words."""

from datetime import datetime

from flask import g
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from models import Appointment, Coordinator, DeskItem, Opening, Operator, Place, Proposal, Referral, ServiceRequest
from questions.desk import events_of, messages_about
from rules import saying

from .desk_words import REASONS, STATES, addressee

LOST = ("undelivered", "failed", "expired")
RESOLVED = {"stands": _l("resta com'è"), "delivered": _l("svolta"), "missed_employee": _l("non svolta, mancava la persona"),
            "missed_operator": _l("non svolta, non è andato nessuno")}


def trail(asked: ServiceRequest, referrals) -> list[tuple]:
    """What happened to a request, in order: (moment, words, kind of mark)."""
    events = list(events_of(asked))
    told = _Teller({row.id: row for row in referrals}, events)
    happened = [(event.at, words, kind) for event in events for words, kind in told.event(event)]
    happened += [_message(message) for message in messages_about(asked)]
    return sorted(happened, key=lambda step: step[0])


def of_opening(events) -> list[tuple]:
    """What happened to an opening, in order; its events bring the name of who did it."""
    said = [(event.at, OPENING_SAYINGS[event.verb](event), "lost" if event.verb == "cancel" else "")
            for event in events if event.verb in OPENING_SAYINGS]
    return [step for step in said if step[1]]


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


def _agreed(told, event):
    """Whoever confirmed it; a group confirms itself."""
    return _("Confermata da %(name)s", name=told.who(event)) if told.who(event) else _("Confermata")


def _resolved(told, event):
    return _("Deciso da %(name)s: %(how)s", name=told.who(event), how=RESOLVED.get(event.after, ""))


def _gave_place_back(told, event):
    return {"employee": _("Posto disdetto da chi l'ha chiesto"), "cooperative": _("Posto annullato con il turno"),
            "job": _("Posto annullato: gruppo non raggiunto")}.get(event.role) or _(
                "Posto disdetto da %(name)s", name=told.who(event))


def _turn_moved(told, event):
    return _("Turno spostato da %(before)s a %(after)s", before=_at(event.before), after=_at(event.after))


_REQUEST, _REFERRAL, _PROPOSAL, _VISIT, _PLACE, _OPENING, _ITEM = (
    model._meta.table_name for model in (ServiceRequest, Referral, Proposal, Appointment, Place, Opening, DeskItem))

AFTERWARDS = {      # of a visit and of a place alike
    "contest": lambda told, event: _("La persona dice che è andata diversamente"),
    "resolve": _resolved,
    "rate": lambda told, event: _("La persona ha detto com'è andata"),
    "thank": lambda told, event: _("La persona ha scritto grazie"),
}

SAYINGS = {
    (_REQUEST, "ask"): lambda told, event: _("Chiesta"),
    (_REQUEST, "agree"): _agreed,
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
    (_PLACE, "offer"): lambda told, event: _("Offerto un posto"),
    (_PLACE, "take"): lambda told, event: _("Posto preso"),
    (_PLACE, "lapse"): lambda told, event: _("Offerta scaduta senza risposta: in fondo alla lista"),
    (_PLACE, "end"): lambda told, event: _("Nessun posto si è liberato in tempo"),
    (_PLACE, "cancel"): _gave_place_back,
    (_PLACE, "deliver"): lambda told, event: _("Posto svolto"),
    (_PLACE, "miss"): lambda told, event: _("Posto non svolto"),
    (_OPENING, "confirm"): lambda told, event: _("Il turno si fa"),
    (_OPENING, "move"): _turn_moved,
    (_OPENING, "cancel"): lambda told, event: _("Turno annullato"),
    **{(subject, verb): say for subject in (_VISIT, _PLACE) for verb, say in AFTERWARDS.items()},
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


# ---------------------------------------------------------------- of an opening

def _opened(event):
    return _("Aperto da %(name)s", name=event.who) if event.who else _("Aperto")


def _sizes(event):
    (low, most), (new_low, new_most) = event.before.split("/"), event.after.split("/")
    return _("Posti da %(most)s a %(new_most)s, minimo da %(low)s a %(new_low)s, da %(name)s", most=most, new_most=new_most,
             low=low, new_low=new_low, name=event.who or "")


def _turn_cancelled(event):
    return _("Annullato da %(name)s", name=event.who) if event.who else _("Annullato: il gruppo non c'era alla chiusura")


OPENING_SAYINGS = {
    "open": _opened,
    "load": lambda event: _("Cambiato caricando i dati del pilota"),
    "confirm": lambda event: _("Aperto lo stesso da %(name)s", name=event.who) if event.who else _("Il gruppo c'è: si fa"),
    "move": lambda event: _("Spostato da %(before)s a %(after)s, da %(name)s", before=_at(event.before),
                            after=_at(event.after), name=event.who or ""),
    "resize": _sizes,
    "assign": lambda event: (_("Da decidere chi guida") if event.after == str(None) else
                             _("Chi lo guida è stato scelto da %(name)s", name=event.who or "")),
    "close": lambda event: _("Prenotazioni chiuse"),
    "cancel": _turn_cancelled,
    "close_day": lambda event: _("Giornata chiusa da %(name)s", name=event.who or ""),
    "tell_unmarked": lambda event: _("Nessuno ha chiuso la giornata: è sul banco"),
}
