"""The house itself: it starts, migrates, answers safely, compresses, refuses broken things, logs ids only."""

import gzip
import json
import logging
import os
import re
import resource
import socket
import subprocess
import sys
import threading
import time
import urllib.error
import urllib.request

import databases
import peewee
import pytest
from conftest import free_port
from flask import abort, request

import database
import models
from commands import twilio_lines
from serving import IdsOnly

FORM = "application/x-www-form-urlencoded"


@pytest.fixture
def echo(build):
    """A house with a door that writes down what it understood, and one that breaks."""
    app = build()
    heard = []

    @app.route("/echo", methods=["GET", "POST"])
    def echo():
        heard.append(dict(request.values))
        return "<!doctype html><html lang=it><title>Eco</title><h1>Eco</h1>" + "<p>eco eco</p>" * 100

    @app.get("/broken/<int:id>")
    def broken(id):
        raise RuntimeError(f"+39 333 000 0001 wrote to anna@example.org about {id}")

    @app.get("/away")
    def away():
        raise peewee.OperationalError("the server closed the connection")

    @app.get("/refused/<int:code>")
    def refused(code):
        abort(code)

    app.config["WTF_CSRF_ENABLED"] = False
    app.testing, app.heard = False, heard  # errors become pages, as for people
    return app.test_client()


# ---------------------------------------------------------------- safe answers

def test_every_answer_says_what_a_browser_may_not_do(echo):
    for path in ("/echo", "/healthz", "/nowhere", "/static/htmx.min.js"):
        headers = echo.get(path).headers
        assert "unsafe" not in headers["Content-Security-Policy"]
        assert "default-src 'none'" in headers["Content-Security-Policy"]
        assert headers["Referrer-Policy"] == "no-referrer"
        assert headers["X-Robots-Tag"] == "noindex"
        assert headers["X-Content-Type-Options"] == "nosniff"
        assert "Strict-Transport-Security" not in headers


def test_under_https_browsers_are_told_to_stay_there_and_cookies_are_secure(build):
    app = build(public_url="https://lynx.example.org", sms_carrier="twilio", twilio_account_sid="AC00",
                twilio_auth_token="t", twilio_from="+390350000000", mail_carrier="smtp",
                smtp_url="smtp://mail.example.org", mail_from="lynx@example.org")
    answer = app.test_client().get("/?lang=en", base_url="https://lynx.example.org")
    assert "max-age" in answer.headers["Strict-Transport-Security"]
    cookie = answer.headers["Set-Cookie"]
    assert all(word in cookie for word in ("Secure", "HttpOnly", "SameSite=Lax"))


def test_pages_are_not_kept_by_shared_browsers(echo):
    answer = echo.get("/echo")
    assert answer.headers["Cache-Control"] == "no-store"
    assert {"HX-Request", "Accept-Encoding"} <= set(answer.vary)


# ---------------------------------------------------------------- small answers

def test_pages_are_compressed_for_who_can_read_that(echo):
    squeezed, plain = echo.get("/echo", headers={"Accept-Encoding": "gzip"}), echo.get("/echo")
    assert squeezed.headers["Content-Encoding"] == "gzip" and len(squeezed.data) < len(plain.data) / 5
    assert gzip.decompress(squeezed.data) == plain.data
    assert "Content-Encoding" not in echo.get("/echo", headers={"Accept-Encoding": "gzip;q=0"}).headers


def test_an_asset_is_kept_for_a_year_under_the_address_of_its_edition(build):
    app = build()
    with app.test_request_context():
        address = app.url_for("static", filename="htmx.min.js")
    answer = app.test_client().get(address, headers={"Accept-Encoding": "gzip"})
    assert "immutable" in answer.headers["Cache-Control"] and "max-age=31536000" in answer.headers["Cache-Control"]
    assert answer.headers["Content-Encoding"] == "gzip" and "Set-Cookie" not in answer.headers
    again = app.test_client().get(address, headers={"Accept-Encoding": "gzip", "If-None-Match": answer.headers["ETag"]})
    assert again.status_code == 304
    assert app.test_client().get("/static/htmx.min.js?v=old").headers["Cache-Control"] == "no-cache"


