"""`balance`: who carries what and how it moves; with `--of power`, what the rules give to each voice.

Nobody is ranked: rows keep the order of the register. How much was declared is said before anything else.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date
from typing import TYPE_CHECKING, Any

import click

from ledger.cli.shared import (
    View,
    cut,
    cut_options,
    json_option,
    print_json,
    say,
    session_of,
    table,
    wrapped,
)
from ledger.kernel.errors import UsageError
from ledger.language.catalogue import N_, _, ngettext

if TYPE_CHECKING:
    from ledger.balance.power import Power

Found = dict[str, Any]

BAR = 28
LABEL = 26
TREND_LABEL = 20
"""Widths of a share's bar and of labels: with their figures they fill 80 columns."""
STEPS = " ▁▂▃▄▅▆▇█"


@click.command()
@click.option(
    "--by",
    type=click.Choice(["lieu", "person"]),
    default="lieu",
    show_default=True,
    help=N_("Whose parts to show."),
)
@click.option(
    "--of",
    type=click.Choice(["hours", "acts", "money", "power"]),
    default="hours",
    show_default=True,
    help=N_("Parts of what."),
)
@click.option("--window", default="365d", show_default=True, metavar="DAYS", help=N_("Days looked at."))
@json_option
@cut_options
@click.pass_context
def balance(
    ctx: click.Context,
    by: Any,
    of: Any,
    window: str,
    as_json: bool,
    as_of: date | None,
    known_at: date | None,
) -> None:
    """Show who carries the work, per lieu or per person, over the last twelve months.

    With `--of power`: what the rules give to each voice in a vote.

    Example: ledger balance --by lieu --as-of 2024-12-31
    """
    from ledger.balance import report

    session = session_of(ctx)
    days = _days(window)
    with session.view(as_of, known_at) as view:
        if of == "power":
            _power(view, as_json=as_json)
            return
        found = report.balance(
            view.db,
            by=by,
            of=of,
            as_of=view.as_of,
            known_at=view.known_at,
            window_days=days,
            reader=_reader(view, session.author),
        )
        if as_json:
            print_json(found)
            return
        _tell(found, report.coordination(view.db, view.as_of, days) if of == "hours" else [])
        if by == "lieu":
            _tell_turns(report.turns(view.db))
        say(
            "\n"
            + wrapped(
                _("Declared by those who gave it. Welcoming, tidying and mediating are rarely written down.")
            )
        )


def _days(window: str) -> int:
    digits = window.strip().lower().removesuffix("d").removesuffix("j").strip()
    if not digits.isdigit() or not 0 < int(digits) <= 36_525:
        raise UsageError(N_("“{window}” is not a number of days"), "--window 365d", window=window)
    return int(digits)


def _reader(view: View, author: str | None) -> str | None:
    """The person who asks, by their handle or id; nobody when they are not in the register."""
    row = view.db.execute("SELECT id FROM people WHERE ? IN (id, handle)", (author,)).fetchone()
    return row[0] if row else None


# -- work and money -------------------------------------------------------------------------------


def _tell(found: Found, coordination: list[Found]) -> None:
    from ledger.language import formats

    titles = {
        "hours": _("Hours over {days} days up to {day}"),
        "acts": _("Acts over {days} days up to {day}"),
        "money": _("Money allocated over {days} days up to {day}"),
    }
    say(titles[found["of"]].format(days=found["window_days"], day=formats.day(found["as_of"])))
    for sentence in _coverage(found):
        say(wrapped(sentence))
    say()
    _tell_parts(found)
    say()
    for sentence in (*_readings(found), *_functions(coordination)):
        say(wrapped(sentence))
    if found["total"]:
        _tell_trend(found)
    _tell_did(found)


def _coverage(found: Found) -> Iterator[str]:
    """How much was declared, and what is not shown: read before any figure."""
    from ledger.language import formats

    if found["of"] != "money":
        said = (
            _("{declared} of {members} declared something.")
            if found["by"] == "lieu"
            else _("{declared} of {members} people declared something in their own name.")
        )
        yield said.format(**found["coverage"])
    if found["unnamed"] and found["total"]:
        yield _("{unnamed} of {total} bear no name ({share}): lieux declared them as theirs.").format(
            unnamed=_written(found, found["unnamed"]),
            total=_written(found, found["total"]),
            share=formats.percent(found["unnamed"] / found["total"], 0),
        )
    if found["withheld"]:
        yield ngettext(
            "{count} person belongs to a lieu with fewer than three active people: their figures stay with it.",
            "{count} people belong to lieux with fewer than three active people: their figures stay with them.",
            found["withheld"],
        ).format(count=formats.number(found["withheld"]))


def _written(found: Found, value: int) -> str:
    from ledger.language import formats

    write: dict[str, Callable[[int], str]] = {
        "hours": formats.duration,
        "money": formats.money_whole,
        "acts": formats.number,
    }
    return write[found["of"]](value)


