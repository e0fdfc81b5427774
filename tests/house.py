"""What test_house.py reads the house with: its files as syntax trees, its templates as text."""

import ast
import re
import subprocess
from functools import lru_cache
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
NOT_OURS = {".venv", ".git", "var", "__pycache__", ".pytest_cache", ".hypothesis", ".node", "node_modules"}
OURS = {"app", "demonstration", "settings", "commands", "database", "serving", "models", "questions", "actions", "rules", "texting", "reports", "pilot",
        "wording", "views", "jobs", "carriers"}


def files(*patterns, under=""):
    """Every file of ours that matches, in order."""
    found = (file for pattern in patterns for file in (ROOT / under).rglob(pattern))
    return sorted({file for file in found if file.is_file() and not NOT_OURS & set(file.relative_to(ROOT).parts)})


def sources(*parts):
    """The Python files of the house (not its tests), or of some of its parts."""
    names = parts or OURS | {"migrations"}
    return [file for file in files("*.py") if part_of(file) in names]


def part_of(file):
    """Which part of the house a file belongs to: views, jobs, models."""
    return Path(file).relative_to(ROOT).parts[0].removesuffix(".py")


def name_of(file):
    """A file as a person names it."""
    return Path(file).relative_to(ROOT).as_posix()


@lru_cache(maxsize=None)
def tree(file):
    """A file's syntax tree."""
    return ast.parse(file.read_text())


def imports(file):
    """Every module a file imports, whole: `models`, `views.locks`, `requests`; also those inside functions."""
    package = file.relative_to(ROOT).with_suffix("").parts[:-1]
    for node in ast.walk(tree(file)):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            base = package[:len(package) - node.level + 1] if node.level else ()
            module = ".".join([*base, *([node.module] if node.module else [])])
            yield from (f"{module}.{alias.name}" for alias in node.names)


def calls(file, *names):
    """Every call of a function or method by these names: (line, name, the object before the dot or None, the call)."""
    for node in ast.walk(tree(file)):
        if isinstance(node, ast.Call):
            name = getattr(node.func, "attr", getattr(node.func, "id", None))
            if name in names:
                before = node.func.value if isinstance(node.func, ast.Attribute) else None
                yield node.lineno, name, before, node


def plain(template):
    """A template's HTML with what Jinja would do taken out: expressions become a word, comments nothing."""
    text = re.sub(r"\{#.*?#\}", "", template.read_text(), flags=re.S)
    return re.sub(r"\{\{.*?\}\}", "word", text, flags=re.S)


def kept_files():
    """Every file that is or would be committed."""
    listed = subprocess.run(["git", "ls-files", "-co", "--exclude-standard"], cwd=ROOT, capture_output=True, text=True)
    names = listed.stdout.splitlines() if listed.returncode == 0 else [name_of(file) for file in files("*")]
    return [ROOT / name for name in names if (ROOT / name).is_file()]