def test_no_file_outside_the_static_folder_is_served(echo):
    for path in ("/static/../app.py", "/static/%2e%2e/app.py", "/static/..%2fapp.py", "/static//etc/passwd", "/static/"):
        assert echo.get(path, follow_redirects=True).status_code == 404


def test_a_name_no_disk_can_hold_is_a_file_that_does_not_exist(echo):
    assert echo.get("/static/" + "a" * 300).status_code == 404


@pytest.mark.parametrize("path", ["//evil.example/x", "/\\evil.example"])
def test_the_other_language_never_leads_to_another_site(echo, path):
    # set from below, for the test client would take the first part for a host
    page = echo.get("/", environ_overrides={"PATH_INFO": path}).text
    assert 'href="?lang=en"' in page and "evil" not in page


# ---------------------------------------------------------------- broken things

@pytest.mark.parametrize(("path", "body"), [
    ("/echo?name=%ff", None), ("/echo?%c3%28=x", None), ("/echo?name=%00", None), ("/a%00", None),
    ("/echo", b"name=%ff"), ("/echo", b"name=\xff"), ("/echo", b"%c3%28=x"), ("/echo", b"name=a%00b"),
])
def test_broken_text_is_refused_in_words_and_reaches_nobody(echo, path, body):
    answer = echo.post(path, data=body, content_type=FORM) if body else echo.get(path)
    assert answer.status_code == 400 and "Qualcosa non torna" in answer.text
    assert not echo.application.heard


def test_broken_text_in_the_address_itself_is_refused(echo):
    # set from below, for the test client would repair it
    assert echo.get("/", environ_overrides={"PATH_INFO": "/caff\xe8"}).status_code == 400


def test_broken_text_in_a_multipart_form_is_refused_too(echo):
    body = b'--x\r\nContent-Disposition: form-data; name="name"\r\n\r\nAnn\xff\r\n--x--\r\n'
    assert echo.post("/echo", data=body, content_type="multipart/form-data; boundary=x").status_code == 400


def test_a_multipart_field_without_a_name_is_refused_too(echo):
    body = b"--x\r\nContent-Disposition: form-data\r\n\r\nAnna\r\n--x--\r\n"
    assert echo.post("/echo", data=body, content_type="multipart/form-data; boundary=x").status_code == 400


def test_accents_and_emoji_arrive_as_they_were_typed(echo):
    echo.post("/echo?where=Almè", data={"name": "Niccolò 🐾"})
    assert echo.application.heard == [{"where": "Almè", "name": "Niccolò 🐾"}]


def test_a_huge_body_is_refused(echo):
    assert echo.post("/echo", data={"name": "a" * 70_000}).status_code == 413
    assert echo.post("/echo", data=b"{" * 70_000, content_type="application/json").status_code in (200, 413)


def test_a_row_number_no_database_can_hold_is_an_address_that_does_not_exist(echo):
    assert echo.get("/broken/99999999999999999999").status_code == 404


@pytest.mark.parametrize("code", [400, 403, 404, 405, 409, 413, 415, 422, 429, 500])
def test_every_error_is_a_page_in_both_languages(echo, code):
    for language, home in (("it", "it"), ("en", "en")):
        answer = echo.get(f"/refused/{code}", headers={"Accept-Language": language})
        assert answer.status_code == code and f'<html lang="{home}"' in answer.text


def test_an_error_takes_the_whole_page_not_the_card_that_was_pressed(echo):
    assert echo.get("/nowhere", headers={"HX-Request": "true"}).headers["HX-Retarget"] == "body"


def test_a_database_that_is_away_is_said_to_be_so_and_when_to_come_back(echo):
    answer = echo.get("/away")
    assert answer.status_code == 503 and answer.headers["Retry-After"]


