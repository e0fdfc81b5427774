"""What the desk draws: the lists with their counts, one list, one thing with all that is known of it."""

from typing import NamedTuple

from flask import abort, current_app, g, make_response, render_template, request
from flask_babel import lazy_gettext as _l

from actions import digesting
from models import DeskItem, Place, ServiceRequest
from questions.desk import CALLS, asking_person, desk_requests, desk_things, desk_things_taken, people_of, put_so_far, visit_of
from questions.desk_openings import short
from questions.openings import place_of, places_of, with_places_to_mark
from questions.operators import who_went_to
from questions.talking import said_on
from questions.work import appointments_of, proposals_of
from rules import numbers

from . import desk_trail, desk_words, opening_words
from .desk_forms import MissForm, NoteForm, ReplyForm, close_form, propose_form, put_form, resolve_form
from .saying_answers import answers_in_words

LISTS = {   # address: its name, and the kinds of thing that lie on it
    "ritardo": (_l("In ritardo"), ("late",)),
    "senza-cooperativa": (_l("Senza cooperativa"), ("unassigned", "not_covered")),
    "chi-va": (_l("Senza chi va"), ("undecided",)),
    "da-segnare": (_l("Da segnare"), ("unmarked",)),
    "contestate": (_l("Contestate"), ("contested",)),
    "voti-bassi": (_l("Voti bassi"), ("low_score",)),
    "da-chiamare": (_l("Da chiamare"), CALLS),
    "messaggi": (_l("Messaggi da leggere"), desk_words.WRITTEN),
    "non-arrivati": (_l("Messaggi non arrivati"), ("failed",)),
    "adesioni": (_l("Adesioni da approvare"), ("joining",)),
    "in-mano": (_l("In mano a noi"), ()),      # whatever somebody has taken on
    "aperte": (_l("Aperte"), ()),              # requests without an agreement
}

# who waits for a group, or on a list, waits for other people: no cooperative has to answer
WITHOUT_AGREEMENT = ServiceRequest.state.in_(ServiceRequest.UNANSWERED) & ServiceRequest.opening.is_null()


class Found(NamedTuple):
    """What a page is about: a thing on the desk, the request it is about, or both."""

    item: DeskItem | None
    asked: ServiceRequest | None


def page(name, thing=None, form=None, status=200):
    """The desk with one list and one thing of it; over htmx its fragment alone. `form`: one that came back wrong."""
    count = digesting.counts(g.projects)
    name = name or next((one for one, (_name, kinds) in LISTS.items() if any(count.get(k) for k in kinds)), "aperte")
    rows = rows_of(name) if name in LISTS else []
    shown = thing or (rows[0].id if rows else None)
    drawn = render_template(
        "desk/_desk.html" if current_app.htmx else "desk/page.html",
        name=name, rows=rows, shown=shown, words=desk_words, turns=opening_words, lists=counted(count), **_shows(thing),
        summary=digesting.summary(count, g.language), **(_detail(find(name, shown), form) if shown else {}))
    return make_response(drawn, status)


def _shows(thing):
    """What a small screen shows of the three columns."""
    return {"shows": "thing" if thing else "list" if request.view_args.get("name") else "home"}


def lists_of_desk():
    """The lists with their counts, for a page beside them."""
    return counted(digesting.counts(g.projects))


def lists_without_counts():
    """The lists alone, for a page that asks the database as little as it can."""
    return [(one, name, None) for one, (name, _kinds) in LISTS.items()]


def counted(count):
    """Each list's address, name, and how many things lie on it."""
    g.short_openings = short(g.projects, g.at).count()      # beside the way to them
    here = {"in-mano": desk_things_taken(g.projects).count(),
            "aperte": ServiceRequest.select().where(
                ServiceRequest.project.in_(g.projects), WITHOUT_AGREEMENT).count()}
    return [(one, name, here[one] if one in here else sum(count.get(kind, 0) for kind in kinds))
            for one, (name, kinds) in LISTS.items()]


