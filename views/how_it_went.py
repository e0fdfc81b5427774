"""What a person reads of how a visit, or a place, went: as it is marked, what she may still say, what the desk decided."""

from flask import g
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from actions import contesting, delivering, rating
from models import Appointment, Place
from questions.words import decisions_about

from .saying_answers import amount_in_words

SCORES = {1: _l("male"), 2: _l("poco bene"), 3: _l("così così"), 4: _l("bene"), 5: _l("molto bene")}
WHY = {
    "nobody_came": _l("Non è venuto nessuno"), "less": _l("È stato meno di così"),
    "was_there": _l("Io c'ero"), "other": _l("Altro"),
}
DECIDED = {
    "stands": _l("Abbiamo verificato: resta com'era segnata."), "delivered": _l("Abbiamo verificato: ora risulta svolta."),
    "missed_employee": _l("Abbiamo verificato: risulta non svolta, e non paghi nulla."),
    "missed_operator": _l("Abbiamo verificato: ora risulta non svolta, e non paghi nulla."),
}


class HowItWent:
    """One visit, or place, that was marked."""

    SCORES = SCORES

    def __init__(self, visit: Appointment | Place):
        self.visit = visit
        self.about = {"place" if isinstance(visit, Place) else "visit": visit.id}
        self.id = "-".join(map(str, ("went", *next(iter(self.about.items())))))
        self.until = contesting.until(visit)
        self.may_contest = contesting.may_contest(visit, g.at)
        self.may_rate = rating.may_rate(visit, g.at)
        self.may_thank = rating.may_thank(visit) and not visit.settled_at

    @property
    def marked(self) -> str:
        """What was marked, in a sentence."""
        visit = self.visit
        if visit.state == "missed":
            return self._missed()
        planned = delivering.planned_units(visit)
        units = planned if visit.units_delivered is None else visit.units_delivered
        amount = amount_in_words(visit, units, g.language)
        if units == planned:
            return _("È segnata come svolta: %(amount)s.", amount=amount)
        return _("È segnata come svolta: %(amount)s, invece di %(planned)s.", amount=amount,
                 planned=amount_in_words(visit, planned, g.language))

    def _missed(self):
        visit, in_opening = self.visit, isinstance(self.visit, Place)
        if visit.missed_by == "operator":
            return _("È segnata come non svolta, per la cooperativa: non paghi nulla.")
        if visit.reason == "refused" and not in_opening:
            return _("È segnata come non svolta: risulta che non si è potuto entrare. Non paghi nulla.")
        if visit.reason == "absent":
            return (_("È segnata come non svolta: risulta che non c'eri. Non paghi nulla.") if in_opening else
                    _("È segnata come non svolta: risulta che in casa non c'era nessuno. Non paghi nulla."))
        return _("È segnata come non svolta: non paghi nulla.")

    @property
    def contested(self) -> str:
        """What the person said was otherwise."""
        return str(WHY.get(self.visit.contested_why, WHY["other"])) if self.visit.contested_at else ""

    @property
    def decided(self) -> str:
        """What the desk decided."""
        return str(DECIDED.get(self.visit.resolved_as, "")) if self.visit.resolved_at else ""

    @property
    def score(self) -> str:
        """What the person answered."""
        return str(SCORES[self.visit.score]) if self.visit.score else ""

    @property
    def says_anything(self) -> bool:
        """Whether there is more to it than its badge."""
        return bool(self.may_contest or self.may_rate or self.may_thank or self.contested or self.score)


def decisions_on(visits) -> dict:
    """The desk's words about those of these visits that were contested and decided, by `HowItWent.id`."""
    decided = [visit for visit in visits if visit.resolved_at]
    if not decided:
        return {}
    return {f"went-place-{row.place_id}" if row.place_id else f"went-visit-{row.appointment_id}": row.says.get("words", "")
            for row in decisions_about(decided)}
