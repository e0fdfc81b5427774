"""What we keep: the tables, and the questions one may ask them. No verbs, no words, no network."""

import json
from datetime import datetime, timedelta, timezone

import peewee
from peewee import (
    SQL,
    BooleanField,
    CharField,
    Check,
    DatabaseProxy,
    DateField,
    Field,
    ForeignKeyField,
    IntegerField,
    Model,
    TextField,
)

from rules import hours

db = DatabaseProxy()


# ---------------------------------------------------------------- fields

class MomentField(Field):
    """An aware UTC moment: fixed-width text on SQLite (it sorts), TIMESTAMPTZ on PostgreSQL. Refuses naive ones."""

    field_type = "MOMENT"

    def db_value(self, value):
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError(f"{self.name}: a moment needs its zone")
        value = value.astimezone(timezone.utc)
        if isinstance(self.model._meta.database.obj, peewee.SqliteDatabase):
            return value.strftime("%Y-%m-%dT%H:%M:%S.%fZ")
        return value

    def python_value(self, value):
        if isinstance(value, str):
            return datetime.strptime(value, "%Y-%m-%dT%H:%M:%S.%fZ").replace(tzinfo=timezone.utc)
        return value.astimezone(timezone.utc) if value else None


class Seal:
    """The keys that close encrypted columns; `create_app` hands them over once at the start."""

    fernet = None


class SealedField(TextField):
    """Text that is encrypted in its column (names, bodies, sensitive answers); the newest key writes, all keys read."""

    def db_value(self, value):
        return None if value is None else Seal.fernet.encrypt(value.encode()).decode()

    def python_value(self, value):
        return None if value is None else Seal.fernet.decrypt(value.encode()).decode()


class JSONText(TextField):
    """A small dictionary or list kept as JSON text, the same on both databases."""

    def db_value(self, value):
        return None if value is None else json.dumps(value, ensure_ascii=False, sort_keys=True)

    def python_value(self, value):
        return None if value is None else json.loads(value)


class SealedJSON(SealedField):
    """A dictionary that is encrypted in its column."""

    def db_value(self, value):
        return None if value is None else super().db_value(json.dumps(value, ensure_ascii=False, sort_keys=True))

    def python_value(self, value):
        text = super().python_value(value)
        return None if text is None else json.loads(text)


class Table(Model):
    """Every table: names with underscores, and saving writes only what changed."""

    class Meta:
        database = db
        legacy_table_names = False
        only_save_dirty = True


def belongs_to(model, back, **options):
    """A foreign key that nothing deletes by accident."""
    return ForeignKeyField(model, backref=back, on_delete="RESTRICT", **options)


def may_belong_to(model, back, **options):
    """A foreign key that may be empty."""
    return belongs_to(model, back, null=True, **options)


# ---------------------------------------------------------------- territory and providers

class Project(Table):
    """One funded project of the call; every request, hour and cost belongs to exactly one."""

    code = CharField(unique=True)
    name = CharField()
    cup = CharField()
    starts_on = DateField()
    ends_on = DateField()
    grant_max_cents = IntegerField(constraints=[Check("grant_max_cents >= 0")])
    total_cost_cents = IntegerField(constraints=[Check("total_cost_cents >= 0")])
    person_year_cents = IntegerField(constraints=[Check("person_year_cents >= 0")])
    phone = CharField()          # as people read it: "035 0000000"
    phone_hours = CharField()    # "lun-ven 9-13"
    urgent_words = TextField(default="")
    # the limits, in working hours (rules/limits.py)
    reminder_hours = IntegerField(default=4)
    coordinator_hours = IntegerField(default=8)
    next_hours = IntegerField(default=24)
    taken_coordinator_hours = IntegerField(default=8)
    taken_next_hours = IntegerField(default=16)
    cancel_free_hours = IntegerField(default=24)


class Partner(Table):
    """A body of a project: funder, manager, lead, public body, association, consortium."""

    project = belongs_to(Project, "partners")
    name = CharField()
    role = CharField()           # finanziatore, gestore, capofila, ente, associazione, consorzio
    cofinancing_cents = IntegerField(default=0)

    class Meta:
        indexes = ((("project", "name"), True),)


class Municipality(Table):
    """A comune, by its ISTAT code, within its ambito."""

    istat = CharField(unique=True)
    name = CharField(unique=True)
    ambito = CharField(index=True)


class Consortium(Table):
    """A consortium of cooperatives."""

    code = CharField(unique=True)
    name = CharField()


class Cooperative(Table):
    """A provider: its operators answer requests and go to people."""

    code = CharField(unique=True)
    name = CharField()
    consortium = may_belong_to(Consortium, "cooperatives")
    phone = CharField()
    email = CharField()
    left_at = MomentField(null=True)


class Phone(Table):
    """A number (E.164) and its SMS consent ledger. A number is a channel, not a person."""

    number = CharField(unique=True)
    language = CharField(default="it")
    stopped_at = MomentField(null=True)
    started_at = MomentField(null=True)
    how = CharField(null=True)            # what stopped or started it: text, carrier, desk
    unreachable_at = MomentField(null=True)
    unreachable_why = CharField(null=True)
    first_texted_at = MomentField(null=True)


class Operator(Table):
    """A person of a cooperative who answers requests, goes to people, or both."""

    cooperative = belongs_to(Cooperative, "operators")
    name = CharField()
    phone = belongs_to(Phone, "operators")
    email = CharField(default="")
    answers = BooleanField(default=True)
    goes = BooleanField(default=True)
    on_duty = BooleanField(default=True)
    language = CharField(default="it")
    left_at = MomentField(null=True)

    class Meta:
        indexes = ((("cooperative", "phone"), True),)


