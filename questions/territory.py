"""Questions about territory and providers: who covers what, who is on duty, when it is closed."""

from models import Cooperative, Coverage, Holiday, Operator, Phone, Referral, Service


def closed_days(project, cooperative=None):
    """The local dates on which this project, and this cooperative, are closed besides national holidays."""
    mine = Holiday.cooperative.is_null()
    if cooperative is not None:
        mine |= Holiday.cooperative == cooperative
    rows = Holiday.select(Holiday.on).where(mine, Holiday.project.is_null() | (Holiday.project == project))
    return frozenset(row.on for row in rows)


def covering(service, municipality):
    """Who offers this service in this comune, in order."""
    return (Coverage.select(Coverage, Cooperative).join(Cooperative)
            .where(Coverage.service == service, Coverage.municipality == municipality, Cooperative.left_at.is_null())
            .order_by(Coverage.rank, Coverage.id))


def serving(projects):
    """The cooperatives that offer something for one of these projects, by name."""
    theirs = Service.project.is_null() | Service.project.in_(projects)
    covers = Coverage.select(Coverage.cooperative).join(Service).where(theirs)
    return Cooperative.select().where(Cooperative.left_at.is_null(), Cooperative.id.in_(covers)).order_by(Cooperative.name)


def operators_in(cooperatives):
    """Who works, or worked, in some cooperatives, by name."""
    return (Operator.select(Operator, Cooperative).join(Cooperative)
            .where(Operator.cooperative.in_(cooperatives)).order_by(Operator.name, Operator.id))


def on_duty_in(cooperative):
    """The operators of a cooperative who answer and are on duty."""
    return (Operator.select(Operator, Phone).join(Phone)
            .where(Operator.cooperative == cooperative, Operator.answers, Operator.on_duty, Operator.left_at.is_null())
            .order_by(Operator.id))


def answering_cooperatives():
    """The ids of the cooperatives where somebody answers and is on duty."""
    return (Cooperative.select(Cooperative.id).join(Operator)
            .where(Operator.answers, Operator.on_duty, Operator.left_at.is_null()).distinct())


def cooperatives_for(request):
    """The cooperatives still to be asked for this request, in order: covering it, someone on duty, not asked before."""
    asked = Referral.select(Referral.cooperative).where(Referral.request == request)
    return (Cooperative.select().join(Coverage)
            .where(Coverage.service == request.service_id, Coverage.municipality == request.municipality_id,
                   Cooperative.left_at.is_null(), Cooperative.id.not_in(asked), Cooperative.id.in_(answering_cooperatives()))
            .order_by(Coverage.rank, Coverage.id))


def without_anyone_on_duty():
    """Cooperatives that cover something, but that nobody answers for now."""
    covers = Coverage.select(Coverage.cooperative)
    return (Cooperative.select().where(Cooperative.left_at.is_null(), Cooperative.id.in_(covers),
                                       Cooperative.id.not_in(answering_cooperatives())).order_by(Cooperative.name))


def colleagues_of(operator):
    """The others of the same cooperative."""
    return Operator.select().where(Operator.cooperative == operator.cooperative_id, Operator.id != operator.id,
                                   Operator.left_at.is_null()).order_by(Operator.name)


def services_of(need, project):
    """The services of one need that a project offers."""
    return (Service.select().where(Service.need == need, Service.project.is_null() | (Service.project == project))
            .order_by(Service.id))
