"""The digest: what awaits a coordinator, in counts and references, one mail per project and period; and who stands in."""

from datetime import date, time, timedelta

import peewee

from models import Coordination, Coordinator, DeskItem, Digest, Message, Project
from questions.desk import (
    CALLS,
    agreed_between,
    asked_between,
    delivered_between,
    desk_counts,
    desk_things,
    last_digest,
    openings_without_a_leader,
    proposals_due,
    spent,
    unanswered,
    unmet_between,
    without_a_worker,
)
from questions.desk_openings import day_services, openings_of_between, published_in, school_closures, short
from questions.openings import interest_by_idea, units_by_opening
from questions.people import who_hears
from questions.territory import closed_days, without_anyone_on_duty
from rules import hours, saying
from rules.bridges import bridges
from rules.summary import sentence

from .desk import CALL_LASTS
from .ideas import enough
from .moves import Actor, note, one_transaction
from .outbox import queue
from .trusting import link_to

READY, NOON = time(7, 30), time(12)
URGENT = timedelta(hours=48)
FIRST_LOOK_BACK = timedelta(days=7)
MONDAY, FRIDAY = 0, 4
A_WEEK, TWO_DAYS, SIX_WEEKS = timedelta(days=7), timedelta(days=2), timedelta(days=42)


# ---------------------------------------------------------------- making

def period_of(on: date) -> str:
    """The period whose digest is due on a local date: on a Monday its week, else the day."""
    year, week, weekday = on.isocalendar()
    return f"{year}-W{week:02}" if weekday == 1 else on.isoformat()


def make(coordination: Coordination, period: str, *, at) -> Digest | None:
    """Make one digest and queue its mail, for the coordinator or who stands in. None when it was made already.

    Where there is nothing to say the row is written without a mail: the period advances all the same.
    """
    to = who_hears(coordination, hours.local(at).date())
    same = (Digest.coordinator == to, Digest.project == coordination.project, Digest.period == period)
    if Digest.select().where(*same).exists():
        return None
    try:
        return _make(to, coordination, period, at)
    except peewee.IntegrityError:   # another scheduler was first
        return None


@one_transaction
def _make(to, coordination, period, at):
    project, weekly = coordination.project, coordination.rhythm == "settimanale"
    before = last_digest(to, project)
    digest = Digest.create(coordinator=to, project=project, period=period, made_at=at)
    says = content(project, to.language, since=before.made_at if before else at - FIRST_LOOK_BACK, at=at, weekly=weekly)
    kind, worth_saying = "digest_day", any(says.values())
    if "W" in period:
        says |= totals(project, at)
        kind, says["quiet"] = "digest_week", not (worth_saying or any(says["week"].values()) or says["unfilled"])
    if worth_saying or kind == "digest_week":
        digest.message = _queue(kind, to, project, period, says, at)
        digest.save()
    return digest


def _queue(kind, to, project, period, says, at):
    on = hours.local(at).date()
    said = {**says, "summary": summary(counts([project]), to.language, new=len(says["new"])),
            "friday": on.weekday() == FRIDAY}
    queue(kind, to, at=at, worth=hours.moment(on, NOON), hours_class="now", project=project,
          detail=f"{project.code} {period}", says=said, link=link_to("desk", at=at, coordinator=to))
    return Message.select().where(Message.kind == kind, Message.coordinator == to, Message.project == project).order_by(
        Message.id.desc()).get()


# ---------------------------------------------------------------- what it says

def counts(projects) -> dict[str, int]:
    """How many open things of each kind lie on the desk of these projects."""
    return {row.kind: row.count for row in desk_counts(projects)}


def summary(count: dict[str, int], language: str, new: int = 0) -> str:
    """The one line that the digest and the desk begin with."""
    late, to_call = count.get("late", 0), sum(count.get(kind, 0) for kind in CALLS)
    return sentence(sum(count.values()) - late - to_call, late, to_call, language, new)


def content(project: Project, language: str, *, since, at, weekly=False) -> dict:
    """What to say: counts, references, openings, names of coordinators and cooperatives. Never a person, nor a number, nor
    what somebody asked for. `weekly`: for who hears again in a week."""
    today = hours.local(at).date()
    begins, ends = hours.day(today)[0], hours.day(_next_digest_on(today))[1]
    things = list(desk_things([project]).where(DeskItem.done_at.is_null()))
    evening = _last_evening(project, at)
    return {
        "urgent": _references(row for row in unanswered(project)
                              if evening <= row.asked_at and row.starts_at <= at + URGENT),
        "new": _references(asked_between(project, since, at)),
        "late": _references(_of(things, "late")),
        "unassigned": [_promised(item, language) for item in _of(things, "unassigned")],
        "proposals": _references(row.request for row in proposals_due(project, at, hours.day(today)[1])),
        "not_covered": len(_of(things, "not_covered")),
        "unconfirmed": _references(row for row in unanswered(project) if row.starts_at < ends),
        "no_worker": _references(visit.request for visit in without_a_worker(project, begins, ends)),
        "no_leader": [opening.code for opening in openings_without_a_leader(project, begins, ends)],
        "short": _short(project, language, at, weekly),
        "ideas": _ideas(project, language, at),
        "bridges": _bridges(project, language, at),
        "contested": len(_of(things, "contested")),
        "low_scores": len(_of(things, "low_score")),
        "unmarked": sum(item.opening_id is None for item in _of(things, "unmarked")),
        "days_to_close": sum(item.opening_id is not None for item in _of(things, "unmarked")),
        "to_call": len(_of(things, *CALLS)),
        "texts": len(_of(things, "text", "emergency")),
        "failed": len(_of(things, "failed")),
        "joinings": len(_of(things, "joining")),
        "in_hand": _in_hand(things),
        "nobody_on_duty": [cooperative.name for cooperative in without_anyone_on_duty()],
    }


