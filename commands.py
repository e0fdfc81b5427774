"""The `flask` commands: the database, the pilot, the jobs, first links, backups, a check before the first day."""

import json
import signal
import sys
import threading
from datetime import datetime, timezone
from pathlib import Path

import click
import peewee
from flask import current_app
from flask.cli import with_appcontext

import database
import demonstration
import jobs
import pilot
from actions import forgetting, loading, trusting
from actions.moves import Actor, NotAllowed
from models import Phone
from questions.forgetting import persons_on
from rules import hours, numbers
from texting.catalogue import loaded
from texting.understand import understand as understood

EVERY = "all"
ROLES = ("coordinator", "operator", "company", "employee")


def add_to(app):
    """Put the commands on the application."""
    for command in (init_db, load_pilot, run_jobs, link, erase_person, understand, backup, check, demo):
        app.cli.add_command(command)


def engine():
    """The database this process opened."""
    return current_app.extensions["database"]


# ---------------------------------------------------------------- the database and what is in it

@click.command("init-db")
@with_appcontext
def init_db():
    """Create the tables, or bring them up to date. Doing it twice, or from two machines at once, is harmless."""
    applied = database.migrate(engine())
    print(f"Applied: {', '.join(applied)}." if applied else "The database is up to date.")


@click.command("load-pilot")
@click.argument("path", type=click.Path(exists=True, path_type=Path))
@click.option("--dry-run", is_flag=True, help="Say what would change, and change nothing.")
@with_appcontext
def load_pilot(path, dry_run):
    """Load a pilot from PATH. With any error in it nothing is loaded, and every error is named."""
    if path.resolve() == pilot.DEMO:
        _begin_demonstration(dry_run)
    demonstration = current_app.settings.demo or database.is_demonstration(engine())
    report = pilot.load(path, at=current_app.now(), dry_run=dry_run, demo=demonstration or path.resolve() == pilot.DEMO)
    tell(report)


def _begin_demonstration(dry_run=False):
    """Mark the database before fictitious numbers come into it: from then on no message can leave this machine."""
    if database.is_demonstration(engine()):
        return
    if not database.is_empty(engine()):
        raise click.ClickException("This is the demonstration pilot, and DATABASE_URL holds real people's.")
    if not dry_run:
        loading.mark_demonstration(current_app.now())


def tell(report):
    """Print what a loading found; exit 1 if anything was wrong."""
    for error in report.errors:
        print(error, file=sys.stderr)
    for line in report.lines:
        print(line)
    if report.errors:
        print(f"{len(report.errors)} errors: nothing was loaded.", file=sys.stderr)
        sys.exit(1)


@click.command()
@click.argument("file", type=click.Path(path_type=Path))
@with_appcontext
def backup(file):
    """Copy the SQLite database to FILE while everything goes on."""
    if not database.is_sqlite(engine()):
        raise click.ClickException("This database is PostgreSQL: back it up with pg_dump, or with your provider's tools.")
    if file.exists():
        raise click.ClickException(f"{file} is there already: a backup overwrites nothing.")
    database.backup_sqlite(engine(), file)
    print(f"Wrote {file} ({file.stat().st_size:,} bytes).")


# ---------------------------------------------------------------- the daily work

class Moment(click.ParamType):
    """An ISO time: 2026-12-01T09:00, by the wall clock here, or with a zone of its own."""

    name = "iso-time"

    def convert(self, value, param, ctx):
        """The aware UTC moment."""
        try:
            at = datetime.fromisoformat(value)
        except ValueError:
            self.fail(f"{value!r} is no ISO time such as 2026-12-01T09:00 or 2026-12-01T08:00Z.", param, ctx)
        return (at if at.tzinfo else at.replace(tzinfo=hours.ZONE)).astimezone(timezone.utc)


@click.command("run-jobs")
@click.option("--once", metavar="NAME|all", help="Run one job, or all that are due, and stop.")
@click.option("--at", type=Moment(), help="As of this moment instead of now (with --once).")
@with_appcontext
def run_jobs(once, at):
    """Run the jobs for as long as the process lives; any number of these may run side by side."""
    if at and not once:
        raise click.UsageError("--at needs --once.")
    if once:
        done = current_app.extensions["jobs"](at or current_app.now(), None if once == EVERY else [once])
        if once != EVERY and once not in done:
            raise click.ClickException(f"There is no job {once}.")
        for name, count in done.items():
            print(f"{name}: {'failed' if count is None else count}")
        sys.exit(None in done.values())
    _work()


def _work():
    stop = threading.Event()
    for wish in (signal.SIGTERM, signal.SIGINT):
        signal.signal(wish, lambda *_: stop.set())
    jobs.start(current_app._get_current_object())
    print("The jobs are running.", flush=True)
    stop.wait()


@click.command()
@click.argument("role", type=click.Choice(ROLES))
@click.argument("who")
@with_appcontext
def link(role, who):
    """Print a fresh personal link, for the first sign-in. WHO: a number, an e-mail address or a company's code."""
    try:
        path = trusting.personal_link(role, who, at=current_app.now())
    except (LookupError, numbers.NotMobile):
        raise click.ClickException(f"There is no {role} {who}.") from None
    print(current_app.settings.public_url + path)