class Service(Table):
    """What can be asked for: by appointment, by opening, or signposting to a public partner's office."""

    code = CharField(unique=True)
    name = CharField()
    name_en = CharField()
    sms_name = CharField()
    need = CharField(index=True)          # figli, anziani, tempo, ascolto
    mode = CharField()                    # appuntamento, turno, orientamento
    unit = CharField()                    # ora, giornata, settimana, notte, corsa, pasto, consegna, cesto, colloquio
    price_cents = IntegerField(constraints=[Check("price_cents >= 0")])
    minimum = IntegerField(default=1)     # units at least
    duration_min = IntegerField(null=True)  # of one unit that is not an hour
    notice_hours = IntegerField(default=0)
    keywords = JSONText(default=list)
    project_percent = IntegerField()
    vat_percent = IntegerField()
    tuir = CharField(default="")
    sensitive = BooleanField(default=False)
    questions = JSONText(default=list)    # eta, autonomia, numero
    office = CharField(default="")
    office_phone = CharField(default="")
    office_email = CharField(default="")
    project = may_belong_to(Project, "services")

    @property
    def hourly(self):
        """Whether one unit is an hour."""
        return self.unit == "ora"


class Coverage(Table):
    """Which cooperative offers which service in which comune, in which order."""

    cooperative = belongs_to(Cooperative, "coverages")
    service = belongs_to(Service, "coverages")
    municipality = belongs_to(Municipality, "coverages")
    rank = IntegerField(default=1)

    class Meta:
        indexes = ((("cooperative", "service", "municipality"), True), (("service", "municipality", "rank"), False))


class Opening(Table):
    """A dated offer with places and a minimum."""

    code = CharField(unique=True)
    service = belongs_to(Service, "openings")
    cooperative = belongs_to(Cooperative, "openings")
    starts_at = MomentField(index=True)
    ends_at = MomentField()
    place = CharField()
    municipality = belongs_to(Municipality, "openings")
    places = IntegerField(constraints=[Check("places > 0")])
    minimum = IntegerField(default=1)
    closes_at = MomentField()
    state = CharField(default="open")     # open, closed, cancelled


class Holiday(Table):
    """Patron saints and closures of a project or a cooperative; national holidays come from a library."""

    on = DateField(column_name="on_date")
    name = CharField()
    project = may_belong_to(Project, "holidays")
    cooperative = may_belong_to(Cooperative, "holidays")

    class Meta:
        indexes = ((("on", "name", "project", "cooperative"), False),)


# ---------------------------------------------------------------- people

class Company(Table):
    """A firm that joined; its join code is on its poster."""

    code = CharField(unique=True)
    name = CharField()
    municipality = belongs_to(Municipality, "companies")
    association = CharField(default="")
    declared = IntegerField(constraints=[Check("declared > 0")])  # employees
    contact = CharField(default="")
    contact_email = CharField(default="")
    contact_phone = CharField(default="")
    contribution_cents = IntegerField(default=0)
    share_percent = IntegerField(default=0)   # of the price; counts only for 10 people and more
    joins = IntegerField(default=0)           # people let in; guards joining beyond `declared`


class Membership(Table):
    """Which company belongs to which project, from when to when."""

    company = belongs_to(Company, "memberships")
    project = belongs_to(Project, "memberships")
    from_on = DateField()
    to_on = DateField(null=True)

    class Meta:
        indexes = ((("company", "project", "from_on"), True),)


class Employee(Table):
    """A person behind a phone number who joined with a company's code."""

    phone = belongs_to(Phone, "employees")
    company = belongs_to(Company, "employees")
    first_name = SealedField(default="")      # or nickname, for the cooperative
    name_mark = CharField(default="", index=True)  # keyed HMAC of a list's name
    word = CharField()                        # la parola
    email = SealedField(null=True)
    language = CharField(default="it")
    notice_version = CharField(null=True)
    notice_at = MomentField(null=True)
    joined_at = MomentField(null=True)        # empty: on a loaded list, not here yet
    approved_at = MomentField(null=True)      # empty while a joining beyond the declared number waits
    left_at = MomentField(null=True)

    class Meta:
        indexes = ((("phone", "company", "word"), True),)


class Coordinator(Table):
    """A person who runs a project: reads digests, works the desk."""

    name = CharField()
    email = CharField(unique=True)
    phone = may_belong_to(Phone, "coordinators")
    language = CharField(default="it")
    left_at = MomentField(null=True)


class Coordination(Table):
    """A coordinator's part in one project."""

    coordinator = belongs_to(Coordinator, "coordinations")
    project = belongs_to(Project, "coordinations")
    rhythm = CharField(default="giornaliero")  # giornaliero, settimanale
    on_duty = BooleanField(default=False)
    away_until = DateField(null=True)
    stand_in = may_belong_to(Coordinator, "standing_in")

    class Meta:
        indexes = ((("coordinator", "project"), True),)


class Device(Table):
    """A browser trusted for an operator or a coordinator."""

    token_hash = CharField(unique=True)
    operator = may_belong_to(Operator, "devices")
    coordinator = may_belong_to(Coordinator, "devices")
    trusted_at = MomentField()
    expires_at = MomentField()
    closed_at = MomentField(null=True)


class Code(Table):
    """A six-digit code that trusts a device: hashed, ten minutes, five tries."""

    operator = may_belong_to(Operator, "codes")
    coordinator = may_belong_to(Coordinator, "codes")
    digits_hash = CharField()
    expires_at = MomentField()
    tries = IntegerField(default=0)
    used_at = MomentField(null=True)


# ---------------------------------------------------------------- work

