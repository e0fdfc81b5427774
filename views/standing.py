"""How a referral stands, for whoever of its cooperative looks at it: one word, one sentence, and who may still act."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from actions.moves import NotAllowed
from models import Appointment, Operator, Referral
from questions.operators import asked_elsewhere

SOON = timedelta(hours=1)
REASONS = [("full", _l("Siamo al completo")), ("far", _l("È troppo lontano")),
           ("hours", _l("Non in quelle ore")), ("other", _l("Un altro motivo"))]


@dataclass
class Standing:
    """One referral as one operator sees it. `named`: on a trusted device colleagues have names."""

    referral: Referral
    operator: Operator                       # who looks
    at: datetime
    appointment: Appointment | None = None   # what was agreed, if it stands
    team: dict | None = None                 # colleagues by id; None where nobody may be named
    problem: str = ""                        # what went wrong with the last press

    reasons = REASONS                        # for "Non possiamo"

    @property
    def request(self):
        """What was asked."""
        return self.referral.request

    @property
    def state(self) -> str:
        """waiting, mine, colleague, confirmed (may be undone), agreed, begun, declined, lapsed, cancelled, withdrawn."""
        if self.appointment:
            return "confirmed" if self.at < self.appointment.undo_until else "agreed"
        if self.referral.state in Referral.LIVE:
            return self._live()
        if self.referral.state == "withdrawn" and self.request.outcome == "cancelled_by_employee":
            return "cancelled"
        return self.referral.state

    def _live(self):
        if self.request.starts_at <= self.at:
            return "begun"
        if self.referral.state == "waiting":
            return "waiting"
        return "mine" if self._held_by_me else "colleague"

    @property
    def _held_by_me(self):
        return self.referral.operator_id == self.operator.id

    @property
    def theirs(self) -> bool:
        """Whether this cooperative has it: only then may it read who asked, and the answers."""
        return self.state not in ("declined", "lapsed", "cancelled", "withdrawn")

    @property
    def left(self) -> timedelta:
        """How long there is to answer."""
        return self.referral.due_at - self.at

    @property
    def urgent(self) -> bool:
        """Whether it should catch the eye."""
        return self.state in ("waiting", "mine") and (self.left < SOON or self.request.short_notice)

    @property
    def badge(self):
        """Its state as a badge: (kind, word)."""
        words = {"mine": ("waiting", _("presa da te")),
                 "colleague": ("waiting", _("presa da %(who)s", who=self.holder)),
                 "confirmed": ("ok", _("confermata")), "agreed": ("ok", _("confermata")),
                 "begun": ("lost", _("troppo tardi")), "declined": ("ended", _("non possiamo")),
                 "lapsed": ("lost", _("tempo scaduto")), "cancelled": ("ended", _("annullata")),
                 "withdrawn": ("ended", _("non più vostra"))}
        if self.state == "waiting":
            return ("needs", _("preavviso breve")) if self.request.short_notice else ("needs", _("nuova"))
        return words[self.state]

    @property
    def holder(self) -> str:
        """Who took it: by name only where people have names."""
        return self.name_of(self.referral.operator_id)

    def name_of(self, operator_id) -> str:
        """A colleague's name, or "una collega" where nobody may be named."""
        colleague = (self.team or {}).get(operator_id)
        return colleague.name if colleague else _("una collega")

    @property
    def words(self) -> str:
        """What is true now, in a sentence; nothing where the buttons say it."""
        if self.state in ("confirmed", "agreed"):
            return f"{self._who_confirmed()} {self._who_goes()}"
        return {
            "mine": lambda: _("L'hai presa tu: resta da confermare."),
            "colleague": lambda: _("L'ha presa %(who)s.", who=self.holder),
            "begun": lambda: _("L'ora richiesta è già arrivata: non si può più confermare."),
            "declined": lambda: _("Avete risposto che non potete: %(where)s.", where=self._where_it_went()),
            "lapsed": lambda: _("Il tempo per rispondere è finito: %(where)s.", where=self._where_it_went()),
            "cancelled": lambda: _("La persona ha annullato la richiesta: non c'è più niente da fare."),
            "withdrawn": lambda: _("Il progetto ha ripreso la richiesta: non serve più una vostra risposta."),
        }.get(self.state, str)()

    def _who_confirmed(self):
        return _("Confermata.") if self._held_by_me else _("L'ha confermata %(who)s.", who=self.holder)

    def _who_goes(self):
        worker = self.appointment.worker_id
        if worker is None:
            return _("Resta da decidere chi va.")
        return _("Vai tu.") if worker == self.operator.id else _("Va %(who)s.", who=self.name_of(worker))

    def _where_it_went(self):
        if asked_elsewhere(self.referral).exists():
            return _("la richiesta è passata alla cooperativa successiva")
        return _("la richiesta è passata al progetto")

    def must_be_free(self, instead_of: int | None = None):
        """Raises NotAllowed when a colleague was first. `instead_of`: the colleague whose place is taken knowingly."""
        if self.state not in ("waiting", "mine") and not (
                self.state == "colleague" and self.referral.operator_id == instead_of):
            raise NotAllowed(self.referral)
