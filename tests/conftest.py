"""What every test may ask for: the house on a fresh database of either engine, a client that minds its pages, a clock."""

import os
import shutil
import socket
import threading
from datetime import datetime, timezone
from datetime import time as clock
from pathlib import Path

import databases
import hypothesis
import pytest
import time_machine
from aiosmtpd.controller import Controller
from lives import listening
from pages import Visitor
from races import say_at_once
from werkzeug.serving import make_server

from actions import demonstrating
from app import create_app
from settings import Settings

# A Tuesday morning, 09:00 in Bergamo: people work, text messages go out, and Saturday's visit is four days away.
AT = datetime(2026, 12, 1, 8, 0, tzinfo=timezone.utc)

hypothesis.settings.register_profile("house", deadline=None)  # a busy machine is no failure
hypothesis.settings.load_profile("house")

ENGINES = ("sqlite", "postgresql")


def pytest_generate_tests(metafunc):
    """A module or test marked `both_engines` runs once on each; the rest run on the embedded one."""
    if "engine" in metafunc.fixturenames and metafunc.definition.get_closest_marker("both_engines"):
        wanted = os.environ.get("TEST_ENGINE")
        metafunc.parametrize("engine", [wanted] if wanted else ENGINES)


def pytest_terminal_summary(terminalreporter):
    """What tests counted with `record_property("score", ...)` stands at the end of the run."""
    reports = (one for outcome in ("passed", "failed") for one in terminalreporter.stats.get(outcome, ()))
    scores = sorted(value for report in reports for name, value in report.user_properties if name == "score")
    if scores:
        terminalreporter.section("scores")
        terminalreporter.write("".join(f"{line}\n" for line in scores))


# ---------------------------------------------------------------- databases

@pytest.fixture
def engine():
    """Which database this test is on."""
    return os.environ.get("TEST_ENGINE", "sqlite")


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory):
    """A migrated file that each test copies."""
    return databases.sqlite_template(tmp_path_factory.mktemp("template"))


@pytest.fixture(scope="session")
def postgresql():
    """A real PostgreSQL for this run."""
    server = databases.PostgreSQL()
    yield server
    server.stop()


@pytest.fixture
def fresh_database(request, tmp_path):
    """Makes the URL of an empty database with all tables: `fresh_database("postgresql")`."""
    made = []

    def fresh(engine):
        if engine == "sqlite":
            return databases.sqlite_copy(request.getfixturevalue("sqlite_template"), tmp_path)
        server = request.getfixturevalue("postgresql")
        made.append((server, server.fresh()))
        return made[-1][1]

    yield fresh
    for server, url in made:
        server.drop(url)


# ---------------------------------------------------------------- the house

@pytest.fixture
def at():
    """The moment at which the clock of this test stands still, 09:00 on a Tuesday in December."""
    with time_machine.travel(AT, tick=False):
        yield AT


@pytest.fixture
def build(fresh_database, engine):
    """Builds a house with settings of one's own: `build(demo=True)`."""
    built = []

    def house(on=None, **settings):
        built.append(create_app(settings_of(fresh_database(on or engine), **settings)))
        built[-1].testing = True
        built[-1].test_client_class = Visitor
        return built[-1]

    yield house
    for app in built:
        databases.close(app.extensions["database"])


def settings_of(database_url, **settings):
    """Settings of a house on one's own machine, with keys of its own."""
    return Settings(**{
        "database_url": database_url,
        "secret_key": "only-for-tests-0123456789-abcdefghij",
        "encryption_key": "only-for-tests-abcdefghij-0123456789",
        **settings,
    })


@pytest.fixture
def app(build):
    """The house on a fresh database, within its application context: rows can be made and asked for."""
    app = build()
    with app.app_context():
        yield app


@pytest.fixture
def pg_app(build):
    """The same, always on PostgreSQL."""
    app = build(on="postgresql")
    with app.app_context():
        yield app


@pytest.fixture
def client(app):
    """A browser without JavaScript that complains about any page not well made; `app.test_client()` is one more."""
    return app.test_client()


# ---------------------------------------------------------------- the world outside

def free_port():
    """A port nobody listens on."""
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return found.getsockname()[1]


class Mailbox:
    """Keeps what an SMTP server was given: `.letters` are bytes as they came, in order."""

    def __init__(self):
        self.letters = []
        self.refusing = None  # "550 5.1.1 nobody here": what every recipient gets instead

    async def handle_RCPT(self, server, session, envelope, address, options):
        """Take a recipient, unless told to refuse."""
        if self.refusing:
            return self.refusing
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server, session, envelope):
        """Keep the letter."""
        self.letters.append(envelope)
        return "250 OK"


@pytest.fixture
def mail_server():
    """A real SMTP server: `.url` for SMTP_URL, `.letters` what it took."""
    box = Mailbox()
    controller = Controller(box, hostname="127.0.0.1", port=free_port())
    controller.start()
    box.url = f"smtp://127.0.0.1:{controller.port}"
    yield box
    controller.stop()


class Live:
    """The house on a real port, served by threads of this process."""

    def __init__(self, app, port=0):
        self.app = app
        self.server = make_server("127.0.0.1", port, app, threaded=True)
        self.url = f"http://127.0.0.1:{self.server.server_port}"
        threading.Thread(target=self.server.serve_forever, args=(0.02,), daemon=True).start()

    def stop(self):
        """Stop listening."""
        self.server.shutdown()
        self.server.server_close()


@pytest.fixture
def live(app):
    """The test's house on a port: `live.url`, `live.app`."""
    house = Live(app)
    yield house
    house.stop()


# ---------------------------------------------------------------- a real browser

QUIET = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
         "--disable-component-update", "--disable-sync"]


def chromium():
    """Where Chromium is on this machine, or None to let Playwright look for its own."""
    mac = [f"/Applications/{name}.app/Contents/MacOS/{name}" for name in ("Chromium", "Google Chrome")]
    names = ("chromium", "chromium-browser", "google-chrome", *mac)
    return os.environ.get("CHROMIUM") or next(filter(None, map(shutil.which, names)), None)


@pytest.fixture(scope="session")
def browser_type_launch_args(browser_type_launch_args):
    """The system's Chromium, calling nobody."""
    return {**browser_type_launch_args, "executable_path": chromium(), "args": QUIET}


@pytest.fixture
def browser_context_args(browser_context_args):
    """A cheap phone in Bergamo."""
    return {**browser_context_args, "viewport": {"width": 360, "height": 740}, "device_scale_factor": 2,
            "is_mobile": True, "has_touch": True, "locale": "it-IT", "timezone_id": "Europe/Rome"}


@pytest.fixture
def axe():
    """`axe(page)`: what WCAG 2.1 A and AA find wrong with it, as lines; an empty list is what we want."""
    from axe_playwright_python.sync_playwright import Axe

    def wrong(page):
        found = Axe().run(page, options={"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa"]}).response
        return [f"{v['id']}: {node['html'][:120]} ({v['help']})" for v in found["violations"] for node in v["nodes"]]

    return wrong


@pytest.fixture
def project_folder():
    """The folder this house is built in."""
    return Path(__file__).resolve().parent.parent


@pytest.fixture
def at_once(app, at):
    """Say lists of lines, each list in a process of its own, side by side; counts what became of them: (verb, outcome)."""
    return lambda *lists: say_at_once(app, at, lists)


@pytest.fixture
def failing_jobs(monkeypatch):
    """What a job would only write to the log is a failure. Of the daily hours one stop is enough: the jobs catch up."""
    monkeypatch.setattr(demonstrating, "DAILY", (clock(18),))
    with listening():
        yield