class ServiceRequest(Table):
    """An employee's ask, with a short reference such as A7K2."""

    reference = CharField(unique=True)
    ask_key = CharField(unique=True)          # one sending of one form: a double click asks once
    project = belongs_to(Project, "requests")
    company = may_belong_to(Company, "requests")     # empty, with the person, once it belongs to nobody any more
    employee = may_belong_to(Employee, "requests")
    service = belongs_to(Service, "requests")
    municipality = belongs_to(Municipality, "requests")
    starts_at = MomentField(index=True)       # as wanted
    ends_at = MomentField()
    quantity = IntegerField(default=1)        # units, where a unit is not an hour
    answers = SealedJSON(default=dict)        # age band, self-sufficiency, number
    answer_by = MomentField(null=True)
    short_notice = BooleanField(default=False)  # inside the service's notice: sent, not guaranteed
    channel = CharField(default="link")
    language = CharField(default="it")
    price_cents = IntegerField()
    project_cents = IntegerField()
    company_cents = IntegerField()
    worker_cents = IntegerField()
    vat_percent = IntegerField()
    project_percent = IntegerField()          # the rule as shown, copied
    company_percent = IntegerField()
    promised_at = MomentField(null=True)      # by when the person was told an answer comes
    state = CharField(default="open", index=True)
    outcome = CharField(null=True)
    reason = CharField(null=True)
    asked_at = MomentField()
    taken_at = MomentField(null=True)
    agreed_at = MomentField(null=True)
    closed_at = MomentField(null=True)

    class Meta:
        indexes = ((("employee", "asked_at"), False), (("project", "state", "asked_at"), False))
        constraints = [Check("project_cents + company_cents + worker_cents = price_cents")]


class Referral(Table):
    """A request put before one cooperative, with a time limit."""

    request = belongs_to(ServiceRequest, "referrals")
    cooperative = belongs_to(Cooperative, "referrals")
    state = CharField(default="waiting")      # waiting, taken, declined, lapsed, withdrawn
    put_at = MomentField()
    remind_at = MomentField()
    tell_at = MomentField()                   # when the coordinator is told
    due_at = MomentField(index=True)          # when it lapses
    reminded_at = MomentField(null=True)
    told_at = MomentField(null=True)
    operator = may_belong_to(Operator, "referrals")  # who answered
    answered_at = MomentField(null=True)
    reason = CharField(null=True)

    class Meta:
        indexes = ((("state", "due_at"), False), (("cooperative", "state"), False))


Referral.add_index(Referral.index(
    Referral.request, unique=True, where=SQL("state IN ('waiting', 'taken')"), name="referral_one_live"))


class Appointment(Table):
    """One agreed occurrence: when, who goes, its own money."""

    request = belongs_to(ServiceRequest, "appointments")
    referral = belongs_to(Referral, "appointments")
    worker = may_belong_to(Operator, "appointments")  # empty: da decidere
    starts_at = MomentField(index=True)
    ends_at = MomentField()
    sequence = IntegerField(default=0)
    state = CharField(default="planned")      # planned, delivered, missed, cancelled
    price_cents = IntegerField()
    project_cents = IntegerField()
    company_cents = IntegerField()
    worker_cents = IntegerField()
    vat_cents = IntegerField()
    planned_at = MomentField()
    undo_until = MomentField()
    remind_day_at = MomentField(null=True, index=True)    # empty: none, or already queued
    remind_hours_at = MomentField(null=True, index=True)
    cancelled_at = MomentField(null=True)
    cancelled_late = BooleanField(default=False)
    missed_by = CharField(null=True)
    units_delivered = IntegerField(null=True)  # minutes where the unit is an hour
    delivered_at = MomentField(null=True)

    class Meta:
        indexes = ((("worker", "state", "starts_at"), False),)
        constraints = [Check("project_cents + company_cents + worker_cents = price_cents")]


# ---------------------------------------------------------------- words and trust

class Link(Table):
    """A capability URL for one person, purpose and state; the row holds only the hash of its token."""

    purpose = CharField()                     # join, employee, referral, operator, desk, company
    hash = CharField(unique=True, null=True)
    version = IntegerField(default=1)
    phone = may_belong_to(Phone, "links")
    employee = may_belong_to(Employee, "links")
    operator = may_belong_to(Operator, "links")
    coordinator = may_belong_to(Coordinator, "links")
    company = may_belong_to(Company, "links")
    referral = may_belong_to(Referral, "links")
    made_at = MomentField()
    last_used_at = MomentField()              # moved by a POST or by our sending it, never by a GET
    expires_at = MomentField(null=True)       # a fixed end, where there is one
    used_at = MomentField(null=True)          # "Sono io" was pressed
    revoked_at = MomentField(null=True)

    IDLE = timedelta(days=90)

    @classmethod
    def live(cls, at):
        """The condition for a link that still opens: not revoked, not past its end, used within ninety days."""
        return (cls.revoked_at.is_null() & (cls.expires_at.is_null() | (cls.expires_at > at))
                & (cls.last_used_at > at - cls.IDLE))


