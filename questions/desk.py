"""Questions of the desk and its digest."""

import peewee

from models import (
    Appointment,
    Company,
    Cooperative,
    Coordination,
    Coordinator,
    DeskItem,
    Digest,
    Employee,
    Event,
    InboundMessage,
    Membership,
    Message,
    Municipality,
    Opening,
    Operator,
    Phone,
    Place,
    Project,
    Proposal,
    Referral,
    Service,
    ServiceRequest,
    Unmet,
)

from .people import joined_on

CALLS = ("call_back", "to_phone", "wrong_person")   # kinds of desk item that are a person to phone


def projects_of(coordinator, on):
    """The projects whose desk is a coordinator's on a local date: her own, and those of whom she stands in for."""
    parts = Coordination.select(Coordination.project).where(
        (Coordination.coordinator == coordinator)
        | ((Coordination.stand_in == coordinator) & (Coordination.away_until >= on)))
    return Project.select().where(Project.id.in_(parts)).order_by(Project.id)


def coordinations_of(coordinator):
    """A coordinator's own parts, with their projects."""
    return (Coordination.select(Coordination, Project).join(Project)
            .where(Coordination.coordinator == coordinator).order_by(Project.id))


def digests_due(weekly):
    """The parts whose digest is due: the daily ones, and on Mondays the weekly ones too."""
    due = (Coordination.select(Coordination, Coordinator, Project)
           .join(Coordinator, on=Coordination.coordinator).switch(Coordination).join(Project)
           .where(Coordinator.left_at.is_null()).order_by(Coordination.id))
    return due if weekly else due.where(Coordination.rhythm == "giornaliero")


def last_digest(coordinator, project):
    """The newest digest of a project that this coordinator got; who never had one goes on from a colleague's."""
    made = (Digest.select().join(Message, peewee.JOIN.LEFT_OUTER)
            .where(Digest.project == project,   # a mail that never arrived told nobody anything
                   Message.id.is_null() | Message.state.not_in(("expired", "failed", "undelivered")))
            .order_by(Digest.made_at.desc()))
    return made.where(Digest.coordinator == coordinator).first() or made.first()


def desk_counts(projects):
    """How many things of each kind lie on the desk of these projects, and how many of them somebody has taken on."""
    return (DeskItem.select(DeskItem.kind, peewee.fn.COUNT(DeskItem.id).alias("count"),
                            peewee.fn.COUNT(DeskItem.taken_by).alias("taken"))
            .where(DeskItem.project.in_(projects), DeskItem.done_at.is_null()).group_by(DeskItem.kind))


def desk_things(projects):
    """What was ever laid on the desk of these projects, with all that a line of it says; promised calls first."""
    asked, there, told, left = Service.alias(), Municipality.alias(), Coordinator.alias(), peewee.JOIN.LEFT_OUTER
    offered, where = Service.alias(), Municipality.alias()
    return (DeskItem.select(DeskItem, ServiceRequest, asked, there, Employee, Company, Phone, Service, Municipality,
                            InboundMessage, Message, Operator, Cooperative, told, Coordinator, Appointment, Opening, offered, where)
            .join(ServiceRequest, left)
            .join(asked, left, on=ServiceRequest.service == asked.id, attr="service").switch(ServiceRequest)
            .join(there, left, on=ServiceRequest.municipality == there.id, attr="municipality")
            .switch(DeskItem).join(Employee, left).join(Company, left)
            .switch(DeskItem).join(Phone, left).switch(DeskItem).join(Service, left)
            .switch(DeskItem).join(Municipality, left).switch(DeskItem).join(InboundMessage, left)
            .switch(DeskItem).join(Message, left).join(Operator, left).join(Cooperative, left)
            .switch(Message).join(told, left, on=Message.coordinator == told.id, attr="coordinator")
            .switch(DeskItem).join(Appointment, left)
            .switch(DeskItem).join(Opening, left, on=DeskItem.opening == Opening.id, attr="opening")
            .join(offered, left, on=Opening.service == offered.id, attr="service").switch(Opening)
            .join(where, left, on=Opening.municipality == where.id, attr="municipality")
            .switch(DeskItem).join(Coordinator, left, on=DeskItem.taken_by == Coordinator.id, attr="taken_by")
            .where(DeskItem.project.in_(projects))
            .order_by(DeskItem.call_at.is_null(), DeskItem.call_at, DeskItem.opened_at, DeskItem.id))


