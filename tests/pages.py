"""A test client that reads every page it gets and complains about what a careful person would."""

import re
import secrets
from html.parser import HTMLParser

from flask.testing import FlaskClient
from itsdangerous import URLSafeTimedSerializer

from models import db

UNNAMED = {"hidden", "submit", "button", "image", "reset"}  # inputs that need no label
EMPTY = {"area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "track", "wbr"}


class Page(HTMLParser):
    """One answer's HTML, as far as the rules need it."""

    def __init__(self, html):
        super().__init__()
        self.ids, self.inputs, self.forms, self.labels, self.h1, self.roots = [], [], [], set(), [], []
        self.lang, self.title, self.text, self.open = None, "", "", []
        self.feed(html)
        self.close()

    def handle_starttag(self, tag, pairs):
        """Note what opens."""
        attributes = dict(pairs)
        if not self.open:
            self.roots.append((tag, attributes))
        if attributes.get("id"):
            self.ids.append(attributes["id"])
        self._note(tag, attributes)
        if tag not in EMPTY:
            self.open.append((tag, attributes))

    def _note(self, tag, attributes):
        if tag == "html":
            self.lang = attributes.get("lang")
        elif tag == "h1":
            self.h1.append("")
        elif tag == "form":
            self.forms.append({**attributes, "fields": {}})
        elif tag == "label" and attributes.get("for"):
            self.labels.add(attributes["for"])
        elif tag in ("input", "select", "textarea"):
            inside = any(name == "label" for name, _ in self.open)
            self.inputs.append({**attributes, "tag": tag, "inside_label": inside})
            if self.forms and any(name == "form" for name, _ in self.open):
                self.forms[-1]["fields"][attributes.get("name")] = attributes

    def handle_endtag(self, tag):
        """Note what closes, forgiving what was left open."""
        for depth in range(len(self.open) - 1, -1, -1):
            if self.open[depth][0] == tag:
                del self.open[depth:]
                return

    def handle_data(self, text):
        """Gather the words of the title and the headings."""
        names = [name for name, _ in self.open]
        self.text += text
        if "title" in names and "svg" not in names:
            self.title += text
        if "h1" in names:
            self.h1[-1] += text


def complaints(html):
    """What is wrong with a page, or with the piece of one, in sentences."""
    page = Page(html)
    if page.lang is not None or "<html" in html:
        yield from _of_a_whole_page(page)
    yield from (f"the id {one!r} is there twice" for one in set(page.ids) if page.ids.count(one) > 1)
    for form in page.forms:
        yield from _of_a_form(form)
    for one in page.inputs:
        named = one.get("id") in page.labels or one["inside_label"] or one.get("aria-label") or one.get("aria-labelledby")
        if one.get("type") not in UNNAMED and not named:
            yield f"the {one['tag']} {one.get('name')!r} has no label"


def _of_a_whole_page(page):
    if page.lang not in ("it", "en"):
        yield "html has no lang"
    if len(page.h1) != 1:
        yield f"{len(page.h1)} h1 instead of one"
    elif not " ".join(page.title.split()).startswith(" ".join(page.h1[0].split())) or not page.h1[0].strip():
        yield f"the title {page.title!r} does not start with the h1 {page.h1[0]!r}"


def _of_a_form(form):
    if not form.get("action") or not form.get("method"):
        yield f"a form without {'action' if not form.get('action') else 'method'}"
    if form.get("method", "").lower() == "post" and "csrf_token" not in form["fields"]:
        yield f"the form to {form.get('action')!r} carries no csrf_token"


class Visitor(FlaskClient):
    """The test client of the house: reads what comes critically, and can fill in the forms it sees."""

    def open(self, *arguments, **options):
        """Ask, then read what came with a critical eye."""
        with self.application.app_context():  # as on a server: what `g` held for the last visitor is gone
            response = super().open(*arguments, **options)
        if response.mimetype == "text/html" and response.get_data() and "Content-Encoding" not in response.headers:
            wrong = list(complaints(response.text))
            assert not wrong, f"{response.request.path}: " + "; ".join(wrong)
        return response

    def send(self, path, follow=False, **fields):
        """Post to an address as a form of ours would, with this visitor's CSRF token."""
        return self.post(path, data={"csrf_token": self.token(), **fields}, follow_redirects=follow)

    def press(self, page, action, follow=True, **fields):
        """Fill in and send the form on `page` whose action begins with `action`; what it holds already goes along."""
        form = next((form for form in Page(page.text).forms if form.get("action", "").startswith(action)), None)
        assert form, f"no form to {action} on {page.request.path}"
        held = {name: field.get("value", "") for name, field in form["fields"].items()
                if field.get("type") not in ("radio", "checkbox", "submit") or "checked" in field}
        return self.post(form["action"], data={**held, **fields}, follow_redirects=follow)

    def token(self):
        """A CSRF token of this visitor's session."""
        with self.session_transaction() as session:
            seed = session.setdefault("csrf_token", secrets.token_hex(20))
        return URLSafeTimedSerializer(self.application.secret_key, salt="wtf-csrf-token").dumps(seed)


def words(page):
    """What a page says, as one reads it."""
    text = re.sub(r"<[^>]+>", " ", page.text.split("<main", 1)[1])
    return re.sub(r"\s+", " ", text.replace("&#39;", "'"))


def cost(client, path):
    """How many queries a page takes."""
    said, execute = [], db.obj.execute_sql
    db.obj.execute_sql = lambda sql, *more, **named: said.append(sql) or execute(sql, *more, **named)
    try:
        assert client.get(path).status_code == 200
    finally:
        db.obj.execute_sql = execute
    return len(said)
