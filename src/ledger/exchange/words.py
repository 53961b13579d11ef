"""Values as people write them, in French and in English: days, months, durations, amounts, shares…

Every function takes the text, where it stands, and what it needs to know of its surroundings; it
returns the value that events store (cents, minutes, basis points, dates) or raises a `UsageError`
that names the place, the rule and what to try. Both languages are always understood; the language of
the file only settles `05/03/2024`, which nobody else can.
"""

from __future__ import annotations

import re
import unicodedata
from calendar import monthrange
from collections.abc import Mapping
from datetime import date, timedelta
from decimal import Decimal
from typing import Literal

from ledger.kernel.errors import Place, UsageError
from ledger.kernel.spelling import nfc
from ledger.kernel.values import MAX_CENTS, MAX_MINUTES
from ledger.language.catalogue import N_

Look = Literal["ahead", "back"]
DAY_MINUTES = 420
FIRST_YEAR, LAST_YEAR = 1900, 2199


def bare(value: str) -> str:
    """A text for comparison: no accents, no case, ordinary single spaces."""
    decomposed = unicodedata.normalize("NFD", value.replace("’", "'").replace("œ", "oe").replace("Œ", "OE"))
    letters = "".join(char for char in decomposed if not unicodedata.combining(char))
    return " ".join(letters.casefold().split())


def shown(value: str) -> str:
    """A text as a message quotes it: one line, not longer than one reads."""
    line = " ".join(value.split())
    return line if len(line) <= 60 else line[:59] + "…"


# --- texts


def text(value: str, place: Place | None = None) -> str:
    """A text in normal form C, without the controls that hide or reverse what is read."""
    try:
        return nfc(value.strip())
    except ValueError as reason:
        raise UsageError(
            str(reason), N_("copy it again without formatting, or shorten it"), place=place
        ) from None


# --- days, months


_MONTHS: dict[str, int] = {
    name: number
    for number, names in enumerate(
        (
            "janvier janv jan january",
            "fevrier fevr fev february feb",
            "mars mar march",
            "avril avr april apr",
            "mai may",
            "juin jun june",
            "juillet juil july jul",
            "aout aou august aug",
            "septembre sept sep september",
            "octobre oct october",
            "novembre nov november",
            "decembre dec december",
        ),
        start=1,
    )
    for name in names.split()
}
_WEEKDAYS: dict[str, int] = {
    name: number
    for number, names in enumerate(
        (
            "lundi lun monday mon",
            "mardi mar tuesday tue",
            "mercredi mer wednesday wed",
            "jeudi jeu thursday thu",
            "vendredi ven friday fri",
            "samedi sam saturday sat",
            "dimanche dim sunday sun",
        )
    )
    for name in names.split()
}
_RELATIVE = {
    "aujourd'hui": 0,
    "today": 0,
    "hier": -1,
    "yesterday": -1,
    "demain": 1,
    "tomorrow": 1,
}
_DAY_FORMS = (
    r"(?P<y>\d{4})-(?P<m>\d{1,2})-(?P<d>\d{1,2})",
    r"(?P<a>\d{1,2})([/.-])(?P<b>\d{1,2})(?:\2(?P<y>\d{4}|\d{2}))?",
    r"(?P<d>\d{1,2})(?:er|st|nd|rd|th)? (?P<month>[a-z]+)(?: (?P<y>\d{4}))?",
    r"(?P<month>[a-z]+) (?P<d>\d{1,2})(?:er|st|nd|rd|th)?(?: (?P<y>\d{4}))?",
)
_DAY_HINT = N_("5 March 2024, 1 June, 2024-03-05")