def test_a_form_without_its_token_changes_nothing_and_says_how_to_go_on(build):
    app = build()
    reached = []
    app.add_url_rule("/press", "press", lambda: reached.append(1) or "ok", methods=["POST"])
    visitor = app.test_client()
    answer = visitor.post("/press")
    assert answer.status_code == 400 and "ricarica la pagina" in answer.text and not reached
    assert visitor.post("/press", data={"csrf_token": app.test_client().token()}).status_code == 400
    assert visitor.send("/press").status_code == 200 and reached


# ---------------------------------------------------------------- languages and the clock

def test_the_browser_says_which_language_and_a_choice_outlasts_the_page(echo):
    assert 'lang="en"' in echo.get("/nowhere", headers={"Accept-Language": "en-GB,en;q=0.9"}).text
    assert 'lang="it"' in echo.get("/nowhere", headers={"Accept-Language": "de"}).text
    echo.get("/echo?lang=en")
    assert 'lang="en"' in echo.get("/nowhere").text
    echo.get("/echo?lang=tlh")
    assert 'lang="en"' in echo.get("/nowhere").text


def test_only_a_demonstrations_clock_can_be_moved(app, at):
    from datetime import timedelta

    from actions import loading, timekeeping
    from app import create_app
    loading.mark_demonstration(at)
    timekeeping.move_clock(3600)
    assert app.now() == at  # it started when this was no demonstration
    assert create_app(app.settings).now() == at + timedelta(hours=1)


# ---------------------------------------------------------------- health

@pytest.mark.both_engines
def test_ready_means_a_database_with_our_tables(app, client):
    assert client.get("/healthz").status_code == 200
    answer = client.get("/readyz")
    assert answer.status_code == 200
    assert answer.json == {"database": "ok", "migrations": "ok", "oldest_due_message_s": None, "jobs_last_tick_s": {},
                           "late": True}
    assert client.get("/readyz?strict=1").status_code == 503, "no job ever looked"


@pytest.mark.both_engines
def test_ready_tells_how_old_things_are_and_strict_minds(app, client, at):
    from datetime import timedelta

    from actions import timekeeping
    timekeeping.tick("deliver", at=at - timedelta(seconds=40))
    assert client.get("/readyz?strict=1").status_code == 200
    assert client.get("/readyz").json["jobs_last_tick_s"] == {"deliver": 40}
    models.Message.create(key="k", kind="k", due_at=at - timedelta(minutes=16), queued_at=at,
                          expires_at=at + timedelta(hours=1))
    assert client.get("/readyz").json["oldest_due_message_s"] == 960
    assert (client.get("/readyz").status_code, client.get("/readyz?strict=1").status_code) == (200, 503)


@pytest.mark.parametrize(("job", "minutes", "status"), [
    ("tidy", 70, 200), ("tidy", 80, 503), ("deliver", 14, 200), ("deliver", 17, 503), ("a job of last year's", 10_000, 200)])
def test_a_job_is_late_by_its_own_measure(app, client, at, job, minutes, status):
    from datetime import timedelta

    from actions import timekeeping
    timekeeping.tick("receive", at=at)
    timekeeping.tick(job, at=at - timedelta(minutes=minutes))
    assert client.get("/readyz?strict=1").status_code == status


def test_a_database_without_tables_is_not_ready_but_the_process_serves(build, tmp_path):
    app = build()
    for file in tmp_path.glob("lynx.db*"):
        file.unlink()
    models.db.close()
    assert app.test_client().get("/healthz").status_code == 200
    answer = app.test_client().get("/readyz")
    assert (answer.status_code, answer.json) == (503, {"database": "ok", "migrations": "pending"})


def test_a_database_that_went_away_is_not_ready(build, postgresql):
    app = build(on="postgresql")
    postgresql.drop(app.settings.database_url)
    assert app.test_client().get("/healthz").status_code == 200
    answer = app.test_client().get("/readyz")
    assert (answer.status_code, answer.json) == (503, {"database": "unreachable"})


# ---------------------------------------------------------------- logs