def desk_things_taken(projects):
    """What somebody has taken on and not finished."""
    return DeskItem.select().where(
        DeskItem.project.in_(projects), DeskItem.done_at.is_null(), DeskItem.taken_by.is_null(False))


def desk_requests(projects):
    """The requests of these projects with service, comune, and the cooperative they lie before, the soonest first."""
    left = peewee.JOIN.LEFT_OUTER
    live = (Referral.request == ServiceRequest.id) & Referral.state.in_(Referral.LIVE)
    return (ServiceRequest.select(ServiceRequest, Service, Municipality, Referral, Cooperative)
            .join(Service).switch(ServiceRequest).join(Municipality)
            .switch(ServiceRequest).join(Referral, left, on=live, attr="before").join(Cooperative, left)
            .where(ServiceRequest.project.in_(projects)).order_by(ServiceRequest.starts_at, ServiceRequest.id))


def visit_of(item):
    """The visit, or the place in an opening, that a thing on the desk is about."""
    return item.place if item.place_id else item.appointment


def asking_person(request):
    """Who asked, with number and firm; None once that is forgotten."""
    return (Employee.select(Employee, Phone, Company).join(Phone).switch(Employee).join(Company)
            .where(Employee.id == request.employee_id).first())


def people_of(phone):
    """The names behind a number, of people who joined and of operators."""
    return ([person.first_name for person in joined_on(phone) if person.first_name]
            + [operator.name for operator in Operator.select().where(
                Operator.phone == phone, Operator.left_at.is_null())])


def put_so_far(request):
    """Before which cooperatives a request was put, in order, and who answered."""
    return (Referral.select(Referral, Cooperative, Operator).join(Cooperative).switch(Referral)
            .join(Operator, peewee.JOIN.LEFT_OUTER).where(Referral.request == request).order_by(Referral.id))


def events_of(request):
    """What was done with a request, all that hangs on it and what lay on the desk about it, in order; of its opening, its fate."""
    def about(model):
        return (Event.subject == model._meta.table_name) & Event.subject_id.in_(
            model.select(model.id).where(model.request == request))
    its_own = (Event.subject == ServiceRequest._meta.table_name) & (Event.subject_id == request.id)
    turn = ((Event.subject == Opening._meta.table_name) & (Event.subject_id == request.opening_id)
            & Event.verb.in_(("confirm", "move", "cancel")) & (Event.at >= request.asked_at))
    return (Event.select().where(its_own | about(Referral) | about(Proposal) | about(Appointment) | about(Place)
                                 | about(DeskItem) | turn).order_by(Event.at, Event.id))


def messages_about(request):
    """What was written about a request, to whom, in order."""
    left = peewee.JOIN.LEFT_OUTER
    return (Message.select(Message, Operator, Cooperative, Coordinator)
            .join(Operator, left).join(Cooperative, left).switch(Message).join(Coordinator, left)
            .where(Message.request == request).order_by(Message.queued_at, Message.id))


def firms_of(projects, on):
    """The firms that belong to these projects on a local date, by name."""
    return (Membership.select(Membership, Company, Project).join(Company).switch(Membership).join(Project)
            .where(Membership.project.in_(projects), Membership.from_on <= on,
                   Membership.to_on.is_null() | (Membership.to_on >= on)).order_by(Company.name))


def unanswered(project):
    """The requests of a project that no cooperative has agreed to yet, the soonest first."""
    return ServiceRequest.select().where(
        ServiceRequest.project == project, ServiceRequest.opening.is_null(),
        ServiceRequest.state.in_(ServiceRequest.UNANSWERED)).order_by(ServiceRequest.starts_at)


