"""The firm's door: its poster, the network's published results, and why there is nothing else."""

from flask import Blueprint, abort, g, render_template

from models import Membership, Project

from . import locks

door = Blueprint("company", __name__, url_prefix="/azienda")


@door.before_request
def lock():
    """Only the firm's contact, with the link that was sent to them."""
    return locks.open_link("company")


@door.get("/<int:link>/")
def page(link):
    """Nothing here varies with what any person of the firm does."""
    membership = newest_membership(g.company)
    if membership is None:
        abort(404)
    project = membership.project
    return render_template("company/page.html", company=g.company, membership=membership, project=project,
                           current_person_line=project.whom_to_call)


def newest_membership(company):
    """The project the firm joined last, also when it is over."""
    return (Membership.select(Membership, Project).join(Project)
            .where(Membership.company == company).order_by(Membership.from_on.desc()).first())