def test_logs_hold_no_token_no_query_and_no_address(echo, caplog):
    caplog.set_level(logging.INFO)
    echo.get("/l/abcDEF123?from=%2B393330000001")
    echo.get("/calendar/abcDEF123.ics")
    lines = [record.getMessage() for record in caplog.records if record.name == "lynx.access"]
    assert len(lines) == 2 and "/l/-" in lines[0] and "/calendar/-" in lines[1]
    assert "abcDEF123" not in caplog.text and "333" not in caplog.text and "127.0.0.1" not in caplog.text


def test_logs_hold_no_phone_and_no_body(echo, caplog):
    echo.get("/broken/7")
    record = next(record for record in caplog.records if record.exc_info)
    line = IdsOnly("%(message)s").format(record)
    assert "/broken/7" in line and "RuntimeError" in line and "about 7" in line
    assert "333" not in line and "example.org" not in line


def test_what_a_database_quotes_of_a_refused_row_stays_out_of_the_log(pg_app):
    models.Phone.create(number="+393330000001")
    try:
        models.Phone.create(number="+393330000001")
    except peewee.IntegrityError:
        record = logging.LogRecord("x", logging.ERROR, "f", 1, "failed", (), sys.exc_info())
    assert "0000001" not in IdsOnly("%(message)s").format(record)


# ---------------------------------------------------------------- migrations

@pytest.mark.parametrize("engine", ["sqlite", "postgresql"])
def test_migrated_tables_are_those_of_models(engine, fresh_database, tmp_path, request):
    migrated = database.open_database(fresh_database(engine))
    if engine == "sqlite":
        made = database.open_database(f"sqlite:///{tmp_path}/made.db")
    else:
        made = database.open_database(fresh_database(engine))
        made.execute_sql("DROP SCHEMA public CASCADE")
        made.execute_sql("CREATE SCHEMA public")
    with made.bind_ctx(models.TABLES, bind_refs=False, bind_backrefs=False):
        models.db.initialize(made)
        made.create_tables(models.TABLES, safe=False)
    assert schema(migrated) == schema(made)
    databases.close(migrated), databases.close(made)


OURS = "t.type = 'table' AND t.name NOT LIKE 'schema_migration%' AND t.name NOT LIKE 'sqlite_%'"
SCHEMA = {      # an added column stands last and has a default on SQLite: order and defaults do not count
    "sqlite": [
        f"SELECT t.name, c.name, c.type, c.'notnull', c.pk FROM sqlite_master t, pragma_table_info(t.name) c WHERE {OURS}",
        f"SELECT t.name, f.'from', f.'table', f.'to', f.on_delete FROM sqlite_master t, pragma_foreign_key_list(t.name) f WHERE {OURS}",
        "SELECT sql FROM sqlite_master WHERE type = 'index' AND sql IS NOT NULL AND name NOT LIKE 'schema_migration%'",
    ],
    "postgresql": [
        "SELECT table_name, column_name, data_type, is_nullable, character_maximum_length "
        "FROM information_schema.columns WHERE table_schema = 'public' AND table_name <> 'schema_migration'",
        "SELECT indexdef FROM pg_indexes WHERE schemaname = 'public' AND tablename <> 'schema_migration'",
        "SELECT conrelid::regclass::text, pg_get_constraintdef(oid) FROM pg_constraint "
        "WHERE connamespace = 'public'::regnamespace AND conrelid::regclass::text <> 'schema_migration'",
    ],
}


def schema(one):
    """Every table, index and constraint as the database itself describes it."""
    queries = SCHEMA["sqlite" if database.is_sqlite(one) else "postgresql"]
    rows = [row for query in queries for row in one.execute_sql(query).fetchall()]
    return sorted(tuple(map(str, row)) for row in [*rows, *(checks(one) if database.is_sqlite(one) else ())])


