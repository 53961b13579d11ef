"""`status`, `log`, `show`, `balance`, `flags`, `trail`: what members and funders read."""

from __future__ import annotations

import json
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from datetime import date
from typing import Any

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

BAR = 28
LABEL = 26
"""Widths of a share's bar and of its label: with both figures they fill 80 columns."""


@click.command()
@json_option
@cut_options
@click.pass_context
def status(ctx: click.Context, as_json: bool, as_of: date | None, known_at: date | None) -> None:
    """Say where the consortium stands: members, open tasks, flags, money, next turns.

    Example: ledger status
    """
    from ledger.service.standing import standing

    session = session_of(ctx)
    with session.view(as_of, known_at) as view:
        found = standing(session.folder, view.db, view.as_of)
        if as_json:
            print_json(found)
        else:
            _tell_standing(found, view)


def _tell_standing(found: dict[str, Any], view: View) -> None:
    from ledger.language import formats

    say(f"{found['ledger']} · {formats.day(view.as_of)}")
    if found["illustrative"]:
        say(_("Figures and deeds are illustrations."))
    say(
        ngettext(
            "{count} event, the last recorded on {day}.",
            "{count} events, the last recorded on {day}.",
            found["events"],
        ).format(count=formats.number(found["events"]), day=formats.day(found["last_recorded_on"]))
        if found["events"]
        else _("Nothing is recorded yet.")
    )
    if found["read_model"]["stale"]:
        say(_("The tables are behind the events: ledger rebuild"))
    _section(_("Members"), ", ".join(found["members"]) or _("none yet"))
    for flag in found["flags"]:
        _section(_(flag["label"]), flag["sentence"])
    for convention in found["conventions"]:
        _section(
            convention["title"],
            _("{received} received of {amount}, {spent} spent.").format(
                received=formats.money_whole(convention["received_cents"]),
                amount=formats.money_whole(convention["amount_cents"]),
                spent=formats.money_whole(convention["spent_cents"]),
            ),
        )
    for turn in found["next_turns"]:
        _section(turn["rotation"], _("next: {lieu}").format(lieu=turn["lieu"]))
    if found["tasks"]:
        say("\n" + _("Open tasks"))
        rows = [
            (t["id"], t["title"], t["who"] or "?", formats.short_day(t["due_on"]) if t["due_on"] else "")
            for t in found["tasks"]
        ]
        say(table((_("id"), _("what"), _("who"), _("due by")), rows))


def _section(title: str, text: str) -> None:
    say("\n" + title)
    say(wrapped(text, "  "))


@click.command()
@click.option("--since", type=int, default=0, metavar="SEQ", help=N_("Only after this event."))
@click.option("--last", type=int, metavar="COUNT", help=N_("Only the last ones."))
@json_option
@cut_options
@click.pass_context
def log(
    ctx: click.Context,
    since: int,
    last: int | None,
    as_json: bool,
    as_of: date | None,
    known_at: date | None,
) -> None:
    """Tell what was recorded, oldest first: day, author, sentence. `--json` prints one event a line.

    Example: ledger log --last 20
    """
    session = session_of(ctx)
    with session.ledger(read_only=True) as ledger:
        cut_short = bool(as_of or known_at)
        start = max(since, ledger.log.head().size - last) if last and not cut_short else since
        events: Iterable[dict[str, Any]] = within(_events(ledger, start), as_of, known_at)
        if last and cut_short:
            events = deque(events, maxlen=last)
        if as_json:
            for event in events:
                click.echo(json.dumps(event, ensure_ascii=False))
            return
        _tell_events(events, ledger.names())


def _events(ledger: Any, after: int) -> Iterator[dict[str, Any]]:
    from ledger.service.ledger import as_dict

    for page in ledger.log.pages(after):
        yield from map(as_dict, page)


def within(
    events: Iterable[dict[str, Any]], as_of: date | None, known_at: date | None
) -> Iterator[dict[str, Any]]:
    """The events that had occurred by one day and were recorded by another."""
    for event in events:
        if known_at and event["recorded_at"][:10] > known_at.isoformat():
            return
        if not as_of or event["occurred_on"] <= as_of.isoformat():
            yield event


