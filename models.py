"""What we keep: the tables. No verbs, no words, no network; the questions one may ask them are in `questions/`."""

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
    urgent_words = TextField(default="")   # for the meantime, when nobody is on duty
    # the limits (rules/limits.py): a cooperative's in working hours, a person's in open hours
    reminder_hours = IntegerField(default=4)
    coordinator_hours = IntegerField(default=8)
    next_hours = IntegerField(default=24)
    taken_coordinator_hours = IntegerField(default=8)
    taken_next_hours = IntegerField(default=16)
    cancel_free_hours = IntegerField(default=24)
    proposal_hours = IntegerField(default=48)
    proposal_before_hours = IntegerField(default=2)   # clock hours: a proposal is answered at least so long before it starts
    counter_rounds = IntegerField(default=1)          # then a phone call
    urgent_within_hours = IntegerField(default=48)    # clock hours: a start or an answer wanted within them is urgent
    urgent_minutes = IntegerField(default=30)         # of a referral, from 8 to 20 every day
    urgent_proposal_hours = IntegerField(default=4)

    @property
    def whom_to_call(self):
        """The number of a person, and when it is answered."""
        return self.phone, self.phone_hours


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
    taken = IntegerField(default=0, constraints=[Check("taken >= 0 AND taken <= places")])  # units, those offered too
    confirmed_at = MomentField(null=True)    # its minimum was reached, or it was opened all the same; never undone
    changed_at = MomentField(null=True)      # when it was last moved, cancelled
    sequence = IntegerField(default=0)       # how often it was moved, cancelled
    why_cancelled = CharField(null=True)     # group_not_reached, cooperative
    collection = JSONText(default=list)      # where things may be handed in; "azienda" is the person's firm
    worker = may_belong_to(Operator, "openings")   # who leads it; empty: da decidere
    settled_at = MomentField(null=True)      # its day was closed: everybody's place is marked
    mark_by = MomentField(null=True, index=True)   # when the desk hears that nobody closed its day; empty: it heard

    @property
    def room(self) -> int:
        """The units that are still free."""
        return self.places - self.taken


class SchoolClosure(Table):
    """A day on which schools are closed, as the pilot says; what a school bridge is made of."""

    on = DateField(column_name="on_date", unique=True)
    name = CharField()


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
    gender = CharField(null=True)             # f, m, x; declared after the first delivery, or never
    age_band = CharField(null=True)           # 18-29, 30-44, 45-59, 60+
    asked_about_at = MomentField(null=True)   # gender and age band were answered, or not wished to be
    news_at = MomentField(null=True)          # asked to hear of ideas for openings

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
    instead_of = ForeignKeyField("self", backref="substitutes", null=True, on_delete="RESTRICT")  # visits given back there
    company = may_belong_to(Company, "requests")     # empty, with the person, once it belongs to nobody any more
    employee = may_belong_to(Employee, "requests")
    service = belongs_to(Service, "requests")
    municipality = belongs_to(Municipality, "requests")
    opening = may_belong_to(Opening, "requests")     # of a place in an opening; then no cooperative is asked
    starts_at = MomentField(index=True)       # as wanted
    ends_at = MomentField()
    weekly = JSONText(null=True)              # rules/recurrence.py; then starts_at is the first visit's
    visits = IntegerField(default=1)          # how many, as shown; the money below is for all of them
    quantity = IntegerField(default=1)        # units of one visit, where a unit is not an hour
    answers = SealedJSON(default=dict)        # age band, self-sufficiency, number
    answer_by = MomentField(null=True)
    short_notice = BooleanField(default=False)  # inside the service's notice: sent, not guaranteed
    urgent = BooleanField(default=False)      # a start or an answer wanted within 48 hours; once so, always so
    channel = CharField(default="link")
    language = CharField(default="it")
    unit_cents = IntegerField()               # of the catalogue, as shown
    price_cents = IntegerField()
    project_cents = IntegerField()
    company_cents = IntegerField()
    worker_cents = IntegerField()
    vat_percent = IntegerField()
    project_percent = IntegerField()          # the rule as shown, copied
    company_percent = IntegerField()
    promised_at = MomentField(null=True)      # by when the person was told an answer comes
    lapses_at = MomentField(index=True)       # its start, or that of what is being proposed: unagreed it ends then
    call_when = CharField(default="")         # signposted: when the office may call
    consented_at = MomentField(null=True)     # to first name and number going to a public office
    state = CharField(default="open", index=True)
    outcome = CharField(null=True)
    reason = CharField(null=True)
    asked_at = MomentField()
    taken_at = MomentField(null=True)
    proposed_at = MomentField(null=True)
    agreed_at = MomentField(null=True)
    closed_at = MomentField(null=True)
    settled_at = MomentField(null=True)       # closed, and its fact is written

    UNANSWERED = ("open", "taken")            # no cooperative has agreed yet

    class Meta:
        indexes = ((("employee", "asked_at"), False), (("project", "state", "asked_at"), False))
        constraints = [Check("project_cents + company_cents + worker_cents = price_cents")]