def checks(one):
    """Each CHECK of a SQLite file, with its table: they stand nowhere but in the text of the table."""
    for name, sql in one.execute_sql(f"SELECT t.name, t.sql FROM sqlite_master t WHERE {OURS}").fetchall():
        yield from ((name, "CHECK", " ".join(found.split())) for found in re.findall(r"CHECK \(([^)]*)\)", sql))


@pytest.mark.parametrize("engine", ["sqlite", "postgresql"])
def test_two_migrations_at_once_make_the_tables_once(engine, fresh_database, tmp_path):
    url = f"sqlite:///{tmp_path}/new.db" if engine == "sqlite" else fresh_database(engine)
    if engine == "postgresql":
        empty = database.open_database(url)
        empty.execute_sql("DROP SCHEMA public CASCADE")
        empty.execute_sql("CREATE SCHEMA public")
        databases.close(empty)
    code = f"import database; print(database.migrate(database.open_database({url!r})))"
    both = [subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
            for _ in range(2)]
    said = [one.communicate(timeout=60) for one in both]
    assert sorted(out.strip() for out, _ in said) == ["['0001_first', '0002_openings', '0003_conversations']", "[]"], said


@pytest.mark.both_engines
def test_eight_writers_lose_nothing(app):
    models.Rate.create(bucket="b", window_at=app.now(), count=0)
    failures = []

    def write():
        try:
            for _ in range(20):
                with models.db.atomic():
                    row = models.Rate.get()
                    models.Rate.update(count=models.Rate.count + 1).where(models.Rate.id == row.id).execute()
        except Exception as error:
            failures.append(error)
        finally:
            models.db.close()

    writers = [threading.Thread(target=write) for _ in range(8)]
    for writer in writers:
        writer.start()
    for writer in writers:
        writer.join()
    assert not failures and models.Rate.get().count == 160


# ---------------------------------------------------------------- commands

@pytest.fixture
def run(app):
    """Says a command and returns what it printed: `run("link", "operator", "+39...")`."""
    return lambda *words: app.test_cli_runner().invoke(args=list(words))


@pytest.mark.both_engines
def test_init_db_twice_is_once(run):
    assert run("init-db").output == "The database is up to date.\n"


def test_a_pilot_with_errors_loads_nothing_and_names_them(run, tmp_path):
    (tmp_path / "comuni.csv").write_text("istat,nome,ambito\n16024,Bergamo,Bergamo\n16024,Bergamo,Bergamo\n")
    said = run("load-pilot", str(tmp_path))
    assert said.exit_code == 1 and "comuni.csv" in said.output and not models.Municipality.select().exists()


def test_the_demonstration_pilot_marks_its_database_and_never_joins_a_real_one(run, app, at):
    assert run("load-pilot", "pilot/demo", "--dry-run").exit_code == 0
    assert not models.Project.select().exists() and not database.is_demonstration(app.extensions["database"])
    assert run("load-pilot", "pilot/demo").exit_code == 0
    assert database.is_demonstration(app.extensions["database"])
    models.Instance.delete().execute()
    assert "real people" in run("load-pilot", "pilot/demo").output


def test_a_personal_link_is_printed_whole_and_nobody_is_said_to_be_nobody(run, app):
    assert run("load-pilot", "pilot/demo").exit_code == 0
    company = models.Company.select().first()
    for role, who in (("company", company.code), ("company", "482 91"), ("coordinator", "Paola@Example.org")):
        assert run("link", role, who).output.startswith(f"{app.settings.public_url}/l/")
    for role, who in (("company", "00000"), ("coordinator", "x@y.z"), ("operator", "+393999999999"), ("employee", "x")):
        said = run("link", role, who)
        assert said.exit_code == 1 and f"There is no {role} {who}." in said.output


def test_a_moment_without_zone_is_by_the_wall_clock(run, app):
    asked = []
    app.extensions["jobs"] = lambda now, names: asked.append((now.isoformat(), names)) or {"deliver": 3}
    assert run("run-jobs", "--once", "deliver", "--at", "2026-12-01T09:00").output == "deliver: 3\n"
    run("run-jobs", "--once", "all", "--at", "2026-07-01T09:00:00Z")
    assert asked == [("2026-12-01T08:00:00+00:00", ["deliver"]), ("2026-07-01T09:00:00+00:00", None)]
    assert run("run-jobs", "--once", "all", "--at", "tomorrow").exit_code == 2
    assert run("run-jobs", "--at", "2026-12-01T09:00").exit_code == 2


