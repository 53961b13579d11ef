"""Messages in the reader's language. English texts are the message ids; French ones come from `locale/`.

Each room of the house keeps its own `.po`; `compiling` makes one `ledger.mo` of them for each language. The
language is chosen once for the process; a web page overrides it for its own request with `speaking`.
"""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import date
from functools import cache, lru_cache
from gettext import NullTranslations
from pathlib import Path
from typing import Any

from ledger.kernel.errors import LedgerError, Several, UsageError
from ledger.language.mo import Catalogue

LANGUAGES = ("en", "fr")
LOCALE = Path(__file__).parent.parent / "locale"

_process = {"language": "en"}
_context_language: ContextVar[str | None] = ContextVar("language", default=None)


def N_(text: str) -> str:  # noqa: N802 - gettext's own name
    """Mark a text for translation without translating it yet."""
    return text


def _(text: str) -> str:
    """The text in the current language."""
    return _said(language(), text) if text else ""


def ngettext(singular: str, plural: str, count: float) -> str:
    """The right plural form in the current language; the caller fills `{count}`.

    A part of a thing counts too: `1.33 turns`, `1,33 tour`.
    """
    whole = int(count) if language() == "fr" or count == int(count) else 2
    return _counted(language(), singular, plural, whole)


def pgettext(context: str, text: str) -> str:
    """As `_`, for a text whose translation depends on where it stands."""
    return _translations(language()).pgettext(context, text)


def language() -> str:
    """The current language: `en` or `fr`."""
    return _context_language.get() or _process["language"]


def set_language(code: str) -> None:
    """Choose the language of this process.

    Raises:
        ValueError: the ledger does not speak it.
    """
    _process["language"] = _known(code)


@contextmanager
def speaking(code: str) -> Iterator[None]:
    """Speak another language inside a block (one page, one template), whatever the process speaks."""
    token = _context_language.set(_known(code))
    try:
        yield
    finally:
        _context_language.reset(token)


def choose_language(
    option: str | None = None, configured: str | None = None, environ: Mapping[str, str] | None = None
) -> str:
    """The language to speak: the `--lang` option, then ledger.toml, then the locale, else English.

    Args:
        option: what `--lang` said; must be a language that exists.
        configured: what ledger.toml says; ignored when unknown, a report is worth more than a setting.
        environ: the environment, by default this process's.

    Raises:
        UsageError: `option` is not a language of the ledger.
    """
    if option:
        code = option.split("_")[0].split("-")[0].lower()
        if code not in LANGUAGES:
            raise UsageError(N_("The ledger does not speak “{value}”."), "--lang fr, --lang en", value=option)
        return code
    environ = os.environ if environ is None else environ
    locales = (environ.get(name) for name in ("LC_ALL", "LC_MESSAGES", "LANG"))
    for wish in (configured, next(filter(None, locales), None)):
        code = (wish or "")[:2].lower()
        if code in LANGUAGES:
            return code
    return "en"


def render(error: LedgerError) -> str:
    """An error as a person reads it: place, act, message and rule on one line, then what to try.

    Several mistakes are told one after the other. Fields of the message are formatted after their
    names, units last: `{amount_cents}`, `{spent_minutes}`, `{share_bp}`; days are written out.
    """
    if isinstance(error, Several):
        return "\n".join(render(each) for each in error.errors)
    where = f"{error.place}: " if error.place else ""
    act = f"{error.place.act}: " if error.place and error.place.act else ""
    rule = getattr(error, "rule", None)
    lines = [where + act + message(error) + (f" ({rule})" if rule else "")]
    if error.hint:
        lines.append("  " + _("Try: {hint}").format(hint=fill(_(error.hint), error.params)))
    return "\n".join(lines)


def message(error: LedgerError) -> str:
    """The error's own sentence, translated and filled, without place, rule or hint."""
    return fill(_(error.template), error.params)


def fill(template: str, params: Mapping[str, Any]) -> str:
    """Put values into a translated text; a field that nobody filled stays visible as `{name}`."""
    return template.format_map(_Readable({name: readable(name, value) for name, value in params.items()}))


class _Readable(dict[str, Any]):
    def __missing__(self, key: str) -> str:
        return "{" + key + "}"


def readable(name: str, value: Any) -> Any:
    """A value as a person reads it, after the unit that its name ends with."""
    from ledger.language import formats, terms

    if isinstance(value, date):
        return formats.day(value)
    if isinstance(value, Exception):
        from ledger.language.reasons import reason

        return reason(value)
    unit = name.rpartition("_")[2]
    if isinstance(value, int) and not isinstance(value, bool):
        write = {"cents": formats.money_whole, "minutes": formats.duration, "bp": formats.share}.get(unit)
        return write(value) if write else value
    if unit in ("noun", "word") and isinstance(value, str):
        return terms.label(value)
    if isinstance(value, list | tuple):
        return formats.joined([str(readable(name, item)) for item in value])
    return value


def _known(code: str) -> str:
    if code not in LANGUAGES:
        raise ValueError(f"not a language of the ledger: {code}")
    return code


@lru_cache(4_096)  # a page says the same words in each of its rows, and every room is asked for each
def _said(code: str, text: str) -> str:
    return _translations(code).gettext(text)


@lru_cache(4_096)
def _counted(code: str, singular: str, plural: str, count: int) -> str:
    return _translations(code).ngettext(singular, plural, count)


@cache
def _translations(code: str) -> NullTranslations:
    """What a language says; English needs nothing."""
    path = LOCALE / code / "LC_MESSAGES" / "ledger.mo"
    return Catalogue(path) if path.exists() else NullTranslations()
