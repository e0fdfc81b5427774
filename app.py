"""The house put together: settings, database, doors, filters, languages, jobs; `create_app()` is where all begins."""

from datetime import datetime, timedelta, timezone
from urllib.parse import urlsplit

import peewee
from flask import Flask, current_app, g, request, session
from flask_babel import Babel
from flask_htmx import HTMX
from flask_wtf import CSRFProtect
from werkzeug.middleware.proxy_fix import ProxyFix
from werkzeug.routing import IntegerConverter

import commands
import jobs
import models
import serving
from database import is_demonstration, is_empty, open_database, pending, rest
from rules import hours, numbers, recurrence, saying
from settings import Settings, WrongSetting
from views import (
    calendar, company, deliveries, demo, desk, desk_ideas, desk_marks, desk_openings, desk_operators, desk_series, employee,
    health, ideas, links, offices, operator, places, proposing, public, referral, timesheets, trust, turns, twilio, visits, welcome,
)

LANGUAGES = ("it", "en")
MAX_BODY = 64 * 1024  # bytes; the longest form of ours is far below


class Clock:
    """What time it is here: the real time, moved forward on a demonstration whose clock somebody moved."""

    def __init__(self, moves):
        self.moves = moves

    def now(self):
        """This moment, aware, in UTC."""
        return datetime.now(timezone.utc) + (self.moved_by() if self.moves else timedelta(0))

    def moved_by(self):
        """How far the demonstration's clock stands ahead. Asked every time: several processes share it."""
        row = models.Instance.select().first()
        return timedelta(seconds=row.clock_offset_s if row else 0)


class Id(IntegerConverter):
    """A row's number in an address; one that no database could hold is an address that does not exist."""

    def __init__(self, map, **options):
        super().__init__(map, max=2**31 - 1, **options)


class House(Flask):
    """Flask with the things every part of ours asks it for: `settings`, `clock`, `now()`, `error_page(status)`."""

    settings: Settings
    clock: Clock
    error_page = staticmethod(serving.error_page)

    def now(self):
        """This moment by the house's clock, aware, in UTC."""
        return self.clock.now()

    def log_exception(self, exc_info):
        """An error in the log, without what opens a door."""
        self.logger.error("%s %s failed", request.method, serving.safe_path(request.path), exc_info=exc_info)


def create_app(settings: Settings | None = None) -> House:
    """The application by these settings, or by those of the environment. Stops with a sentence if they cannot be."""
    serving.log_ids_only()
    try:
        settings = settings or Settings.read()
        app = House(__name__, static_folder=None)
        app.static_folder = "static"  # served by serving.asset, not by Flask
        app.settings = settings
        app.url_map.converters["int"] = Id
        _open(app)
    except WrongSetting as wrong:
        raise SystemExit(str(wrong)) from None
    _configure(app)
    app.before_request(greet)
    serving.serve_well(app)
    _speak(app)
    _open_doors(app)
    _hire(app)
    commands.add_to(app)
    return app


# ---------------------------------------------------------------- the database

def _open(app):
    settings = app.settings
    database = app.extensions["database"] = open_database(settings.database_url)
    models.db.initialize(database)
    models.Seal.fernet = settings.fernet
    hours.live_in(settings.timezone)
    try:
        refuse_wrong_database(settings, database)
        demonstration = is_demonstration(database)
    except peewee.OperationalError as error:
        raise WrongSetting(f"DATABASE_URL names a database that does not answer: {str(error).splitlines()[0]}") from None
    finally:
        database.close()  # a server that forks after this must not share the connection
    app.clock = Clock(moves=settings.demo or demonstration)
    app.extensions["pending"] = lambda: pending(database)
    app.teardown_appcontext(lambda error: rest(database))


def refuse_wrong_database(settings, database):
    """A demonstration never writes to strangers, and what answers for everybody never opens real people's data."""
    if is_demonstration(database):
        if not settings.keeps_to_itself:
            raise WrongSetting("SMS_CARRIER and MAIL_CARRIER: DATABASE_URL holds a demonstration, which may use twilio "
                               "or smtp only with a TWILIO_API_URL and an SMTP_URL on this machine.")
    elif settings.demo and not is_empty(database):
        raise WrongSetting("DEMO=1 is refused: DATABASE_URL holds something that is not a demonstration.")


# ---------------------------------------------------------------- how it behaves