def test_a_job_nobody_has_is_said_to_be_none(run):
    said = run("run-jobs", "--once", "nothing")
    assert said.exit_code != 0 and "nothing" in said.output


def test_a_backup_is_whole_and_overwrites_nothing(run, tmp_path):
    models.Phone.create(number="+393330000001")
    file = tmp_path / "backup.db"
    assert run("backup", str(file)).exit_code == 0
    copy = peewee.SqliteDatabase(str(file))
    assert copy.execute_sql("SELECT number FROM phone").fetchall() == [("+393330000001",)]
    assert copy.execute_sql("PRAGMA integrity_check").fetchone() == ("ok",)
    copy.close()
    assert run("backup", str(file)).exit_code == 1


def test_postgresql_is_backed_up_by_its_own_tools(pg_app, tmp_path):
    said = pg_app.test_cli_runner().invoke(args=["backup", str(tmp_path / "b")])
    assert said.exit_code == 1 and "pg_dump" in said.output


@pytest.mark.both_engines
def test_check_says_what_twilio_must_be_told(run, app):
    said = run("check")
    assert said.exit_code == 0, said.output
    assert "http://127.0.0.1:8000/twilio/sms#rc=5&rp=all" in said.output
    assert any("/twilio/voice" in line for line in twilio_lines(app.settings))


def test_check_fails_when_migrations_are_missing(run, app):
    app.extensions["database"].execute_sql("DELETE FROM schema_migration")
    said = run("check")
    assert said.exit_code == 1 and "0001_first" in said.output


# ---------------------------------------------------------------- make run

def wait_for(url, seconds=20):
    """The answer of a server that is coming up."""
    for _ in range(seconds * 20):
        try:
            return urllib.request.urlopen(url, timeout=2).read().decode()
        except urllib.error.HTTPError:
            raise
        except OSError:
            time.sleep(0.05)
    raise AssertionError(f"nothing at {url}")


def test_the_demonstration_serves_with_the_jobs_inside_and_starts_again_at_once(tmp_path, project_folder):
    port = free_port()
    environ = {**os.environ, "DEMO": "1", "PORT": str(port), "PUBLIC_URL": f"http://127.0.0.1:{port}",
               "DATABASE_URL": f"sqlite:///{tmp_path}/demo.db"}
    for _ in ("first", "again"):
        before = cpu_of_children()
        process = subprocess.Popen([sys.executable, "-m", "flask", "--app", "app", "demo"], env=environ,
                                   cwd=project_folder, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
        try:
            assert "Welfare Lynx" in wait_for(f"http://127.0.0.1:{port}/demo")
            assert json.loads(wait_for(f"http://127.0.0.1:{port}/readyz"))["migrations"] == "ok"
        finally:
            process.terminate()
            said = process.communicate(timeout=20)[0]
    assert f"http://127.0.0.1:{port}/demo" in said and "Loading" not in said
    # the processor's seconds, not the wall's, for other tests run beside this one
    assert cpu_of_children() - before < 3


def cpu_of_children():
    """Seconds of processor that finished children of this process took, and theirs."""
    spent = resource.getrusage(resource.RUSAGE_CHILDREN)
    return spent.ru_utime + spent.ru_stime


def test_a_taken_port_is_said_with_the_way_out(build):
    with socket.socket() as somebody:
        somebody.bind(("127.0.0.1", 0))
        somebody.listen()
        port = str(somebody.getsockname()[1])
        said = build(demo=True).test_cli_runner().invoke(args=["demo", "--port", port])
    assert said.exit_code == 1 and f"Port {port} is taken" in said.output and "PORT=" in said.output
