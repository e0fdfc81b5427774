"""From a folder of CSV files to rows of text: encoding, separator, header, one dictionary per row."""

import csv
import io
from dataclasses import dataclass, field
from pathlib import Path
from typing import NamedTuple

from .columns import SHEET, SHEETS

SHOWN = 60   # characters of a cell that an error repeats


class Error(NamedTuple):
    """One thing that is wrong: where it stands, what was found, what was expected. The header is row 1."""

    file: str
    row: int | None
    column: str
    found: str
    expected: str

    def __str__(self):
        place = [self.file, f"riga {self.row}" if self.row else "", f"colonna {self.column}" if self.column else ""]
        return f"{', '.join(filter(None, place))}: trovato {self.found}; serve {self.expected}."


@dataclass
class Table:
    """One file as read: `rows` are pairs of a row's number and its cells by column; not `whole`: part was unreadable."""

    name: str
    rows: list = field(default_factory=list)
    columns: list = field(default_factory=list)
    whole: bool = True
    last: int = 0    # the last row that was read


def read(folder: Path):
    """The tables by name, and the errors of their form. Raises nothing for anything that stands in a folder."""
    if not folder.is_dir():
        return {}, [Error(str(folder), None, "", "niente, o non una cartella", "una cartella di file CSV")]
    files = sorted(path for path in folder.iterdir() if path.is_file() and not _is_a_note(path))
    errors = [_unknown_file(path) for path in files if not _is_ours(path)]
    tables = {path.stem: _table(path, errors) for path in files if _is_ours(path)}
    if not files:
        errors.append(Error(str(folder), None, "", "una cartella senza file CSV", _our_files()))
    return tables, errors


def quoted(text):
    """A cell's text as an error shows it."""
    return f"«{text[:SHOWN]}{'…' if len(text) > SHOWN else ''}»" if text else "una cella vuota"


# ---------------------------------------------------------------- files

def _is_ours(path):
    return path.suffix == ".csv" and path.stem in SHEET


def _is_a_note(path):
    return path.name.startswith(".") or path.suffix == ".md"


def _unknown_file(path):
    return Error(path.name, None, "", "un file sconosciuto", _our_files())


def _our_files():
    return "uno di: " + ", ".join(sheet.file for sheet in SHEETS)


def _table(path, errors):
    """One file; what cannot be read of it is added to `errors`."""
    table = Table(path.stem)
    try:
        _fill(table, _decoded(path), errors)
    except UnicodeDecodeError as wrong:
        row = wrong.object[:wrong.start].count(b"\n") + 1
        found = f"il byte {wrong.object[wrong.start]:#04x} alla posizione {wrong.start}, che non è UTF-8"
        _unreadable(table, row, found, "un file salvato in UTF-8", errors)
    except csv.Error as wrong:
        _unreadable(table, table.last + 1, f"un file che non è CSV ({wrong})", "virgolette aperte e chiuse", errors)
    return table


def _unreadable(table, row, found, expected, errors):
    table.whole = False
    errors.append(Error(f"{table.name}.csv", row, "", found, expected))


def _decoded(path):
    # decoded first and stripped of its mark afterwards, so that an error counts the bytes of the file as it is
    return path.read_bytes().decode("utf-8").removeprefix("\ufeff")


# ---------------------------------------------------------------- rows

def _fill(table, text, errors):
    """The header and the rows of one file."""
    lines = csv.reader(io.StringIO(text, newline=""), delimiter=_separator(text), strict=True)
    table.columns = [name.strip() for name in next(lines, [])]
    errors += _header_errors(table)
    table.last = lines.line_num
    for cells in lines:
        row, table.last = table.last + 1, lines.line_num
        cells = [cell.strip() for cell in cells]
        if any(cells):
            table.rows.append((row, _by_column(table, row, cells, errors)))


def _separator(text):
    """Semicolon where the header has it: spreadsheets write so wherever the comma belongs to numbers."""
    return ";" if ";" in text.partition("\n")[0] else ","


def _header_errors(table):
    """Columns that are missing, unknown or written twice."""
    sheet, file = SHEET[table.name], f"{table.name}.csv"
    missing = [column.name for column in sheet.columns if column.name not in table.columns and not column.may_lack]
    table.whole = not missing
    for name in missing:
        yield Error(file, 1, name, "nessuna colonna con questo nome", "la colonna, anche se le celle sono vuote")
    for place, name in enumerate(table.columns):
        if name not in sheet.names:
            yield Error(file, 1, name, f"una colonna sconosciuta: {quoted(name)}",
                        "solo: " + ", ".join(sheet.names))
        elif name in table.columns[:place]:
            yield Error(file, 1, name, "la stessa colonna due volte", "una colonna sola")


def _by_column(table, row, cells, errors):
    """One row's cells by column; cells that a short row lacks are empty."""
    more = [cell for cell in cells[len(table.columns):] if cell]
    if more:
        errors.append(Error(f"{table.name}.csv", row, "", f"{len(cells)} celle, l'ultima {quoted(more[-1])}",
                            f"{len(table.columns)} celle (un testo con il separatore va tra virgolette)"))
    return dict(zip(table.columns, cells + [""] * len(table.columns)))
