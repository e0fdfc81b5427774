"""Keeps the house as it is meant to be: who may import whom, who may write, and that every piece is complete."""

import ast
import re
from dataclasses import fields

import pytest
from house import OURS, ROOT, calls, files, imports, kept_files, name_of, part_of, plain, sources, tree
from pages import Page

import models
from settings import Settings

# Imports point downwards: a part may import what stands lower, and itself.
FLOORS = {"rules": 0, "carriers": 1, "models": 1, "questions": 2, "actions": 3, "texting": 4, "reports": 4, "pilot": 4,
          "wording": 4, "views": 5, "jobs": 5,
          "app": 6, "demonstration": 6, "settings": 6, "commands": 6, "database": 6, "serving": 6}
NETWORK = {"requests", "smtplib", "twilio", "http", "urllib3", "aiohttp", "ftplib", "imaplib"}

WRITES = {"create", "save", "insert", "insert_many", "insert_from", "update", "delete", "replace", "replace_many",
          "bulk_create", "bulk_update", "delete_instance", "delete_by_id", "set_by_id", "get_or_create", "execute_sql",
          "create_table", "create_tables", "drop_tables", "truncate_table", "atomic"}
EVERYBODYS = {"create", "insert", "update", "delete", "replace", "save"}  # dictionaries and lists have them too


def broken(lines):
    """Fail with one line for each thing that is not as it should be."""
    lines = list(lines)
    assert not lines, "\n" + "\n".join(lines)


# ---------------------------------------------------------------- who may import whom

def test_imports_point_downwards():
    broken(f"{name_of(file)} imports {module}" for file in sources() for module in set(imports(file))
           if not _allowed(part_of(file), module.split(".")[0], file, module))


def _allowed(here, there, file, module):
    if there not in OURS or here == there or here in ("migrations",) or FLOORS[here] == FLOORS["app"]:
        return True
    if there == "carriers":  # views never send; the one door that Twilio knocks at checks its signature
        return here == "jobs" or (name_of(file) == "views/twilio.py" and module.startswith("carriers.twilio"))
    return FLOORS[there] < FLOORS[here] and not (here == "carriers" and there == "models")


def test_rules_know_nothing_of_the_house():
    broken(f"{name_of(file)} imports {module}" for file in sources("rules") for module in imports(file)
           if module.split(".")[0] in OURS - {"rules"} or module.split(".")[0] in {"flask", "peewee", "playhouse"})


def test_models_read_no_settings_and_know_no_addresses():
    broken(f"models.py imports {module}" for module in imports(ROOT / "models.py")
           if module.split(".")[0] in {"flask", "settings", "flask_babel", "jinja2"})


def test_only_carriers_reach_outside():
    broken(f"{name_of(file)} imports {module}" for file in sources() for module in imports(file)
           if (module.split(".")[0] in NETWORK or module.startswith("urllib.request"))
           and part_of(file) not in ("carriers", "commands"))


# ---------------------------------------------------------------- who may write

def test_only_actions_write():
    tables = {model.__name__ for model in models.TABLES} | {"db"}
    broken(f"{name_of(file)}:{line} {ast.unparse(call)[:80]}"
           for file in sources() if part_of(file) not in ("actions", "migrations") and name_of(file) != "database.py"
           for line, name, before, call in calls(file, *WRITES) if _writes(name, before, tables))


def _writes(name, before, tables):
    root = before
    while isinstance(root, (ast.Attribute, ast.Call, ast.Subscript)):
        root = root.func if isinstance(root, ast.Call) else root.value
    on_a_table = isinstance(root, ast.Name) and root.id in tables | {"models"}
    return on_a_table or (before is not None and name not in EVERYBODYS and name != "replace")


def test_no_network_call_while_a_transaction_is_open():
    broken(f"{name_of(file)}: actions never import carriers" for file in sources("actions")
           for module in imports(file) if module.startswith("carriers"))


# ---------------------------------------------------------------- words

def kinds():
    """Every message kind that some verb puts into the outbox."""
    return {kind for file in sources("actions") for kind in _kinds_of(file)}


