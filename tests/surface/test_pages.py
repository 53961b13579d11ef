"""Every page, in both languages: it answers, says what it is, and asks nothing of anybody else."""

from __future__ import annotations

import re
from html.parser import HTMLParser
from typing import Any

import pytest

pytestmark = pytest.mark.asyncio(loop_scope="session")

CONVENTION = "ANCT-2024"
OURS = (
    "/",
    "/balance",
    "/relay",
    "/relay?function=coordinator",
    "/balance?window=182&as_of=2024-06-30",
    "/funding",
    f"/funding/{CONVENTION}",
    f"/funding/{CONVENTION}?line=lieux&lieu=la-verrerie",
    f"/funding/{CONVENTION}/report",
    f"/funding/{CONVENTION}/report?year=2025",
    f"/funding/{CONVENTION}/plan",
    f"/funding/{CONVENTION}/calendar",
    f"/funding/{CONVENTION}/indicators",
    f"/funding/{CONVENTION}/kick-off",
    f"/funding/{CONVENTION}/mid-term",
    f"/funding/{CONVENTION}/final",
    "/calendar",
    "/indicators",
    "/calls",
    "/contracts",
    "/events/1",
    "/events/40",
    "/show/D-2024-005",
    "/show/la-verrerie",
    f"/show/{CONVENTION}",
    "/show/E-2024-001",
    "/show/coord",
)
STOCK = (
    "/members",
    "/members/expenses",
    "/members/expenses?line=lieux&_sort=amount_cents",
    "/members/decisions?_facet=status",
    "/members/people",
    "/members/time_entries",
    "/members/financing_trail",
    "/members/lieux/la-verrerie",
    "/members/-/query?sql=select+*+from+tasks",
    "/members/-/query?sql=select+*+from+tasks+where+id=:id&id=x",
    "/members/-/query?sql=not+sql",
    "/members/-/schema",
    "/nothing",
    "/members/nothing",
    "/show/nothing",
    "/funding/nothing",
    "/calls/nothing",
    "/contracts/nothing",
    "/events/999999",
)