def _tell_parts(found: Found) -> None:
    from ledger.language import formats

    width = min(LABEL, max((len(row["label"]) for row in found["rows"]), default=5))
    for row in found["rows"]:
        label = f"{cut(row['label'], width):<{width}}"
        if row["did"] is None:
            say(f"{label}  {_('with their lieu')}")
            continue
        bar = "█" * round(BAR * row["share"]) or ("▏" if row["value"] else "")
        share = formats.percent(row["share"], 2, aligned=True)
        say(f"{label}  {bar:<{BAR}}  {share:>8}  {_written(found, row['value']):>12}")
    say(f"{_('Total'):<{width}}  {'':<{BAR}}  {'':>8}  {_written(found, found['total']):>12}")


def _readings(found: Found) -> Iterator[str]:
    from ledger.language import formats

    if not found["total"]:
        yield _("Nothing was declared: nothing can be said.")
        return
    if found["unnamed"] * 2 > found["total"]:
        yield _("Too little bears a name to say how it is shared between people.")
        return
    yield _(
        "As if {number} of {members} carried everything equally (HHI {hhi}, normalised {normalised})."
    ).format(
        number=formats.number(found["effective_number"], 2),
        members=found["members"],
        hhi=formats.number(found["hhi"], 4),
        normalised=formats.number(found["hhi_normalised"], 4),
    )
    yield ngettext(
        "{count} of them makes half of it.",
        "{count} of them together make half of it.",
        found["absence_factor"],
    ).format(count=found["absence_factor"])


def _functions(coordination: list[Found]) -> Iterator[str]:
    from ledger.language import formats, terms

    for line in coordination:
        yield ngettext(
            "{role}: {given} given, {financed} financed over {months} month.",
            "{role}: {given} given, {financed} financed over {months} months.",
            line["months"],
        ).format(
            role=terms.label(line["role"]).capitalize(),
            given=formats.days_worked(line["minutes"]),
            financed=formats.days_worked(line["financed_minutes"]),
            months=line["months"],
        )


def _tell_trend(found: Found) -> None:
    """Month by month, on one scale for all, then the part over the window and over the last 90 days."""
    from ledger.language import formats

    rows = [row for row in found["rows"] if row["did"] is not None]
    months = found["months"]
    title = _("Month by month, {first} to {last}").format(
        first=formats.month(months[0]), last=formats.month(months[-1])
    )
    say(f"\n{title}")
    highest = max((value for row in rows for value in row["by_month"]), default=0)
    width = min(TREND_LABEL, max((len(row["label"]) for row in rows), default=5))
    windows = {found["window_days"]: "share", found["recent_days"]: "recent_share"}
    heads = "".join(f"  {_('{days} d').format(days=days):>8}" for days in windows)
    say(f"{'':<{width}}  {'':<{len(months)}}{heads}")
    for row in rows:
        line = "".join(_step(value, highest) for value in row["by_month"])
        parts = "".join(f"  {formats.percent(row[share], 1, aligned=True):>8}" for share in windows.values())
        say(f"{cut(row['label'], width):<{width}}  {line}{parts}")


def _step(value: int, highest: int) -> str:
    """One column of a trend: empty for nothing, the lowest step for anything."""
    return STEPS[max(1, round(value / highest * (len(STEPS) - 1)))] if value > 0 else STEPS[0]


def _tell_did(found: Found) -> None:
    """Who proposes, leads, decides; what is held, handed over, decided for and received."""
    from ledger.language import formats

    rows = [(row["label"], row["did"]) for row in found["rows"] if row["did"]]
    if not rows:
        return
    who = _("lieu") if found["by"] == "lieu" else _("person")
    say("\n" + _("Meetings and decisions over {days} days").format(days=found["window_days"]))
    decided = (_("proposals"), _("led"), _("minutes taken"), _("decisions"), _("objections"))
    facts = ("proposals", "facilitations", "minute_takings", "votes", "objections")
    cells = [(label, *(_count(did[fact]) for fact in facts)) for label, did in rows]
    say(table((who, *decided), cells, right=range(1, 6)))
    say("\n" + _("Held on {day}, handed over and received").format(day=formats.day(found["as_of"])))
    held = (_("roles"), _("alone"), _("tasks"), _("given on"), _("taken on"), _("set aside"), _("received"))
    facts = ("roles", "alone", "tasks", "handed_over", "taken_over")
    euros = ("decided_cents", "received_cents")
    cells = [
        (label, *(_count(did[fact]) for fact in facts), *(_euros(did[fact]) for fact in euros))
        for label, did in rows
    ]
    say(table((who, *held), cells, right=range(1, 8)))
    say(wrapped(_("“Alone”: critical functions that one person holds and nobody else.")))


def _count(value: int) -> str:
    from ledger.language import formats

    return formats.number(value) if value else "·"