def day(
    value: str,
    place: Place | None = None,
    *,
    reference: date | None = None,
    look: Look = "back",
    language: str = "fr",
) -> date:
    """A day: `5 mars 2024`, `mardi 5 mars`, `1er juin`, `2024-03-05`, `05/03/2024`, `March 5, 2024`.

    Args:
        value: the text.
        place: where it stands.
        reference: the day of the meeting or of the recording, by default today: settles a missing year.
        look: `ahead` takes the first such day on or after the reference, `back` the last on or before.
        language: in French `05/03/2024` is the fifth of March; in English it is refused as ambiguous.
    """
    reference = reference or date.today()  # noqa: DTZ011 - a person's day is their own wall's
    words = bare(value).replace(",", " ").replace(" of ", " ").removeprefix("le ").split()
    words = [word if word[0].isdigit() else word.rstrip(".") for word in words]
    phrase = " ".join(words)
    if phrase in _RELATIVE:
        return reference + timedelta(days=_RELATIVE[phrase])
    found = _day_parts(phrase, value, place, language)
    weekday = None
    if found is None and words and words[0] in _WEEKDAYS:
        weekday = _WEEKDAYS[words[0]]
        found = _day_parts(" ".join(words[1:]), value, place, language)
    if found is None:
        raise UsageError(N_("“{value}” is not a date."), _DAY_HINT, place=place, value=shown(value))
    year, month, number = found
    result = _complete(year, month, number, value, place, reference, look)
    if weekday is not None and result.weekday() != weekday:
        raise UsageError(
            N_("“{value}”: {actual} falls on another day of the week."),
            N_("check the date against a calendar, or leave the day of the week out"),
            place=place,
            value=shown(value),
            actual=result,
        )
    return result


def _day_parts(
    phrase: str, value: str, place: Place | None, language: str
) -> tuple[int | None, int, int] | None:
    """Year (None when it is not said), month and day number; None when the form is not a day's."""
    for form in _DAY_FORMS:
        match = re.fullmatch(form, phrase)
        if not match:
            continue
        part = match.groupdict()
        year = int(part["y"]) if part["y"] else None
        if year is not None and year < 100:
            year += 2000
        if "a" in part:
            first, second = int(part["a"]), int(part["b"])
            if language == "en" and first <= 12 and second <= 12 and first != second:
                raise UsageError(
                    N_("“{value}” can be read with the day first or the month first."),
                    N_("write the month as a word: 5 March 2024"),
                    place=place,
                    value=shown(value),
                )
            month, number = (second, first) if second <= 12 else (first, second)
            return year, month, number
        month_word = part.get("month")
        if month_word is None:
            return year, int(part["m"]), int(part["d"])
        if month_word in _MONTHS:
            return year, _MONTHS[month_word], int(part["d"])
    return None


def _complete(
    year: int | None, month: int, number: int, value: str, place: Place | None, reference: date, look: Look
) -> date:
    if not 1 <= month <= 12 or (year is not None and not FIRST_YEAR <= year <= LAST_YEAR):
        raise UsageError(
            N_("“{value}” is not a date: months go from 1 to 12, years from 1900 to 2199."),
            _DAY_HINT,
            place=place,
            value=shown(value),
        )
    step = 1 if look == "ahead" else -1
    years = [year] if year is not None else [reference.year + step * i for i in range(9)]
    for candidate in years:
        if not 1 <= number <= monthrange(candidate, month)[1]:
            continue
        found = date(candidate, month, number)
        if year is not None or (found - reference).days * step >= 0:
            return found
    raise UsageError(
        N_("“{value}” does not exist: that month has {days} days."),
        _DAY_HINT,
        place=place,
        value=shown(value),
        days=monthrange(years[0], month)[1],
    )


def month(
    value: str, place: Place | None = None, *, reference: date, look: Look = "back"
) -> tuple[date, date]:
    """First and last day of a month: `février`, `février 2024`, `2024-02`, `02/2024`, `Feb`.

    Without a year, the last such month that began on or before the reference (`ahead`: the first
    that ends on or after it).
    """
    phrase = bare(value).rstrip(".").replace(".", "")
    year: int | None = None
    match = re.fullmatch(r"(?:(\d{4})-(\d{1,2})|(\d{1,2})/(\d{4})|([a-z]+)(?: (\d{4}))?)", phrase)
    number = 0
    if match and match[1]:
        year, number = int(match[1]), int(match[2])
    elif match and match[3]:
        year, number = int(match[4]), int(match[3])
    elif match:
        year, number = int(match[6]) if match[6] else None, _MONTHS.get(match[5], 0)
    if not 1 <= number <= 12 or (year is not None and not FIRST_YEAR <= year <= LAST_YEAR):
        raise UsageError(
            N_("“{value}” is not a month."),
            N_("February, February 2024, 2024-02"),
            place=place,
            value=shown(value),
        )
    if year is None:
        year = reference.year
        if look == "back" and date(year, number, 1) > reference:
            year -= 1
        if look == "ahead" and date(year, number, monthrange(year, number)[1]) < reference:
            year += 1
    return date(year, number, 1), date(year, number, monthrange(year, number)[1])