def _tell_events(events: Any, names: Callable[[str], str], indent: str = "") -> None:
    from ledger.language import formats
    from ledger.service.telling import sentences

    for event in events:
        ((seq, sentence),) = sentences([event], names)
        day = formats.period(event.get("occurred_from"), event["occurred_on"])
        author = f" [{names(event['recorded_by'])}]" if event.get("recorded_by") else ""
        say(wrapped(f"{day} · {sentence}{author}", indent + "       ", f"{indent}{seq:>5}  "))


@click.command()
@click.argument("id")
@json_option
@cut_options
@click.pass_context
def show(ctx: click.Context, id: str, as_json: bool, as_of: date | None, known_at: date | None) -> None:
    """Tell the whole history of one thing, by its ID: its events, and what follows from it.

    A decision shows its tasks and its euros. An event is shown by its number.

    Example: ledger show D-2024-007
    """
    from ledger.service.history import history

    session = session_of(ctx)
    with session.ledger(read_only=True) as ledger, session.view(as_of, known_at) as view:
        found = history(ledger, view.db, id)
        found["events"] = list(within(found["events"], as_of, known_at))
        if as_json:
            print_json(found)
            return
        say(f"{found['id']} · {found['noun_label']}" + (f" · {found['name']}" if found["name"] else ""))
        _tell_events(found["events"], ledger.names(), "")
        if found["follows"]:
            say("\n" + _("What follows from it"))
            rows = [(f["noun_label"], f["id"], f["label"], f["amount"]) for f in found["follows"]]
            say(table((_("kind"), _("id"), _("what"), _("amount")), rows, right=[3]))


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
    type=click.Choice(["hours", "acts", "money"]),
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

    Example: ledger balance --by lieu --as-of 2024-12-31
    """
    from ledger.balance import report

    days = _days(window)
    with session_of(ctx).view(as_of, known_at) as view:
        found = report.balance(
            view.db, by=by, of=of, as_of=view.as_of, known_at=view.known_at, window_days=days
        )
        if as_json:
            print_json(found)
            return
        _tell_balance(found, report.coordination(view.db, view.as_of, days))
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


def _tell_balance(found: dict[str, Any], coordination: list[dict[str, Any]]) -> None:
    from ledger.language import formats, terms

    write = {"hours": formats.duration, "money": formats.money_whole, "acts": formats.number}[found["of"]]
    titles = {
        "hours": _("Hours over {days} days up to {day}"),
        "acts": _("Acts over {days} days up to {day}"),
        "money": _("Money allocated over {days} days up to {day}"),
    }
    say(titles[found["of"]].format(days=found["window_days"], day=formats.day(found["as_of"])) + "\n")
    width = min(LABEL, max((len(row["label"]) for row in found["rows"]), default=5))
    for row in found["rows"]:
        bar = "█" * round(BAR * row["share"]) or ("▏" if row["value"] else "")
        share = formats.percent(row["share"], 2, aligned=True)
        say(f"{cut(row['label'], width):<{width}}  {bar:<{BAR}}  {share:>8}  {write(row['value']):>12}")
    say(f"{_('Total'):<{width}}  {'':<{BAR}}  {'':>8}  {write(found['total']):>12}\n")
    for sentence in _readings(found):
        say(wrapped(sentence))
    for line in coordination if found["of"] == "hours" else []:
        sentence = ngettext(
            "{role}: {given} given, {financed} financed over {months} month.",
            "{role}: {given} given, {financed} financed over {months} months.",
            line["months"],
        ).format(
            role=terms.label(line["role"]).capitalize(),
            given=formats.days_worked(line["minutes"]),
            financed=formats.days_worked(line["financed_minutes"]),
            months=line["months"],
        )
        say(wrapped(sentence))


def _tell_turns(rotations: dict[str, list[dict[str, Any]]]) -> None:
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


def _readings(found: dict[str, Any]) -> Iterator[str]:
    from ledger.language import formats

    if not found["total"]:
        yield _("Nothing was declared: nothing can be said.")
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
    if found["of"] != "money":
        yield _("{declared} of {members} declared something.").format(**found["coverage"])


@click.command()
@click.argument("code", required=False)
@click.argument("subject", required=False)
@click.option("--events", "with_events", is_flag=True, help=N_("List the events behind each flag."))
@json_option
@cut_options
@click.pass_context
def flags(
    ctx: click.Context,
    code: str | None,
    subject: str | None,
    with_events: bool,
    as_json: bool,
    as_of: date | None,
    known_at: date | None,
) -> None:
    """Show what hangs on too few, since when, what it rests on and what to try.

    Example: ledger flags LIEU_RELIANCE --events
    """
    from ledger.balance import report
    from ledger.balance.flags.catalogue import CATALOGUE

    if code and code.upper() not in CATALOGUE:
        raise UsageError(
            N_("There is no flag called “{code}”."), N_("one of: {known}"), code=code, known=list(CATALOGUE)
        )
    session = session_of(ctx)
    with session.view(as_of, known_at) as view:
        found = report.flags(view.db, as_of=view.as_of, names=view.names)
        chosen = [
            f
            for f in found["flags"]
            if (not code or f["code"] == code.upper()) and (not subject or f["subject"] == subject)
        ]
        if as_json:
            print_json({**found, "flags": chosen})
            return
        for flag in chosen:
            _tell_flag(flag, detailed=bool(code))
            if with_events:
                _tell_flag_events(session, flag)
        if not chosen:
            say(_("No flag is raised."))
        _tell_not_measured(found["not_measured"] if not code else [], view.names)


def _tell_flag(flag: dict[str, Any], *, detailed: bool) -> None:
    from ledger.balance.flags.catalogue import CATALOGUE
    from ledger.balance.flags.words import measured
    from ledger.language import formats, terms

    _tell_replies(flag)
    mark = {"info": "·", "watch": "▲", "alert": "■"}[flag["level"]]
    status = "" if flag["status"] == "open" else f", {terms.label(flag['status'])}"
    say(f"{mark} {flag['label']} — {terms.label(flag['level'])}{status} ({flag['code']})")
    say(wrapped(flag["sentence"], "  "))
    source = flag["threshold_source"]
    say(
        wrapped(
            _("Since {day}; {value}, threshold {threshold} ({source}).").format(
                day=formats.day(flag["since"]),
                value=measured(flag["unit"], flag["value"]),
                threshold=measured(flag["unit"], flag["threshold"]),
                source=_("by default") if source == "default" else source,
            ),
            "  ",
        )
    )
    _tell_answer(flag)
    if detailed:
        catalogued = CATALOGUE[flag["code"]]
        clears = _(catalogued.clears)
        for title, text in (
            (_("Question"), _(catalogued.question)),
            (_("How it is computed"), _(catalogued.formula)),
            (_("By default"), _(catalogued.default)),
            (_("Least evidence"), _(catalogued.evidence)),
            (_("Goes away"), clears[:1].lower() + clears[1:]),
        ):
            say(wrapped(_("{title}: {text}").format(title=title, text=text), "    ", "  "))
    say(wrapped("→ " + flag["advice"], "    ", "  ") + "\n")


def _tell_replies(flag: dict[str, Any]) -> None:
    """What those concerned answered, above the flag."""
    from ledger.language import formats

    for answer in flag["answers"]:
        if answer["answer"] == "reply" and answer["words"]:
            said = _("“{words}” (reply of {day})").format(
                words=answer["words"], day=formats.day(answer["on"])
            )
            say(wrapped(said, "  ", ""))


def _tell_answer(flag: dict[str, Any]) -> None:
    """The answer that makes the flag's status what it is."""
    from ledger.language import formats, terms

    given = [answer for answer in flag["answers"] if answer["answer"] == flag["status"]]
    if not given:
        return
    answer = given[-1]
    parts = [
        _("{answer} on {day}").format(
            answer=terms.label(answer["answer"]).capitalize(), day=formats.day(answer["on"])
        ),
        _("by {body}").format(body=answer["body"]) if answer["body"] else "",
        _("until {day}").format(day=formats.day(answer["until"])) if answer["until"] else "",
        answer["decision"] or "",
    ]
    said = ", ".join(filter(None, parts))
    if answer["words"]:
        said = _("{title}: {text}").format(title=said, text=answer["words"])
    say(wrapped(said, "  "))


