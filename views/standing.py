"""How a referral stands, for whoever of its cooperative looks at it: one word, one sentence, and who may still act."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import cached_property

from flask import g
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm

from actions.moves import NotAllowed
from actions.planning import Slot
from actions.proposing import asked_instead, mark_of
from models import Appointment, Operator, Proposal, Referral
from questions.operators import asked_elsewhere
from rules import recurrence, saying

from .saying_slots import series_in_words, slot_in_words

SOON = timedelta(hours=1)
REASONS = [("full", _l("Siamo al completo")), ("far", _l("È troppo lontano")),
           ("hours", _l("Non in quelle ore")), ("other", _l("Un altro motivo"))]
OPEN = ("waiting", "mine", "proposed", "countered")


@dataclass
class Standing:
    """One referral as one operator sees it."""

    referral: Referral
    operator: Operator                       # who looks
    at: datetime
    visits: list[Appointment] = ()           # what was agreed, if it stands, in order
    proposal: Proposal | None = None         # what is being proposed about it, or was accepted
    closed: frozenset[date] = frozenset()    # when its cooperative and project are closed
    team: dict | None = None                 # colleagues by id; None where nobody may be named
    problem: str = ""                        # what went wrong with the last press
    form: FlaskForm | None = None            # the proposal that was refused, with what was typed

    reasons = REASONS                        # for "Non possiamo"
    template = "operator/_referral.html"

    @property
    def request(self):
        """What was asked."""
        return self.referral.request

    @property
    def anchor(self) -> str:
        """Its place on a page."""
        return f"referral-{self.referral.id}"

    @property
    def appointment(self) -> Appointment | None:
        """The first visit that was agreed."""
        return self.visits[0] if self.visits else None

    @property
    def state(self) -> str:
        """waiting, mine, colleague, proposed, countered, confirmed (may be undone), agreed, begun, and how it ended."""
        if self.appointment:
            return "confirmed" if self.at < self.appointment.undo_until else "agreed"
        if self.referral.state in Referral.LIVE:
            return self._live()
        if self.referral.state == "withdrawn" and self.request.outcome == "cancelled_by_employee":
            return "cancelled"
        return self.referral.state

    def _live(self):
        if self.request.lapses_at <= self.at:
            return "begun"
        if self._proposed:
            return "proposed" if self.proposal.state == "waiting" else "countered"
        if self.referral.state == "waiting":
            return "waiting"
        return "mine" if self.referral.operator_id in (None, self.operator.id) else "colleague"

    @property
    def _proposed(self):
        return self.proposal is not None and self.proposal.state in Proposal.LIVE

    @property
    def _held_by_me(self):
        return self.referral.operator_id == self.operator.id

    @property
    def theirs(self) -> bool:
        """Whether this cooperative has it: only then may it read who asked, and the answers."""
        return self.state not in ("declined", "lapsed", "cancelled", "withdrawn")

    @property
    def open(self) -> bool:
        """Whether whoever looks may act on it."""
        return self.state in OPEN

    @property
    def waits_for_person(self) -> bool:
        """Whether the next answer is the person's."""
        return self.state == "proposed"

    @property
    def may_confirm(self) -> bool:
        """Whether there is still time to come as it was asked, now or at first."""
        asked = self.proposal.counter_starts_at if self.state == "countered" else self.request.starts_at
        return asked > self.at

    @property
    def limit(self) -> datetime:
        """By when it is to be answered."""
        return self.proposal.due_at if self.waits_for_person else self.referral.due_at

    @property
    def left(self) -> timedelta:
        """How long there is to answer."""
        return self.limit - self.at

    @property
    def urgent(self) -> bool:
        """Whether it should catch the eye."""
        if self.state not in ("waiting", "mine", "countered"):
            return False
        return self.state == "countered" or self.left < SOON or self.request.short_notice or self.request.urgent

    # ---------------------------------------------------------------- when

    @cached_property
    def series(self) -> recurrence.Series:
        """The visits as they were asked, on the days on which this cooperative comes; or as they were agreed."""
        if self.visits:
            return recurrence.Series([(visit.starts_at, visit.ends_at) for visit in self.visits], [])
        asked = asked_instead(self.proposal) if self._asks_instead else Slot.of(self.request)
        return recurrence.series(asked.starts_at, asked.ends_at, asked.weekly, self.closed)

    @property
    def _asks_instead(self):
        """Whether the heading is the time that the person asks for instead; on a strange browser it is not shown."""
        return self.state == "countered" and self.team is not None

    @property
    def when(self) -> str:
        """The heading; where the person asks for another time, that one."""
        asked = asked_instead(self.proposal) if self._asks_instead else Slot.of(self.request)
        weekly, spans = asked.weekly, self.series.visits or [(asked.starts_at, asked.ends_at)]
        if len(spans) == 1 or self.visits and not isinstance(weekly, recurrence.Dates):
            weekly = None       # one visit has a date; what was agreed may be on other days than what was asked
        return series_in_words(spans, weekly, g.language)

    @property
    def suggested(self) -> Slot:
        """What a proposal begins from: what is being proposed, or asked instead, or was asked."""
        if self.state == "proposed":
            return Slot.of(self.proposal)
        return asked_instead(self.proposal) if self.state == "countered" else Slot.of(self.request)

    @property
    def seen(self) -> str:
        """What is being proposed, as a form remembers it: what was sent from an older page is too late."""
        return mark_of(self.proposal) if self._proposed else ""

    # ---------------------------------------------------------------- words

    @property
    def badge(self):
        """Its state as a badge: (kind, word)."""
        words = {"mine": ("waiting", _("presa da te") if self._held_by_me else _("presa da voi")),
                 "colleague": ("waiting", _("presa da %(who)s", who=self.holder)),
                 "proposed": ("waiting", _("in attesa della persona")),
                 "countered": ("needs", _("un altro orario")),
                 "confirmed": ("ok", _("confermata")), "agreed": ("ok", _("confermata")),
                 "begun": ("lost", _("troppo tardi")), "declined": ("ended", _("non possiamo")),
                 "lapsed": ("lost", _("tempo scaduto")), "cancelled": ("ended", _("annullata")),
                 "withdrawn": ("ended", _("non più vostra"))}
        return words[self.state] if self.state != "waiting" else ("needs", self._novelty())

    def _novelty(self):
        if self.request.urgent:
            return _("urgente")
        return _("preavviso breve") if self.request.short_notice else _("nuova")

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
            "mine": lambda: (_("L'hai presa tu: resta da confermare.") if self._held_by_me
                             else _("È vostra: resta da confermare.")),
            "colleague": lambda: _("L'ha presa %(who)s.", who=self.holder),
            "proposed": lambda: f"{self._who_proposed()} {self._by_when()}",
            "countered": lambda: _("La persona lo chiede invece di %(when)s.", when=slot_in_words(Slot.of(self.proposal), g.language)),
            "begun": lambda: _("L'ora richiesta è già arrivata: non si può più confermare."),
            "declined": lambda: _("Avete risposto che non potete: %(where)s.", where=self._where_it_went()),
            "lapsed": lambda: _("Il tempo per rispondere è finito: %(where)s.", where=self._where_it_went()),
            "cancelled": lambda: _("La persona ha annullato la richiesta: non c'è più niente da fare."),
            "withdrawn": lambda: _("Il progetto ha ripreso la richiesta: non serve più una vostra risposta."),
        }.get(self.state, str)()

    def _who_proposed(self):
        when = slot_in_words(Slot.of(self.proposal), g.language)
        if self.proposal.operator_id is None:
            return _("Il progetto ha proposto per voi %(when)s.", when=when)
        if self.proposal.operator_id == self.operator.id:
            return _("Hai proposto %(when)s.", when=when)
        return _("Avete proposto %(when)s.", when=when)

    def _by_when(self):
        return _("La persona risponde entro %(by)s.", by=saying.moment_short(self.proposal.due_at, g.language))

    def _who_confirmed(self):
        if self._held_by_me or self.proposal:
            return _("Confermata.")
        return _("L'ha confermata %(who)s.", who=self.holder)

    def _who_goes(self):
        worker = self.appointment.worker_id
        if worker is None:
            return _("Resta da decidere chi va.")
        return _("Vai tu.") if worker == self.operator.id else _("Va %(who)s.", who=self.name_of(worker))

    def _where_it_went(self):
        if asked_elsewhere(self.referral).exists():
            return _("la richiesta è passata alla cooperativa successiva")
        return _("la richiesta è passata al progetto")

    # ---------------------------------------------------------------- too late

    def must_be_free(self, instead_of: int | None = None, seen: str | None = None):
        """Raises NotAllowed when a colleague, or the person, was first.

        `instead_of`: the colleague whose place is taken knowingly; `seen`: what was being proposed when it was drawn.
        """
        of_a_colleague = self.state == "colleague" and self.referral.operator_id == instead_of
        if not (self.open or of_a_colleague) or (seen or "") != self.seen:
            raise NotAllowed(self.referral)
