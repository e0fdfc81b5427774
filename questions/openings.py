"""Questions about openings and the places in them: what comes, who holds what, who waits, what is due."""

import peewee
from peewee import fn

from models import (
    Company,
    Cooperative,
    Employee,
    Idea,
    Interest,
    Membership,
    Municipality,
    Opening,
    Operator,
    Phone,
    Place,
    Project,
    Service,
    ServiceRequest,
)

LEFT = peewee.JOIN.LEFT_OUTER
MOST_OFFERS = 2     # unanswered, to one person; then the place is theirs to take while it is free


def openings():
    """Every opening with its service, comune and cooperative."""
    return (Opening.select(Opening, Service, Municipality, Cooperative).join(Service).switch(Opening).join(Municipality)
            .switch(Opening).join(Cooperative))


def offered_to(project):
    """The openings that people of a project may book: of services for everybody, and of its own."""
    return openings().where(Service.project.is_null() | (Service.project == project))


def to_book(services, at):
    """The coming openings of these services that can still be booked, soonest first."""
    return (openings().where(Opening.service.in_(services), Opening.state == "open", Opening.closes_at > at)
            .order_by(Opening.starts_at, Opening.id))


def managed_in(projects):
    """The openings a desk sees: of services for everybody, and of those of its projects."""
    return openings().where(Service.project.is_null() | Service.project.in_(projects))


def of_cooperative(cooperative):
    """A cooperative's openings with service, comune and who leads them."""
    return (Opening.select(Opening, Service, Municipality, Operator).join(Service).switch(Opening).join(Municipality)
            .switch(Opening).join(Operator, LEFT, on=Opening.worker, attr="worker").where(Opening.cooperative == cooperative))


# ---------------------------------------------------------------- places

def places_of(requests):
    """The places of some requests with their openings and who leads them, of each request the newest last."""
    return (Place.select(Place, Opening, Cooperative, Operator).join(Opening).join(Cooperative)
            .switch(Opening).join(Operator, LEFT, on=Opening.worker, attr="worker")
            .where(Place.request.in_(requests)).order_by(Place.id))


def place_of(request):
    """The place that a request holds, or held last."""
    return Place.select().where(Place.request == request).order_by(Place.id.desc()).first()


def live_place_of(employee, opening):
    """The place that a person has in an opening already, or waits for."""
    return (Place.select(Place, ServiceRequest).join(ServiceRequest)
            .where(Place.opening == opening, ServiceRequest.employee == employee, Place.state.in_(Place.LIVE)).first())


def openings_held_by(employee):
    """The openings in which a person holds, or waits for, a place, in the order in which rows are held."""
    mine = Place.select(Place.opening).join(ServiceRequest).where(
        ServiceRequest.employee == employee, Place.state.in_(Place.LIVE))
    return Opening.select().where(Opening.id.in_(mine)).order_by(Opening.id)


def units_taken(opening) -> int:
    """The units that are somebody's for sure: what the minimum counts; an offered place is not."""
    return Place.select(fn.COALESCE(fn.SUM(Place.units), 0)).where(
        Place.opening == opening, Place.state.in_(("taken", "delivered", "missed"))).scalar()


def units_by_opening(some) -> dict:
    """Of several openings: (units taken for sure, units on the list) by id, in one question."""
    rows = (Place.select(Place.opening, Place.state, fn.SUM(Place.units).alias("units"))
            .where(Place.opening.in_(some), Place.state.in_((*Place.COUNTED, "listed")))
            .group_by(Place.opening, Place.state).tuples())
    taken, listed = {}, {}
    for opening_id, state, units in rows:
        book = listed if state == "listed" else taken if state != "offered" else {}
        book[opening_id] = book.get(opening_id, 0) + units
    return {one.id: (taken.get(one.id, 0), listed.get(one.id, 0)) for one in some}


def waiting_list(opening):
    """Who waits for a place, in turn."""
    return (Place.select(Place, ServiceRequest).join(ServiceRequest)
            .where(Place.opening == opening, Place.state == "listed").order_by(Place.listed_at, Place.id))


def in_turn(opening):
    """Who is still to be offered a place, in turn: not those who let two offers pass."""
    return waiting_list(opening).where(Place.offers < MOST_OFFERS)


# ---------------------------------------------------------------- due

def to_close(at):
    """Openings whose closing time has come."""
    return Opening.select().where(Opening.state == "open", Opening.closes_at <= at)


def to_call_off():
    """The live places of cancelled openings: their people are to be told."""
    return Place.select(Place, Opening).join(Opening).where(Place.state.in_(Place.LIVE), Opening.state == "cancelled")


def to_agree():
    """Taken places whose group is complete and whose request does not know it yet."""
    return (Place.select(Place, Opening, ServiceRequest).join(Opening).switch(Place).join(ServiceRequest)
            .where(Place.state == "taken", Opening.confirmed_at.is_null(False), Opening.state.in_(("open", "closed")),
                   ServiceRequest.state == "taken"))


def to_tell_moved():
    """Live places of openings that moved since their people were told when they are."""
    return (Place.select(Place, Opening).join(Opening)
            .where(Place.state.in_(Place.LIVE), Opening.state != "cancelled", Place.told_sequence < Opening.sequence))


def offers_not_started(at):
    """Offers that wait and whose limit does not run yet."""
    return Place.select().where(Place.state == "offered", Place.offer_started_at.is_null(), Place.changed_at <= at)