def _tell_flag_events(session: Any, flag: dict[str, Any]) -> None:
    from ledger.service.ledger import as_dict

    with session.ledger(read_only=True) as ledger:
        stored = filter(None, map(ledger.log.event, flag["events"]))
        _tell_events(map(as_dict, stored), ledger.names(), "  ")
    say("")


def _tell_not_measured(found: list[dict[str, Any]], names: Callable[[str], str]) -> None:
    from ledger.balance.flags.catalogue import CATALOGUE
    from ledger.language import formats, terms

    for item in found:
        label = _(CATALOGUE[item["code"]].label)
        about = f" ({terms.label(names(item['subject']))})" if item["subject"] else ""
        sentence = _("{label}{about}: not enough evidence ({acts} of {needed}).").format(
            label=label, about=about, acts=formats.decimal(item["acts"], 1), needed=item["needed"]
        )
        say(wrapped(sentence, "  ", ""))


@click.command()
@click.argument("convention", required=False)
@json_option
@cut_options
@click.pass_context
def trail(
    ctx: click.Context, convention: str | None, as_json: bool, as_of: date | None, known_at: date | None
) -> None:
    """Follow the money of a CONVENTION: what came, who decided, what was paid, with which proof.

    Example: ledger trail ANCT-2024 --json
    """
    from ledger.funds import trail as report

    with session_of(ctx).view(as_of, known_at) as view:
        ids = [id for (id,) in view.db.execute("SELECT id FROM conventions ORDER BY seq")]
        if convention is None and len(ids) != 1:
            raise UsageError(
                N_("Say which convention.") if ids else N_("There is no convention yet."),
                ", ".join(f"ledger trail {id}" for id in ids) or N_("ledger convention sign --help"),
            )
        wanted = convention or ids[0]
        found = report.trail(view.db, wanted)
        if as_json:
            print_json(found)
            return
        waiting = sum(
            max(0, i["called_cents"] - i["received_cents"]) for i in report.instalments(view.db, wanted)
        )
        labels = dict(view.db.execute("SELECT id, label FROM expenses WHERE convention_id = ?", (wanted,)))
        _tell_trail({**found, "called_cents": waiting, "labels": labels}, view)