class Referral(Table):
    """A request put before one cooperative, with a time limit."""

    request = belongs_to(ServiceRequest, "referrals")
    cooperative = belongs_to(Cooperative, "referrals")
    state = CharField(default="waiting")      # waiting, taken, declined, lapsed, withdrawn
    put_at = MomentField()
    started_at = MomentField(null=True)       # its limit runs since the carrier took its first message
    remind_at = MomentField()
    tell_at = MomentField()                   # when the coordinator is told
    due_at = MomentField(index=True)          # when it lapses
    reminded_at = MomentField(null=True)
    told_at = MomentField(null=True)
    operator = may_belong_to(Operator, "referrals")  # who answered
    answered_at = MomentField(null=True)
    reason = CharField(null=True)

    LIVE = ("waiting", "taken")               # it still lies before the cooperative

    class Meta:
        indexes = ((("state", "due_at"), False), (("cooperative", "state"), False))


Referral.add_index(Referral.index(
    Referral.request, unique=True, where=SQL("state IN ('waiting', 'taken')"), name="referral_one_live"))


class Occurrence(Table):
    """What an appointment and a place in an opening have in common: money, reminders, how it went, what was said of it."""

    price_cents = IntegerField()
    project_cents = IntegerField()
    company_cents = IntegerField()
    worker_cents = IntegerField()
    vat_cents = IntegerField()
    changed_at = MomentField()                # when it was last planned, moved, given to somebody, or cancelled
    remind_day_at = MomentField(null=True, index=True)    # empty: none, or already queued
    remind_hours_at = MomentField(null=True, index=True)
    confirmed_at = MomentField(null=True)     # the person said yes to a reminder
    cancelled_at = MomentField(null=True)
    cancelled_by = CharField(null=True)       # employee, cooperative, coordinator, job
    cancelled_late = BooleanField(default=False)
    reason = CharField(null=True)             # why it was cancelled or missed
    missed_by = CharField(null=True)          # whose side it was: employee, operator
    units_delivered = IntegerField(null=True)  # minutes where the unit is an hour
    agreed = JSONText(null=True)              # the shares that were agreed, where less was delivered and costs less
    delivered_at = MomentField(null=True)
    marked_at = MomentField(null=True)        # delivered or missed, since then: the week for objections runs
    contested_at = MomentField(null=True)
    contested_why = CharField(null=True)      # nobody_came, less, was_there, other
    resolved_at = MomentField(null=True)
    resolved_as = CharField(null=True)        # stands, delivered, missed_employee, missed_operator
    score = IntegerField(null=True)           # 1 to 5
    scored_at = MomentField(null=True)
    thanked_at = MomentField(null=True)
    settled_at = MomentField(null=True)       # its fact is written

    MARKED = ("delivered", "missed")


class Appointment(Occurrence):
    """One agreed occurrence: when, who goes, its own money."""

    request = belongs_to(ServiceRequest, "appointments")
    referral = belongs_to(Referral, "appointments")
    worker = may_belong_to(Operator, "appointments")  # empty: da decidere
    starts_at = MomentField(index=True)
    ends_at = MomentField()
    sequence = IntegerField(default=0)        # of the calendar: how often it was moved, cancelled
    state = CharField(default="planned")      # planned, delivered, missed, cancelled
    planned_at = MomentField()
    undo_until = MomentField()
    decide_at = MomentField(null=True, index=True)        # when the desk hears that nobody goes yet; empty: it heard
    mark_by = MomentField(null=True, index=True)          # when the desk hears that nobody marked it; empty: it heard

    class Meta:
        indexes = ((("worker", "state", "starts_at"), False), (("state", "settled_at"), False))
        constraints = [Check("project_cents + company_cents + worker_cents = price_cents")]