def offers_lapsing(at):
    """Offers whose limit has passed."""
    return Place.select(Place, Opening).join(Opening).where(
        Place.state == "offered", Place.offered_until <= at, Opening.state != "cancelled")


def with_room_for_the_list(at):
    """Openings with free units and somebody in turn whom they are enough for."""
    fits = (Place.select(Place.id).where(
        Place.opening == Opening.id, Place.state == "listed", Place.offers < MOST_OFFERS,
        Place.units <= Opening.places - Opening.taken))
    return Opening.select().where(Opening.state.in_(("open", "closed")), Opening.starts_at > at, fn.EXISTS(fits))


def waiting_in_vain():
    """Places on the list for more units than their opening has any more."""
    return (Place.select(Place, Opening).join(Opening)
            .where(Place.state == "listed", Place.units > Opening.places, Opening.state != "cancelled"))


def unplaced_at_start(at):
    """Places still on the list, or offered, when their opening begins."""
    return (Place.select(Place, Opening).join(Opening)
            .where(Place.state.in_(("listed", "offered")), Opening.starts_at <= at, Opening.state != "cancelled"))


def _sure():
    """Taken places in openings that take place: nobody is reminded of what still waits for its group."""
    return Place.select(Place, Opening).join(Opening).where(Place.state == "taken", Opening.confirmed_at.is_null(False))


def places_due_a_day_reminder(at):
    """Taken places whose reminder of the evening before is due."""
    return _sure().where(Place.remind_day_at <= at)


def places_due_an_hours_reminder(at):
    """Taken places whose two-hour reminder is due."""
    return _sure().where(Place.remind_hours_at <= at)


# ---------------------------------------------------------------- how it went

def openings_on(cooperative, begins, ends):
    """A cooperative's openings that start in [begins, ends) and stand, in order."""
    return of_cooperative(cooperative).where(
        Opening.state != "cancelled", Opening.starts_at >= begins, Opening.starts_at < ends).order_by(
            Opening.starts_at, Opening.id)


def with_places_to_mark():
    """The openings of which somebody's place is taken and not marked."""
    return Place.select(Place.opening).where(Place.state == "taken")


def projects_with_places_to_mark(opening):
    """The projects of whose people a place in this opening is taken and not marked."""
    theirs = (ServiceRequest.select(ServiceRequest.project).join(Place)
              .where(Place.opening == opening, Place.state == "taken"))
    return Project.select().where(Project.id.in_(theirs)).order_by(Project.id)


def openings_unmarked(begins, ends):
    """Openings that ended in (begins, ends] and whose day is not closed."""
    return Opening.select().where(Opening.ends_at > begins, Opening.ends_at <= ends,
                                  Opening.id.in_(with_places_to_mark()))


def openings_unmarked_too_long(at):
    """Openings that nobody closed by the evening after, and that the desk has not heard of."""
    return Opening.select().where(Opening.mark_by <= at, Opening.id.in_(with_places_to_mark()))


# ---------------------------------------------------------------- ideas

def ideas():
    """Every idea with its service, comune and cooperative."""
    return (Idea.select(Idea, Service, Municipality, Cooperative).join(Service).switch(Idea).join(Municipality)
            .switch(Idea).join(Cooperative))


def still_published(at):
    """The condition for an idea that may still come about."""
    return (Idea.state == "published") & (Idea.closes_at > at)


def ideas_in(projects):
    """The ideas of a desk's projects, the newest first."""
    return (Idea.select(Idea, Service, Municipality, Cooperative, Project).join(Service).switch(Idea).join(Municipality)
            .switch(Idea).join(Cooperative).switch(Idea).join(Project)
            .where(Idea.project.in_(projects)).order_by(Idea.published_at.desc(), Idea.id.desc()))


def interest_by_idea(some) -> dict:
    """The units that people would come with, by idea, in one question."""
    rows = (Interest.select(Interest.idea, fn.SUM(Interest.units)).where(Interest.idea.in_(some))
            .group_by(Interest.idea).tuples())
    return dict(rows)


def interested_in(idea):
    """Who said so of an idea, first come first, with person and firm."""
    return (Interest.select(Interest, Employee, Phone, Company).join(Employee).join(Phone).switch(Employee).join(Company)
            .where(Interest.idea == idea, Employee.left_at.is_null()).order_by(Interest.at, Interest.id))


def interested_without_a_place(at):
    """Who said so of an idea that is an opening now, and for whom no place was held: that broke off."""
    asked = ServiceRequest.select(ServiceRequest.id).where(
        ServiceRequest.opening == Opening.id, ServiceRequest.employee == Employee.id)
    return (Interest.select(Interest, Idea, Opening, Employee).join(Idea).join(Opening).switch(Interest).join(Employee)
            .where(Idea.state == "opened", Opening.state == "open", Opening.closes_at > at, Employee.left_at.is_null(),
                   Employee.approved_at.is_null(False), ~fn.EXISTS(asked)).order_by(Interest.at, Interest.id))


def who_asked_for_news(project, on):
    """The people of a project's firms who asked on their page to hear of ideas."""
    firms = Membership.select(Membership.company).where(
        Membership.project == project, Membership.from_on <= on, Membership.to_on.is_null() | (Membership.to_on >= on))
    return Employee.select().where(Employee.company.in_(firms), Employee.news_at.is_null(False), Employee.left_at.is_null(),
                                   Employee.approved_at.is_null(False)).order_by(Employee.id)
