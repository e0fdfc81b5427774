"""The desk's page of cooperatives: who answers and who goes there, and the end of it when somebody no longer works there."""

from flask import Blueprint, abort, flash, g, redirect, render_template, url_for
from flask_babel import gettext as _

from actions import leaving
from actions.moves import Actor, NotAllowed
from models import Operator
from questions.leaving import answers_alone, proposed_for, unanswered_by, visits_ahead
from questions.territory import operators_in, serving

from . import desk
from .desk_pages import lists_of_desk

door = Blueprint("desk_operators", __name__, url_prefix="/banco/<int:coordinator>/cooperative")
door.before_request(desk.lock)
door.url_defaults(desk.of_this_coordinator)


@door.errorhandler(NotAllowed)
def too_late(error):
    """A colleague was first: who works there now."""
    flash(_("Era già fatto."))
    return _everybody(), 409


@door.get("/")
def home(coordinator):
    """The cooperatives of one's projects and who works there."""
    return _everybody()


@door.get("/<int:operator>/uscita")
def confirm(coordinator, operator):
    """What happens when somebody leaves, before it does."""
    found = _find(operator)
    if found.left_at:
        return redirect(url_for(".home"), 303)
    alone = answers_alone(found)
    return render_template(
        "desk/operator_leaves.html", operator=found, lists=lists_of_desk(), alone=alone,
        visits=visits_ahead(found, g.at).count(), proposals=proposed_for(found).count(),
        waiting=unanswered_by(found.cooperative_id).count() if alone else 0)


@door.post("/<int:operator>/uscita")
def leave(coordinator, operator):
    """Non lavora più qui."""
    found = _find(operator)
    leaving.leave(found, by=Actor("coordinator", g.coordinator.id), at=g.at)
    flash(_("%(name)s non lavora più in %(cooperative)s.", name=found.name, cooperative=found.cooperative.name))
    return redirect(url_for(".home"), 303)


def _find(operator):
    return operators_in(serving(g.projects)).where(Operator.id == operator).first() or abort(404)


def _everybody():
    cooperatives, people = list(serving(g.projects)), {}
    for operator in operators_in(cooperatives).where(Operator.left_at.is_null()):
        people.setdefault(operator.cooperative_id, []).append(operator)
    return render_template("desk/operators.html", cooperatives=cooperatives, people=people, lists=lists_of_desk())