class Page(HTMLParser):
    """The parts of a page that every page must get right."""

    VOID = frozenset(["link", "meta", "input", "br", "img"])

    def __init__(self, html: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.headings: list[int] = []
        self.open: list[str] = []
        self.labelled: set[str] = set()
        self.unlabelled: list[dict[str, str | None]] = []
        self.text = ""
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        self.tags.append((tag, given))
        if re.fullmatch(r"h[1-6]", tag):
            self.headings.append(int(tag[1]))
        if tag == "label" and given.get("for"):
            self.labelled.add(str(given["for"]))
        if tag in ("input", "select", "textarea") and given.get("type") != "hidden":
            wrapped = "label" in self.open
            if not (wrapped or given.get("aria-label") or given.get("id") in self.labelled):
                self.unlabelled.append(given)
        if tag not in self.VOID:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        if tag in self.VOID:
            return
        assert self.open, f"</{tag}> closes nothing"
        assert self.open[-1] == tag, f"</{tag}> closes <{self.open[-1]}>"
        self.open.pop()

    def handle_data(self, data: str) -> None:
        if not {"script", "style"} & set(self.open):
            self.text += data

    def all(self, tag: str) -> list[dict[str, str | None]]:
        return [attrs for name, attrs in self.tags if name == tag]


@pytest.mark.parametrize("language", ["fr", "en"])
@pytest.mark.parametrize("path", [*OURS, *STOCK])
async def test_each_page_is_whole_and_asks_nothing_of_anybody(surface: Any, path: str, language: str) -> None:
    answer = await surface.client.get(path + ("&" if "?" in path else "?") + f"lang={language}")
    assert answer.status_code == (
        404 if path.endswith(("nothing", "999999")) else 400 if "not+sql" in path else 200
    )
    page = Page(answer.text)

    assert page.all("html") == [{"lang": language}]
    assert page.headings.count(1) == 1
    assert page.headings[0] == 1
    steps = [after - before for before, after in zip(page.headings, page.headings[1:], strict=False)]
    assert max(steps, default=0) <= 1, page.headings
    assert not page.unlabelled
    assert all(svg.get("aria-hidden") == "true" or svg.get("role") == "img" for svg in page.all("svg"))
    assert page.open == []

    nonce = re.search(r"'nonce-([\w-]+)'", answer.headers["content-security-policy"])
    assert nonce
    for tag in ("script", "style"):
        assert all(attrs.get("nonce") == nonce[1] for attrs in page.all(tag))
    assert not any(name.startswith("on") or name == "style" for _tag, attrs in page.tags for name in attrs)
    assert "unsafe" not in answer.headers["content-security-policy"]
    written = [
        v for _tag, attrs in page.tags for k, v in attrs.items() if k in ("src", "href", "action") and v
    ]
    addresses = [each.removeprefix("http://localhost/") for each in written]
    assert not [each for each in addresses if re.match(r"(?:[a-z]+:)?//|data:|javascript:", each)]


async def test_the_nonce_changes_with_each_answer(surface: Any) -> None:
    policies = {(await surface.client.get("/")).headers["content-security-policy"] for _ in range(3)}
    assert len(policies) == 3


@pytest.mark.parametrize(
    "path", ["/", "/members/tasks", "/nothing", "/static/ledger.css", "/members/tasks.json"]
)
async def test_headers_protect_each_answer(surface: Any, path: str) -> None:
    headers = (await surface.client.get(path)).headers
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["referrer-policy"] == "no-referrer"
    assert "default-src 'none'" in headers["content-security-policy"]
    assert "frame-ancestors 'none'" in headers["content-security-policy"]


FRENCH = {
    "/": ["640 h", "47 %", "150 000 €", "45 188 €", "5 188 €", "Au 31 décembre 2024"],
    "/balance": [
        "46,88 %",
        "3,56 lieux",
        "18 j",
        "12 j",
        "126 h pour 84 h",
        "2 au-delà de sa part",
        "encore 1 à prendre",
    ],
    f"/funding/{CONVENTION}": [
        "150 000 €",
        "40 000 €",
        "50 000 €",
        "45 188 €",
        "5 188 €",
        "4 812 €",
        "10 000 €",
        "100 %",
    ],
}
ENGLISH = {
    "/": ["640 h", "€150,000", "€45,188", "€5,188", "As of 31 December 2024"],
    "/balance": [
        "46.88%",
        "3.56 lieux",
        "18 d",
        "126 h against 84 h",
        "2 beyond its part",
        "1 still to take",
    ],
    f"/funding/{CONVENTION}": ["€150,000", "€40,000", "€45,188", "€5,188", "€4,812", "€10,000", "100%"],
}


@pytest.mark.parametrize(("language", "said"), [("fr", FRENCH), ("en", ENGLISH)])
async def test_pages_say_the_numbers_of_arles(
    surface: Any, language: str, said: dict[str, list[str]]
) -> None:
    from ledger.language.formats import plain

    for path, numbers in said.items():
        text = plain(Page((await surface.client.get(f"{path}?lang={language}")).text).text)
        assert [number for number in numbers if number not in text] == []


async def test_the_trail_has_a_row_for_each_expense_with_its_proofs(surface: Any) -> None:
    page = (await surface.client.get(f"/funding/{CONVENTION}")).text
    database = surface.get_database("members")
    expenses = (await database.execute("select id, decision_id, allocation_id from expenses")).rows
    assert len(expenses) == 30
    for expense in expenses:
        for id in expense:
            assert f'href="/show/{id}"' in page
    prints = (await database.execute("select sha256 from expense_evidence")).rows
    assert prints
    assert all(f"{sha256}  " in page for (sha256,) in prints)


async def test_flags_lead_to_their_events(surface: Any) -> None:
    page = Page((await surface.client.get("/balance")).text)
    links = {a["href"] for a in page.all("a") if str(a.get("href")).startswith("/events/")}
    assert len(links) > 10
    for link in sorted(filter(None, links))[:5]:
        assert (await surface.client.get(link)).status_code == 200


async def test_lieux_stand_in_the_order_they_joined_whatever_they_carry(surface: Any) -> None:
    joined = ["La Fabrique", "La Verrerie", "L'Archipel", "Parade", "POP", "Dans la cuisine"]
    text = Page((await surface.client.get("/balance")).text).text
    places = [text.index(name) for name in joined]
    assert places == sorted(places)


async def test_the_window_and_the_day_are_chosen_by_the_form(surface: Any) -> None:
    whole = Page((await surface.client.get("/balance?window=365&as_of=2024-12-31")).text).text
    half = Page((await surface.client.get("/balance?window=182&as_of=2024-06-30")).text).text
    assert whole != half
    assert "640" in whole
    assert "640" not in half


async def test_filters_narrow_the_expenses(surface: Any) -> None:
    text = Page((await surface.client.get(f"/funding/{CONVENTION}?line=tour-bus&lang=en")).text).text
    assert "4 expenses" in text
    assert "€4,500" in text


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("/balance?as_of=tomorrow&window=-3", 400),
        ("/balance?as_of=0001-01-01", 400),
        ("/balance?as_of=9999-12-31&window=99999999999999999999", 400),
        (f"/funding/{CONVENTION}?page=0&line=%3Cscript%3E", 400),
        (f"/funding/{CONVENTION}?page=99999&lieu=%00", 400),
        (f"/funding/{CONVENTION}?line=a&line=b", 400),
        (f"/funding/{CONVENTION}?line=tour-bus&line=b", 200),
        ("/?lang=de", 200),
        ("/?lang=", 200),
        ("/?%3Cscript%3E=1", 200),
    ],
)
async def test_anything_may_stand_in_the_address(surface: Any, path: str, status: int) -> None:
    answer = await surface.client.get(path)
    assert answer.status_code == status
    assert "<script>" not in answer.text


@pytest.mark.parametrize(
    "path", ["/events/99999999999999999999", "/show/%2e%2e%2f", "/show/a%00b", "/show/" + "x" * 3000]
)
async def test_an_address_that_leads_nowhere_says_so(surface: Any, path: str) -> None:
    answer = await surface.client.get(path)
    while answer.status_code in (301, 302):
        answer = await surface.client.get(answer.headers["location"])
    assert answer.status_code == 404


async def test_tables_stay_readable_by_programs(surface: Any) -> None:
    rows = (await surface.client.get("/members/expenses.json?_shape=array&_size=1")).json()
    assert isinstance(rows[0]["amount_cents"], int)
    csv = (await surface.client.get("/members/expenses.csv")).text
    assert csv.splitlines()[0].startswith("id,amount_cents,label,paid_on")


async def test_a_table_shows_euros_days_and_words(surface: Any) -> None:
    text = Page((await surface.client.get("/members/instalments?lang=fr")).text).text
    assert "40 000,00 €" in text.replace("\u202f", " ").replace("\u00a0", " ")
    assert "reçu" in text
    assert "Prévu" in text
    assert "planned_cents" in text, "the column's own name stands beside its meaning"
