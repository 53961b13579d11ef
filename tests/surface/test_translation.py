"""French everywhere: each text of the pages, each column, each piece of Datasette that stays in use."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import datasette
import pytest
from babel.messages.pofile import read_po
from jinja2 import Environment, nodes

from ledger import pages
from ledger.data import locate
from ledger.language.catalogue import LOCALE, _, pgettext, speaking
from ledger.pages import cells, core_texts, labels
from ledger.readmodel.schema import descriptions

TEMPLATES = sorted((locate("datasette") / "templates").glob("*.html"))
SOURCES = [
    *sorted(Path(pages.__file__).parent.glob("*.py")),
    *sorted((locate("datasette") / "plugins").glob("*.py")),
    *(Path(pages.__file__).parent.parent / name for name in ("serving.py", "data.py")),
]
CORE = Path(datasette.__file__).parent / "templates"
SAME_IN_BOTH = {
    "Menu",
    "Part",
    "Pages",
    "Date",
    "Condition",
    "{number} lieux",
    "{count} lieu",
    "Lieu",
    "Tables",
}


def _of_template(path: Path) -> Iterator[str]:
    for call in Environment(autoescape=True).parse(path.read_text(encoding="utf-8")).find_all(nodes.Call):
        if isinstance(call.node, nodes.Name) and call.node.name in ("_", "ngettext"):
            yield from (each.value for each in call.args[:1] if isinstance(each, nodes.Const))


def _of_python(path: Path) -> Iterator[str]:
    for call in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        named = isinstance(call, ast.Call) and getattr(call.func, "id", None) in ("_", "N_", "ngettext")
        if named and isinstance(call.args[0], ast.Constant):
            yield call.args[0].value


def _messages() -> dict[str, Any]:
    with (LOCALE / "fr" / "LC_MESSAGES" / "surface.po").open("rb") as file:
        return {(m.context, m.id if isinstance(m.id, str) else m.id[0]): m for m in read_po(file) if m.id}


@pytest.mark.parametrize("path", [*TEMPLATES, *SOURCES], ids=lambda path: path.name)
def test_each_text_has_its_french(path: Path) -> None:
    known = _messages()
    said = set(_of_template(path) if path.suffix == ".html" else _of_python(path))
    assert sorted(text for text in said if (None, text) not in known) == []


def test_no_text_is_translated_for_nothing() -> None:
    said = {text for path in TEMPLATES for text in _of_template(path)}
    said |= {text for path in SOURCES for text in _of_python(path)}
    assert sorted(id for context, id in _messages() if context is None and id not in said) == []


def test_french_keeps_the_fields_and_says_something_else() -> None:
    for (context, id), message in _messages().items():
        strings = [message.string] if isinstance(message.string, str) else list(message.string)
        for text in strings:
            assert text, id
            assert sorted(re.findall(r"{\w+}", text)) == sorted(re.findall(r"{\w+}", id)), id
        if context is None and len(id) > 12:
            assert id in SAME_IN_BOTH or strings[0] != id


def test_the_pages_speak_their_own_french_whatever_other_rooms_say() -> None:
    """Domains are chained: another room's translation of the same English words comes first."""
    with speaking("fr"):
        for (context, id), message in _messages().items():
            if context is None and isinstance(message.string, str):
                assert _(id) == message.string, id


def test_each_table_and_column_has_a_name_in_french() -> None:
    known = _messages()
    for table, columns in descriptions().items():
        assert ("table", labels.english_table(table)) in known, table
        for column in filter(None, columns):
            assert ("column", labels.english_column(column)) in known, f"{table}.{column}"


def test_each_state_has_a_name_in_french() -> None:
    with speaking("fr"):
        for table, states in cells.STATES.items():
            for word in states:
                assert (f"state of {table}", word.replace("_", " ")) in _messages(), f"{table}: {word}"
    with speaking("en"):
        assert cells.state("partly_received", "instalments") == "partly received"
        assert pgettext("column", "Paid on") == "Paid on"


@pytest.mark.parametrize(
    ("template", "quotation", "text"),
    [(name, *pair) for name, pairs in core_texts.CORE_TEXTS.items() for pair in pairs],
)
def test_each_quoted_text_stands_in_the_pinned_datasette(template: str, quotation: str, text: str) -> None:
    source = (CORE / template).read_text(encoding="utf-8")
    assert quotation in source
    assert text in quotation
    assert f'{{{{ _("{text}") }}}}' in core_texts.translatable(template, source)


def test_the_templates_of_ours_replace_those_that_datasette_has() -> None:
    ours = {path.name for path in TEMPLATES}
    theirs = {path.name for path in CORE.glob("*.html")}
    assert {
        "base.html",
        "table.html",
        "_table.html",
        "row.html",
        "database.html",
        "query.html",
        "error.html",
    } <= ours & theirs


def test_no_french_stands_in_a_template() -> None:
    for path in TEMPLATES:
        text = re.sub(
            r"<(textarea|style)\b.*?</\1>|{% block body_class %}\w+{% endblock %}|{%.*?%}|{{.*?}}|{#.*?#}",
            "",
            path.read_text(encoding="utf-8"),
            flags=re.DOTALL,
        )
        assert not re.search(r"[àâçéèêëîïôùûœ]", text), path.name
        bare = re.sub(r"<[^>]*>|&\w+;", " ", text)
        words = set(re.findall(r"[A-Za-z]{4,}", bare)) - {"DOCTYPE", "html"}
        assert not words, f"{path.name}: {words}"
