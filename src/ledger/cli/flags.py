"""`ledger flag …`: what the consortium answers to a flag; `ledger relay`: what would stop, and who could learn."""

from __future__ import annotations

from datetime import date
from typing import Any

import click

from ledger.cli.main import NOUNS, localised
from ledger.cli.nouns import Noun, acts_of
from ledger.cli.shared import (
    View,
    cut_options,
    json_option,
    print_json,
    say,
    session_of,
    tell_outcome,
    wrapped,
)
from ledger.kernel.errors import UnknownId, UsageError
from ledger.language.catalogue import N_, _

_OPTIONS: dict[str, click.Option] = {
    "reason": click.Option(
        ["--reason", "--motif", "reason"], metavar="TEXT", help=N_("why, in your own words")
    ),
    "until": click.Option(
        ["--until", "--au", "until"], metavar="DAY", help=N_("the last day it holds; six months at most")
    ),
    "body": click.Option(["--body", "--instance", "body"], metavar="WORD", help=N_("the body that answers")),
    "events": click.Option(
        ["--event", "--événement", "events"],
        multiple=True,
        metavar="SEQ",
        help=N_("a contested event, by its number; all of them when you name none"),
    ),
    "decision": click.Option(
        ["--decision", "--selon", "decision"], metavar="DECISION", help=N_("the decision behind it")
    ),
}
MOST_EVENTS = 200
"""Events that a contested flag names by itself, the latest of them."""

_VERBS: dict[str, tuple[str, str, tuple[str, ...]]] = {
    "acknowledge": (
        "acknowledged",
        N_(
            "Take a flag into account until a day: six months at most, or until it gets worse.\n\n"
            "Example: ledger flag acknowledge LIEU_RELIANCE la-fabrique --reason “Le bus passe à POP”"
        ),
        ("reason", "until", "body", "decision"),
    ),
    "contest": (
        "contested",
        N_(
            "Contest a flag and say why; correct the events behind it by new ones.\n\n"
            "Example: ledger flag contest COORD_LOAD coordinator --reason “Deux mois comptés deux fois”"
        ),
        ("reason", "events", "body"),
    ),
    "by-design": (
        "by_design",
        N_(
            "Say that a situation is wanted, by an adopted decision.\n\n"
            "Example: ledger flag by-design MONEY_WORK_MISMATCH --decision D-2024-003"
        ),
        ("decision", "reason", "body"),
    ),
    "reply": (
        "reply",
        N_(
            "Reply to a flag: your words stand above it.\n\n"
            "Example: ledger flag reply PERSON_RELIANCE --reason “Je forme deux personnes”"
        ),
        ("reason",),
    ),
}


class _Flag(Noun):
    """The verbs of members, and `answer`, which files know."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return [*_VERBS, *super().list_commands(ctx)]

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        return localised(_verb(cmd_name)) if cmd_name in _VERBS else super().get_command(ctx, cmd_name)


def group(noun: str) -> click.Group:
    """The commands of `ledger flag`."""
    return _Flag(noun, acts_of(noun), help=NOUNS[noun])


def _verb(name: str) -> click.Command:
    answer, help, options = _VERBS[name]
    params: list[click.Parameter] = [click.Argument(["code"]), click.Argument(["subject"], required=False)]
    params += [_OPTIONS[option] for option in options]
    params += [
        click.Option(["--dry-run"], is_flag=True, help=N_("Say what would be recorded, and record nothing.")),
        click.Option(["--json", "as_json"], is_flag=True, help=N_("Print data, for programs.")),
    ]

    @click.pass_context
    def run(
        ctx: click.Context,
        /,
        *,
        code: str,
        subject: str | None,
        dry_run: bool,
        as_json: bool,
        **words: Any,
    ) -> None:
        from ledger.balance import report

        session = session_of(ctx)
        with session.view() as view:
            flag = _standing(view, code.upper(), subject)
            behind = report.flag_events(view.db, flag["id"]) if answer == "contested" else []
        given = {"flag": flag["code"], "subject": flag["subject"], "answer": answer, "level": flag["level"]}
        if answer == "contested":
            words["events"] = _contested(words["events"], behind)
        with session.ledger() as ledger:
            outcome = ledger.record_act(
                "answer-flag",
                {**given, **{key: word for key, word in words.items() if word}},
                author=session.author,
                dry_run=dry_run,
            )
            if as_json:
                print_json(outcome.events)
            else:
                tell_outcome(outcome, ledger.names())

    return click.Command(name, params=params, callback=run, help=help)


def _contested(named: tuple[str, ...], behind: list[int]) -> list[str]:
    """The events that are contested: those named, which the flag must rest on, else all of them."""
    for number in named:
        if not number.isdecimal() or int(number) not in behind:
            raise UsageError(
                N_("The flag does not rest on an event {seq}."),
                N_("see those it rests on: ledger flags CODE --events"),
                seq=number,
            )
    return list(named) or list(map(str, behind[-MOST_EVENTS:]))


def _standing(view: View, code: str, subject: str | None) -> dict[str, Any]:
    """The flag that is answered: the one that stands, or the only one of its code."""
    from ledger.balance import report
    from ledger.service.flag_names import known

    known(code)
    found = [flag for flag in report.open_flags(view.db, view.as_of) if flag["code"] == code]
    chosen = [flag for flag in found if subject in (None, flag["subject"])]
    if not chosen:
        raise UnknownId(
            N_("No flag {code} stands today about “{subject}”."),
            N_("see those that stand with: ledger flags"),
            code=code,
            subject=subject or "",
        )
    if len(chosen) > 1:
        raise UsageError(
            N_("Several flags {code} stand: say which."),
            N_("one of: {known}"),
            code=code,
            known=[flag["subject"] for flag in chosen],
        )
    return chosen[0]


@click.command()
@click.argument("function", required=False)
@json_option
@cut_options
@click.pass_context
def relay(
    ctx: click.Context, function: str | None, as_json: bool, as_of: date | None, known_at: date | None
) -> None:
    """Say what would stop if those who carry a FUNCTION stopped, and who could learn it.

    A function is a role, the purpose of tasks, a lieu, a rotation, or what is shared. Without one, all are listed.

    Example: ledger relay comptes
    """
    from ledger.balance.relay import functions
    from ledger.balance.relay import relay as compute

    with session_of(ctx).view(as_of, known_at) as view:
        known = functions(view.db, view.as_of)
        if function is None:
            if as_json:
                print_json({"functions": known})
            for each in () if as_json else known:
                say(f"  {each['function']} · {each['label']}")
            return
        found = compute(view.db, _function(function, known), view.as_of)
        if found is None:
            raise UnknownId(
                N_("No function is called “{function}”."),
                N_("see what exists with: ledger relay"),
                function=function,
            )
        if as_json:
            print_json(found)
        else:
            _tell_relay(found, view)


def _function(word: str, known: list[dict[str, str]]) -> str:
    """The function that a word means, also as files understand it: `coordination`, `référente`."""
    from ledger.exchange import keys

    called = keys.index(keys.ROLES) | keys.codes(tuple(each["function"] for each in known))
    called |= {keys.folded(each["label"]): each["function"] for each in known}
    return called.get(keys.folded(word), word)


def _tell_relay(found: dict[str, Any], view: View) -> None:
    from ledger.balance.relay import sentences

    say(f"{found['label']} · {_('relay')}")
    for title, lines in sentences(found, view.names):
        say("\n" + title)
        for line in lines:
            say(wrapped(line, "    ", "  "))