class Message(Table):
    """The outbox: a row first, the network later."""

    key = CharField(unique=True)
    kind = CharField()
    channel = CharField(default="sms")        # sms, mail
    language = CharField(default="it")
    phone = may_belong_to(Phone, "messages")  # to whom, by text
    address = SealedField(null=True)          # to whom, by mail
    employee = may_belong_to(Employee, "messages")
    operator = may_belong_to(Operator, "messages")
    coordinator = may_belong_to(Coordinator, "messages")
    company = may_belong_to(Company, "messages")
    project = may_belong_to(Project, "messages")
    request = may_belong_to(ServiceRequest, "messages")
    referral = may_belong_to(Referral, "messages")
    appointment = may_belong_to(Appointment, "messages")
    link = may_belong_to(Link, "messages")
    says = SealedJSON(default=dict)           # what was true when it was queued and must be said as it was
    hours = CharField(default="open")         # class of time: now, open
    state = CharField(default="queued")
    due_at = MomentField()
    expires_at = MomentField()
    queued_at = MomentField()
    claimed_at = MomentField(null=True)
    tries = IntegerField(default=0)
    asked_carrier_at = MomentField(null=True)  # when an unknown outcome was last asked about
    body = SealedField(null=True)             # the words as sent, the link as [link]
    subject = SealedField(null=True)
    body_hash = CharField(null=True)
    carrier_id = CharField(null=True, unique=True)
    carrier_status = CharField(null=True)
    sent_at = MomentField(null=True)
    ended_at = MomentField(null=True)         # delivered, failed, dropped, expired
    why = CharField(null=True)
    forgotten_at = MomentField(null=True)     # its words are nowhere any more, at the carrier neither

    AT_REST = ("sent", "delivered", "undelivered", "failed", "dropped", "expired")

    class Meta:
        indexes = ((("state", "due_at"), False), (("phone", "queued_at"), False), (("channel", "claimed_at"), False))


class InboundMessage(Table):
    """What was received, stored before anything is done about it."""

    carrier_id = CharField(unique=True)
    phone = belongs_to(Phone, "inbound")
    body = SealedField(null=True)             # empty once forgotten here
    opt_out = CharField(default="")           # what the carrier did by itself: STOP, START, HELP
    received_at = MomentField(index=True)
    read_as = CharField(null=True)
    acted_at = MomentField(null=True, index=True)
    forgotten_at = MomentField(null=True)     # at the carrier too


class DeskItem(Table):
    """Something for a person: to call, to read, to place, to approve."""

    project = belongs_to(Project, "desk_items")
    kind = CharField()          # unassigned, late, call_back, to_phone, text, joining, not_covered, failed, wrong_person
    subject = CharField()       # table:id, what it is about
    request = may_belong_to(ServiceRequest, "desk_items")
    employee = may_belong_to(Employee, "desk_items")
    phone = may_belong_to(Phone, "desk_items")
    inbound = may_belong_to(InboundMessage, "desk_items")
    message = may_belong_to(Message, "desk_items")
    service = may_belong_to(Service, "desk_items")
    municipality = may_belong_to(Municipality, "desk_items")
    language = CharField(default="it")
    call_at = MomentField(null=True)          # the moment promised to the person
    when_words = CharField(default="")        # lunch, after 17, text only: what the person chose
    opened_at = MomentField()
    taken_by = may_belong_to(Coordinator, "desk_items")
    taken_at = MomentField(null=True)
    said = SealedField(default="")
    said_at = MomentField(null=True)
    done_at = MomentField(null=True)
    done_why = CharField(null=True)
    forgotten_at = MomentField(null=True)     # nobody's any more, and nothing noted on it

    class Meta:
        indexes = ((("project", "done_at", "kind"), False),)


DeskItem.add_index(DeskItem.index(
    DeskItem.kind, DeskItem.subject, unique=True, where=SQL("done_at IS NULL"), name="desk_item_one_open"))


class Digest(Table):
    """The scheduled e-mail of one coordinator for one project and period."""

    coordinator = belongs_to(Coordinator, "digests")
    project = belongs_to(Project, "digests")
    period = CharField()                      # 2026-12-03, or 2026-W49
    made_at = MomentField()
    message = may_belong_to(Message, "digests")  # empty: there was nothing to say

    class Meta:
        indexes = ((("coordinator", "project", "period"), True),)


class Event(Table):
    """Who did what when. Ids only, nobody's words."""

    role = CharField()                        # employee, operator, coordinator, phone, job, command
    actor = IntegerField(null=True)
    verb = CharField()
    subject = CharField()                     # table
    subject_id = IntegerField()
    before = CharField(null=True)
    after = CharField(null=True)
    at = MomentField()

    class Meta:
        indexes = ((("subject", "subject_id"), False),)


class JobRun(Table):
    """A claim on one run of one job, so that two schedulers do it once."""

    job = CharField()
    slot = CharField()
    owner = CharField()
    lease_until = MomentField()
    done_at = MomentField(null=True)

    class Meta:
        indexes = ((("job", "slot"), True),)


class Rate(Table):
    """How often something was done in a window of time; only POSTs count."""

    bucket = CharField()
    window_at = MomentField()
    count = IntegerField(default=1)

    class Meta:
        indexes = ((("bucket", "window_at"), True),)


class Instance(Table):
    """One row: is this a demonstration, and how far its clock was moved."""

    demonstration = BooleanField(default=False)
    clock_offset_s = IntegerField(default=0)


TABLES = [
    Project, Partner, Municipality, Consortium, Cooperative, Phone, Operator, Service, Coverage, Opening, Holiday,
    Company, Membership, Employee, Coordinator, Coordination, Device, Code, ServiceRequest, Referral, Appointment,
    Link, Message, InboundMessage, DeskItem, Digest, Event, JobRun, Rate, Instance,
]


# ---------------------------------------------------------------- questions: territory

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


def on_duty_in(cooperative):
    """The operators of a cooperative who answer and are on duty."""
    return (Operator.select(Operator, Phone).join(Phone)
            .where(Operator.cooperative == cooperative, Operator.answers, Operator.on_duty, Operator.left_at.is_null())
            .order_by(Operator.id))


