"""One SQL for both engines: what they call differently stands in braces."""

import peewee

SQLITE = {"{id}": "INTEGER NOT NULL PRIMARY KEY", "{moment}": "TEXT", "{yes_or_no}": "INTEGER"}
POSTGRESQL = {"{id}": "SERIAL NOT NULL PRIMARY KEY", "{moment}": "TIMESTAMPTZ", "{yes_or_no}": "BOOLEAN"}


def run(db, sql: str):
    """Execute each statement, in the engine's own words."""
    for name, meaning in (SQLITE if isinstance(db, peewee.SqliteDatabase) else POSTGRESQL).items():
        sql = sql.replace(name, meaning)
    for statement in sql.split(";\n"):
        if statement.strip():
            db.execute_sql(statement)