class Proposal(Table):
    """A cooperative's answer with time and price, waiting for the employee; or a change of planned occurrences.

    While it waits it holds its worker's time and its money. Countered, it is the cooperative's turn again.
    """

    request = belongs_to(ServiceRequest, "proposals")
    referral = belongs_to(Referral, "proposals")
    appointment = may_belong_to(Appointment, "proposals")  # the occurrence it would change
    following = BooleanField(default=False)   # and those after it
    operator = may_belong_to(Operator, "proposals")        # who proposed; empty: the desk, or the person asked for a change
    worker = may_belong_to(Operator, "proposals_to_go")    # empty: da decidere
    starts_at = MomentField()
    ends_at = MomentField()
    last_ends_at = MomentField()              # of the last visit
    weekly = JSONText(null=True)
    visits = JSONText(default=list)           # each visit: when, and its money (actions/planning.py)
    held = JSONText(default=dict)             # cents of the project by year, reserved while it waits
    price_cents = IntegerField()
    project_cents = IntegerField()
    company_cents = IntegerField()
    worker_cents = IntegerField()
    round = IntegerField(default=0)           # how many counter-proposals came before
    state = CharField(default="waiting")      # waiting, countered, accepted, declined, lapsed, withdrawn
    made_at = MomentField()
    started_at = MomentField(null=True)       # its limit runs since the carrier took its message
    remind_at = MomentField()
    due_at = MomentField(index=True)
    reminded_at = MomentField(null=True)
    answered_at = MomentField(null=True)
    counter_starts_at = MomentField(null=True)  # what the person asked for instead
    counter_ends_at = MomentField(null=True)

    LIVE = ("waiting", "countered")

    class Meta:
        indexes = ((("state", "due_at"), False), (("worker", "state"), False))
        constraints = [Check("project_cents + company_cents + worker_cents = price_cents")]


Proposal.add_index(Proposal.index(
    Proposal.request, unique=True, where=SQL("state IN ('waiting', 'countered')"), name="proposal_one_live"))


class Allowance(Table):
    """What the project may still pay: for one person in a year, and for everybody in all its time (no person, no year)."""

    project = belongs_to(Project, "allowances")
    employee = may_belong_to(Employee, "allowances")
    year = IntegerField(null=True)
    limit_cents = IntegerField()
    reserved_cents = IntegerField(default=0, constraints=[Check("reserved_cents >= 0")])
    spent_cents = IntegerField(default=0, constraints=[Check("spent_cents >= 0")])


Allowance.add_index(Allowance.index(
    Allowance.project, Allowance.employee, Allowance.year, unique=True, where=SQL("employee_id IS NOT NULL"),
    name="allowance_of_a_person"))
Allowance.add_index(Allowance.index(
    Allowance.project, unique=True, where=SQL("employee_id IS NULL"), name="allowance_of_a_project"))


class Place(Occurrence):
    """What one request holds in an opening: units, its money, its turn on the waiting list."""

    request = belongs_to(ServiceRequest, "held_places")
    opening = belongs_to(Opening, "held_places")
    units = IntegerField(constraints=[Check("units > 0")])
    state = CharField(default="listed")       # listed, offered, taken, lapsed, delivered, missed, cancelled
    collection = CharField(default="")        # where its things are handed in, of the opening's points
    listed_at = MomentField(null=True)        # its turn on the waiting list
    offered_until = MomentField(null=True, index=True)
    offers = IntegerField(default=0)          # how often it was offered
    offer_started_at = MomentField(null=True)  # the offer's limit runs since the carrier took its message
    by_interest = BooleanField(default=False)  # offered first, because its person had said so of the idea
    taken_at = MomentField(null=True)
    told_sequence = IntegerField(default=0)   # of the opening's moves, the last its person was told of

    LIVE = ("listed", "offered", "taken")     # not over, and not given up
    COUNTED = ("offered", "taken", "delivered", "missed")   # the opening's `taken` counts its units

    @property
    def starts_at(self):
        """When its opening begins."""
        return self.opening.starts_at

    @property
    def ends_at(self):
        """When its opening ends."""
        return self.opening.ends_at

    @property
    def sequence(self):
        """How often its opening was moved, cancelled."""
        return self.opening.sequence

    class Meta:
        indexes = ((("opening", "state", "listed_at"), False), (("state", "settled_at"), False))
        constraints = [Check("project_cents + company_cents + worker_cents = price_cents")]


Place.add_index(Place.index(
    Place.request, Place.opening, unique=True, where=SQL("state IN ('listed', 'offered', 'taken')"), name="place_one_live"))


class Staffing(Table):
    """Who of the cooperative worked at an opening, and for how many minutes: its line of the timesheet."""

    opening = belongs_to(Opening, "staffings")
    operator = belongs_to(Operator, "staffings")
    minutes = IntegerField(constraints=[Check("minutes > 0")])

    class Meta:
        indexes = ((("opening", "operator"), True),)


class Idea(Table):
    """An opening that might be, published to who asked for such news."""

    project = belongs_to(Project, "ideas")
    service = belongs_to(Service, "ideas")
    cooperative = belongs_to(Cooperative, "ideas")
    coordinator = belongs_to(Coordinator, "ideas")
    starts_at = MomentField()
    ends_at = MomentField()
    place = CharField()
    municipality = belongs_to(Municipality, "ideas")
    places = IntegerField(constraints=[Check("places > 0")])
    minimum = IntegerField(default=1)
    closes_at = MomentField()                 # of the opening it would become
    collection = JSONText(default=list)
    state = CharField(default="published")    # published, opened, withdrawn
    published_at = MomentField()
    opening = may_belong_to(Opening, "ideas")