def cooperatives_for(request):
    """The cooperatives still to be asked for this request, in order: covering it, someone on duty, not asked before."""
    asked = Referral.select(Referral.cooperative).where(Referral.request == request)
    answering = Operator.select(Operator.cooperative).where(
        Operator.answers, Operator.on_duty, Operator.left_at.is_null())
    return (Cooperative.select().join(Coverage)
            .where(Coverage.service == request.service_id, Coverage.municipality == request.municipality_id,
                   Cooperative.left_at.is_null(), Cooperative.id.not_in(asked), Cooperative.id.in_(answering))
            .order_by(Coverage.rank, Coverage.id))


def without_anyone_on_duty():
    """Cooperatives that cover something, but that nobody answers for now."""
    answering = Operator.select(Operator.cooperative).where(
        Operator.answers, Operator.on_duty, Operator.left_at.is_null())
    covers = Coverage.select(Coverage.cooperative)
    return (Cooperative.select().where(Cooperative.left_at.is_null(), Cooperative.id.in_(covers),
                                       Cooperative.id.not_in(answering)).order_by(Cooperative.name))


def colleagues_of(operator):
    """The others of the same cooperative."""
    return Operator.select().where(Operator.cooperative == operator.cooperative_id, Operator.id != operator.id,
                                   Operator.left_at.is_null()).order_by(Operator.name)


def services_of(need, project):
    """The services of one need that a project offers."""
    return (Service.select().where(Service.need == need, Service.project.is_null() | (Service.project == project))
            .order_by(Service.id))


def next_openings(services, at):
    """The coming openings of these services, soonest first."""
    return (Opening.select(Opening, Service, Municipality).join(Service).switch(Opening).join(Municipality)
            .where(Opening.service.in_(services), Opening.state == "open", Opening.closes_at > at)
            .order_by(Opening.starts_at))


# ---------------------------------------------------------------- questions: people

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


def owed_by_mail(message):
    """Whom a text that cannot go reaches by mail instead; None where no address is known."""
    person = message.employee or message.operator
    return person if person and person.email else None


# ---------------------------------------------------------------- questions: work

def requests_of(employee):
    """A person's requests with service and comune, the newest first."""
    return (ServiceRequest.select(ServiceRequest, Service, Municipality, Project)
            .join(Service).switch(ServiceRequest).join(Municipality).switch(ServiceRequest).join(Project)
            .where(ServiceRequest.employee == employee).order_by(ServiceRequest.asked_at.desc()))


def appointments_of(requests):
    """The appointments of some requests that are not cancelled, with who goes."""
    return (Appointment.select(Appointment, Operator, Referral, Cooperative)
            .join(Operator, peewee.JOIN.LEFT_OUTER).switch(Appointment).join(Referral).join(Cooperative)
            .where(Appointment.request.in_(requests), Appointment.state != "cancelled"))


def calls_promised(requests):
    """The calls promised about some requests that nobody covers yet."""
    return DeskItem.select(DeskItem.request, DeskItem.call_at).where(
        DeskItem.request.in_(requests), DeskItem.kind == "unassigned", DeskItem.done_at.is_null())


def waiting_for(cooperative):
    """What a cooperative has to answer: waiting or taken and not agreed, the earliest limit first."""
    return (Referral.select(Referral, ServiceRequest, Service, Municipality, Employee)
            .join(ServiceRequest).join(Service).switch(ServiceRequest).join(Municipality)
            .switch(ServiceRequest).join(Employee)
            .where(Referral.cooperative == cooperative, Referral.state.in_(("waiting", "taken")),
                   ServiceRequest.state.in_(("open", "taken")))
            .order_by(Referral.due_at, Referral.id))


def visits(cooperative, begins, ends):
    """A cooperative's appointments that start in [begins, ends), in order, with request, person and who goes."""
    left = peewee.JOIN.LEFT_OUTER   # nobody decided yet who goes, or who asked is forgotten and it is still to be marked
    return (Appointment.select(Appointment, ServiceRequest, Service, Municipality, Employee, Phone, Referral, Operator)
            .join(Referral).switch(Appointment).join(Operator, left)
            .switch(Appointment).join(ServiceRequest).join(Service).switch(ServiceRequest).join(Municipality)
            .switch(ServiceRequest).join(Employee, left).join(Phone, left)
            .where(Referral.cooperative == cooperative, Appointment.state != "cancelled",
                   Appointment.starts_at >= begins, Appointment.starts_at < ends)
            .order_by(Appointment.starts_at, Appointment.id))


def overlapping(worker, starts_at, ends_at):
    """The planned appointments of a worker that overlap [starts_at, ends_at)."""
    return Appointment.select().where(Appointment.worker == worker, Appointment.state == "planned",
                                      Appointment.starts_at < ends_at, Appointment.ends_at > starts_at)


def operators_told(referral, appointment):
    """The operators to tell that it changed: who goes and who answered; else everybody who was texted about it."""
    if appointment or referral.operator_id:
        ids = {referral.operator_id, appointment and appointment.worker_id}
        return Operator.select().where(Operator.id.in_([i for i in ids if i]), Operator.left_at.is_null())
    texted = Message.select(Message.operator).where(Message.referral == referral, Message.kind == "referral")
    return Operator.select().where(Operator.id.in_(texted), Operator.left_at.is_null())


def due_a_reminder(at):
    """Referrals whose half time has passed unanswered."""
    return Referral.select().where(Referral.state == "waiting", Referral.reminded_at.is_null(),
                                   Referral.remind_at <= at, Referral.due_at > at)


def late(at):
    """Referrals of requests not yet agreed that the coordinator has not been told of."""
    return (Referral.select(Referral, ServiceRequest).join(ServiceRequest)
            .where(Referral.state.in_(("waiting", "taken")), ServiceRequest.state.in_(("open", "taken")),
                   Referral.told_at.is_null(), Referral.tell_at <= at))


