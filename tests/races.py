"""Many processes at once, for the tests of races: what each says, dealt out, and what became of it."""

import json
import os
import subprocess
import sys
from collections import Counter
from pathlib import Path

from cast import new_phone

from models import Employee


def say_at_once(app, at, lists) -> Counter:
    """Say lists of lines, each list in a process of its own, side by side; counts what became of them: (verb, outcome)."""
    told = {"at": at.isoformat(), "lines": lists, "settings": {
        name: getattr(app.settings, name) for name in ("database_url", "secret_key", "encryption_key")}}
    here = Path(__file__).parent
    done = subprocess.run([sys.executable, str(here / "racing.py")], input=json.dumps(told), text=True,
                          capture_output=True, timeout=120, env={**os.environ, "PYTHONPATH": str(here.parent)})
    assert done.returncode == 0, done.stderr[-3000:]
    became = json.loads(done.stdout)
    broken = [error for _verb, _outcome, error in became if error]
    assert not broken, f"{len(broken)} of {len(became)} broke; the first:\n{broken[0]}"
    return Counter((verb, outcome) for verb, outcome, _error in became)


def people(cast, at, how_many):
    """So many people of Gianni's firm, each with a number of their own."""
    return [Employee.create(phone=new_phone(str(500 + n)), company=cast.firm, first_name=f"P{n}", word=f"mela{n}",
                            joined_at=at, approved_at=at) for n in range(how_many)]


def dealt(lines, processes):
    """Lines dealt out to so many processes."""
    return [lines[n::processes] for n in range(processes)]