class Interest(Table):
    """Who would come, and how many."""

    idea = belongs_to(Idea, "interests")
    employee = belongs_to(Employee, "interests")
    units = IntegerField(constraints=[Check("units > 0")])
    at = MomentField()

    class Meta:
        indexes = ((("idea", "employee"), True),)


# ---------------------------------------------------------------- what the report counts

class Head(Table):
    """The random id that a person's facts carry in one project; dropping this row leaves the facts nobody's."""

    employee = belongs_to(Employee, "heads")
    project = belongs_to(Project, "heads")
    mark = CharField(unique=True)

    class Meta:
        indexes = ((("employee", "project"), True),)


class Fact(Table):
    """One line per closed request, and one per occurrence that was marked: what the report counts. It holds nobody."""

    key = CharField(unique=True)              # what it was written of, once: service_request:7, appointment:3, place:5
    kind = CharField()                        # request, occurrence
    project = belongs_to(Project, "facts")
    on = DateField(column_name="on_date", index=True)   # local: of the occurrence, or when the request closed
    service = belongs_to(Service, "facts")
    need = CharField()
    mode = CharField()
    municipality = belongs_to(Municipality, "facts")
    ambito = CharField()
    cooperative = may_belong_to(Cooperative, "facts")
    size_class = CharField(null=True)         # of the firm: 1-9, 10-49, 50-249, 250+
    firm_ambito = CharField(null=True)
    channel = CharField(default="link")
    outcome = CharField()                     # of a request its outcome; of an occurrence delivered, missed
    reason = CharField(null=True)             # a closed word, never free text
    unit = CharField()
    units = IntegerField(default=0)           # delivered; nothing of an hour
    minutes = IntegerField(default=0)         # delivered
    answer_minutes = IntegerField(null=True)  # from asking to the first answer
    price_cents = IntegerField(default=0)
    project_cents = IntegerField(default=0)
    company_cents = IntegerField(default=0)
    worker_cents = IntegerField(default=0)
    vat_cents = IntegerField(default=0)
    score = IntegerField(null=True)
    head = CharField(null=True, index=True)
    gender = CharField(null=True)
    age_band = CharField(null=True)

    class Meta:
        indexes = ((("project", "kind", "on"), False),)


class Unmet(Table):
    """A need that nothing covered: what, where, when, why. No person."""

    key = CharField(unique=True)              # what it was noted of, once
    project = belongs_to(Project, "unmets")
    need = CharField()
    service = may_belong_to(Service, "unmets")
    municipality = may_belong_to(Municipality, "unmets")
    on = DateField(column_name="on_date")     # local
    why = CharField()                         # not_covered, group_not_reached, unfilled, not_understood
    units = IntegerField(default=1)

    class Meta:
        indexes = ((("project", "on"), False),)


# ---------------------------------------------------------------- words and trust

class Link(Table):
    """A capability URL for one person, purpose and state; the row holds only the hash of its token."""

    purpose = CharField()                     # join, employee, referral, operator, desk, company, calendar
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
    proposal = may_belong_to(Proposal, "messages")
    place = may_belong_to(Place, "messages")
    opening = may_belong_to(Opening, "messages")
    idea = may_belong_to(Idea, "messages")
    link = may_belong_to(Link, "messages")
    says = SealedJSON(default=dict)           # what was true when it was queued and must be said as it was
    hours = CharField(default="open")         # class of time: now, urgent, open
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


class Conversation(Table):
    """What is being asked on a number, since when, and what was said so far; after a day it is quiet again."""

    phone = belongs_to(Phone, "conversations", unique=True)
    employee = may_belong_to(Employee, "conversations")   # who is writing, on a number of several people
    asking = CharField(default="")            # our last question; empty: none is open
    draft = SealedJSON(default=dict)          # what was understood so far
    options = SealedJSON(default=list)        # what 1, 2, 3 stand for
    missed = IntegerField(default=0)          # how often in a row nothing was understood
    asked_at = MomentField(null=True)         # since when it is being asked
    updated_at = MomentField(index=True)


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
    appointment = may_belong_to(Appointment, "desk_items")
    place = may_belong_to(Place, "desk_items")
    opening = may_belong_to(Opening, "desk_items")
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
    Proposal, Allowance, SchoolClosure, Place, Staffing, Idea, Interest, Head, Fact, Unmet, Link, Message, InboundMessage,
    Conversation, DeskItem, Digest, Event, JobRun, Rate, Instance,
]