def _euros(cents: int) -> str:
    from ledger.language import formats

    return formats.money_whole(round(cents, -2)) if cents else "·"


def _tell_turns(rotations: dict[str, list[Found]]) -> None:
    """Whose turn it was, against the part due; nobody is ranked: the agreed order is kept."""
    from ledger.language import formats

    for rotation, lieux in rotations.items():
        say("\n" + rotation)
        digits = 2 if any(row["due"] % 1 for row in lieux) else 0
        rows = [
            (
                row["lieu"],
                row["taken"],
                formats.number(row["due"], digits),
                formats.day(row["last_on"]) if row["last_on"] else "",
            )
            for row in lieux
        ]
        say(table((_("lieu"), _("turns"), _("part due"), _("last one")), rows, right=[1, 2]))


# -- power ----------------------------------------------------------------------------------------


def _power(view: View, *, as_json: bool) -> None:
    from ledger.balance.body import Body
    from ledger.balance.power import power
    from ledger.language import formats

    found = power(Body(view.db), view.as_of)
    if as_json:
        print_json(
            {
                "as_of": view.as_of.isoformat(),
                "known_at": view.known_at.isoformat() if view.known_at else None,
                "of": "power",
                **_data(found, view.names),
            }
        )
        return
    say(_("What the rules give to each voice on {day}").format(day=formats.day(view.as_of)) + "\n")
    if found is None:
        say(wrapped(_("Nothing to compute: no seat decides here, or the seats differ too much.")))
        return
    tell_power(found, view.names)


def _data(found: Power | None, names: Callable[[str], str]) -> Found:
    """JSON: parts as ratios, rounded to six decimals."""
    if found is None:
        return {"method": None, "threshold": None, "power_to_act": None, "rows": []}
    return {
        "method": found.method,
        "threshold": None if found.threshold_bp is None else found.threshold_bp / 10_000,
        "power_to_act": round(float(found.to_act), 6),
        "rows": [
            {
                "id": voice.holder,
                "label": names(voice.holder),
                "college": voice.college,
                "share": round(float(voice.part), 6),
                "banzhaf": round(float(voice.banzhaf), 6),
                "shapley_shubik": round(float(voice.shapley_shubik), 6),
                "veto": voice.veto,
            }
            for voice in found.voices
        ],
    }


def tell_power(found: Power, names: Callable[[str], str], before: Power | None = None) -> None:
    """The power of each voice in plain words; with `before`, what changed in the ease of deciding."""
    from ledger.language import formats

    for sentence in _power_sentences(found, before):
        say(wrapped(sentence))
    if len({voice[1:] for voice in found.voices}) == 1:
        return
    colleges = any(voice.college for voice in found.voices)
    rows = [
        (
            names(voice.holder),
            *([voice.college or ""] if colleges else []),
            *(
                formats.percent(float(part), 1, aligned=True)
                for part in (voice.part, voice.banzhaf, voice.shapley_shubik)
            ),
            _("can stop it") if voice.veto else "" if voice.banzhaf else _("never decides"),
        )
        for voice in found.voices
    ]
    heads = (_("voice"), *([_("college")] if colleges else []), _("votes"), _("decides"), _("completes"), "")
    say("\n" + table(heads, rows, right=range(len(heads) - 4, len(heads) - 1)))
    say(
        wrapped(
            _(
                "“Decides”: of the cases in which one voice changes the outcome, the part that is its own (Banzhaf). "
                "“Completes”: if the voices come in any order, how often it is the one with which it passes "
                "(Shapley–Shubik). This compares rules; it foretells no vote."
            )
        )
    )


def _power_sentences(found: Power, before: Power | None) -> Iterator[str]:
    from ledger.language import formats, terms

    count = len(found.voices)
    rule = terms.label(found.method).capitalize()
    if found.threshold_bp is not None:
        needed = (
            _("{rule}, {share} of the votes at least")
            if found.method == "qualified_majority"
            else _("{rule}, more than {share} of the votes")
        )
        rule = needed.format(rule=rule, share=formats.share(found.threshold_bp))
    yield ngettext("{rule}; {count} voice.", "{rule}; {count} voices.", count).format(rule=rule, count=count)
    stopping = sum(voice.veto for voice in found.voices)
    if stopping == count > 1:
        yield _("Each voice can stop a decision alone.")
    elif stopping:
        yield ngettext(
            "{count} voice can stop a decision alone.", "{count} voices can stop a decision alone.", stopping
        ).format(count=stopping)
    ease = _("Of 100 possible ways to answer yes or no, {ways} adopt (Coleman)").format(ways=_ways(found))
    if before and before.to_act != found.to_act:
        ease = _("{ease}; {ways} before").format(ease=ease, ways=_ways(before))
    yield _("{sentence}.").format(sentence=ease)


def _ways(found: Power) -> str:
    from ledger.language import formats

    return formats.decimal(float(found.to_act) * 100, 1 if found.to_act >= 0.01 else 4)