def lapsing(at):
    """Referrals whose limit has passed without an agreement, before the start of what was asked."""
    return (Referral.select(Referral, ServiceRequest).join(ServiceRequest)
            .where(Referral.state.in_(("waiting", "taken")), ServiceRequest.state.in_(("open", "taken")),
                   Referral.due_at <= at, ServiceRequest.starts_at > at))


def unagreed_at_start(at):
    """Requests whose start has come without an agreement."""
    return ServiceRequest.select().where(ServiceRequest.state.in_(("open", "taken")), ServiceRequest.starts_at <= at)


def due_a_day_reminder(at):
    """Appointments whose reminder of the evening before is due."""
    return Appointment.select().where(Appointment.state == "planned", Appointment.remind_day_at <= at)


def due_an_hours_reminder(at):
    """Appointments whose two-hour reminder is due."""
    return Appointment.select().where(Appointment.state == "planned", Appointment.remind_hours_at <= at)


def workers_with_visits(begins, ends):
    """Who goes to somebody in [begins, ends)."""
    going = Appointment.select(Appointment.worker).where(
        Appointment.state == "planned", Appointment.starts_at >= begins, Appointment.starts_at < ends)
    return Operator.select().where(Operator.id.in_(going), Operator.left_at.is_null())


def day_list(worker, begins, ends):
    """A worker's planned visits in [begins, ends), in order, with service and comune."""
    return (Appointment.select(Appointment, ServiceRequest, Service, Municipality)
            .join(ServiceRequest).join(Service).switch(ServiceRequest).join(Municipality)
            .where(Appointment.worker == worker, Appointment.state == "planned",
                   Appointment.starts_at >= begins, Appointment.starts_at < ends)
            .order_by(Appointment.starts_at, Appointment.id))


def unmarked(begins, ends):
    """Who went to a visit that ended in (begins, ends] and has not marked it; who confirmed it, where nobody was named."""
    went = Appointment.select(peewee.fn.COALESCE(Appointment.worker, Referral.operator)).join(Referral).where(
        Appointment.state == "planned", Appointment.ends_at > begins, Appointment.ends_at <= ends)
    return Operator.select().where(Operator.id.in_(went), Operator.left_at.is_null())


def settled_before(at):
    """Agreed requests with a delivered appointment, none planned, and nothing delivered since `at`."""
    planned = Appointment.select(Appointment.request).where(Appointment.state == "planned")
    recent = Appointment.select(Appointment.request).where(Appointment.delivered_at > at)
    delivered = Appointment.select(Appointment.request).where(Appointment.state == "delivered")
    return ServiceRequest.select().where(ServiceRequest.state == "agreed", ServiceRequest.id.in_(delivered),
                                         ServiceRequest.id.not_in(planned), ServiceRequest.id.not_in(recent))


# ---------------------------------------------------------------- questions: words and trust

def due_texts(at):
    """Texts to be sent now, oldest first, codes and answers before the rest."""
    return (Message.select(Message, Phone).join(Phone)
            .where(Message.state == "queued", Message.due_at <= at, Message.channel == "sms")
            .order_by(Message.hours, Message.due_at, Message.id))


def due_letters(at, most=100):
    """Mails to be sent now, oldest first."""
    return (Message.select().where(Message.state == "queued", Message.due_at <= at, Message.channel == "mail")
            .order_by(Message.due_at, Message.id).limit(most))


def texts_since(moment):
    """How many texts were handed to the carrier since."""
    return Message.select().where(Message.channel == "sms", Message.claimed_at >= moment).count()


def left_claimed(before):
    """Messages claimed before this moment whose sender never came back."""
    return Message.select().where(Message.state == "sending", Message.claimed_at < before)


def in_doubt(asked_before, claimed_before):
    """Messages of unknown fate that the carrier may be asked about (again)."""
    return Message.select().where(Message.state == "unknown", Message.claimed_at < claimed_before,
                                  Message.asked_carrier_at.is_null() | (Message.asked_carrier_at < asked_before))


def known_to(phone):
    """The carrier's ids of texts to this number that other rows hold already."""
    rows = Message.select(Message.carrier_id).where(Message.phone == phone, Message.carrier_id.is_null(False))
    return [row.carrier_id for row in rows]


def to_act_on(before):
    """Inbound texts that were stored and not acted upon."""
    return InboundMessage.select().where(
        InboundMessage.acted_at.is_null(), InboundMessage.received_at <= before).order_by(InboundMessage.received_at)


# ---------------------------------------------------------------- questions: desk and digest

CALLS = ("call_back", "to_phone", "wrong_person")   # kinds of desk item that are a person to phone


