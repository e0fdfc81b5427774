"""Questions about people: who joined from a number, which project a firm belongs to, who hears of it."""

from datetime import datetime, timezone

from models import Coordination, Coordinator, Employee, Membership, Project
from rules import hours


def joined_on(phone):
    """The people who joined from this number."""
    return Employee.select().where(Employee.phone == phone, Employee.joined_at.is_null(False),
                                   Employee.left_at.is_null()).order_by(Employee.id)


def listed_on(phone, company):
    """The people of a loaded list who have not joined yet."""
    return Employee.select().where(Employee.phone == phone, Employee.company == company, Employee.joined_at.is_null(),
                                   Employee.left_at.is_null()).order_by(Employee.id)


def words_on(phone):
    """The words already given to people of this number."""
    return [row.word for row in Employee.select(Employee.word).where(Employee.phone == phone)]


def memberships_of(company, on):
    """The projects a company belongs to on a local date, the oldest first."""
    return (Membership.select(Membership, Project).join(Project)
            .where(Membership.company == company, Membership.from_on <= on,
                   Membership.to_on.is_null() | (Membership.to_on >= on))
            .order_by(Membership.from_on, Membership.id))


def project_of_company(company, at):
    """The project a company belongs to now; the last one it belonged to, when that is over."""
    current = memberships_of(company, hours.local(at).date()).first()
    current = current or (Membership.select(Membership, Project).join(Project).where(Membership.company == company)
                          .order_by(Membership.from_on.desc()).get())
    return current.project


def project_for(company, service, on):
    """The project that carries a service for a company: the service's own if it has one, else the company's."""
    for membership in memberships_of(company, on):
        if service.project_id in (None, membership.project_id):
            return membership.project
    return project_of_company(company, datetime.combine(on, datetime.min.time(), timezone.utc))


def project_of_phone(phone, at):
    """The project of the person of this number; None for a number nobody joined with."""
    person = joined_on(phone).first()
    return person and project_of_company(person.company, at)


def all_projects():
    """Every project, the oldest first."""
    return Project.select().order_by(Project.id)


def first_project():
    """The oldest project: its desk hears of what belongs to none."""
    return Project.select().order_by(Project.id).first()


def duty_coordinators(project, on):
    """Who hears of a project's matters on a local date: its coordinators, or who stands in for those away."""
    rows = (Coordination.select(Coordination, Coordinator).join(Coordinator, on=Coordination.coordinator)
            .where(Coordination.project == project, Coordinator.left_at.is_null()).order_by(Coordination.id))
    return list(dict.fromkeys(who_hears(row, on) for row in rows))


def on_duty(project, on):
    """The coordinators with a number whom one reaches about what is urgent on a local date; who stands in, if away."""
    rows = (Coordination.select(Coordination, Coordinator).join(Coordinator, on=Coordination.coordinator)
            .where(Coordination.project == project, Coordination.on_duty, Coordinator.left_at.is_null())
            .order_by(Coordination.id))
    return [person for person in dict.fromkeys(who_hears(row, on) for row in rows) if person.phone_id]


def owed_by_mail(message):
    """Whom a text that cannot go reaches by mail instead; None where no address is known."""
    person = message.employee or message.operator
    return person if person and person.email else None


def who_hears(coordination, on):
    """The coordinator who hears of this part of a project on a local date: who stands in, while she is away."""
    away = coordination.away_until and coordination.away_until >= on
    if away and coordination.stand_in and not coordination.stand_in.left_at:
        return coordination.stand_in
    return coordination.coordinator