def proposals_due(project, begins, ends):
    """The waiting proposals of a project whose limit falls in [begins, ends), the soonest first."""
    return (Proposal.select(Proposal, ServiceRequest).join(ServiceRequest)
            .where(ServiceRequest.project == project, Proposal.state == "waiting", Proposal.due_at >= begins,
                   Proposal.due_at < ends).order_by(Proposal.due_at))


def asked_between(project, begins, ends):
    """The requests of a project that were asked in [begins, ends)."""
    return ServiceRequest.select().where(
        ServiceRequest.project == project, ServiceRequest.asked_at >= begins, ServiceRequest.asked_at < ends
    ).order_by(ServiceRequest.asked_at)


def without_a_worker(project, begins, ends):
    """The planned visits of a project in [begins, ends) for which nobody is named yet."""
    return (Appointment.select(Appointment, ServiceRequest).join(ServiceRequest)
            .where(ServiceRequest.project == project, Appointment.state == "planned", Appointment.worker.is_null(),
                   Appointment.starts_at >= begins, Appointment.starts_at < ends).order_by(Appointment.starts_at))


def openings_without_a_leader(project, begins, ends):
    """The openings in [begins, ends) that take place, with somebody in them, and that nobody leads yet."""
    there = Place.select(Place.opening).where(Place.state == "taken")
    return (Opening.select(Opening).join(Service)
            .where(Service.project.is_null() | (Service.project == project), Opening.worker.is_null(),
                   Opening.state.in_(("open", "closed")), Opening.confirmed_at.is_null(False), Opening.id.in_(there),
                   Opening.starts_at >= begins, Opening.starts_at < ends).order_by(Opening.starts_at))


def agreed_between(project, begins, ends):
    """The requests of a project that were agreed in [begins, ends) and still are, or have ended well since."""
    return ServiceRequest.select().where(
        ServiceRequest.project == project, ServiceRequest.agreed_at >= begins, ServiceRequest.agreed_at < ends)


def delivered_between(project, begins, ends) -> tuple[int, int]:
    """How many visits and places of a project were delivered in [begins, ends), and the minutes of visits paid by the hour."""
    minutes = peewee.Case(None, [(Service.unit == "ora", Appointment.units_delivered)], 0)
    [(visits, worked)] = (
        Appointment.select(peewee.fn.COUNT(Appointment.id), peewee.fn.COALESCE(peewee.fn.SUM(minutes), 0))
        .join(ServiceRequest).join(Service)
        .where(ServiceRequest.project == project, Appointment.state == "delivered",
               Appointment.starts_at >= begins, Appointment.starts_at < ends).tuples())
    places = Place.select().join(ServiceRequest).switch(Place).join(Opening).where(
        ServiceRequest.project == project, Place.state == "delivered", Opening.starts_at >= begins, Opening.starts_at < ends)
    return visits + places.count(), int(worked)


def unmet_between(project, begins, ends):
    """The needs of a project that nothing covered on local dates in [begins, ends), counted by comune and need."""
    return (Unmet.select(Municipality.name.alias("comune"), Unmet.need, peewee.fn.COUNT(Unmet.id))
            .join(Municipality, peewee.JOIN.LEFT_OUTER)
            .where(Unmet.project == project, Unmet.on >= begins, Unmet.on < ends)
            .group_by(Municipality.name, Unmet.need).order_by(Municipality.name, Unmet.need))


def spent(project) -> tuple[int, int]:
    """The project's share in cents of its visits and places: of those delivered, and of those that are to come."""
    delivered = planned = 0
    for model, standing in ((Appointment, "planned"), (Place, "taken")):
        rows = dict(model.select(model.state, peewee.fn.SUM(model.project_cents)).join(ServiceRequest)
                    .where(ServiceRequest.project == project, model.state.in_(("delivered", standing)))
                    .group_by(model.state).tuples())
        delivered, planned = delivered + int(rows.get("delivered", 0)), planned + int(rows.get(standing, 0))
    return delivered, planned
