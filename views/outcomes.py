"""How a request ended, in the words of a badge and of a sentence."""

from flask_babel import lazy_gettext as _l

OUTCOMES = {
    "delivered": _l("svolta"), "missed": _l("non svolta"), "cancelled_by_employee": _l("annullata da te"),
    "cancelled_by_cooperative": _l("annullata dalla cooperativa"), "unfilled": _l("non coperta"),
    "lapsed": _l("scaduta"), "signposted": _l("passata a un ufficio"), "group_not_reached": _l("gruppo non raggiunto"),
    "duplicate": _l("doppia"),
}
ENDINGS = {
    "cancelled_by_employee": _l("L'hai annullata tu."),
    "cancelled_by_cooperative": _l("La cooperativa non ha potuto. Se ti serve ancora, chiamaci."),
    "unfilled": _l("Non abbiamo trovato chi poteva. Ci dispiace: se vuoi, ne parliamo a voce."),
    "lapsed": _l("Nessuno ha potuto confermare in tempo. Ci dispiace: se vuoi, ne parliamo a voce."),
    "signposted": _l("Se ne occupa un ufficio pubblico."),
    "duplicate": _l("Era uguale a un'altra tua richiesta."),
}


def outcome_in_words(outcome: str) -> str:
    """The badge of a closed request."""
    return str(OUTCOMES.get(outcome, outcome))


def ending_in_words(outcome: str) -> str:
    """One sentence about how it ended; nothing where the badge says it all."""
    return str(ENDINGS.get(outcome, ""))
