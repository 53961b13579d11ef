"""The day of which a page speaks: said on each, the same as the command's, and never guessed."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import urllib.request
from pathlib import Path
from typing import Any

import pytest
from tests.surface.conftest import served

from ledger.cli.main import run
from ledger.language.formats import plain

COMMAND = "from ledger.cli.main import main; main()"
PAGES = (
    "/",
    "/balance",
    "/relay",
    "/funding",
    "/funding/ANCT-2024",
    "/funding/ANCT-2024/report",
    "/funding/ANCT-2024/mid-term",
    "/calls",
    "/events/40",
    "/show/D-2024-005",
    "/members",
    "/members/expenses",
    "/members/lieux/la-verrerie",
    "/members/-/query?sql=select+1",
)


@pytest.mark.asyncio(loop_scope="session")
@pytest.mark.parametrize(
    ("language", "said"), [("fr", "Au 31 décembre 2024"), ("en", "As of 31 December 2024")]
)
async def test_each_page_says_of_which_day_it_speaks(surface: Any, language: str, said: str) -> None:
    for path in PAGES:
        page = (await surface.client.get(f"{path}{'&' if '?' in path else '?'}lang={language}")).text
        assert plain(page).count(f'<p class="as-of">{said}</p>') == 1, path


@pytest.mark.asyncio(loop_scope="session")
async def test_a_page_tells_what_the_command_tells(
    surface: Any, arles: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(["--ledger", str(arles), "--lang", "fr", "trail", "ANCT-2024"]) == 0
    told = " ".join(capsys.readouterr().out.split())
    page = plain((await surface.client.get("/funding/ANCT-2024?lang=fr")).text).replace("&#39;", "'")
    for text in ("aucun compte rendu n'a encore été remis", "45 188 €", "5 188 €"):
        assert text in told
        assert text in page


@pytest.mark.asyncio(loop_scope="session")
@pytest.mark.parametrize("day", ["2024-04-15", "2024-11-15"])
async def test_a_balance_of_an_earlier_day_is_the_command_s(
    surface: Any, arles: Path, capsys: pytest.CaptureFixture[str], day: str
) -> None:
    """Time given later in the same month is not counted."""
    from ledger.language import formats
    from ledger.language.catalogue import speaking

    page = plain((await surface.client.get(f"/balance?as_of={day}&lang=en")).text)
    assert run(["--ledger", str(arles), "--lang", "en", "balance", "--as-of", day, "--json"]) == 0
    total = json.loads(capsys.readouterr().out)["total"]
    with speaking("en"):
        assert f"<dd>{plain(formats.duration(total))}</dd>" in page
    assert {"2024-04-15": "28 h against 28 h", "2024-11-15": "105 h against 77 h"}[day] in page


@pytest.mark.asyncio(loop_scope="session")
@pytest.mark.parametrize(
    ("path", "french", "english"),
    [
        ("/balance?as_of=2024-13-45", "« 2024-13-45 » n'est pas une date", "“2024-13-45” is not a date"),
        ("/balance?as_of=tomorrow", "« tomorrow » n'est pas une date", "“tomorrow” is not a date"),
        ("/balance?as_of=0001-01-01", "hors des années", "outside the years"),
        ("/balance?as_of=2025-06-30", "rien après le 31 décembre 2024", "nothing after 31 December 2024"),
        ("/balance?window=-3", "choisissez parmi : 91, 182, 365", "choose among: 91, 182, 365"),
        ("/funding/ANCT-2024?page=-1", "« -1 » ne convient pas", "“-1” does not fit"),
        ("/funding/ANCT-2024?page=0", "nombre entier de 1 à", "whole number from 1 to"),
        ("/funding/ANCT-2024?page=n/a", "« n/a » ne convient pas", "“n/a” does not fit"),
        ("/funding/ANCT-2024?line=nothing", "« nothing » n'est pas connu", "“nothing” is not known"),
        ("/funding/ANCT-2024?lieu=%00", "choisissez parmi :", "choose among:"),
    ],
)
async def test_what_cannot_be_asked_is_told(surface: Any, path: str, french: str, english: str) -> None:
    for language, said in (("fr", french), ("en", english)):
        answer = await surface.client.get(f"{path}&lang={language}")
        assert answer.status_code == 400
        assert said in plain(answer.text).replace("&#39;", "'")
        assert "<script>" not in answer.text


@pytest.mark.asyncio(loop_scope="session")
async def test_an_empty_choice_is_no_choice(surface: Any) -> None:
    for path in ("/balance?as_of=&window=", "/funding/ANCT-2024?line=&lieu=&page="):
        assert (await surface.client.get(path)).status_code == 200


@pytest.mark.asyncio(loop_scope="session")
async def test_a_page_of_one_day_says_so_when_another_is_asked_for(surface: Any) -> None:
    for path in ("/", "/funding/ANCT-2024", "/relay"):
        for asked in ("as_of=2024-06-30", "as_of=x", "known_at=2024-06-30"):
            page = plain((await surface.client.get(f"{path}?{asked}&lang=en")).text)
            assert "This page speaks of one day only, 31 December 2024" in page, path
    assert "speaks of one day only" in (await surface.client.get("/balance?known_at=2024-06-30&lang=en")).text
    for path in ("/balance?as_of=2024-06-30&lang=en", "/?lang=en"):
        assert "speaks of one day only" not in (await surface.client.get(path)).text


@pytest.mark.asyncio(loop_scope="session")
async def test_the_balance_says_how_to_see_what_was_known(surface: Any) -> None:
    page = (await surface.client.get("/balance?as_of=2024-06-30")).text
    assert "ledger balance --as-of 2024-06-30 --known-at 2024-06-30" in page


@pytest.mark.asyncio(loop_scope="session")
async def test_without_a_day_of_its_own_a_ledger_speaks_of_today(arles: Path) -> None:
    from datetime import datetime

    from ledger.language import formats
    from ledger.language.catalogue import speaking

    with speaking("en"):
        today = formats.day(datetime.now().astimezone().date())
    async with served(arles / "views" / "members.db", as_of=None) as datasette:
        for path in ("/", "/funding/ANCT-2024", "/members/tasks"):
            assert f"As of {today}" in (await datasette.client.get(f"{path}?lang=en")).text


def test_what_is_recorded_while_a_demonstration_is_open_shows_at_once(
    own_arles: Path, tmp_path: Path
) -> None:
    """As far as it happened by the day of the demonstration: the rest is left out, as the commands do."""
    with subprocess.Popen(
        [sys.executable, "-c", COMMAND, "--ledger", str(own_arles), "serve", "--port", "0"],
        stdout=subprocess.PIPE,
        text=True,
        env={**os.environ, "PYTHONUNBUFFERED": "1"},
    ) as server:
        assert server.stdout
        address = next(word for word in server.stdout.readline().split() if word.startswith("http"))

        def tasks() -> str:
            with urllib.request.urlopen(f"{address}members/tasks", timeout=30) as answer:
                return str(answer.read().decode())

        assert "peindre" not in tasks()
        for number, day in ((1, "2024-12-20"), (2, "2025-12-20")):
            file = tmp_path / f"mur-{number}.yaml"
            acts = f"par: coord\nactes:\n  - ouvrir-tâche: {{le: {day}, titre: peindre le mur {number}}}\n"
            file.write_text(acts, encoding="utf-8")
            assert run(["--ledger", str(own_arles), "record", str(file)]) == 0
        shown = tasks()
        for file in (own_arles / "views").glob("cut-*.db"):  # as when many other days were asked for since
            file.unlink()
        assert tasks() == shown
        server.send_signal(signal.SIGINT)
    assert "peindre le mur 1" in shown
    assert "peindre le mur 2" not in shown
