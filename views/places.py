"""The door to openings: what one is, a place in it booked or waited for, and one that was offered taken."""

from flask import Blueprint, abort, g, make_response, redirect, render_template, request, url_for
from flask_babel import gettext as _

from actions import asking, giving_back, joining, placing, reminding, trusting
from actions.moves import Actor, NotAllowed
from models import Opening, Place, ServiceRequest
from questions.seen import last_request_in, places_held_by, seen_by

from . import employee
from .employee_cards import card_of, request_page, too_late
from .place_forms import answers_of, collection_of, place_form, questions_of, seat_of, taking_form
from .reading_back import why_less
from .saying_answers import answers_in_words, unit_price_in_words
from .saying_places import badge_of, free_in, is_to_book, missing_of
from .sending import key_of, new_key, shown_in

door = Blueprint("places", __name__, url_prefix="/io/<int:link>")
door.before_request(employee.lock)
door.context_processor(employee.whom_to_call)
door.register_error_handler(NotAllowed, too_late)


def _me():
    return Actor("employee", g.employee.id)


# ---------------------------------------------------------------- an opening, and booking in it

def _opening(opening) -> Opening:
    """An opening of this person's project, with what she reads of it."""
    if not g.employee.approved_at:
        abort(403)
    return seen_by(g.employee, g.project).where(Opening.id == opening).first() or abort(404)


@door.get("/turni/<int:opening>")
def opening(link, opening):
    """When and where, how it stands, and the few questions."""
    row = _opening(opening)
    return _page(row, place_form(row, formdata=None, ask_key=new_key()))


@door.post("/turni/<int:opening>")
def read_back(link, opening):
    """Read back what was filled in, with price and shares; or the form again with what is wrong."""
    row = _opening(opening)
    form = place_form(row)
    if request.form.get("change"):
        return _page(row, form)
    if not is_to_book(row) or row.mine or _moved_since(form, row):
        return _as_it_is(row, form)
    return (_read_back(row, form), 200) if form.validate() else (_page(row, form), 422)


@door.get("/turni/<int:opening>/posti")
def back(link, opening):
    """Reloading the address that a booking was sent to."""
    return redirect(url_for(".opening", link=link, opening=opening), 303)


@door.post("/turni/<int:opening>/posti")
def book(link, opening):
    """Book as it was read back; pressed twice, it is booked once."""
    row = _opening(opening)
    form = place_form(row)
    if not form.validate():
        return _page(row, form), 422
    try:
        sent = _book(row, form)
    except (NotAllowed, placing.AlreadyThere, placing.TooMuch):
        return _as_it_is(_opening(opening), form)
    except placing.Full:
        return _read_back(_opening(opening), form, sorry=_("Proprio ora i posti sono finiti. Non abbiamo inviato nulla.")), 409
    except asking.PriceChanged:
        return _read_back(row, form, sorry=_(
            "Il prezzo è cambiato mentre compilavi: ecco le cifre di adesso. Non abbiamo inviato nulla.")), 409
    except asking.NotApproved:
        abort(403)
    return redirect(url_for("employee.one", link=link, reference=sent.reference), 303)


def _book(row, form):
    trusting.spend(f"ask:{g.employee.id}", 30, trusting.DAY, at=g.at)
    if "first_name" in form:
        joining.name(g.employee, form.first_name.data, at=g.at)
    sequence = form.sequence.data or ""
    return placing.book(seat_of(form, row), g.employee, ask_key=key_of(form), shown_cents=shown_in(form), at=g.at,
                        shown_sequence=int(sequence) if sequence in map(str, range(row.sequence + 1)) else -1,
                        may_wait=form.wait.data == "1")


def _moved_since(form, row):
    return form.sequence.data != str(row.sequence)


def _as_it_is(row, form):
    """Too late: what is true of the opening now, and the form again where it can still be booked."""
    sorry, again = "", place_form(row)
    if is_to_book(row) and not row.mine:
        sorry = (_("Nel frattempo questo turno è stato spostato: guarda qui quando e dove è adesso. Non abbiamo inviato nulla.")
                 if _moved_since(form, row) else _("Nel frattempo è cambiato qualcosa: ecco com'è ora. Non abbiamo inviato nulla."))
        again.validate()
    again.sequence.data = str(row.sequence)
    return _page(row, again, sorry=sorry), 409