# --- numbers


_SPACES = "\u00a0\u202f\u2009 \t"
_DECIMAL = r"\d+(?:[.,]\d+)?"


def _grouped(digits: str) -> bool:
    """Whether spaces, if any, group the digits by thousands."""
    return re.fullmatch(r"\d+|\d{1,3}(?: \d{3})+", digits) is not None


def count(value: str, place: Place | None = None) -> int:
    """A whole number, not negative: `17`, `38 400`."""
    digits = " ".join(value.translate({ord(c): " " for c in _SPACES}).split())
    if not _grouped(digits) or len(digits) > 12:
        raise UsageError(N_("“{value}” is not a whole number."), "12", place=place, value=shown(value))
    return int(digits.replace(" ", ""))


def quantity(value: str, place: Place | None = None) -> int:
    """Thousandths of a number, from `290`, `0,47`, `1 400 000`, `-2.5`."""
    phrase = bare(value.translate({ord(c): " " for c in _SPACES})).replace("−", "-").replace(",", ".")
    whole, _, decimals = phrase.lstrip("-").strip().partition(".")
    if not _grouped(whole) or (decimals and not decimals.isdigit()) or len(whole) > 15:
        raise UsageError(N_("“{value}” is not a number."), N_("290, 12.5"), place=place, value=shown(value))
    if len(decimals) > 3:
        raise UsageError(
            N_("“{value}”: a quantity has at most three decimals."), place=place, value=shown(value)
        )
    milli = int(whole.replace(" ", "")) * 1000 + int((decimals or "0").ljust(3, "0"))
    return -milli if phrase.startswith("-") else milli


def year(value: str, place: Place | None = None) -> int:
    """A calendar year, four digits."""
    if not re.fullmatch(r"\d{4}", value.strip()) or not FIRST_YEAR <= int(value) <= LAST_YEAR:
        raise UsageError(N_("“{value}” is not a year."), "2024", place=place, value=shown(value))
    return int(value)


def share(value: str, place: Place | None = None) -> int:
    """Basis points, from `8 %`, `8,5 %`, `800 bp` or `1/3`; a bare number would say too little."""
    phrase = bare(value).replace(",", ".")
    if match := re.fullmatch(rf"({_DECIMAL}) ?%", phrase):
        points = Decimal(match[1]) * 100
    elif match := re.fullmatch(r"(\d+) ?(?:bp|pb)", phrase):
        points = Decimal(match[1])
    elif (match := re.fullmatch(r"(\d+) ?/ ?(\d+)", phrase)) and int(match[2]):
        points = Decimal(round(Decimal(int(match[1]) * 10_000) / int(match[2])))
    else:
        raise UsageError(
            N_("“{value}” is not a share."), N_("8 %, 12.5 %, 1/3"), place=place, value=shown(value)
        )
    if points != int(points) or points > 10**6:
        raise UsageError(
            N_("“{value}”: a share has at most two decimals and stays under 10,000 %."),
            N_("8 %, 12.5 %, 1/3"),
            place=place,
            value=shown(value),
        )
    return int(points)


_YES = frozenset({"oui", "yes", "vrai", "true", "o", "y", "x"})
_NO = frozenset({"non", "no", "faux", "false", "n"})


def yes_no(value: str, place: Place | None = None) -> bool:
    """`oui`, `non`, `yes`, `no`."""
    word = bare(value)
    if word in _YES or word in _NO:
        return word in _YES
    raise UsageError(
        N_("“{value}” is neither yes nor no."), N_("yes, or no"), place=place, value=shown(value)
    )


# --- durations


_HALVES = {"demi-journee": "0.5", "une demi-journee": "0.5", "half a day": "0.5", "½": "0.5"}
_DURATION = (
    rf"(?:(?P<days>{_DECIMAL}) ?(?:jours?|j|days?|d))? ?"
    rf"(?:(?P<hours>{_DECIMAL}) ?(?:heures?|hours?|hrs?|hr|h)\.? ?(?P<rest>\d{{1,2}})?)? ?"
    r"(?:(?P<minutes>(?<!\d)\d+) ?(?:minutes?|mins?|mn|m)?\.?)?"
)


