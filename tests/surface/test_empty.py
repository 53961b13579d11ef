"""A ledger that has nothing yet, or money whose trail breaks: pages say so."""

from __future__ import annotations

from collections.abc import Callable
from itertools import product
from pathlib import Path
from typing import Any

import pytest
from tests.surface.conftest import served

pytestmark = pytest.mark.asyncio(loop_scope="session")


PATHS = ("/", "/balance", "/relay", "/funding", "/members", "/members/expenses", "/members/flags")


async def test_an_empty_ledger_has_pages_too(empty: Path) -> None:
    async with served(empty, as_of=None) as datasette:
        for path, language in product(PATHS, ("fr", "en")):
            answer = await datasette.client.get(f"{path}?lang={language}")
            assert answer.status_code == 200, path
            assert "{" not in answer.text.partition("<main")[2].partition("<details")[0], path


async def test_the_banner_says_that_figures_are_illustrative(doctored: Callable[..., Any]) -> None:
    for illustrative in (1, 0):
        with doctored(f"update consortium set illustrative = {illustrative}") as members:
            async with served(members) as datasette:
                for path in ("/", "/members/tasks", "/nothing"):
                    page = (await datasette.client.get(path + "?lang=en")).text
                    assert ("Illustrative figures" in page) is bool(illustrative)


async def test_a_broken_trail_is_told_with_its_reasons(doctored: Callable[..., Any]) -> None:
    broken = "update expenses set decision_id = null, allocation_id = null, has_payment = 0 where id = 'E-2024-001'"
    with doctored(broken) as members:
        async with served(members) as datasette:
            page = (await datasette.client.get("/funding/ANCT-2024?lang=en")).text
            for reason in ("without a decision", "without an allocation", "without proof of payment"):
                assert reason in page
            assert "Nowhere:" not in page
            assert ">100%<" not in page.partition("Euros with a complete trail")[2][:80]


async def test_many_breaks_are_added_up_and_the_first_ones_told(doctored: Callable[..., Any]) -> None:
    many = (
        "insert into expenses (id, amount_cents, label, paid_on, convention_id, payment_id, has_invoice, has_payment,"
        " seq) with recursive n(i) as (select 1 union all select i + 1 from n where i < 500)"
        " select 'X-' || i, 100, 'Achat ' || i, '2024-12-31', 'ANCT-2024', 'X-' || i, 0, 1, 9000 + i from n"
    )
    with doctored(many) as members:
        async with served(members) as datasette:
            page = (await datasette.client.get("/funding/ANCT-2024?lang=en")).text
            told = page.partition('id="breaks"')[2].partition("</section>")[0]
            assert "without a receipt</span> 500 ×" in told
            assert "Achat 1<" in told
            assert "Achat 500<" not in told
            assert "/members/trail_breaks?convention_id=ANCT-2024" in told


async def test_many_expenses_come_in_pages(doctored: Callable[..., Any]) -> None:
    many = (
        "insert into expenses (id, amount_cents, label, paid_on, convention_id, has_invoice, has_payment, seq)"
        " with recursive n(i) as (select 1 union all select i + 1 from n where i < 500)"
        " select 'X-' || i, 100, 'Achat ' || i, '2024-12-31', 'ANCT-2024', 1, 1, 1 from n"
    )
    with doctored(many) as members:
        async with served(members) as datasette:
            first = (await datasette.client.get("/funding/ANCT-2024?lang=en")).text
            last = (await datasette.client.get("/funding/ANCT-2024?lang=en&page=3")).text
            assert "530 expenses" in first
            assert "Achat 500<" in last.partition('id="expenses"')[2]
            assert "Achat 500<" not in first.partition('id="expenses"')[2]
