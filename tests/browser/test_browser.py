"""The pages in Chromium, on a desk and on a phone, by day and by night."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import pytest

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="session")]

PATHS = (
    "/",
    "/balance",
    "/funding",
    "/funding/ANCT-2024",
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

# Text whose contrast with what it stands on is under WCAG's 4.5 (3 for large text), as the browser computed it.
FAINT = """() => {
  const rgb = (text) => { const p = text.match(/[\\d.]+/g).map(Number); return p.length < 4 ? [...p, 1] : p }
  const part = (v) => { v /= 255; return v <= 0.03928 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4 }
  const light = ([r, g, b]) => 0.2126 * part(r) + 0.7152 * part(g) + 0.0722 * part(b)
  const under = (element) => {
    for (let e = element; e; e = e.parentElement) {
      const colour = getComputedStyle(e).backgroundColor
      if (colour.startsWith('rgb') && rgb(colour)[3] === 1) return rgb(colour)
    }
    return [255, 255, 255, 1]
  }
  const found = []
  const walk = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT)
  for (let node; (node = walk.nextNode());) {
    const element = node.parentElement
    const box = element.getBoundingClientRect()
    if (!node.textContent.trim() || !element.checkVisibility() || box.width < 2 || element.closest('svg')) continue
    const style = getComputedStyle(element)
    const [a, b] = [light(rgb(style.color)), light(under(element))].sort((x, y) => x - y)
    const size = parseFloat(style.fontSize)
    const large = size >= 24 || (size >= 18.66 && style.fontWeight >= 700)
    if ((b + 0.05) / (a + 0.05) < (large ? 3 : 4.5)) found.push(node.textContent.trim().slice(0, 40))
  }
  return found
}"""

# Links and buttons that a finger would miss: WCAG 2.2, 2.5.8; links inside a line of text are exempt.
SMALL = """() => [...document.querySelectorAll('button, select, input:not([type=hidden]), summary, nav a')]
  .filter((e) => e.checkVisibility() && !e.closest('.crumbs') && e.type !== 'checkbox')
  .filter((e) => e.getBoundingClientRect().height < 24).map((e) => e.outerHTML.slice(0, 80))"""


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
            assert await page.evaluate(FAINT) == [], path
            assert await page.evaluate(SMALL) == [], path


@pytest.mark.parametrize("width", WIDTHS)
async def test_each_page_is_legible_by_night(chromium: Any, address: str, width: int) -> None:
    async with opened(chromium, width, color_scheme="dark") as (page, wrong):
        for path in PATHS:
            await page.goto(address + path)
            background = await page.evaluate("getComputedStyle(document.body).backgroundColor")
            assert sum(int(part) for part in background[4:-1].split(",")) < 150
            assert await page.evaluate(FAINT) == [], path
        assert wrong == []


WORSE = """<p style="color:#999;background:#fff">faint</p>
<button style="height:9px;padding:0;font-size:5px">x</button>
<div style="width:2000px">wide</div><img src="https://example.org/x.png">"""


async def test_the_browser_finds_what_is_wrong(chromium: Any, address: str) -> None:
    """The checks above can fail: a page made worse on purpose fails each of them."""
    async with opened(chromium, 390) as (page, wrong):
        await page.goto(f"{address}/")
        await page.evaluate(
            "html => document.querySelector('main').insertAdjacentHTML('beforeend', html)", WORSE
        )
        await page.wait_for_timeout(200)
        assert "faint" in await page.evaluate(FAINT)
        assert await page.evaluate(SMALL)
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