def _kinds_of(file):
    for _, _, _, call in calls(file, "queue", "_queue"):
        for node in ast.walk(call.args[0]) if call.args else ():
            if isinstance(node, ast.Constant) and isinstance(node.value, str) and re.fullmatch("[a-z_]+", node.value):
                yield node.value


def test_every_message_kind_has_words_in_every_language():
    found = kinds()
    assert found
    there = {file.name for file in files("*", under="templates/messages")}
    broken(f"no templates/messages/{kind}.{language}.txt" for kind in sorted(found) for language in ("it", "en")
           if f"{kind}.{language}.txt" not in there)


def test_every_mail_in_html_is_there_as_plain_text_too():
    broken(f"{name_of(file)} has no .txt beside it" for file in files("*.html", under="templates/messages")
           if not file.name.startswith("_") and not file.with_suffix(".txt").exists())


def test_every_word_of_a_page_has_its_english():
    from babel.messages.extract import extract_from_file
    from babel.messages.pofile import read_po
    with open(ROOT / "translations/en/LC_MESSAGES/messages.po", "rb") as file:
        said = {message.id: message.string for message in read_po(file) if message.id and not message.fuzzy}
    keywords = {"_": None, "gettext": None, "ngettext": (1, 2), "_l": None, "lazy_gettext": None, "N_": None, "pgettext": ((1, "c"), 2)}
    missing = set()
    for file in [*sources(), *files("*", under="templates")]:
        if file.suffix in (".py", ".html", ".txt"):
            method = "python" if file.suffix == ".py" else "jinja2"
            for _, message, _, _ in extract_from_file(method, str(file), keywords=keywords):
                for one in [message] if isinstance(message, str) else message[:1]:
                    if not said.get(one) and not any(key[0] == one for key in said if isinstance(key, tuple)):
                        missing.add(f"{name_of(file)}: {one}")
    broken(sorted(missing))


# ---------------------------------------------------------------- templates

FRAGMENTS = [file for file in files("_*.html", under="templates") if file.parent.name != "messages"]
TEMPLATES = [file for file in files("*.html", under="templates")]
PAGES = [file for file in TEMPLATES if file.parent.name != "messages"]  # mail has its own rules: no style sheet reaches it


@pytest.mark.parametrize("file", FRAGMENTS, ids=name_of)
def test_a_fragment_has_one_root_with_an_id_and_says_what_it_needs(file):
    assert re.match(r"\{#((?!#\}).)*\bNeeds\b", file.read_text(), re.S), "it does not begin with what it needs"
    assert "{% extends" not in file.read_text() and "{%- extends" not in file.read_text()
    roots = one_branch_roots(file)
    assert len(roots) == 1, f"roots: {roots}"
    assert "id" in roots[0][1], "its root has no id"


def one_branch_roots(file):
    """The elements a fragment begins with; of alternatives ({% else %}) only the first is looked at."""
    text = re.sub(r"\{%-?\s*(macro|set \w+\s*-?%)(.*?)\{%-?\s*end(macro|set)\s*-?%\}", "", plain_with_cards(file), flags=re.S)
    alternative = re.compile(r"\{%-?\s*(?:else|elif)\b((?:(?!\{%-?\s*(?:if|endif|for|endfor)\b).)*?)(\{%-?\s*endif)", re.S)
    innermost = re.compile(r"\{%-?\s*(?:if|for)\b[^%]*%\}((?:(?!\{%-?\s*(?:if|endif|for|endfor)\b).)*?)\{%-?\s*(?:endif|endfor)\s*-?%\}", re.S)
    while True:
        shorter = innermost.sub(r"\1", alternative.sub(r"\2", text))
        if shorter == text:
            break
        text = shorter
    return Page(re.sub(r"\{%.*?%\}", "", text, flags=re.S)).roots


def plain_with_cards(file):
    """A fragment whose root is the macro `card` has an article as its root."""
    text = re.sub(r"\{#.*?#\}", "", file.read_text(), flags=re.S)
    text = re.sub(r"\{%-?\s*call\s+m\.(card|post_form)\((.*?)\)\s*-?%\}",
                  lambda found: f'<{found[1]}{" id=word" if "id=" in found[2] else ""}>', text, flags=re.S)
    opened = re.findall(r"<(card|post_form)\b", text)
    text = re.sub(r"\{%-?\s*endcall\s*-?%\}", lambda _: "</call>", text)
    text = re.sub(r"<(?:card|post_form)\b", "<call", text) if opened else text
    return re.sub(r"\{\{.*?\}\}", "word", text, flags=re.S)


