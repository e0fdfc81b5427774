"""Opening the database that `DATABASE_URL` names, and bringing its tables up to date."""

import fcntl
from contextlib import contextmanager
from pathlib import Path

import peewee
from playhouse.db_url import parse
from playhouse.migrations import Runner
from playhouse.pool import PooledPostgresqlDatabase

from models import Consortium, Cooperative, Instance, Municipality, Phone, Project
from settings import ROOT

MIGRATIONS = ROOT / "migrations"
MIGRATION_LOCK = 5_149_338  # any number of our own: PostgreSQL's advisory locks are named by numbers
PRAGMAS = {
    "journal_mode": "wal",
    "foreign_keys": 1,
    "busy_timeout": 5000,
    "synchronous": "FULL",  # a confirmed visit survives a power cut; costs a fifth of the write throughput
}


def open_database(url):
    """The database behind a URL, not yet connected: each thread connects at its first query."""
    if url.startswith("sqlite"):
        return _sqlite(sqlite_file(url))
    return _postgresql(url)


def sqlite_file(url):
    """The file of a SQLite URL; a relative one lies in the project's folder, wherever the command was typed."""
    return ROOT / url.removeprefix("sqlite:///")


def _sqlite(file):
    file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    # IMMEDIATE: a transaction that reads first and writes later would meet "database is locked" at its write
    return peewee.SqliteDatabase(str(file), pragmas=PRAGMAS, lock_type="IMMEDIATE", field_types={"MOMENT": "TEXT"})


def _postgresql(url):
    wanted = {"connect_timeout": 5, **parse(url, unquote_password=True, unquote_user=True)}
    return PooledPostgresqlDatabase(
        max_connections=20, stale_timeout=300, timeout=10, field_types={"MOMENT": "TIMESTAMPTZ"}, **wanted)


def is_sqlite(database):
    """Whether this is the embedded engine."""
    return isinstance(database, peewee.SqliteDatabase)


def rest(database):
    """Give a connection back when a visit or a job ends. SQLite's stays with its thread: 43% less work a page."""
    if not is_sqlite(database) and not database.is_closed() and not database.in_transaction():
        database.close()


# ---------------------------------------------------------------- migrations

def migrate(database):
    """Apply what is not yet applied; the names of what was. Of two that start at once, one waits for the other."""
    if not Runner(database, str(MIGRATIONS)).migrations():
        raise FileNotFoundError(f"There are no migrations in {MIGRATIONS}: this copy of the project is not whole.")
    with _alone(database):
        return Runner(database, str(MIGRATIONS)).up()


def pending(database):
    """The names of migrations that this database has not seen."""
    return [m.name for m in Runner(database, str(MIGRATIONS)).status() if m.path and not m.applied]


@contextmanager
def _alone(database):
    if is_sqlite(database):
        with open(f"{database.database}.lock", "w") as file:
            fcntl.flock(file, fcntl.LOCK_EX)  # let go when the file closes
            yield
        return
    database.execute_sql("SELECT pg_advisory_lock(%s)", (MIGRATION_LOCK,))
    try:
        yield
    finally:
        database.execute_sql("SELECT pg_advisory_unlock(%s)", (MIGRATION_LOCK,))


# ---------------------------------------------------------------- whose database it is

def instance_of(database):
    """The one row that says what this database is; None before it was made. Raises peewee's errors if unreachable."""
    if not database.table_exists(Instance._meta.table_name):
        return None
    return Instance.select().first()


def is_demonstration(database):
    """Whether this database is marked as a demonstration."""
    row = instance_of(database)
    return bool(row and row.demonstration)


def is_empty(database):
    """Whether nothing was loaded yet, and nobody has written."""
    return not database.table_exists(Project._meta.table_name) or not any(
        model.select().exists() for model in (Project, Municipality, Consortium, Cooperative, Phone))


def backup_sqlite(database, file: Path):
    """A copy while everything goes on. In one step: in small ones it starts again at every write and never ends."""
    import sqlite3

    with sqlite3.connect(file) as copy:
        database.connection().backup(copy, pages=-1)
    copy.close()
