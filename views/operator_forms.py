"""What an operator may press on a card or a visit, and what comes along with it."""

from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import IntegerField, RadioField, SelectChoice, SelectField, StringField
from wtforms.validators import InputRequired, Optional

from .fields import still_offered
from .standing import REASONS

LATER = "later"
NOT_COMING = [("full", _l("Siamo al completo")), ("ill", _l("Chi doveva andare non può")),
              ("hours", _l("Non in quelle ore")), ("other", _l("Un altro motivo"))]


class KnowinglyInstead(FlaskForm):
    """A press on a card; what it stood like when it was drawn.

    `instead_of` is the colleague who had it, if it was not free; `seen` is what was being proposed.
    """

    instead_of = IntegerField(validators=[Optional()])
    seen = StringField()


class WhoGoesForm(KnowinglyInstead):
    """Who goes: "me", a colleague's id, or "later"."""

    worker = SelectField(_l("Chi va?"), validate_choice=False,
                         validators=[InputRequired(_l("Scegli chi va.")), still_offered])

    def among(self, team, me):
        """Let only these people, by id, be chosen; returns itself."""
        others = [SelectChoice(str(one.id), one.name) for one in team.values() if one.id != me.id and one.goes]
        self.worker.choices = [*([SelectChoice("me", _l("Vado io"))] if me.goes else []), *others,
                               SelectChoice(LATER, _l("Da decidere"))]
        return self

    def chosen(self, me, team):
        """Who was chosen; None: to be decided."""
        choice = self.worker.data
        if choice == LATER:
            return None
        return me if choice == "me" else team[int(choice)]


class ConfirmForm(WhoGoesForm):
    """Yes, and who goes."""

    def among(self, team, me):
        """Let anybody of the cooperative be chosen, also by her own id; returns itself."""
        self.worker.choices = ["me", LATER, *map(str, team)]
        return self


class ScopeForm(FlaskForm):
    """How much of a series: this visit alone, or those after it too."""

    scope = RadioField(_l("Quali visite?"), choices=[
        SelectChoice("one", _l("Solo questa")), SelectChoice("following", _l("Questa e le seguenti"))],
                       default="one")     # one visit alone asks nothing of the kind

    @property
    def following(self) -> bool:
        """Whether those after it are meant too."""
        return self.scope.data == "following"


class AssignForm(ConfirmForm, ScopeForm):
    """Who goes, to which visits."""


class GiveBackForm(ScopeForm):
    """Why nobody can come, to which visits."""

    reason = RadioField(choices=[reason for reason, _words in NOT_COMING],
                        validators=[InputRequired(_l("Scegli un motivo."))])


class DeclineForm(KnowinglyInstead):
    """Why not."""

    reason = RadioField(choices=[reason for reason, _words in REASONS],
                        validators=[InputRequired(_l("Scegli un motivo."))])


class HandOverForm(KnowinglyInstead):
    """To whom."""

    colleague = SelectField(validate_choice=False, validators=[InputRequired(_l("Scegli una collega.")), still_offered])

    def among(self, team, me):
        """Let only colleagues who answer be chosen; returns itself."""
        self.colleague.choices = [str(one.id) for one in team.values() if one.answers and one.id != me.id]
        return self


class DutyForm(FlaskForm):
    """Whether the texts come to this operator."""

    on_duty = RadioField(choices=["yes", "no"])