@pytest.mark.parametrize("file", PAGES, ids=name_of)
def test_a_page_runs_no_script_and_wears_no_style_of_its_own(file):
    text = plain(file)
    assert not re.search(r"<style|\sstyle\s*=|\son[a-z]+\s*=|javascript:|\bhx-on", text, re.I)
    assert all("src=" in script for script in re.findall(r"<script[^>]*>", text, re.I))


@pytest.mark.parametrize("file", TEMPLATES, ids=name_of)
def test_a_page_asks_nothing_of_third_parties(file):
    assert not re.search(r"""(?:src|href|action|hx-\w+)\s*=\s*["']?(?:https?:)?//""", plain(file))


# ---------------------------------------------------------------- files

@pytest.mark.parametrize("file", sources(), ids=name_of)
def test_a_file_opens_with_a_sentence_and_public_things_say_what_they_are(file):
    said = ast.get_docstring(tree(file)) or ""
    assert said and said.split("\n")[0].rstrip(")").endswith((".", ":", "?")), "no sentence at the top"
    broken(f"{name_of(file)}:{node.lineno} {node.name} has no docstring" for node in _public(tree(file))
           if not ast.get_docstring(node))


def _public(parent):
    for node in ast.iter_child_nodes(parent):
        if isinstance(node, (ast.FunctionDef, ast.ClassDef)) and not node.name.startswith("_"):
            yield node
            if isinstance(node, ast.ClassDef) and node.name != "Meta":
                yield from (one for one in _public(node) if getattr(one, "name", "") != "Meta"
                            and one.name not in ("db_value", "python_value", "convert"))


def test_no_name_says_nothing():
    empty = re.compile(r"^(get|handle|process)_|(^|_)(data|manager|helper|helpers|util|utils)$")
    broken(f"{name_of(file)}:{node.lineno} {node.name}" for file in sources() for node in ast.walk(tree(file))
           if isinstance(node, (ast.FunctionDef, ast.ClassDef)) and empty.search(node.name)
           and node.name != "process_formdata")  # WTForms' own word
    broken(name_of(file) for file in sources() if empty.search(file.stem))


def test_a_test_is_named_by_a_sentence():
    broken(f"{name_of(file)}: {node.name}" for file in files("test_*.py", under="tests") for node in ast.walk(tree(file))
           if isinstance(node, ast.FunctionDef) and node.name.startswith("test_") and node.name.count("_") < 3)


def test_every_setting_is_in_the_readme():
    said = (ROOT / "README.md").read_text()
    broken(f"{field.name.upper()} is not in README.md" for field in fields(Settings) if f"`{field.name.upper()}`" not in said)


def test_every_command_is_in_the_readme():
    import click

    import commands
    said = (ROOT / "README.md").read_text()
    names = [one.name for one in vars(commands).values() if isinstance(one, click.Command)]
    assert len(names) > 5
    broken(f"`{name}` is not in README.md" for name in names if name not in said)


def test_every_pin_is_exact():
    for name in ("requirements.txt", "tests/requirements.txt"):
        lines = [line for line in (ROOT / name).read_text().splitlines() if line and not line.startswith(("#", "-r"))]
        broken(f"{name}: {line}" for line in lines if not re.fullmatch(r"[\w.-]+(\[\w+\])?==[\w.]+", line))


def test_nothing_points_out_of_the_project():
    # put together here, so that this file does not find itself
    elsewhere = re.compile("|".join(["\\.\\./" + "shared", "/" + "work/(main|shared)", "local" + "host:\\d+/simple"]))
    text = (".py", ".html", ".txt", ".md", ".toml", ".css", ".js", ".csv", ".service", ".timer", ".yaml", ".yml", ".json", "")
    broken(name_of(file) for file in kept_files() if file.suffix in text and file.name != "test_house.py"
           and elsewhere.search(file.read_text(errors="replace")))
