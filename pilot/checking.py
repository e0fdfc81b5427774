"""From rows of text to rows that can be loaded: every cell, every reference, every double, all errors at once."""

import unicodedata
from difflib import get_close_matches
from itertools import product

from models import Municipality
from rules import tokens

from .columns import SHEET, SHEETS, Wrong
from .kinds import KEEP, MUST_BE_FILLED, Odd, Reference
from .reading import Error, quoted


def check(tables, *, today):
    """Rows by model with their values, and the errors. `today` is given for a demonstration only: it allows `+14`."""
    known, rows, errors = Known(tables, today), {}, []
    for sheet in SHEETS:
        if sheet.name in tables:
            rows[sheet.model] = _checked(sheet, tables[sheet.name], known, errors)
    return rows, errors


class Known:
    """What a row may refer to: what stands in the files, and what is loaded already."""

    def __init__(self, tables, today):
        self.tables, self.today = tables, today
        self.codes = {sheet: self._codes(sheet) for sheet in _referred_to()}
        self.comuni = self._comuni()

    def code(self, file, text):
        """The code, if it is known. Of a file that was not read whole nothing is called unknown: one error is enough."""
        if text not in self.codes[file] and self._is_whole(file):
            raise Odd("" if file in self.tables else f"{file}.csv non c'è")
        return text

    def comune(self, text):
        """The ISTAT code of a comune by its name or code. Names are compared whole: Osio Sopra is not Osio Sotto."""
        istat = self.comuni.get(_folded(text))
        if not istat and self._is_whole("comuni"):
            near = get_close_matches(_folded(text), self.comuni, n=1)
            raise Odd(f"forse {self.names[self.comuni[near[0]]]}?" if near else "")
        return istat

    def territories(self, words):
        """The ISTAT codes of a list of comuni and ambiti, each once."""
        found = [istat for word in words for istat in self._territory(word)]
        return list(dict.fromkeys(found))

    def _territory(self, word):
        kind, _, name = word.partition(":")
        if kind.strip() != "ambito":
            return [self.comune(word)]
        ambito = self.ambiti.get(_folded(name))
        if not ambito and self._is_whole("comuni"):
            raise Odd(f"nessun comune è nell'ambito {quoted(name.strip())}")
        return ambito or []

    def _is_whole(self, file):
        return file not in self.tables or self.tables[file].whole

    def _codes(self, name):
        sheet = SHEET[name]
        in_file = {cells.get("codice") for _, cells in self._rows(name)}
        return in_file | {code for code, in sheet.model.select(sheet.model.code).tuples()}

    def _comuni(self):
        """ISTAT codes by folded name and by themselves; names and ambiti are gathered beside."""
        loaded = Municipality.select(Municipality.istat, Municipality.name, Municipality.ambito).tuples()
        in_file = [(cells.get("istat"), cells.get("nome", ""), cells.get("ambito", ""))
                   for _, cells in self._rows("comuni")]
        places = {istat: (name, ambito) for istat, name, ambito in [*loaded, *in_file]}
        self.ambiti, self.names = {}, {istat: name for istat, (name, _) in places.items()}
        for istat, (_, ambito) in places.items():
            self.ambiti.setdefault(_folded(ambito), []).append(istat)
        return {_folded(key): istat for istat, (name, _) in places.items() for key in (istat, name) if key}

    def _rows(self, name):
        return self.tables[name].rows if name in self.tables else []


def _referred_to():
    return {column.kind.to for sheet in SHEETS for column in sheet.columns
            if isinstance(column.kind, Reference)} - {"comuni"}


def _folded(text):
    return " ".join(text.casefold().split()).replace("’", "'")


# ---------------------------------------------------------------- rows

def _checked(sheet, table, known, errors):
    """The rows of one file that are right, as values by field; the others leave their errors."""
    rows, seen, agreed = [], {}, {}
    for number, cells in table.rows:
        values, wrong = _values(sheet, cells, known)
        wrong += _doubles(sheet, number, values, seen) + _disagreements(sheet, number, values, agreed)
        if not wrong and sheet.needed <= values.keys():
            values, wrong = _together(sheet, values)
        rows.append(values)
        errors += [Error(sheet.file, number, *one) for one in wrong]
    errors += _names_of_others(sheet, table, rows)
    return rows