def who_hears(coordination, on):
    """The coordinator who hears of this part of a project on a local date: who stands in, while she is away."""
    away = coordination.away_until and coordination.away_until >= on
    if away and coordination.stand_in and not coordination.stand_in.left_at:
        return coordination.stand_in
    return coordination.coordinator


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
    return (DeskItem.select(DeskItem, ServiceRequest, asked, there, Employee, Company, Phone, Service, Municipality,
                            InboundMessage, Message, Operator, Cooperative, told, Coordinator)
            .join(ServiceRequest, left)
            .join(asked, left, on=ServiceRequest.service == asked.id, attr="service").switch(ServiceRequest)
            .join(there, left, on=ServiceRequest.municipality == there.id, attr="municipality")
            .switch(DeskItem).join(Employee, left).join(Company, left)
            .switch(DeskItem).join(Phone, left).switch(DeskItem).join(Service, left)
            .switch(DeskItem).join(Municipality, left).switch(DeskItem).join(InboundMessage, left)
            .switch(DeskItem).join(Message, left).join(Operator, left).join(Cooperative, left)
            .switch(Message).join(told, left, on=Message.coordinator == told.id, attr="coordinator")
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
    live = (Referral.request == ServiceRequest.id) & Referral.state.in_(("waiting", "taken"))
    return (ServiceRequest.select(ServiceRequest, Service, Municipality, Referral, Cooperative)
            .join(Service).switch(ServiceRequest).join(Municipality)
            .switch(ServiceRequest).join(Referral, left, on=live, attr="before").join(Cooperative, left)
            .where(ServiceRequest.project.in_(projects)).order_by(ServiceRequest.starts_at, ServiceRequest.id))


def answering_cooperatives():
    """The cooperatives where somebody answers and is on duty."""
    return (Cooperative.select(Cooperative.id).join(Operator)
            .where(Operator.answers, Operator.on_duty, Operator.left_at.is_null()).distinct())


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
    """What was done with a request, its referrals, its appointments and what lay on the desk about it, in order."""
    def about(model):
        return (Event.subject == model._meta.table_name) & Event.subject_id.in_(
            model.select(model.id).where(model.request == request))
    its_own = (Event.subject == ServiceRequest._meta.table_name) & (Event.subject_id == request.id)
    return (Event.select().where(its_own | about(Referral) | about(Appointment) | about(DeskItem))
            .order_by(Event.at, Event.id))


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
        ServiceRequest.project == project, ServiceRequest.state.in_(("open", "taken"))).order_by(ServiceRequest.starts_at)


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


def agreed_between(project, begins, ends):
    """The requests of a project that were agreed in [begins, ends) and still are, or have ended well since."""
    return ServiceRequest.select().where(
        ServiceRequest.project == project, ServiceRequest.agreed_at >= begins, ServiceRequest.agreed_at < ends)


def delivered_between(project, begins, ends):
    """How many visits of a project were delivered in [begins, ends), and how many minutes of those paid by the hour."""
    minutes = peewee.Case(None, [(Service.unit == "ora", Appointment.units_delivered)], 0)
    return (Appointment.select(peewee.fn.COUNT(Appointment.id).alias("visits"),
                               peewee.fn.COALESCE(peewee.fn.SUM(minutes), 0).alias("minutes"))
            .join(ServiceRequest).join(Service)
            .where(ServiceRequest.project == project, Appointment.state == "delivered",
                   Appointment.starts_at >= begins, Appointment.starts_at < ends))


def unfilled_between(project, begins, ends):
    """The requests of a project that ended unfilled in [begins, ends), counted by comune and need."""
    return (ServiceRequest.select(Municipality.name.alias("comune"), Service.need, peewee.fn.COUNT(ServiceRequest.id))
            .join(Service).switch(ServiceRequest).join(Municipality)
            .where(ServiceRequest.project == project, ServiceRequest.outcome.in_(("unfilled", "lapsed")),
                   ServiceRequest.closed_at >= begins, ServiceRequest.closed_at < ends)
            .group_by(Municipality.name, Service.need).order_by(Municipality.name, Service.need))


def not_covered_between(project, begins, ends):
    """What was asked in [begins, ends) where no cooperative goes, counted by comune and need."""
    return (DeskItem.select(Municipality.name.alias("comune"), Service.need, peewee.fn.COUNT(DeskItem.id))
            .join(Service).switch(DeskItem).join(Municipality)
            .where(DeskItem.project == project, DeskItem.kind == "not_covered",
                   DeskItem.opened_at >= begins, DeskItem.opened_at < ends)
            .group_by(Municipality.name, Service.need).order_by(Municipality.name, Service.need))


def spent(project):
    """The project's share in cents of its visits, by state: delivered, and planned."""
    return (Appointment.select(Appointment.state, peewee.fn.SUM(Appointment.project_cents)).join(ServiceRequest)
            .where(ServiceRequest.project == project, Appointment.state.in_(("delivered", "planned")))
            .group_by(Appointment.state))


# ---- questions: operator's door

def referrals_of(cooperative):
    """Everything that was ever put before a cooperative, with what was asked, where, and by whom."""
    return (Referral.select(Referral, ServiceRequest, Service, Municipality, Employee)
            .join(ServiceRequest).join(Service).switch(ServiceRequest).join(Municipality)
            .switch(ServiceRequest).join(Employee).where(Referral.cooperative == cooperative))


def referral_link(link_id):
    """A referral's link, with whom it is for, what was asked, where, and the project to call."""
    return (Link.select(Link, Operator, Referral, ServiceRequest, Service, Municipality, Project)
            .join(Operator, on=Link.operator).switch(Link).join(Referral, on=Link.referral).join(ServiceRequest)
            .join(Service).switch(ServiceRequest).join(Municipality).switch(ServiceRequest).join(Project)
            .where(Link.id == link_id, Link.purpose == "referral", Operator.left_at.is_null()))


def appointments_by(cooperative):
    """Every appointment of a cooperative, cancelled or not, with request, person, number and who goes."""
    left = peewee.JOIN.LEFT_OUTER
    return (Appointment.select(Appointment, ServiceRequest, Service, Municipality, Employee, Phone, Referral, Operator)
            .join(Referral).switch(Appointment).join(Operator, left)
            .switch(Appointment).join(ServiceRequest).join(Service).switch(ServiceRequest).join(Municipality)
            .switch(ServiceRequest).join(Employee, left).join(Phone, left).where(Referral.cooperative == cooperative))


def just_confirmed(cooperative, at):
    """What a cooperative confirmed in the last minutes and may still take back, the newest first."""
    return appointments_by(cooperative).where(
        Appointment.state == "planned", Appointment.undo_until > at).order_by(Appointment.id.desc())


