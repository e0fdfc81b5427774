"""Answering a POST: htmx gets the fragment that changed, a plain form is sent on to the page that shows it."""

from flask import current_app, make_response, redirect, render_template


def answer(template: str, url: str, status: int = 200, **context):
    """The fragment with this status for htmx; for a plain form a 303 to `url`.

    None for a plain form that was refused (any status but 200): the caller draws the whole page, where the error stands.
    """
    if current_app.htmx:
        return make_response(render_template(template, **context), status)
    return redirect(url, 303) if status == 200 else None


def first_error(form) -> str:
    """What is wrong with a form of one field, for a card that has no room for more."""
    return next(iter(form.errors.values()))[0]
