"""What is true at every moment of every story, whoever did what before; for tests that let people do as they please."""

from collections import Counter, defaultdict

from models import Allowance, Appointment, DeskItem, Event, Message, Operator, Proposal, Referral, ServiceRequest
from questions.work import visits_from
from rules import hours, saying

MONEY = ("price_cents", "project_cents", "company_cents", "worker_cents", "vat_cents")
TO_PEOPLE = ("reminder_day", "reminder_hours", "moved", "not_moved")    # about a visit that is planned


def all_is_well(at):
    """What holds after every single verb."""
    nobody_is_promised_to_two_places()
    the_projects_money_adds_up()
    each_state_has_what_belongs_to_it()
    nobody_goes_who_has_left(at)


# ---------------------------------------------------------------- whose time it is

def nobody_is_promised_to_two_places():
    """A worker's planned visits, and the visits proposed for her, never overlap."""
    taken = defaultdict(list)
    for visit in Appointment.select().where(Appointment.state == "planned", Appointment.worker.is_null(False)):
        taken[visit.worker_id].append((visit.starts_at, visit.ends_at, {visit.id}))
    for proposal in Proposal.select().where(Proposal.state == "waiting", Proposal.worker.is_null(False)):
        taken[proposal.worker_id] += _proposed(proposal)
    for spans in taken.values():
        spans.sort(key=lambda span: span[0])
        for n, (_starts, ends, mine) in enumerate(spans):
            clash = [span for span in spans[n + 1:] if span[0] < ends and not span[2] & mine]
            assert not clash, f"promised to two places: {spans[n]} {clash}"


def _proposed(proposal):
    """Its visits; those that it would change do not count against it."""
    from actions.planning import Visit
    visits = [Visit.of(kept) for kept in proposal.visits]
    changed = {visit.appointment for visit in visits if visit.appointment}
    return [(visit.starts_at, visit.ends_at, changed | {f"proposal {proposal.id}"}) for visit in visits]


def nobody_goes_who_has_left(at):
    """Who left has nothing to come."""
    gone = Operator.select(Operator.id).where(Operator.left_at.is_null(False))
    assert not Appointment.select().where(
        Appointment.worker.in_(gone), Appointment.state == "planned", Appointment.starts_at > at).exists()
    assert not Proposal.select().where(Proposal.worker.in_(gone), Proposal.state == "waiting").exists()


# ---------------------------------------------------------------- money

def the_projects_money_adds_up():
    """What is reserved is what is planned and proposed, what is spent is what was delivered, and no limit is passed."""
    reserved, spent = Counter(), Counter()
    for visit in Appointment.select(Appointment, ServiceRequest).join(ServiceRequest):
        book = {"planned": reserved, "delivered": spent}.get(visit.state)
        if book is not None:
            _book(book, visit.request, hours.local(visit.starts_at).year, visit.project_cents)
    for proposal in Proposal.select(Proposal, ServiceRequest).join(ServiceRequest).where(Proposal.state == "waiting"):
        for year, cents in proposal.held.items():
            _book(reserved, proposal.request, int(year), cents)
    _compare(reserved, spent)


def _book(book, request, year, cents):
    book[request.project_id, request.employee_id, year] += cents
    book[request.project_id, None, None] += cents


def _compare(reserved, spent):
    rows = {(row.project_id, row.employee_id, row.year): row for row in Allowance.select()}
    for owner, row in rows.items():
        assert (row.reserved_cents, row.spent_cents) == (reserved.pop(owner, 0), spent.pop(owner, 0)), owner
        assert row.reserved_cents + row.spent_cents <= row.limit_cents, owner
    assert not +reserved and not +spent


class Frozen:
    """Remembers each visit's money: it changes only with its length or its year, and only for a visit that moved."""

    def __init__(self):
        self.seen = {}

    def look(self):
        """Compare with the last look."""
        for visit in Appointment.select():
            now = (visit.sequence, hours.local(visit.starts_at).year, visit.ends_at - visit.starts_at,
                   [getattr(visit, name) for name in MONEY])
            before = self.seen.setdefault(visit.id, now)
            assert now[3] == before[3] or now[0] > before[0] and now[1:3] != before[1:3], visit.id
            self.seen[visit.id] = now


# ---------------------------------------------------------------- states

def each_state_has_what_belongs_to_it():
    """One living thing per request, nothing living on what is over, an outcome on everything closed."""
    referrals = Counter(row.request_id for row in Referral.select().where(Referral.state.in_(Referral.LIVE)))
    proposals = Counter(row.request_id for row in Proposal.select().where(Proposal.state.in_(Proposal.LIVE)))
    visits = defaultdict(set)
    for visit in Appointment.select():
        visits[visit.request_id].add(visit.state)
    for request in ServiceRequest.select():
        assert referrals[request.id] <= 1 and proposals[request.id] <= 1
        _belongs(request, referrals[request.id], proposals[request.id], visits[request.id])


