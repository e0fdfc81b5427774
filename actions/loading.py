"""Loading a pilot: rows are added, or changed where they differ, in one transaction; nothing is deleted or sent."""

from datetime import timedelta
from functools import partial
from typing import NamedTuple

from peewee import chunked

from models import (
    Company, Consortium, Cooperative, Coordination, Coordinator, Coverage, Employee, Event, Holiday, Instance,
    Membership, Municipality, Opening, Operator, Partner, Phone, Place, Project, SchoolClosure, Service, db,
)
from rules import hours, tokens, words

from . import planning
from .moves import Actor, hold, note, one_transaction

COMMAND = Actor("command")
NEW, CHANGED, SAME = "new", "changed", "same"
AT_ONCE = 200    # rows in one INSERT

KEYS = {         # in the order of loading; what makes a row of a file the row that is here already
    Project: ("code",),
    Partner: ("project_id", "name"),
    Municipality: ("istat",),
    Consortium: ("code",),
    Cooperative: ("code",),
    Operator: ("cooperative_id", "phone_id"),
    Service: ("code",),
    Coverage: ("cooperative_id", "service_id", "municipality_id"),
    Company: ("code",),
    Employee: ("company_id", "phone_id", "name_mark"),
    Coordinator: ("email",),
    Coordination: ("coordinator_id", "project_id"),
    Holiday: ("on", "name", "project_id", "cooperative_id"),
    SchoolClosure: ("on",),
    Opening: ("code",),
}

CODES = {        # fields of a file's row that name a row of another table
    "project": Project.code,
    "consortium": Consortium.code,
    "cooperative": Cooperative.code,
    "service": Service.code,
    "company": Company.code,
    "municipality": Municipality.istat,
}


class PeopleInIt(Exception):
    """What a file would change of openings that people have booked, and may not; `cases` says which, and how many units."""

    def __init__(self, cases):
        super().__init__(f"{len(cases)} openings with people in them")
        self.cases = cases


class Case(NamedTuple):
    """One field of one opening that stays as its people know it."""

    code: str
    field: str
    taken: int


class Count(NamedTuple):
    """What became of the rows of one file; `missing` names what is here and not in the file."""

    new: int
    changed: int
    same: int
    missing: list


def load(rows, *, at, key, random, dry_run=False):
    """Load rows by model, as a pilot's files give them: values by field, other tables by their codes.

    `key` is the link key, which marks the names of a list of people; `random` draws their words. Returns a Count by
    model. A dry run is the real one, taken back at the end: it cannot promise anything else than what would happen.
    Raises PeopleInIt, and then nothing is loaded: moving an opening tells its people, and loading tells nobody.
    """
    with db.atomic() as transaction:
        counts = {model: _load(model, rows[model], at, key, random) for model in KEYS if model in rows}
        if dry_run:
            transaction.rollback()
    return counts


@one_transaction
def mark_demonstration(at):
    """Write down that this database holds a demonstration: its messages may never leave the machine."""
    instance = Instance.select().first() or Instance.create()
    if not instance.demonstration:
        instance.demonstration = True
        instance.save()
        note(instance, "mark_demonstration", by=COMMAND, at=at)
    return instance


def _load(model, rows, at, key, random):
    """One file: codes become ids, numbers become phones, then new rows are added and others changed."""
    rows = _with_ids(_one_by_one(rows))
    if model in WITH_PHONES:
        rows = _with_phones(rows)
    if model is Employee:
        outcomes, missing = _load_employees(rows, at, key, random)
    else:
        outcomes, missing = LOADERS.get(model, partial(_merge, model))(rows, at)
    return Count(outcomes.count(NEW), outcomes.count(CHANGED), outcomes.count(SAME), [_label(row) for row in missing])


def _label(row):
    """A row as a report may name it: by its code; people only by their number in the table."""
    return getattr(row, "istat", None) or getattr(row, "code", None) or f"n. {row.id}"


# ---------------------------------------------------------------- from codes to ids

def _one_by_one(rows):
    """A coverage of many comuni is a row for each; whatever else is one row already."""
    for row in rows:
        places = row.get("municipality")
        yield from ({**row, "municipality": istat} for istat in places) if isinstance(places, list) else (row,)


def _with_ids(rows):
    """The rows with the ids of what they name by its code; nothing named, no id."""
    ids = {field: {None: None, **dict(code.model.select(code, code.model.id).tuples())}
           for field, code in CODES.items()}
    return [{f"{name}_id" if name in CODES else name: ids[name][value] if name in CODES else value
             for name, value in row.items()} for row in rows]


def _with_phones(rows):
    """The rows with the ids of their numbers; a new number gets its row, a known one keeps its consent."""
    known = {number for number, in Phone.select(Phone.number).tuples()}
    fresh = {row["phone"]: row.get("language", "it") for row in rows if row["phone"] not in known}
    _insert(Phone, [{"number": number, "language": language} for number, language in fresh.items()])
    ids = dict(Phone.select(Phone.number, Phone.id).tuples())
    return [{**{name: value for name, value in row.items() if name != "phone"}, "phone_id": ids[row["phone"]]}
            for row in rows]


# ---------------------------------------------------------------- from rows to tables

def _merge(model, rows, at):
    """Add what is new, change what differs. Returns an outcome for each row, and what is here and not in the rows."""
    here = {_key(row): row for row in model.select()}
    outcomes = [_change(here.pop(_key_of(model, row), None), row, at) for row in rows]
    fresh = [row for row, outcome in zip(rows, outcomes) if outcome == NEW]
    _insert(model, fresh)
    _note_new(model, len(fresh), at)
    return outcomes, [row for row in here.values() if getattr(row, "left_at", None) is None]