def _page(row, form, sorry=""):
    mine = last_request_in(row, g.employee) if row.mine else None
    return render_template("employee/opening.html", opening=row, form=form, questions=questions_of(form), sorry=sorry,
                           badge=badge_of(row), missing=missing_of(row, row.sure), free=free_in(row), mine=mine,
                           to_book=is_to_book(row), unit_price=unit_price_in_words(row.service))


def _read_back(row, form, sorry=""):
    """Before sending: what, what it costs, what happens then. Where there is no room, a turn on the list is offered."""
    seat = seat_of(form, row)
    quote = placing.quote(row, seat.units, g.employee, at=g.at)
    waits = seat.units > free_in(row)
    form.shown.data, form.wait.data, form.sequence.data = str(quote.shares.worker), "1" if waits else "", str(row.sequence)
    page = make_response(render_template(
        "employee/place_read_back.html", opening=row, form=form, seat=seat, quote=quote, sorry=sorry, waits=waits,
        free=free_in(row), missing=missing_of(row, row.sure), free_until=giving_back.free_until(row, quote.project),
        less=why_less([(row.starts_at, quote.shares)], row.service, quote.project), said=answers_in_words(
            ServiceRequest(service=row.service, answers=seat.answers, quantity=seat.units), g.language)))
    page.headers["Cache-Control"] = "private, max-age=600"      # so that "back" from the sent request finds it again
    return page


# ---------------------------------------------------------------- a place of one's own

def _place(place) -> Place:
    return places_held_by(g.employee).where(Place.id == place).first() or abort(404)


def _to_request(row):
    return redirect(url_for("employee.one", link=g.link.id, reference=row.request.reference), 303)


@door.get("/posti/<int:place>/presa")
def ask_to_take(link, place):
    """What is still to be said before it is taken, and what it costs."""
    card = _takeable(_place(place))
    return _taking(card, taking_form(card.place, card.request.answers, formdata=None))


@door.post("/posti/<int:place>/presa")
def take(link, place):
    """Yes to a place that was offered, or is free; pressed twice, it is taken once."""
    row = _place(place)
    if row.state == "taken":
        return _to_request(row)
    card = _takeable(row)
    form = taking_form(card.place, card.request.answers)
    if form.sequence.data != str(row.sequence):
        raise NotAllowed(row)
    if not form.validate():
        return _taking(card, form), 422
    try:
        _take(card, form)
    except placing.Full:
        return request_page(card_of(row), 409, sorry=_("Proprio ora il posto è andato a chi era prima in lista. Resti in lista."))
    except asking.PriceChanged as error:
        return _taking(card, form, error.quote.shares, sorry=_(
            "Il prezzo è cambiato: ecco le cifre di adesso. Il posto è ancora da prendere.")), 409
    return _to_request(row)


def _takeable(row):
    """The card of a place that can be taken now; of any other what is true is drawn."""
    card = card_of(row)
    if not card.can_take:
        raise NotAllowed(row)
    return card


def _take(card, form):
    if "first_name" in form:
        joining.name(g.employee, form.first_name.data, at=g.at)
    place, more = card.place, {}
    if "age" in form:
        more["answers"] = {**card.request.answers, **answers_of(form)}
    if not place.collection and place.opening.collection:
        more["collection"] = collection_of(form, place.opening)
    placing.take(place, by=_me(), at=g.at, shown_cents=shown_in(form), **more)


def _taking(card, form, shares=None, sorry=""):
    shares = shares or card.shares
    form.shown.data, form.sequence.data = str(shares.worker), str(card.place.sequence)
    return render_template("employee/take.html", card=card, form=form, questions=questions_of(form), shares=shares,
                           sorry=sorry)


@door.post("/posti/<int:place>/conferma")
def say_yes(link, place):
    """Yes to a reminder; to a place that was moved since its page was drawn, it is too late."""
    row = _place(place)
    if request.form.get("sequence", str(row.sequence)) != str(row.sequence):
        raise NotAllowed(row)
    reminding.say_yes(row, by=_me(), at=g.at)
    return _to_request(row)


@door.get("/posti/<int:place>/conferma")
def said_yes(link, place):
    """Reloading the address that a yes was sent to."""
    return _to_request(_place(place))
