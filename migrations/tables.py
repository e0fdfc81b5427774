"""Prints the SQL of models.py, to copy from into the next migration: `python -m migrations.tables [TABLE ...]`.

peewee's own generator leaves out CHECK constraints and partial indexes, so migrations are kept as SQL.
"""

import re
import sys
import textwrap

import peewee

import models


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
    for one in statements():
        if len(sys.argv) == 1 or re.search('(?:TABLE|ON) "(\\w+)"', one)[1] in sys.argv[1:]:
            print(f"{readable(one)};")