def _short(project, language, at, weekly):
    """The openings short of their minimum that close before the next digest and two days more."""
    today = hours.local(at).date()
    following = today + A_WEEK if weekly else _next_digest_on(today)
    rows = list(short([project], at, until=hours.moment(following + TWO_DAYS, READY)))
    units = units_by_opening(rows)
    return [{"id": row.id, "code": row.code, "day": saying.day_short(hours.local(row.starts_at).date(), language),
             "missing": max(row.minimum - units[row.id][0], 1), "closes": saying.moment_short(row.closes_at, language)}
            for row in rows]


def _ideas(project, language, at):
    """The ideas for which as many would come as it takes: which day, and how many."""
    rows = list(published_in([project], at))
    would = interest_by_idea(rows)
    return [{"day": saying.day_short(hours.local(row.starts_at).date(), language), "would": int(would[row.id]),
             "minimum": row.minimum} for row in rows if enough(row, would)]


def _bridges(project, language, at):
    """School bridges for which nothing is open: on the day they come within six weeks, and every Monday after it."""
    today = hours.local(at).date()
    if not day_services([project]).exists():
        return []
    first = today + timedelta(days=1) if today.weekday() == MONDAY else today + SIX_WEEKS
    found = bridges(first, today + SIX_WEEKS + timedelta(days=1), school_closures())
    return [{"from": one.days[0].isoformat(), "days": _days_in_words(one.days, language), "count": len(one.days)}
            for one in found if not _is_open_on(project, one.days)]


def _days_in_words(days, language):
    first, last = (saying.day_short(on, language) for on in (days[0], days[-1]))
    return first if first == last else f"{first} - {last}"


def _is_open_on(project, days):
    """Whether somebody has opened a day space on one of these days already."""
    begins, ends = hours.day(days[0])[0], hours.day(days[-1])[1]
    rows = openings_of_between(day_services([project]), begins, ends)
    return any(hours.local(row.starts_at).date() in days for row in rows)


def _next_digest_on(today):
    """Until when this digest looks ahead: on Fridays to Monday, so that no visit falls between two digests."""
    return today + timedelta(days=3 if today.weekday() == FRIDAY else 1)


def _last_evening(project, at):
    """17:30 of the last working day before today: what was asked after that nobody has seen."""
    return hours.moment(hours.working_day_before(hours.local(at).date(), closed_days(project)), hours.WORKING[1])


def _of(things, *kinds):
    return [item for item in things if item.kind in kinds]


def _references(rows):
    """References in order, each once; of things on the desk, those of their requests."""
    return list(dict.fromkeys(getattr(row, "request", row).reference for row in rows))


def _promised(item, language):
    """A request nobody covers, and the hour in which the person was promised a call."""
    return {"reference": item.request.reference, "call": item.call_at and call_in_words(item.call_at, language)}


def call_in_words(call_at, language: str) -> str:
    """The hour of a promised call: "gio 3/12 tra le 9 e le 10"."""
    on, ends = saying.day_short(hours.local(call_at).date(), language), call_at + CALL_LASTS
    between = "{} between {} and {}" if language == "en" else "{} tra le {} e le {}"
    return between.format(on, saying.hour(call_at, language), saying.hour(ends, language))


def _in_hand(things):
    taken = {}
    for item in things:
        if item.taken_by_id:
            taken.setdefault(item.taken_by.name, []).append(item)
    return [{"who": who, "count": len(items), "references": _references(i for i in items if i.request_id)}
            for who, items in taken.items()]


def totals(project: Project, at) -> dict:
    """Monday's figures: the seven days before today, what was not filled by comune and need, and the grant in cents."""
    today = hours.local(at).date()
    begins, ends = hours.day(today - timedelta(days=7))[0], hours.day(today)[0]
    (visits, minutes), (delivered, planned) = delivered_between(project, begins, ends), spent(project)
    return {
        "week": {"asked": asked_between(project, begins, ends).count(),
                 "agreed": agreed_between(project, begins, ends).count(),
                 "delivered": visits, "minutes": minutes},
        "unfilled": [list(row) for row in unmet_between(project, today - timedelta(days=7), today).tuples()],
        "budget": {"delivered": delivered, "planned": planned, "grant": project.grant_max_cents},
    }


# ---------------------------------------------------------------- who hears of it

@one_transaction
def away(coordination: Coordination, until: date, stand_in: Coordinator, *, by: Actor, at):
    """"Assente fino al": until that local date, it included, digest and desk are the stand-in's too.

    For whom she stood in herself, the same colleague does now.
    """
    _stands_in(coordination, until, stand_in)
    today = hours.local(at).date()
    for other in Coordination.select().where(
            Coordination.project == coordination.project_id, Coordination.stand_in == coordination.coordinator_id,
            Coordination.away_until >= today, Coordination.coordinator != stand_in):
        _stands_in(other, other.away_until, stand_in)
        note(other, "away", by=by, at=at, after=str(stand_in.id))
    note(coordination, "away", by=by, at=at, after=str(stand_in.id))


@one_transaction
def back(coordination: Coordination, *, by: Actor, at):
    """She is here again: digest and desk are hers."""
    _stands_in(coordination, None, None)
    note(coordination, "back", by=by, at=at)


def _stands_in(coordination, until, stand_in):
    Coordination.update(away_until=until, stand_in=stand_in).where(Coordination.id == coordination.id).execute()


@one_transaction
def speak(coordinator: Coordinator, language: str, *, at):
    """The language in which desk and mails speak to her: it or en."""
    Coordinator.update(language=language).where(Coordinator.id == coordinator.id).execute()
    note(coordinator, "speak", by=Actor("coordinator", coordinator.id), at=at, after=language)
