"""What an operator may press on a card or a visit, and what comes along with it."""

from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import IntegerField, RadioField, SelectField
from wtforms.validators import InputRequired, Optional

from .standing import REASONS

LATER = "later"


class KnowinglyInstead(FlaskForm):
    """A press on a card; `instead_of` is the colleague who had it when the card was drawn, if it was not free."""

    instead_of = IntegerField(validators=[Optional()])


class ConfirmForm(KnowinglyInstead):
    """Who goes: "me", a colleague's id, or "later"."""

    worker = SelectField(validators=[InputRequired(_l("Scegli chi va."))])

    def among(self, team):
        """Let only these people, by id, be chosen; returns itself."""
        self.worker.choices = ["me", LATER, *map(str, team)]
        return self

    def chosen(self, me, team):
        """Who was chosen; None: to be decided."""
        choice = self.worker.data
        if choice == LATER:
            return None
        return me if choice == "me" else team[int(choice)]


class DeclineForm(KnowinglyInstead):
    """Why not."""

    reason = RadioField(choices=[reason for reason, _words in REASONS],
                        validators=[InputRequired(_l("Scegli un motivo."))])


class HandOverForm(KnowinglyInstead):
    """To whom."""

    colleague = SelectField(validators=[InputRequired(_l("Scegli una collega."))])

    def among(self, team, me):
        """Let only colleagues who answer be chosen; returns itself."""
        self.colleague.choices = [str(one.id) for one in team.values() if one.answers and one.id != me.id]
        return self


class DutyForm(FlaskForm):
    """Whether the texts come to this operator."""

    on_duty = RadioField(choices=["yes", "no"])