def duration(value: str, place: Place | None = None, *, day_minutes: int = DAY_MINUTES) -> int:
    """Minutes, from `6h`, `3h30`, `3 h 30`, `45 min`, `1,5 h`, `2 j`, `1 200 h`, `3:30`.

    Args:
        value: the text.
        place: where it stands.
        day_minutes: minutes of a working day, as the agreement says, else seven hours.
    """
    phrase = re.sub(r"(?<=\d) (?=\d{3}(?!\d))", "", bare(value.replace("½", "0.5"))).replace(",", ".")
    if re.match(r"[-−–]\s*\d", phrase):
        raise UsageError(
            N_("“{value}” is negative: time given is never taken back."),
            N_("correct the earlier entry with “ledger correct”"),
            place=place,
            value=shown(value),
        )
    total = _minutes(phrase, day_minutes)
    if total is None:
        if re.fullmatch(_DECIMAL, phrase):
            raise UsageError(
                N_("“{value}”: hours, minutes or days?"),
                N_("{value}h, {value} min, {value} d"),
                place=place,
                value=shown(value),
            )
        raise UsageError(
            N_("“{value}” is not a duration."),
            N_("6h, 3h30, 45 min, 2 d (days of work)"),
            place=place,
            value=shown(value),
        )
    if total > MAX_MINUTES:
        raise UsageError(
            N_("“{value}” is more time than a consortium has."),
            N_("6h, 3h30, 45 min"),
            place=place,
            value=shown(value),
        )
    return total


def _minutes(phrase: str, day_minutes: int) -> int | None:
    if phrase in _HALVES:
        return round(Decimal(_HALVES[phrase]) * day_minutes)
    if match := re.fullmatch(r"(\d+):([0-5]\d)", phrase):
        return int(match[1]) * 60 + int(match[2])
    match = re.fullmatch(_DURATION, phrase)
    if not match or not any(match.groupdict().values()):
        return None
    part = {name: Decimal(number or 0) for name, number in match.groupdict().items()}
    if match["minutes"] and phrase[-1].isdigit():
        return None
    if (match["rest"] and (part["rest"] > 59 or "." in match["hours"])) or (
        match["rest"] and match["minutes"]
    ):
        return None
    return round(part["days"] * day_minutes + part["hours"] * 60 + part["rest"] + part["minutes"])


# --- money


_EURO = r"(?:€|euros?|eur)"
_SCALES = {"k": 1_000, "m": 1_000_000}
_MONEY_HINT = N_("1200, €1,200.50, 4500 euros")


def money(value: str, place: Place | None = None, *, signed: bool = False) -> int:
    """Euro cents, from `1 200 €`, `1200,50`, `€1,200.50`, `4500 euros`, `45 k€`.

    Args:
        value: the text.
        place: where it stands.
        signed: a minus is accepted.
    """
    phrase = bare(value.translate({ord(c): " " for c in _SPACES})).replace("−", "-")
    negative = phrase.startswith(("-", "–", "(")) or phrase.endswith("-")
    phrase = phrase.strip("-–() ")
    prefixed = re.match(_EURO, phrase) is not None
    match = re.fullmatch(
        rf"(?:{_EURO} ?)?([\d., ]*\d)(?: ?([km])(?=€|euro| ?{_EURO}))?(?: ?{_EURO})?", phrase
    )
    if not match:
        raise _not_money(value, phrase, place)
    if negative and not signed:
        raise UsageError(
            N_("“{value}” is negative: an amount here is never below zero."),
            N_("a mistake is mended with “ledger correct”, money sent back is recorded as such"),
            place=place,
            value=shown(value),
        )
    euros = _euros(match[1], value, place, english=prefixed) * _SCALES.get(match[2] or "", 1)
    cents = euros * 100
    if cents != int(cents):
        raise UsageError(
            N_("“{value}”: an amount stops at the cent."), _MONEY_HINT, place=place, value=shown(value)
        )
    if cents > MAX_CENTS:
        raise UsageError(
            N_("“{value}” is more than a hundred billion euros."),
            N_("count the zeros again"),
            place=place,
            value=shown(value),
        )
    return -int(cents) if negative else int(cents)