def rows_of(name) -> list:
    """What lies on one list: requests for `aperte`, else things on the desk."""
    if name == "aperte":
        return list(desk_requests(g.projects).where(WITHOUT_AGREEMENT))
    mine = DeskItem.taken_by.is_null(False) if name == "in-mano" else DeskItem.kind.in_(LISTS[name][1])
    return list(desk_things(g.projects).where(DeskItem.done_at.is_null(), mine))


def find(name, thing) -> Found:
    """A thing of this coordinator's projects. On `aperte` and `richiesta` it is a request, and what lies there about it."""
    if name in ("aperte", "richiesta"):
        asked = desk_requests(g.projects).where(ServiceRequest.id == thing).first() or abort(404)
        about = desk_things(g.projects).where(DeskItem.request == asked, DeskItem.done_at.is_null())
        return Found(about.first(), asked)
    if name not in LISTS:
        abort(404)
    item = desk_things(g.projects).where(DeskItem.id == thing, DeskItem.forgotten_at.is_null()).first() or abort(404)
    return Found(item, item.request_id and desk_requests(g.projects).where(ServiceRequest.id == item.request_id).first())


def _detail(found, form=None):
    """What the third column needs; forms are empty, but for the one that came back wrong."""
    item, asked = found
    detail = {"item": item, "asked": asked, "note": NoteForm(formdata=None),
              "may_finish": item and not item.done_at and not needs_an_end(found)}
    if asked:
        referrals, proposal = list(put_so_far(asked)), proposals_of([asked]).first()
        detail |= {"person": asking_person(asked), "answers": answers_in_words(asked, g.language),
                   "visits": list(appointments_of([asked])), "proposal": proposal, "trail": desk_trail.trail(asked, referrals),
                   "put": is_sought(asked) and put_form(asked, referrals, formdata=None),
                   "places": list(places_of([asked])) if asked.opening_id else [],
                   "propose": propose_form(asked, proposal, formdata=None),
                   "close": may_close(asked) and close_form(asked, formdata=None)}
    if item and item.kind == "unmarked" and needs_an_end(found):
        detail["miss"] = MissForm(formdata=None)
    elif item and item.kind in ("contested", "low_score"):
        detail |= _how_it_went(item)
    elif item and not asked and item.kind in desk_words.WRITTEN:
        detail["writers"] = people_of(item.phone) if item.phone_id else []
        detail["talk"] = said_on(item.phone) if item.phone_id else []
        detail["reply"] = ReplyForm(formdata=None) if may_be_answered(item) else None
    if form:
        detail[{"PutForm": "put", "ProposeForm": "propose", "MissForm": "miss", "CloseForm": "close",
                "NoteForm": "note", "ResolveForm": "resolve",
                "ReplyForm": "reply"}[type(form).__name__]] = form
    return detail


def _how_it_went(item):
    """The visit, or place, that is contested or got a low score, who went, and the form to decide."""
    visit = visit_of(item)
    contested = item.kind == "contested" and not visit.resolved_at and not visit.settled_at
    return {"visit": visit, "went": who_went_to(visit),
            "resolve": resolve_form(visit, formdata=None) if contested else None}


def may_close(asked):
    """Whether a request can be ended here: not twice, nor what a place that is marked already ends."""
    if asked.state == "closed" or not asked.opening_id:
        return asked.state != "closed"
    place = place_of(asked)
    return place is not None and place.state in place.LIVE


def is_sought(asked):
    """Whether a cooperative is being sought for a request; a place in an opening has one."""
    return asked.state in ServiceRequest.UNANSWERED and not asked.opening_id


def may_be_answered(item):
    """Whether a text can be answered by text: it came from a number that did not stop, to one that can be answered."""
    return (current_app.settings.sms_two_way and item.phone_id and not item.done_at and not item.phone.stopped_at
            and numbers.is_number(item.phone.number))


def needs_an_end(found):
    """What waits for a cooperative, to be marked or to be decided, leaves the desk when that is done, not by a tick."""
    item = found.item
    if item.kind == "unmarked" and item.opening_id:
        return with_places_to_mark().where(Place.opening == item.opening_id).exists()
    if item.kind == "unmarked":
        return item.appointment.state == "planned"
    if item.kind == "contested":
        return visit_of(item).resolved_at is None and visit_of(item).settled_at is None
    return item.kind in ("late", "unassigned") and is_sought(found.asked)
