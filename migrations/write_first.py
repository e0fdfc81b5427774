"""Writes 0001_first.py from models.py: `python -m migrations.write_first`. For use before the first release only.

peewee's own generator leaves out CHECK constraints and partial indexes, so the tables are kept as SQL.
"""

import textwrap
from pathlib import Path

import peewee

import models

FILE = Path(__file__).with_name("0001_first.py")
HEAD = '''"""The first tables, as frozen SQL: what models.py said on the day of the first release."""

import peewee

TABLES = """
{tables}
"""

# What the two engines call differently; everything else is the same SQL.
SQLITE = {{"{{id}}": "INTEGER NOT NULL PRIMARY KEY", "{{moment}}": "TEXT", "{{yes_or_no}}": "INTEGER"}}
POSTGRESQL = {{"{{id}}": "SERIAL NOT NULL PRIMARY KEY", "{{moment}}": "TIMESTAMPTZ", "{{yes_or_no}}": "BOOLEAN"}}


def up(migrator, db):
    """Create every table and index."""
    sql = TABLES
    for name, meaning in (SQLITE if isinstance(db, peewee.SqliteDatabase) else POSTGRESQL).items():
        sql = sql.replace(name, meaning)
    for statement in sql.split(";\\n"):
        if statement.strip():
            db.execute_sql(statement)
'''


def statements():
    """Every CREATE of models.py in PostgreSQL's words, with placeholders where SQLite's differ."""
    models.db.initialize(peewee.PostgresqlDatabase("none", field_types={"MOMENT": "{moment}", "BOOL": "{yes_or_no}"}))
    for model in peewee.sort_models(models.TABLES):
        schema = model._schema
        for context in (schema._create_table(safe=False), *schema._create_indexes(safe=False)):
            yield context.query()[0].replace("SERIAL NOT NULL PRIMARY KEY", "{id}")


def readable(statement):
    """One column a line."""
    head, bracket, body = statement.partition(" (")
    if not statement.startswith("CREATE TABLE"):
        return statement
    body = body.removesuffix(")").replace(', "', ',\n"').replace(", FOREIGN", ",\nFOREIGN").replace(", CHECK", ",\nCHECK")
    return f"{head}{bracket}\n{textwrap.indent(body, '    ')}\n)"


if __name__ == "__main__":
    FILE.write_text(HEAD.format(tables="\n".join(f"{readable(one)};" for one in statements())))
    print(f"wrote {FILE.name}")