def _euros(digits: str, value: str, place: Place | None, *, english: bool) -> Decimal:
    """The number, once it is clear which sign groups thousands and which begins the cents."""
    signs = [char for char in digits if char in ".,"]
    last = digits.rfind(signs[-1]) if signs else len(digits)
    whole, rest = digits[:last], digits[last + 1 :]
    if signs and len(set(signs)) == 1 and (len(signs) > 1 or (len(rest) == 3 and english)):
        whole, rest = digits, ""  # 1,200,000 and €1,200: the sign groups
    elif signs and len(set(signs)) == 1 and re.fullmatch(r"[1-9]\d{0,2}", whole) and len(rest) == 3:
        raise UsageError(
            N_("“{value}” can be read as {large} euros or as {small} euros."),
            N_("write {large} €, or {small} €"),
            place=place,
            value=shown(value),
            large=whole + rest,
            small=f"{whole}{signs[0]}{rest[:2]}",
        )
    groups = re.sub(r"[.,]", " ", whole)
    if not _grouped(groups or "0") or " " in rest or (len(set(signs)) == 2 and signs.count(signs[-1]) > 1):
        raise UsageError(
            N_("“{value}”: thousands are grouped by three digits."),
            _MONEY_HINT,
            place=place,
            value=shown(value),
        )
    return Decimal(f"{groups.replace(' ', '') or '0'}.{rest or '0'}")


def _not_money(value: str, phrase: str, place: Place | None) -> UsageError:
    if re.search(r"[$£¥]|\b(usd|gbp|chf|dollars?|livres?|pounds?)\b", phrase):
        return UsageError(
            N_("“{value}”: the ledger counts in euros."),
            N_("convert it, and name the rate in the text"),
            place=place,
            value=shown(value),
        )
    likely = phrase.translate(str.maketrans("ol", "01"))
    letters = re.sub(_EURO, "", phrase)
    if re.search(r"\d", phrase) and re.search(r"[a-z]", letters):
        fixed = re.sub(_EURO, "", likely).strip()
        clear = re.fullmatch(r"[\d., ]+", fixed) is not None
        return UsageError(
            N_("“{value}” has letters among its digits."),
            N_("{suggestion} €?") if clear else _MONEY_HINT,
            place=place,
            value=shown(value),
            suggestion=fixed,
        )
    return UsageError(N_("“{value}” is not an amount."), _MONEY_HINT, place=place, value=shown(value))


# --- lists and ids


def items(value: str, place: Place | None = None) -> list[tuple[str, Place | None]]:
    """The parts of `coord, fab et ver`, each with its own place. The comma of `1,4` parts nothing."""
    found = []
    for match in re.finditer(r"(?:[^,;]|(?<=\d),(?=\d))+", value):
        for part in re.finditer(r"(?:(?!\s+(?:et|and)\s).)+", match[0]):
            word = re.sub(r"^\s*(?:et|and)\s+", "", part[0])
            if word.strip():
                start = match.start() + part.end() - len(word.lstrip())
                found.append((word.strip(), _shifted(place, start)))
    return found


def _shifted(place: Place | None, columns: int) -> Place | None:
    return Place(place.file, place.line, place.column + columns, place.act) if place else None


def identifier(value: str, place: Place | None = None) -> str:
    """A short id as it is written: no space, slash, comma or quote, at most 80 characters."""
    word = text(value, place)
    if not word or len(word) > 80 or re.search(r"[\s/#,;|{}\[\]\"']", word):
        raise UsageError(
            N_("“{value}” cannot be an id: no space, slash, comma or quote, at most 80 characters."),
            "{suggestion}",
            place=place,
            value=shown(value),
            suggestion=slug(value) or "d-2024-001",
        )
    return word


def slug(value: str) -> str:
    """A short id made from a name: `Dans la cuisine` gives `dans-la-cuisine`."""
    return re.sub(r"[^a-z0-9]+", "-", bare(value)).strip("-")[:80]


def code(value: str, codes: Mapping[str, str], place: Place | None = None) -> str:
    """One of several words, in either language.

    Args:
        value: the text.
        codes: from `bare` spelling, in both languages, to the code that events store.
        place: where it stands.
    """
    word = bare(value)
    found = codes.get(word) or codes.get(word.replace("_", " ").replace("-", " "))
    if found:
        return found
    raise UsageError(
        N_("“{value}” is not one of the words expected here."),
        "{choices_word}",
        place=place,
        value=shown(value),
        choices_word=list(dict.fromkeys(codes.values())),
    )