def _configure(app):
    app.config.update(
        SECRET_KEY=app.settings.secret_key,
        SESSION_COOKIE_NAME="lynx",
        SESSION_COOKIE_HTTPONLY=True,
        SESSION_COOKIE_SAMESITE="Lax",
        SESSION_COOKIE_SECURE=app.settings.https,
        PERMANENT_SESSION_LIFETIME=models.Link.IDLE,  # as long as a personal link lives unused
        SESSION_REFRESH_EACH_REQUEST=False,  # a slow answer must not put an older cookie over a newer one
        MAX_CONTENT_LENGTH=MAX_BODY,
        MAX_FORM_MEMORY_SIZE=MAX_BODY,
        WTF_CSRF_TIME_LIMIT=None,     # a form left open overnight still works: the session is what it belongs to
        WTF_CSRF_SSL_STRICT=False,    # it reads Referer, which our Referrer-Policy withholds
        PREFERRED_URL_SCHEME="https" if app.settings.https else "http",
    )
    if app.settings.https:
        app.config["TRUSTED_HOSTS"] = [urlsplit(app.settings.public_url).hostname, "localhost", "127.0.0.1"]
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=1, x_proto=1, x_host=1)
    HTMX(app)


def greet():
    """Before every visit: what time it is, and which language the visitor reads; a door that knows better says so."""
    if request.endpoint in ("static", "health.alive", "health.ready"):
        return
    if request.args.get("lang") in LANGUAGES:
        session["language"] = request.args["lang"]
    g.language_asked = session.get("language")
    g.language = g.language_asked or request.accept_languages.best_match(LANGUAGES, "it")
    g.at = current_app.now()


# ---------------------------------------------------------------- how it speaks

def _speak(app):
    Babel(app, default_locale="it", locale_selector=language)
    app.jinja_env.globals["pilot_name"] = app.settings.pilot_name
    app.jinja_env.globals["two_way"] = app.settings.sms_two_way
    app.jinja_env.globals["opens_again"] = opens_again
    for name in ("day_long", "day_short"):
        app.add_template_filter(_said_of_a_day(getattr(saying, name)), name)
    for name in ("span", "hour", "moment_short", "euro", "left", "office_hours", "named"):
        app.add_template_filter(_said(getattr(saying, name)), name)
    app.add_template_filter(_said(saying.length), "how_long")  # `length` is Jinja's own
    app.add_template_filter(_said_weekly, "weekly")
    app.add_template_filter(saying.span_short, "span_short")
    app.add_template_filter(numbers.pretty, "pretty")
    app.add_template_filter(numbers.masked, "masked")
    app.add_template_test(numbers.is_number, "a_number")


def language():
    """The language to answer in: "it" or "en"."""
    return g.get("language", "it")


def opens_again():
    """Whether a GET opens this address too: the answer to a form, read in the other language, must not be a dead end."""
    return request.method != "POST" or current_app.url_map.bind("").test(request.path, "GET")


def _said(say):
    """`{{ cents | euro }}`: said in the visitor's language."""
    return lambda *what: say(*what, language())


def _said_of_a_day(say):
    """The same for days; a moment is said by its local day."""
    return lambda on: say(hours.local(on).date() if isinstance(on, datetime) else on, language())


def _said_weekly(wish):
    """`{{ request.weekly | weekly }}`: on which days it comes again; as a column keeps it, or as a rule."""
    return saying.weekly(recurrence.weekly_of(wish) if isinstance(wish, dict) else wish, language())


# ---------------------------------------------------------------- doors and jobs

DOORS = (health, public, links, welcome, trust, employee, visits, offices, places, deliveries, ideas, referral, operator,
         proposing, turns, timesheets, calendar, desk, desk_marks, desk_operators, desk_openings, desk_series, desk_ideas,
         company, twilio)


def _open_doors(app):
    for house_door in DOORS:
        app.register_blueprint(house_door.door)
    if app.settings.demo:
        app.register_blueprint(demo.door)
    CSRFProtect(app).exempt(twilio.door)  # Twilio signs what it sends


def _hire(app):
    """The job runner, handed to whoever may press it: the commands, the scheduler, the demonstration's clock."""
    def run_jobs(now, names=None):
        """Run the jobs as of `now`, all or those named; how many each did."""
        with app.app_context():
            return jobs.run(now, names)
    app.extensions["jobs"] = run_jobs
    app.extensions["timetable"] = {line.name: line.every or timedelta(0) for line in jobs.TIMETABLE}
