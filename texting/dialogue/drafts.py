"""A wish as it is put together by text: what was said so far goes into a draft, and a full draft makes a wish."""

from datetime import date, datetime, time, timedelta

from actions.asking import Wish
from models import Municipality, Service
from rules import hours, recurrence
from texting.understand import Understood

LONGEST = 12 * 60           # minutes of one visit
A_YEAR = timedelta(days=366)
MOST_DAYS = 7
OF_THE_SERVICE = ("opening", "minutes", "end", "number", "age", "independence", "collection", "shown")
AGES = {"0-2": range(0, 3), "3-5": range(3, 6), "6-10": range(6, 11), "11-14": range(11, 15), "15-17": range(15, 18)}
INDEPENDENCE = ("alone", "helped", "dependent")


def fill(draft: dict, said: Understood, today: date) -> dict:
    """The draft with all that a text says about service, place and time. What it does not say stays."""
    draft = dict(draft)
    if said.service and said.service != draft.get("service"):
        draft = {key: value for key, value in draft.items() if key not in OF_THE_SERVICE} | {"service": said.service}
        draft.pop("likely", None)
    elif said.what.likely and not draft.get("service"):
        draft["likely"] = list(said.what.likely)
    if said.places:
        _fill_place(draft, said.places)
    if said.quantity:
        draft["number"] = said.quantity
    return _fill_hours(_fill_days(draft, said.when, today), said.when)


def _fill_place(draft, names):
    rows = list(Municipality.select().where(Municipality.name.in_(names)).order_by(Municipality.name))
    draft.pop("place", None), draft.pop("places", None)
    if len(rows) == 1:
        draft["place"] = rows[0].istat
    elif rows:
        draft["places"] = [row.istat for row in rows]


def _fill_days(draft, when, today):
    if when.says_a_day or when.passed:
        for name in ("on", "days", "weekly", "passed"):
            draft.pop(name, None)
    if when.passed:
        draft["passed"] = True
    elif when.weekly:
        draft["weekly"] = {"weekdays": list(when.weekdays), "until": when.until and when.until.isoformat(), "times": None}
        draft["on"] = _first_of(when.weekdays, when.on or today + timedelta(days=1)).isoformat()
    elif when.choices:
        draft["days"] = [on.isoformat() for on in when.choices]
    elif when.on and when.until:
        draft |= _days_between(max(when.on, today), when.until, when.weekdays)
    elif when.on:
        draft["on"] = when.on.isoformat()
    return draft


def _first_of(weekdays, on):
    while weekdays and on.isoweekday() not in weekdays:
        on += timedelta(days=1)
    return on


def _days_between(first, last, weekdays):
    """Of several days one is meant: which is asked; of many, not even offered."""
    days = [first + timedelta(days=n) for n in range(max((last - first).days, 0) + 1)]
    fitting = [on for on in days if not weekdays or on.isoweekday() in weekdays]
    if len(fitting) == 1:
        return {"on": fitting[0].isoformat()}
    return {"days": [on.isoformat() for on in fitting]} if len(fitting) <= MOST_DAYS else {}


def _fill_hours(draft, when):
    if when.start and not when.end and "end" in draft and not draft.get("minutes"):
        draft.pop("end")
    for name, value in (("start", when.start), ("end", when.end)):
        if value:
            draft[name] = f"{value:%H:%M}"
    if when.minutes:
        draft["minutes"] = when.minutes
    if when.end or (when.start and draft.get("end")):
        _measure(draft)
    if when.part and not when.start:
        draft["part"] = when.part
    return draft


def _measure(draft):
    """From when until when is how long; past midnight too."""
    if draft.get("start") and draft.get("end"):
        begins, ends = (time.fromisoformat(draft[name]) for name in ("start", "end"))
        minutes = (ends.hour - begins.hour) * 60 + ends.minute - begins.minute
        draft["minutes"] = minutes % (24 * 60)
        del draft["end"]


# ---------------------------------------------------------------- what a draft says

def service_of(draft: dict) -> Service | None:
    """The service asked for."""
    return Service.get_or_none(Service.code == draft["service"]) if draft.get("service") else None


def place_of(draft: dict) -> Municipality | None:
    """The comune of service."""
    return Municipality.get_or_none(Municipality.istat == draft["place"]) if draft.get("place") else None


def starts_at(draft: dict) -> datetime:
    """The first moment. Raises hours.NoSuchHour in the night in March that skips it."""
    return hours.moment(date.fromisoformat(draft["on"]), time.fromisoformat(draft["start"]))


def weekly_of(draft: dict) -> recurrence.Weekly | None:
    """How often."""
    kept = draft.get("weekly")
    if not kept:
        return None
    weekdays = tuple(kept["weekdays"]) or (date.fromisoformat(draft["on"]).isoweekday(),)
    return recurrence.Weekly(weekdays, kept["until"] and date.fromisoformat(kept["until"]), kept["times"])


def length_of(draft: dict, service: Service) -> int:
    """Minutes of one visit."""
    return draft["minutes"] if service.hourly else service.duration_min or 60


def wish_of(draft: dict, service: Service) -> Wish:
    """The wish of a full draft."""
    begins = starts_at(draft)
    quantity = draft["number"] if "numero" in service.questions and not service.hourly else 1
    return Wish(service, place_of(draft), begins, begins + timedelta(minutes=length_of(draft, service)),
                quantity=quantity, answers=closed_answers(draft, service), weekly=weekly_of(draft))


def closed_answers(draft: dict, service: Service) -> dict:
    """The closed answers, as a request keeps them."""
    said = {"eta": draft.get("age"), "autonomia": draft.get("independence")}
    answers = {key: value for key, value in said.items() if key in service.questions and value}
    if "numero" in service.questions and service.hourly:
        answers["numero"] = draft["number"]
    return answers


def age_band(years: int) -> str | None:
    """The band of an age in years; None for who is no child."""
    return next((band for band, span in AGES.items() if years in span), None)