def _belongs(request, referrals, proposals, visits):
    if request.state == "closed":
        assert request.outcome and request.closed_at, story(request)
        assert not proposals and "planned" not in visits, story(request)
        assert not referrals or request.outcome in ("delivered", "missed"), story(request)
    else:
        assert request.outcome is None and request.closed_at is None, story(request)
    if request.state == "open":
        assert not proposals and "planned" not in visits, story(request)
    if request.state == "taken":
        assert referrals and "planned" not in visits, story(request)
    if request.state == "agreed":
        assert {"planned", "delivered", "missed"} & visits, story(request)


def each_request_waits_for_somebody(at):
    """Once the jobs ran, what is unanswered has a limit in the future, or a person who was told of it."""
    for request in ServiceRequest.select().where(ServiceRequest.state.in_(ServiceRequest.UNANSWERED)):
        assert request.lapses_at > at, story(request)
        referral = Referral.get_or_none(Referral.request == request, Referral.state.in_(Referral.LIVE))
        waits = Proposal.select().where(Proposal.request == request, Proposal.state == "waiting", Proposal.due_at > at)
        desk = DeskItem.select().where(DeskItem.request == request, DeskItem.kind == "unassigned", DeskItem.done_at.is_null())
        assert waits.exists() or referral and referral.due_at > at or desk.exists(), story(request)


def everything_has_ended():
    """Long after: each request is closed, or somebody has still to say whether its visits took place."""
    for request in ServiceRequest.select().where(ServiceRequest.state != "closed"):
        assert request.state == "agreed", story(request)
        assert Appointment.select().where(Appointment.request == request, Appointment.state == "planned").exists(), story(request)


def story(request) -> str:
    """Its events and those of what hangs on it, for who must find out what went wrong."""
    mine = {("service_request", request.id)} | {
        (model._meta.table_name, row.id) for model in (Referral, Proposal, Appointment)
        for row in model.select(model.id).where(model.request == request)}
    lines = [f"request {request.id}: {request.state}, {request.outcome}, from {request.starts_at}, lapses at {request.lapses_at}"]
    lines += [f"  {event.at:%d %H:%M:%S} {event.role} {event.verb} {event.subject} {event.subject_id}: {event.before} -> {event.after}"
              for event in Event.select().order_by(Event.id) if (event.subject, event.subject_id) in mine]
    return "\n".join(lines)


# ---------------------------------------------------------------- words

def what_was_said_is_true(at):
    """Just after a run of the jobs: each message that went out in it speaks of what is so."""
    for message in Message.select().where(Message.sent_at == at):
        _true(message, at)
        if message.channel == "sms" and message.hours != "now":
            assert hours.is_open(at) or message.hours == "urgent" and hours.is_waking(at), (message.kind, at)


def _true(message, at):
    kind, request = message.kind, message.request
    if kind in TO_PEOPLE:
        assert message.appointment.state == "planned", (kind, message.id)
    if kind == "confirmed":
        first = visits_from(request, message.appointment.planned_at).first()
        assert first and saying.day_short(hours.local(first.starts_at).date(), message.language) in message.body, (message.body, first)
    if kind in ("reminder_day", "reminder_hours"):
        assert message.appointment.starts_at > at, (kind, message.id)
    if kind in ("proposal", "proposal_reminder"):
        assert message.proposal.state == "waiting" and message.proposal.due_at > at, (kind, message.id)
    if kind in ("referral", "referral_reminder"):
        assert message.referral.state in Referral.LIVE, (kind, message.id)
    if kind in ("referral", "referral_reminder", "answer_later", "request_received", "substitute_sought"):
        assert request.state in ServiceRequest.UNANSWERED, (kind, message.id)
    if kind == "nobody_yet":
        assert request.state == "open", message.id


def nothing_was_said_twice():
    """A person reads once that a visit, as it is agreed, is confirmed; and once that it is tomorrow."""
    for kind in ("confirmed", "reminder_day", "reminder_hours", "proposal", "unfilled"):
        said = Counter(row.key.rsplit("|", 2)[0] + str(row.says.get("on")) + row.key.rsplit("|", 1)[1]
                       for row in Message.select().where(Message.kind == kind, Message.sent_at.is_null(False)))
        assert all(count == 1 for count in said.values()), said.most_common(1)
