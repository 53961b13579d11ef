"""`status`, `log`, `show`, `flags`, `trail`: what members and funders read."""

from __future__ import annotations

import json
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import date
from pathlib import Path
from typing import Any

import click

from ledger.cli.shared import (
    Count,
    View,
    cut_options,
    json_option,
    print_json,
    say,
    session_of,
    table,
    wrapped,
)
from ledger.kernel.errors import UsageError
from ledger.language.catalogue import N_, _, language, ngettext

PAYMENTS = 200
"""Payments of a trail told one by one in a terminal."""


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
    say(wrapped(" ".join(_extent(found, view))))
    stages = {
        "founded": _("No agreement yet: the rules by default apply."),
        "dissolving": _("It is being dissolved: what is open is settled, nothing new begins."),
        "dissolved": _("It is dissolved: facts can still be recorded, nothing is decided any more."),
    }
    if found["events"] and found["stage"] in stages:
        say(wrapped(stages[found["stage"]]))
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
    if found["resources"]:
        say("\n" + _("Shared skills and means"))
    for shared in found["resources"]:
        lost = shared["lost_on"]
        text = _("{resource}: {holder}, lost on {day}") if lost else _("{resource}: {holder}")
        say(wrapped(text.format(**{**shared, "day": formats.day(lost) if lost else ""}), "  "))
    if found["tasks"]:
        say("\n" + _("Open tasks"))
        rows = [
            (t["id"], t["title"], t["who"] or "?", formats.short_day(t["due_on"]) if t["due_on"] else "")
            for t in found["tasks"]
        ]
        say(table((_("id"), _("what"), _("who"), _("due by")), rows))


def _extent(found: dict[str, Any], view: View) -> Iterator[str]:
    """How many events these figures rest on, and what is left out of them."""
    from ledger.language import formats

    events, told, in_all = (formats.number(found[key]) for key in ("events", "events_told", "events_in_all"))
    last = formats.day(found["last_recorded_on"]) if found["events"] else ""
    if not found["events_in_all"]:
        yield _("Nothing is recorded yet.")
    elif found["events"] == found["events_in_all"]:
        yield ngettext(
            "{count} event, the last recorded on {day}.",
            "{count} events, the last recorded on {day}.",
            found["events"],
        ).format(count=events, day=last)
    elif view.known_at and found["events"]:
        yield ngettext(
            "{all} events in all; {count} was known on {on}, recorded on {day}.",
            "{all} events in all; {count} were known on {on}, the last recorded on {day}.",
            found["events"],
        ).format(all=in_all, count=events, on=formats.day(view.known_at), day=last)
    elif view.known_at:
        yield _("{all} events in all; none was known on {on}.").format(
            all=in_all, on=formats.day(view.known_at)
        )
    if found["events_told"] < found["events"]:
        yield ngettext(
            "{count} of them had happened by {day}.",
            "{count} of them had happened by {day}.",
            found["events_told"],
        ).format(count=told, day=formats.day(view.as_of))


def _section(title: str, text: str) -> None:
    say("\n" + title)
    say(wrapped(text, "  "))


@click.command()
@click.option(
    "--since", type=Count(0, "--since 120"), default=0, metavar="SEQ", help=N_("Only after this event.")
)
@click.option("--last", type=Count(1, "--last 20"), metavar="COUNT", help=N_("Only the last ones."))
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


def _tell_events(
    events: Any, names: Callable[[str], str], indent: str = "", corrected: Mapping[str, Any] | None = None
) -> None:
    """The events as they were written; under each that was corrected, what it says now."""
    from ledger.language import formats
    from ledger.service.telling import sentences

    for event in events:
        ((seq, sentence),) = sentences([event], names)
        day = formats.period(event.get("occurred_from"), event["occurred_on"])
        author = names(event["recorded_by"]) if event.get("recorded_by") else ""
        if mandate := event.get("acting_as"):  # called by what it is; who holds it stands before
            author += f", {names(mandate).partition(' (')[0]}"
        author = f" [{author}]" if author else ""
        say(wrapped(f"{day} · {sentence}{author}", indent + "       ", f"{indent}{seq:>5}  "))
        if str(seq) in (corrected or {}):
            now = (corrected or {})[str(seq)]
            if now is None:
                said = _("Reversed: it no longer counts.")
            else:
                ((_seq, sentence),) = sentences([now], names)
                said = _("As corrected: {sentence}").format(sentence=sentence)
            say(wrapped(said, indent + "         ", f"{indent}       → "))


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
        found = history(ledger, view.db, id, known_at)
        found["events"] = list(within(found["events"], as_of, known_at))
        if as_json:
            print_json(found)
            return
        say(f"{found['id']} · {found['noun_label']}" + (f" · {found['name']}" if found["name"] else ""))
        _tell_events(found["events"], ledger.names(), "", found["corrected"])
        if found["follows"]:
            say("\n" + _("What follows from it"))
            rows = [(f["noun_label"], f["id"], f["label"], f["amount"]) for f in found["follows"]]
            say(table((_("kind"), _("id"), _("what"), _("amount")), rows, right=[3]))
        if found.get("sums"):
            _tell_sums(found["sums"])
        if found.get("colleges"):
            _tell_colleges(found["colleges"])
        if found.get("doubt"):
            say("\n" + wrapped(_("As corrected: {why}").format(why=found["doubt"])))


