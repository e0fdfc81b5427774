"""Cells of a spreadsheet: what a program would run as a formula is made text."""

RUNS = ("=", "+", "-", "@", "\t", "\r")


def neutral(cell) -> str:
    """The cell as it may stand in a file that a spreadsheet opens: an apostrophe before what would be a formula."""
    text = str(cell)
    return f"'{text}" if text.startswith(RUNS) else text