def _tell_trail(found: dict[str, Any], view: View) -> None:
    from ledger.cli.money import tell_standing
    from ledger.funds.trail import BREAKS
    from ledger.language import formats

    money = formats.money_whole
    names = view.names
    say(f"{found['convention']} · {money(found['amount_cents'])} · {formats.day(view.as_of)}")
    say(
        wrapped(
            _("{funders} → {carrier}, which carries for the consortium.").format(
                funders=formats.joined([names(f) for f in found["funders"]]), carrier=names(found["carrier"])
            )
        )
        + "\n"
    )
    tell_standing(found, names)
    lines = (
        (_("called from the funder, not received yet"), "called_cents"),
        (_("received"), "received_cents"),
        (_("allocated by decision"), "allocated_cents"),
        (_("spent"), "spent_cents"),
        (_("with receipt and proof of payment"), "evidenced_cents"),
        (_("advanced by the carrier"), "advanced_by_carrier_cents"),
        (_("dedicated funds, to spend later"), "dedicated_cents"),
    )
    width = max(len(label) for label, _key in lines)
    for label, key in lines:
        say(f"  {label:<{width}}{money(found[key]):>16}")
    say(
        "\n"
        + wrapped(
            _(
                "{coverage} of what was spent has its whole trail: decision, allocation, receipt, proof of payment."
            ).format(coverage=formats.percent(found["coverage"], 1))
        )
        + "\n"
    )
    rows = [
        (
            formats.short_day(row["paid_on"]),
            money(row["amount_cents"]),
            found["labels"][row["expense"]],
            row["line"] or "",
            row["decision"] or "?",
            len(row["evidence"]),
        )
        for row in found["rows"]
    ]
    if rows:
        heads = (_("paid"), _("amount"), _("what"), _("line"), _("decision"), _("proofs"))
        say(table(heads, rows, right=[1, 5]))
    for item in found["breaks"]:
        say(
            wrapped(
                _("Break: {kind}, {id}, {amount}").format(
                    kind=_(BREAKS.get(item["kind"], item["kind"])),
                    id=item["id"],
                    amount=money(item["amount_cents"]),
                )
            )
        )
    say(
        "\n"
        + wrapped(
            _(
                "This shows who decided what, what was paid and with which proof, and that none of it was altered. "
                "It shows neither that the service was rendered nor that no other money paid for it."
            )
        )
    )