def agreed_on(referral):
    """The appointment that a referral led to, if it stands."""
    return (Appointment.select(Appointment, Operator).join(Operator, peewee.JOIN.LEFT_OUTER)
            .where(Appointment.referral == referral, Appointment.state != "cancelled").order_by(Appointment.id.desc()))


def asked_elsewhere(referral):
    """Whether the request lies before another cooperative now."""
    return Referral.select().where(Referral.request == referral.request_id, Referral.id != referral.id,
                                   Referral.state.in_(("waiting", "taken")))


# ---- questions: forgetting

def _without_words():
    """Messages by the columns that lie open: one that no key opens any more stops nobody."""
    return Message.select(Message.id, Message.channel, Message.state, Message.carrier_id, Message.forgotten_at)


def messages_to_empty(before):
    """Messages at rest, queued before this moment, whose words are still here."""
    kept_by_carrier_only = (Message.channel == "sms") & Message.carrier_id.is_null(False) & Message.body.is_null()
    return _without_words().where(Message.state.in_(Message.AT_REST), Message.queued_at <= before,
                                  Message.forgotten_at.is_null(), ~kept_by_carrier_only)


def inbound_to_empty(before):
    """Texts received before this moment and acted upon, whose words are still here."""
    return InboundMessage.select(InboundMessage.id).where(
        InboundMessage.acted_at.is_null(False), InboundMessage.received_at <= before, InboundMessage.body.is_null(False))


def sent_kept_by_carrier():
    """Texts we sent whose words are gone here and may still be kept by the carrier, the newest first."""
    return _without_words().where(
        Message.channel == "sms", Message.state.in_(Message.AT_REST), Message.body.is_null(),
        Message.carrier_id.is_null(False), Message.forgotten_at.is_null()).order_by(Message.id.desc())


def received_kept_by_carrier():
    """The same of texts that came in."""
    return InboundMessage.select().where(
        InboundMessage.body.is_null(), InboundMessage.forgotten_at.is_null()).order_by(InboundMessage.id.desc())


def messages_to(person, phone=None):
    """What was written to a person; with `phone`, a number that is nobody else's, all that went there."""
    hers = (Message.employee == person) | Message.link.in_(Link.select(Link.id).where(Link.employee == person))
    return _without_words().where(hers | (Message.phone == phone) if phone else hers)


def messages_with(link):
    """What carried this link."""
    return _without_words().where(Message.link == link)


def messages_to_who_asked(request):
    """What was written about a request to the person who asked."""
    return _without_words().where(Message.request == request, Message.employee.is_null(False))


def messages_to_unlink(before):
    """Messages at rest about no request, to people or to bare numbers, queued before this moment."""
    return _without_words().where(
        Message.request.is_null(), Message.queued_at <= before, Message.state.in_(Message.AT_REST),
        Message.operator.is_null(), Message.coordinator.is_null(),
        Message.phone.is_null(False) | Message.employee.is_null(False))


def inbound_to_delete(before):
    """Texts received before this moment that are forgotten everywhere and that nothing on the desk is about."""
    on_the_desk = DeskItem.select(DeskItem.inbound).where(DeskItem.inbound.is_null(False))
    return InboundMessage.select(InboundMessage.id).where(
        InboundMessage.received_at <= before, InboundMessage.forgotten_at.is_null(False),
        InboundMessage.id.not_in(on_the_desk))


def requests_to_forget(unfinished, delivered):
    """Requests that are still somebody's and ended before these moments: those that went no further, those delivered.

    One that was agreed and never marked counts as delivered when it was to end. None that somebody is still written
    to about.
    """
    ended, well = ServiceRequest.closed_at, ServiceRequest.outcome == "delivered"
    written = Message.select(Message.request).where(
        Message.request.is_null(False), Message.state.not_in(Message.AT_REST))
    return ServiceRequest.select(ServiceRequest.id).where(
        ServiceRequest.employee.is_null(False), ServiceRequest.id.not_in(written),
        (~well & (ended <= unfinished)) | (well & (ended <= delivered))
        | (ended.is_null() & (ServiceRequest.ends_at <= delivered)))


def items_to_forget(done_before):
    """Things about no request that left the desk before this moment."""
    return DeskItem.select(DeskItem.id).where(
        DeskItem.request.is_null(), DeskItem.done_at <= done_before, DeskItem.forgotten_at.is_null())


def invitations_untaken(made_before):
    """Invitations made before this moment that nobody took up."""
    return Link.select().where(Link.purpose == "join", Link.used_at.is_null(), Link.made_at <= made_before)


def links_of_ended(closed_before):
    """The links of referrals whose request ended before this moment and that are not revoked yet."""
    ended = Referral.select(Referral.id).join(ServiceRequest).where(ServiceRequest.closed_at <= closed_before)
    return Link.select().where(Link.purpose == "referral", Link.revoked_at.is_null(), Link.referral.in_(ended))


def phones_of_nobody():
    """Numbers that no row of any table is about; not those that said STOP, which we keep to honour it."""
    rows = Phone.select().where(Phone.stopped_at.is_null())
    for field in Phone._meta.backrefs:
        rows = rows.where(Phone.id.not_in(field.model.select(field).where(field.is_null(False))))
    return rows


def persons_on(phone):
    """Everybody behind a number who has not left, joined or only on a list."""
    return Employee.select().where(Employee.phone == phone, Employee.left_at.is_null()).order_by(Employee.id)


def is_shared(phone, person):
    """Whether a number is somebody else's too."""
    return persons_on(phone).where(Employee.id != person.id).exists() or any(
        model.select().where(model.phone == phone).exists() for model in (Operator, Coordinator))
