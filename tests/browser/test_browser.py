"""The pages in Chromium, on a desk and on a phone, by day and by night."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest
from axe_playwright_python.async_playwright import Axe

from ledger import demo
from ledger.cli.main import run

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="session")]

PATHS = (
    "/",
    "/balance",
    "/funding",
    "/funding/ANCT-2024",
    "/funding/ANCT-2024/report?year=2024",
    "/funding/ANCT-2024/calendar",
    "/funding/ANCT-2024/mid-term",
    "/calls",
    "/contracts",
    "/events/40",
    "/show/D-2024-005",
    "/members",
    "/members/expenses",
    "/members/decisions?_sort=decided_on",
    "/members/lieux/la-verrerie",
    "/members/-/query?sql=select+lieu,+sum(minutes)+as+minutes+from+workload_by_lieu+group+by+lieu",
    "/members/-/schema",
)
WIDTHS = (1280, 390)

# WCAG 2.2 A and AA, and axe's own good practice; small targets are not among its defaults.
RULES = {
    "runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"],
    "rules": {"target-size": {"enabled": True}},
    "resultTypes": ["violations"],
}


async def barriers(page: Any) -> list[str]:
    """What axe finds on the page: its rule, and the first element that breaks it."""
    found = (await Axe().run(page, options=RULES)).response["violations"]
    return [f"{each['id']}: {each['nodes'][0]['html'][:120]}" for each in found]


@asynccontextmanager
async def opened(chromium: Any, width: int, **options: Any) -> AsyncIterator[tuple[Any, list[str]]]:
    """A page of that width, and what went wrong in it: messages of the console, requests to others."""
    context = await chromium.new_context(viewport={"width": width, "height": 900}, **options)
    page = await context.new_page()
    wrong: list[str] = []
    page.on(
        "console",
        lambda message: wrong.append(message.text) if message.type in ("error", "warning") else None,
    )
    page.on("pageerror", lambda error: wrong.append(str(error)))
    page.on("request", lambda request: wrong.append(request.url) if "127.0.0.1" not in request.url else None)
    page.on(
        "requestfailed", lambda request: None if "ABORTED" in request.failure else wrong.append(request.url)
    )
    try:
        yield page, wrong
    finally:
        await context.close()


@pytest.mark.parametrize("width", WIDTHS)
@pytest.mark.parametrize("language", ["fr", "en"])
async def test_each_page_stands_well(chromium: Any, address: str, width: int, language: str) -> None:
    async with opened(chromium, width) as (page, wrong):
        for path in PATHS:
            await page.goto(f"{address}{path}{'&' if '?' in path else '?'}lang={language}")
            assert wrong == [], path
            assert await page.evaluate("document.documentElement.scrollWidth <= innerWidth"), (
                f"{path} scrolls sideways"
            )
            assert await page.evaluate("document.documentElement.lang") == language
            assert await barriers(page) == [], path


@pytest.mark.parametrize("width", WIDTHS)
async def test_each_page_is_legible_by_night(chromium: Any, address: str, width: int) -> None:
    async with opened(chromium, width, color_scheme="dark") as (page, wrong):
        for path in PATHS:
            await page.goto(address + path)
            background = await page.evaluate("getComputedStyle(document.body).backgroundColor")
            assert sum(int(part) for part in background[4:-1].split(",")) < 150
            assert await barriers(page) == [], path
        assert wrong == []


@pytest.mark.parametrize("width", WIDTHS)
@pytest.mark.parametrize("scheme", ["light", "dark"])
async def test_a_long_trail_stands_well(chromium: Any, long_trail: str, width: int, scheme: str) -> None:
    """Its rows are laid out only when they come in sight: they are looked at there, at both ends."""
    async with opened(chromium, width, color_scheme=scheme) as (page, wrong):
        for language in ("fr", "en"):
            await page.goto(f"{long_trail}/funding/ANCT-2024?lang={language}")
            rows = page.locator("table.trail.long tbody tr")
            assert await rows.count() == 100
            for row in (rows.first, rows.last):
                await row.scroll_into_view_if_needed()
                await page.wait_for_timeout(200)
                assert await barriers(page) == []
            assert await page.evaluate("document.documentElement.scrollWidth <= innerWidth")
        assert wrong == []


WORSE = """<p style="color:#999;background:#fff">faint</p>
<button style="height:9px;padding:0;font-size:5px">x</button><button style="height:9px;padding:0">y</button>
<div style="width:2000px">wide</div><img src="https://example.org/x.png">"""


async def test_the_browser_finds_what_is_wrong(chromium: Any, address: str) -> None:
    """The checks above can fail: a page made worse on purpose, which its policy would not allow, fails each."""
    async with opened(chromium, 390, bypass_csp=True) as (page, wrong):
        await page.goto(f"{address}/")
        await page.evaluate(
            "html => document.querySelector('main').insertAdjacentHTML('beforeend', html)", WORSE
        )
        await page.wait_for_timeout(200)
        rules = {barrier.split(":")[0] for barrier in await barriers(page)}
        assert {"color-contrast", "target-size", "image-alt"} <= rules
        assert not await page.evaluate("document.documentElement.scrollWidth <= innerWidth")
        assert wrong


async def test_a_keyboard_reaches_the_content_first(chromium: Any, address: str) -> None:
    async with opened(chromium, 1280) as (page, _wrong):
        await page.goto(f"{address}/balance")
        await page.keyboard.press("Tab")
        assert await page.evaluate("document.activeElement.className") == "skip"
        await page.keyboard.press("Enter")
        assert await page.evaluate("document.activeElement.id") == "content"
        await page.keyboard.press("Tab")
        assert await page.evaluate("document.activeElement.closest('main') !== null")


async def test_the_menu_of_a_phone_opens_and_leads_on(chromium: Any, address: str) -> None:
    async with opened(chromium, 390) as (page, wrong):
        await page.goto(f"{address}/?lang=fr")
        assert not await page.is_visible("nav.wide")
        assert not await page.is_visible("details.narrow nav")
        await page.click("details.narrow > summary")
        await page.click("details.narrow nav >> text=Équilibre")
        assert page.url.endswith("/balance")
        assert await page.text_content("h1") == "Équilibre"
        assert wrong == []


async def test_the_language_is_kept_from_page_to_page(chromium: Any, address: str) -> None:
    async with opened(chromium, 1280) as (page, _wrong):
        await page.goto(f"{address}/funding/ANCT-2024?line=tour-bus&lang=fr")
        await page.click("a.language")
        assert "line=tour-bus" in page.url
        assert await page.text_content("#expenses") == "Expenses"
        await page.goto(f"{address}/members/tasks")
        assert await page.text_content("h1") == "Tasks"


async def test_the_form_of_the_balance_changes_the_period(chromium: Any, address: str) -> None:
    async with opened(chromium, 1280) as (page, wrong):
        await page.goto(f"{address}/balance?lang=en")
        before = await page.text_content(".tiles dd")
        await page.select_option("#window", "91")
        await page.click(".choice button")
        assert "window=91" in page.url
        assert await page.text_content(".tiles dd") != before
        assert wrong == []


async def test_a_flag_leads_to_an_event_and_an_event_to_its_decision(chromium: Any, address: str) -> None:
    async with opened(chromium, 1280) as (page, wrong):
        await page.goto(f"{address}/")
        await page.click(".flag a >> nth=0")
        assert "#flag-1" in page.url
        await page.click("#flag-1 summary")
        await page.click("#flag-1 a[href^='/events/'] >> nth=0")
        assert "/events/" in page.url
        await page.goto(f"{address}/funding/ANCT-2024")
        await page.click("table.trail tbody tr:first-child td:nth-of-type(3) a")
        assert "/show/D-2024-" in page.url
        assert wrong == []


async def test_paper_shows_the_content_without_the_menus(chromium: Any, address: str) -> None:
    async with opened(chromium, 1280) as (page, _wrong):
        await page.goto(f"{address}/funding/ANCT-2024")
        await page.emulate_media(media="print")
        assert not await page.is_visible("nav.wide")
        assert not await page.is_visible(".choice")
        assert await page.is_visible("table.trail")


async def test_a_document_prints_with_room_to_write_and_without_its_neighbours(
    chromium: Any, address: str
) -> None:
    async with opened(chromium, 1280) as (page, wrong):
        await page.goto(f"{address}/funding/ANCT-2024/report?year=2024&lang=fr")
        assert await page.is_visible("nav.beside")
        assert not await page.is_visible(".blank span")
        await page.emulate_media(media="print")
        assert not await page.is_visible("nav.beside")
        assert await page.is_visible(".blank span")
        assert wrong == []


async def test_a_document_is_a_file_that_stands_alone_and_prints_on_a4(chromium: Any, tmp_path: Path) -> None:
    demo.play("arles", tmp_path / "ledger")
    file = tmp_path / "report.html"
    words = [
        "--lang",
        "fr",
        "--ledger",
        str(tmp_path / "ledger"),
        "report",
        "--year",
        "2024",
        "--html",
        str(file),
    ]
    assert run(words) == 0
    async with opened(chromium, 390) as (page, wrong):
        requests: list[str] = []
        page.on("request", lambda request: requests.append(request.url))
        await page.goto(file.as_uri())
        assert requests == [file.as_uri()], "a file asks nothing of anybody"
        assert wrong == [file.as_uri()], "nothing is told on the console"
        assert await page.evaluate("document.scripts.length") == 0
        assert await page.evaluate("document.documentElement.scrollWidth <= innerWidth")
        printed = await page.pdf(prefer_css_page_size=True)
        boxes = set(re.findall(rb"/MediaBox \[0 0 ([\d.]+) ([\d.]+)\]", printed))
        assert {(round(float(width)), round(float(height))) for width, height in boxes} == {(595, 842)}
        assert 2 <= len(re.findall(rb"/Type /Page\b", printed)) <= 6