@click.command("erase-person")
@click.argument("number")
@click.option("--word", help="The person's word, where several people use the number.")
@with_appcontext
def erase_person(number, word):
    """Forget the person of NUMBER, who asked for it by voice: what is planned is cancelled, name, number and words go.

    There is no way back. The texts that the carrier keeps are emptied by the next `forget` job.
    """
    try:
        forgetting.erase(_person(number, word), by=Actor("command"), at=current_app.now())
    except NotAllowed:
        raise click.ClickException("A text to this person is on its way right now: try again in a few minutes.") from None
    print("Forgotten. The carrier's copies of the texts follow at four in the morning.")


def _person(number, word):
    """Whom the number and the word mean. The words are never printed: who asks for this must know their own."""
    try:
        people = list(persons_on(Phone.get(Phone.number == numbers.any_number(number))))
    except (Phone.DoesNotExist, numbers.NotMobile):
        people = []
    meant = [person for person in people if word is None or person.word == word.strip().casefold()]
    if not meant:
        raise click.ClickException("There is nobody with this number and this word." if people else
                                   "There is nobody with this number.")
    if len(meant) > 1:
        raise click.ClickException("Several people use this number: ask for the person's word, and give it with --word.")
    return meant[0]


# ---------------------------------------------------------------- what a text means

@click.command()
@click.option("--at", type=Moment(), help="As of this moment instead of now.")
@with_appcontext
def understand(at):
    """Read texts from standard input, one a line, and print what each means: one JSON object a line."""
    known = loaded()
    for line in sys.stdin.buffer:
        text = line.decode("utf-8", errors="replace").rstrip("\r\n")
        print(json.dumps(understood(text, known, at or current_app.now()).as_json(), ensure_ascii=False), flush=True)


# ---------------------------------------------------------------- before the first day

@click.command()
@with_appcontext
def check():
    """Say what to configure at Twilio and whether the database is ready; exit 1 if something is wrong."""
    settings = current_app.settings
    print(f"People reach us at {settings.public_url}")
    print(f"Texts: {settings.sms_carrier}. Mail: {settings.mail_carrier}.")
    for line in twilio_lines(settings):
        print(line)
    wrong = [*_wrong_signature(), *_wrong_database()]
    for line in wrong:
        print(f"WRONG: {line}", file=sys.stderr)
    if wrong:
        sys.exit(1)
    print("The signature of Twilio's published example is right. The database answers and is up to date.")


# rc=5, rp=all: Twilio tries five times more, whatever went wrong, before a person's text is lost
OVERRIDES = "#rc=5&rp=all"


def twilio_lines(settings):
    """What to write into Twilio's console, line by line."""
    url = settings.public_url
    yield "In Twilio's console, at the number (or its messaging service):"
    yield f"  A message comes in:        {url}/twilio/sms{OVERRIDES}   (HTTP POST)"
    yield f"  Primary handler fails:     {url}/twilio/sms              (HTTP POST)"
    yield f"  A call comes in:           {url}/twilio/voice{OVERRIDES} (HTTP POST)"
    yield f"  Primary handler fails:     {url}/twilio/voice            (HTTP POST)"
    yield f"  Status callbacks are sent with each message: {url}/twilio/status/<message id>"


# From Twilio's own documentation; if this fails, no webhook of theirs would be believed, or any of a stranger's would.
VECTOR = {
    "token": "12345",
    "url": "https://mycompany.com/myapp.php?foo=1&bar=2",
    "form": {"CallSid": "CA1234567890ABCDE", "Digits": "1234", "From": "+14158675309", "To": "+18005551212",
             "Caller": "+14158675309"},
    "signature": "RSOYDt4T1cUTdK1PDd93/VVr8B8=",
}


def _wrong_signature():
    from twilio.request_validator import RequestValidator
    validator = RequestValidator(VECTOR["token"])
    if not validator.validate(VECTOR["url"], VECTOR["form"], VECTOR["signature"]):
        yield "the signature of Twilio's published example is not recognised."
    if validator.validate(VECTOR["url"] + "3", VECTOR["form"], VECTOR["signature"]):
        yield "a signature is recognised for an address it was not made for."


def _wrong_database():
    try:
        missing = database.pending(engine())
    except peewee.PeeweeException as error:
        yield f"the database does not answer: {str(error).splitlines()[0]}"
        return
    if missing:
        yield f"migrations are missing: {', '.join(missing)}. Run `flask --app app init-db`."


# ---------------------------------------------------------------- make run

@click.command()
@click.option("--port", type=int, envvar="PORT", default=8000, show_default=True)
@with_appcontext
def demo(port):
    """Serve the demonstration on this machine, jobs inside; made ready first if it is not."""
    settings = current_app.settings
    if not settings.demo:
        raise click.ClickException("This is the demonstration: start it with `make run`, or set DEMO=1.")
    if demonstration.taken(port):
        raise click.ClickException(f"Port {port} is taken. Another one: PORT={port + 1000} make run")
    _prepare_demonstration()
    engine().close()  # the server forks
    demonstration.serve(port)


def _prepare_demonstration():
    for name in database.migrate(engine()):
        print(f"Created the database ({name}).", flush=True)
    if not database.is_empty(engine()):
        return
    print("Loading the demonstration pilot ...", flush=True)
    _begin_demonstration()
    tell(pilot.load(pilot.DEMO, at=current_app.now(), demo=True))
