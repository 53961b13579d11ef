"""Which language is spoken, and how an error is told in it."""

from __future__ import annotations

import subprocess
import sys
import threading
from datetime import date

import pytest

from ledger.kernel.errors import Place, Refused, Several, UsageError
from ledger.language.catalogue import _, choose_language, language, ngettext, render, set_language, speaking


@pytest.fixture(autouse=True)
def _english():
    set_language("en")
    yield
    set_language("en")


def test_the_option_wins_then_the_setting_then_the_locale():
    assert choose_language("fr", "en", {"LANG": "en_GB.UTF-8"}) == "fr"
    assert choose_language(None, "fr", {"LANG": "en_GB.UTF-8"}) == "fr"
    assert choose_language(None, None, {"LANG": "en_GB.UTF-8", "LC_ALL": "fr_FR.UTF-8"}) == "fr"
    assert choose_language(None, "de", {"LANG": "fr_BE"}) == "fr"
    assert choose_language(None, None, {"LANG": "C"}) == "en"
    assert choose_language("fr-FR") == "fr"
    with pytest.raises(UsageError, match="does not speak"):
        choose_language("de")
    with pytest.raises(ValueError, match="not a language"):
        set_language("de")


def test_a_page_speaks_its_own_language_and_threads_the_process_s():
    set_language("fr")
    heard = []
    with speaking("en"):
        assert language() == "en"
        thread = threading.Thread(target=lambda: heard.append(language()))
        thread.start()
        thread.join()
    assert heard == ["fr"]
    assert language() == "fr"


def test_messages_are_translated_and_unknown_ones_stay():
    assert _("leave it empty") == "leave it empty"
    with speaking("fr"):
        assert _("leave it empty") == "laissez vide"
        assert _("no such message") == "no such message"
        assert _("") == ""
        assert ngettext("{count} task", "{count} tasks", 0) == "{count} tâche"
        assert ngettext("{count} task", "{count} tasks", 2) == "{count} tâches"


def refusal():
    return Refused(
        "R8",
        "{amount_cents} moved on {day}, {late_minutes} late, {share_bp}; {noun} {other}",
        "{amount_cents}?",
        place=Place("f.yaml", 3, 5, "reallocate-funds"),
        amount_cents=200_000,
        day=date(2024, 12, 1),
        late_minutes=90,
        share_bp=3333,
        noun="decision",
    )


def test_an_error_names_place_act_rule_and_what_to_try():
    assert render(refusal()).replace("\u00a0", " ") == (
        "f.yaml:3:5: reallocate-funds: €2,000 moved on 1 December 2024, 1 h 30 min late, 33.33%; "
        "decision {other} (R8)\n  Try: €2,000?"
    )
    with speaking("fr"):
        told = render(refusal())
        assert "2\u202f000\u00a0€ moved on 1er décembre 2024" in told
        assert "décision" in told
        assert "  Essayez\u00a0: " in told


def test_several_errors_are_told_one_after_the_other():
    several = Several([UsageError("a {x}", x=1), UsageError("b", "c")])
    assert render(several) == "a 1\nb\n  Try: c"


def test_a_translation_that_braces_the_reader_s_own_words_does_not_break():
    assert render(UsageError("“{value}” is odd.", value="{oops} %s {0}")) == "“{oops} %s {0}” is odd."


def test_speaking_loads_no_babel():
    code = (
        "import sys; from ledger.language.catalogue import _, set_language; set_language('fr'); "
        "assert _('leave it empty') == 'laissez vide'; assert 'babel' not in sys.modules"
    )
    subprocess.run([sys.executable, "-c", code], check=True)
