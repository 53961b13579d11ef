"""A page is rendered again when the events, the question or the day differ, and only then."""

from __future__ import annotations

import sqlite3

import pytest

from ledger.pages import kept
from ledger.pages.kept import Kept


@pytest.fixture
def tables():
    connection = sqlite3.connect(":memory:")
    connection.execute("CREATE TABLE _cursor (seq, root, fingerprint, vault_version, latest_on, as_of)")
    connection.execute("INSERT INTO _cursor VALUES (1, 'aa', 'code', 7, '2024-01-01', NULL)")
    return connection


class Page:
    """Counts how often it is rendered."""

    def __init__(self, text: str | None = "page") -> None:
        self.text, self.rendered = text, 0

    def __call__(self) -> str | None:
        self.rendered += 1
        return self.text


def test_the_same_question_is_rendered_once(tables):
    pages, page = Kept(), Page()
    assert [pages.page(tables, ("/", "fr"), page) for _ in range(3)] == ["page"] * 3
    assert page.rendered == 1
    pages.page(tables, ("/", "en"), page)
    assert page.rendered == 2


@pytest.mark.parametrize("change", ["seq = 2", "root = 'bb'", "fingerprint = 'other'", "vault_version = 8"])
def test_other_events_code_or_names_are_rendered_again(tables, change):
    pages, page = Kept(), Page()
    pages.page(tables, "/", page)
    tables.execute(f"UPDATE _cursor SET {change}")
    page.text = "new"
    assert [pages.page(tables, "/", page) for _ in range(2)] == ["new", "new"]
    assert page.rendered == 2


def test_what_changed_while_it_was_rendered_is_not_kept(tables):
    pages, page = Kept(), Page()

    def overtaken() -> str:
        tables.execute("UPDATE _cursor SET seq = seq + 1")
        return "half old, half new"

    pages.page(tables, "/", overtaken)
    assert pages.page(tables, "/", page) == "page"


def test_a_page_that_is_not_there_is_asked_for_again(tables):
    pages, page = Kept(), Page(None)
    assert [pages.page(tables, "/", page) for _ in range(2)] == [None, None]
    assert page.rendered == 2


def test_memory_is_bounded(tables, monkeypatch):
    monkeypatch.setattr(kept, "MOST", 3)
    pages = Kept()
    for number in range(10):
        pages.page(tables, number, Page())
    assert len(pages._pages) <= 3