def _values(sheet, cells, known):
    """The values of a row by field, and what is wrong: (column, found, expected)."""
    values, wrong = {}, []
    for column in sheet.columns:
        if column.name not in cells and not column.may_lack:
            continue  # the header's error has said so
        text = cells.get(column.name, "")
        try:
            values[column.field] = _value(column.kind, text, known)
        except _NotExpected as error:
            wrong.append((column.name, *error.args))
    return {field: value for field, value in values.items() if value is not KEEP}, wrong


class _NotExpected(Exception):
    """What was found, what was expected."""


def _value(kind, text, known):
    """One cell read; the rules that hold for every cell come first."""
    if text.startswith(("=", "@")):
        raise _NotExpected(f"una formula: {quoted(text)}", "un valore, non una formula")
    if any(unicodedata.category(letter) == "Cc" for letter in text):
        raise _NotExpected("un a capo o un carattere di controllo", "un testo su una riga sola")
    if len(text) > kind.longest:
        raise _NotExpected(f"{len(text)} caratteri: {quoted(text)}", f"al più {kind.longest} caratteri")
    if not text and kind.empty is not MUST_BE_FILLED:
        return kind.empty
    try:
        if not text:
            raise Odd
        return kind.read(text, known)
    except ValueError as why:
        hint = f" ({why})" if isinstance(why, Odd) and str(why) else ""
        raise _NotExpected(quoted(text) + hint, kind.expected) from None


def _together(sheet, values):
    """The whole row as its file sees it, once every cell is right by itself."""
    try:
        return sheet.together(dict(values)), []
    except Wrong as wrong:
        return values, [(wrong.column, "un valore che non va d'accordo con il resto della riga", wrong.expected)]


# ---------------------------------------------------------------- doubles

def _doubles(sheet, number, values, seen):
    """What stands in an earlier row already."""
    wrong = []
    for fields in filter(None, (sheet.key, (sheet.unique,) if sheet.unique else ())):
        for key in _keys(fields, values):
            if seen.setdefault((fields, key), number) != number:
                wrong.append((sheet.words(*fields), f"{_shown(fields, values)}, già alla riga {seen[fields, key]}",
                              "una riga sola"))
                break  # one error for a row of many comuni
    return wrong


def _keys(fields, values):
    """What makes a row the same as another; a row with a list of comuni stands for one row each."""
    if not all(field in values for field in fields):
        return []
    return product(*(_alike(field, values[field]) for field in fields))


def _alike(field, value):
    if isinstance(value, list):
        return value
    # a person's name as the loader will recognise it, or the same list would not find her again
    return [tokens.mark(b"double", value) if field == "name" and value else value]


def _shown(fields, values):
    return quoted(" ".join(str(values[field]) for field in fields
                           if values[field] and not isinstance(values[field], list)))


def _disagreements(sheet, number, values, agreed):
    """A person of several rows who is not the same in all of them."""
    if not sheet.same or not all(field in values for field in sheet.same):
        return []
    first, *others = (values[field] for field in sheet.same)
    before, row = agreed.setdefault(first, (others, number))
    if before == others:
        return []
    return [(sheet.words(*sheet.same[1:]), f"{quoted(' '.join(others))}, altro alla riga {row}",
             f"lo stesso in tutte le righe di {quoted(first)}")]


def _names_of_others(sheet, table, rows):
    """Names that something loaded already has under another key."""
    if not sheet.unique:
        return []
    key, unique = (sheet.model._meta.fields[name] for name in (*sheet.key, sheet.unique))
    in_file = {values.get(key.name) for values in rows}
    owners = {name: code for name, code in sheet.model.select(unique, key).tuples() if code not in in_file}
    return [Error(sheet.file, number, sheet.words(unique.name),
                  f"{quoted(values[unique.name])}, già caricato come {owners[values[unique.name]]}", "un nome nuovo")
            for (number, _), values in zip(table.rows, rows) if values.get(unique.name) in owners]
