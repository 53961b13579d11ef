"""The pages that are documents: their figures, their neighbours, who recorded what, and what a funder's file has."""

from __future__ import annotations

import re
import sqlite3
from collections.abc import AsyncIterator, Callable
from contextlib import closing
from html import unescape
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio
from tests.conftest import FOUNDING, Clock, write
from tests.reports.test_documents import MONEY, WORK
from tests.surface.conftest import served
from tests.surface.test_pages import Page

from ledger.funds.trail import trail
from ledger.language.formats import plain
from ledger.readmodel import audiences
from ledger.service.ledger import Ledger

pytestmark = pytest.mark.asyncio(loop_scope="session")

SHARED = """insert into expenses (id, payment_id, amount_cents, paid_cents, share_bp, label, paid_on, convention_id,
    has_invoice, has_payment, disallowed_cents, recorded_seq, seq)
  select 'E-9#2', id, 5000, 10000, 5000, 'Part of another', paid_on, 'ANCT-2024', 1, 1, 0, recorded_seq, seq
  from expenses where id = 'E-2024-001'"""


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def small(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Any]:
    """Pages over a ledger with a call and a contract of accompaniment."""
    folder = tmp_path_factory.mktemp("small")
    with Ledger.create(folder / "ledger", "en", Clock()) as ledger:
        ledger.record_file(write(folder, "founding.yaml", FOUNDING))
        ledger.folder.write_me("coord")
        ledger.record_file(write(folder, "money.yaml", MONEY), author="coord")
        ledger.record_file(write(folder, "work.yaml", WORK), author="coord")
        members = ledger.folder.members
    async with served(members, language="en", as_of="2024-03-05") as datasette:
        yield datasette


async def text(datasette: Any, path: str) -> str:
    answer = await datasette.client.get(path)
    assert answer.status_code == 200, path
    return words(answer.text)


def words(html: str) -> str:
    """What a page says, on one line."""
    return re.sub(r"\s+", " ", plain(unescape(re.sub(r"<[^>]*>", " ", html))))


def rows(html: str) -> list[str]:
    """The rows of the payments of a trail."""
    return (
        html.partition('id="expenses"')[2].partition("<tbody>")[2].partition("</tbody>")[0].split("<tr>")[1:]
    )


async def test_a_report_leads_to_its_neighbours_and_says_which_it_is(surface: Any) -> None:
    page = Page((await surface.client.get("/funding/ANCT-2024/report?year=2025&lang=en")).text)
    links = [attrs for attrs in page.all("a") if str(attrs.get("href")).startswith("/funding/ANCT-2024/")]
    assert {str(each["href"]).rpartition("/")[2] for each in links} >= {
        "report?year=2024", "report?year=2026", "plan", "calendar", "indicators", "kick-off", "mid-term", "final",
    }  # fmt: skip
    current = [each["href"] for each in links if each.get("aria-current")]
    assert current == ["/funding/ANCT-2024/report?year=2025"]


async def test_the_report_page_has_the_figures_of_arles(surface: Any) -> None:
    said = await text(surface, "/funding/ANCT-2024/report?year=2024&lang=en")
    for figure in ("€36,000", "€33,600", "€2,688", "€4,500", "€3,812", "€1,400", "€10,000"):
        assert figure in said, figure
    assert "Certified by the legal representative" in said


@pytest.mark.parametrize("year", ["3000", "x'--"])
async def test_a_year_that_is_none_of_the_convention_is_refused_with_its_years(
    surface: Any, year: str
) -> None:
    answer = await surface.client.get(f"/funding/ANCT-2024/report?year={year}&lang=en")
    assert answer.status_code == 400
    assert "give a whole number from 2024 to 2026" in words(answer.text)


async def test_the_trail_page_starts_with_ten_minutes(surface: Any) -> None:
    html = (await surface.client.get("/funding/ANCT-2024?lang=en")).text
    said = words(html)
    assert "in force since 10 January 2024, 6 members" in said
    assert "yes: 6 lieux have a line" in said
    assert html.index('id="first"') < html.index('id="way"') < html.index('id="expenses"')
    assert "that no other money paid for it" in said


async def test_each_payment_says_in_what_capacity_it_was_recorded(surface: Any) -> None:
    html = (await surface.client.get("/funding/ANCT-2024?lang=fr")).text
    assert len(rows(html)) == 30
    assert sum("coordination du réseau" in row for row in rows(html)) >= 20
    assert all("coord<" not in row and ">fab<" not in row for row in rows(html))


async def test_a_part_of_a_shared_payment_shows_the_proofs_of_the_payment(
    doctored: Callable[..., Any],
) -> None:
    with doctored(SHARED) as members:
        async with served(members) as datasette:
            html = (await datasette.client.get("/funding/ANCT-2024?lang=en")).text
        with closing(sqlite3.connect(members)) as db:
            found = {row["expense"]: row["evidence"] for row in trail(db, "ANCT-2024")["rows"]}
    (row,) = (row for row in rows(html) if "Part of another" in row)
    assert "no receipt" not in words(row)
    assert all(f"{sha256}  E-9#2" in unescape(html) for sha256 in found["E-9#2"])
    assert found["E-9#2"] == found["E-2024-001"]
    assert len(found["E-9#2"]) == 2


async def test_nothing_spent_is_said_so_and_not_a_hundred_per_cent(doctored: Callable[..., Any]) -> None:
    with doctored("delete from expenses") as members:
        async with served(members, language="en") as datasette:
            assert "100%" not in await text(datasette, "/funding")
            for path in ("/funding/ANCT-2024", "/funding/ANCT-2024/mid-term"):
                assert "nothing was spent yet" in await text(datasette, path), path


async def test_a_call_page_has_its_criteria_and_answers(small: Any) -> None:
    said = await text(small, "/calls/appel")
    assert "Ouvert à tous not met met" in said
    assert said.index("La Halle") < said.index("L'Atelier"), "as they were filed"
    assert "never ranked against one another" in said
    assert "Calls and applications" in await text(small, "/funding")


async def test_a_contract_page_has_its_missions_and_no_vote(small: Any) -> None:
    assert "Aider à démarrer" in await text(small, "/contracts")
    said = await text(small, "/contracts/AC")
    assert "no seat, no vote" in said
    assert "€1,000" in said
    assert "il manque les habitants" in said


@pytest.mark.parametrize("id", ["appel", "c-atelier", "AC", "L1", "inscrits"])
async def test_what_a_document_speaks_of_has_its_history(small: Any, id: str) -> None:
    answer = await small.client.get(f"/show/{id}")
    assert answer.status_code == 200
    history = answer.text.partition('id="history"')[2]
    assert "/events/" in history


async def test_links_that_lead_nowhere_are_not_shown(surface: Any) -> None:
    page = Page((await surface.client.get("/funding")).text)
    shown = {attrs.get("href") for attrs in page.all("a")}
    assert "/calendar" in shown
    assert "/contracts" not in shown, "there is none in Arles"


async def test_a_funder_sees_the_role_of_who_recorded_and_nobody(arles: Path, tmp_path: Path) -> None:
    path = tmp_path / "funder-anct.db"
    audiences.write(arles / "views" / "members.db", path, "anct")
    with closing(sqlite3.connect(path)) as db:
        columns = {row[1] for row in db.execute("pragma table_info(expense_recorders)")}
        roles = {role for (role,) in db.execute("select role from expense_recorders")}
        trail = {role for (role,) in db.execute("select recorded_as from financing_trail")}
    assert "handle" not in columns
    assert "coordinator" in roles
    assert trail == roles