def _tell_sums(sums: dict[str, int]) -> None:
    """What followed from a decision, in all."""
    from ledger.language import formats

    words = {
        "minutes": (_("{amount} given to its tasks"), formats.duration),
        "allocated_cents": (_("{amount} allocated"), formats.money_whole),
        "spent_cents": (_("{amount} spent"), formats.money_whole),
    }
    parts = [text.format(amount=write(sums[key])) for key, (text, write) in words.items() if sums.get(key)]
    if "ceiling_cents" in sums and parts:
        parts.append(_("for at most {amount}").format(amount=formats.money_whole(sums["ceiling_cents"])))
    if parts:
        line = ", ".join(parts)
        say(wrapped(f"{line[:1].upper()}{line[1:]}."))


_COUNTS = (
    "count_for",
    "count_against",
    "count_favourable",
    "count_reserved",
    "count_unfavourable",
    "count_abstain",
)


def _tell_colleges(colleges: list[dict[str, Any]]) -> None:
    """What each college said, by head."""
    from ledger.exchange import keys

    counts = [key for key in _COUNTS if any(key in college for college in colleges)]
    french = language() == "fr"
    said = [keys.french(key) if french else key.removeprefix("count_") for key in counts]
    heads = (_("college"), _("seats"), _("there"), *said)
    rows = [
        (c["college"], c.get("seats", 0), c.get("represented", 0), *(c.get(key, 0) for key in counts))
        for c in colleges
    ]
    say("\n" + _("What each college said"))
    say(table(heads, rows, right=range(1, len(heads))))


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
    from ledger.service.flag_names import known

    if code:
        known(code)
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
    from ledger.service.flag_names import written

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
            (_("By decision"), written(catalogued)),
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
        _events_named(answer["events"]),
    ]
    said = ", ".join(filter(None, parts))
    if answer["words"]:
        said = _("{title}: {text}").format(title=said, text=answer["words"])
    say(wrapped(said, "  "))


def _events_named(numbers: list[int]) -> str:
    """The first few contested events, and how many there are."""
    if not numbers:
        return ""
    few = ", ".join(map(str, numbers[:6]))
    return ngettext("event {few}", "events {few}", len(numbers)).format(few=few) + (
        _(" and {count} more").format(count=len(numbers) - 6) if len(numbers) > 6 else ""
    )


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
@click.option(
    "--html",
    type=click.Path(dir_okay=False, path_type=Path),
    metavar="FILE",
    help=N_("Write it as a page to print or to save as PDF."),
)
@json_option
@cut_options
@click.pass_context
def trail(
    ctx: click.Context, /, convention: str | None, html: Path | None, as_json: bool, **when: Any
) -> None:
    """Follow the money of a CONVENTION: what came, who decided, what was paid, with which proof.

    Example: ledger trail ANCT-2024 --json
    """
    from ledger.cli.paper import hand_over
    from ledger.funds import trail as report
    from ledger.reports import trails

    with session_of(ctx).view(when["as_of"], when["known_at"]) as view:
        ids = [id for (id,) in view.db.execute("SELECT id FROM conventions ORDER BY seq")]
        if convention is None and len(ids) != 1:
            raise UsageError(
                N_("Say which convention.") if ids else N_("There is no convention yet."),
                ", ".join(f"ledger trail {id}" for id in ids) or N_("ledger convention sign --help"),
            )
        wanted = convention or ids[0]
        if as_json:
            print_json(report.trail(view.db, wanted))
            return
        on, inside = view.as_of.isoformat(), html is None
        most = PAYMENTS if inside else None
        told = trails.document(view.db, view.names, wanted, on, handles=inside, most=most)
        hand_over(told, html, view.db)