def _note_new(model, count, at):
    if count:
        Event.create(role=COMMAND.role, verb="load", subject=model._meta.table_name, subject_id=0,
                     after=f"{count} new", at=at)


def _key(row):
    return tuple(getattr(row, name) for name in KEYS[type(row)])


def _key_of(model, values):
    return tuple(values[name] for name in KEYS[model])


def _change(row, values, at):
    """Write to a row what differs, and nothing else; the event names the columns, not what stood in them."""
    if row is None:
        return NEW
    differing = [name for name, value in values.items() if getattr(row, name) != value]
    if not differing:
        return SAME
    for name in differing:
        setattr(row, name, values[name])
    row.save()
    note(row, "load", by=COMMAND, at=at, after=" ".join(differing))
    return CHANGED


def _insert(model, rows):
    for some in chunked(rows, AT_ONCE):
        model.insert_many(some).execute()


# ---------------------------------------------------------------- firms, people

def _load_companies(rows, at):
    """Firms, and which project each belongs to."""
    firms = [{name: value for name, value in row.items() if name != "project_id"} for row in rows]
    outcomes, missing = _merge(Company, firms, at)
    ids = dict(Company.select(Company.code, Company.id).tuples())
    moved = [_belong(ids[row["code"]], row["project_id"], at) for row in rows]
    return [_either(*both) for both in zip(outcomes, moved)], missing


def _belong(company_id, project_id, at):
    """A firm belongs to its project from the project's start; one that changes project, from today."""
    today = hours.local(at).date()
    current = Membership.select().where(Membership.company == company_id, Membership.to_on.is_null()).first()
    if current and current.project_id == project_id:
        return SAME
    if current:
        _change(current, {"to_on": today - timedelta(days=1)}, at)
    since = today if current else Project.get_by_id(project_id).starts_on
    membership, _ = Membership.get_or_create(company=company_id, project=project_id, from_on=since)
    _change(membership, {"to_on": None}, at)   # moved away and back within one day
    return CHANGED


def _load_employees(rows, at, key, random):
    """People of a list, each with a word; found again by firm, number and the mark of the name.

    Who has joined speaks for herself: the list no longer changes her name, language or address.
    """
    here = {_known_as(row, key): row for row in Employee.select()}
    words_on = {}
    for row in here.values():
        words_on.setdefault(row.phone_id, set()).add(row.word)
    outcomes = [_load_employee(row, here, words_on, at, key, random) for row in rows]
    _note_new(Employee, outcomes.count(NEW), at)
    return outcomes, [row for row in here.values() if row.name_mark and row.left_at is None]


def _load_employee(row, here, words_on, at, key, random):
    mark = tokens.mark(key, row["name"])
    values = {"first_name": row["name"], "language": row["language"], "email": row["email"]}
    listed = here.pop((row["company_id"], row["phone_id"], mark), None)
    if listed:
        return SAME if listed.joined_at else _change(listed, values, at)
    taken = words_on.setdefault(row["phone_id"], set())
    taken.add(word := words.draw(random, taken))
    Employee.create(company=row["company_id"], phone=row["phone_id"], name_mark=mark, word=word, **values)
    return NEW


def _known_as(employee, key):
    """Who joined from the poster bears no mark; the name she gave is as good."""
    return employee.company_id, employee.phone_id, employee.name_mark or tokens.mark(key, employee.first_name)


# ---------------------------------------------------------------- openings

PROMISED = ("service_id", "municipality_id", "place", "starts_at", "ends_at")    # what who booked was told


def _load_openings(rows, at):
    """Openings; of one that people have booked, what they were told stays, and there are places enough for them."""
    here = {row.code: row for row in Opening.select()}
    cases = [case for row in rows if row["code"] in here for case in _promised(here[row["code"]], row)]
    if cases:
        raise PeopleInIt(cases)
    return _merge(Opening, [_with_mark_by(row, here.get(row["code"])) for row in rows], at)


def _promised(opening, row):
    if all(getattr(opening, name) == row[name] for name in PROMISED) and row["places"] >= opening.taken:
        return
    opening = hold(opening)     # whoever books at this moment is seen, or waits and sees the new hour
    live = Place.select().where(Place.opening == opening, Place.state.in_((*Place.LIVE, *Place.MARKED))).exists()
    if live:
        yield from (Case(opening.code, name, opening.taken) for name in PROMISED if getattr(opening, name) != row[name])
    if row["places"] < opening.taken:
        yield Case(opening.code, "places", opening.taken)


def _with_mark_by(row, opening):
    """When the desk hears that nobody closed its day, of a new opening and of one that ends at another time."""
    if opening and opening.ends_at == row["ends_at"]:
        return row
    return {**row, "mark_by": planning.mark_by(row["ends_at"])}


# ---------------------------------------------------------------- coordinators

def _load_coordinations(rows, at):
    """Coordinators, and the part each has in a project; one who runs two projects stands in two rows."""
    people = {row["email"]: {name: row[name] for name in ("name", "email", "phone_id")} for row in rows}
    changed = dict(zip(people, _merge(Coordinator, list(people.values()), at)[0]))
    ids = dict(Coordinator.select(Coordinator.email, Coordinator.id).tuples())
    parts = [{"coordinator_id": ids[row["email"]],
              **{name: row[name] for name in ("project_id", "rhythm", "on_duty")}} for row in rows]
    outcomes, missing = _merge(Coordination, parts, at)
    return [_either(outcome, changed[row["email"]]) for outcome, row in zip(outcomes, rows)], missing


def _either(outcome, beside):
    """The outcome of a row that is kept in two tables."""
    return CHANGED if outcome == SAME and beside != SAME else outcome


LOADERS = {Company: _load_companies, Coordination: _load_coordinations, Opening: _load_openings}
WITH_PHONES = {Operator, Employee, Coordination}
