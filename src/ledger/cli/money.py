"""`ledger report`: the annual financial report, the plan against what happened, the calendar of obligations."""

from __future__ import annotations

from datetime import date
from typing import Any

import click

from ledger.cli.shared import cut_options, json_option, print_json, say, session_of, table, wrapped
from ledger.kernel.errors import UsageError
from ledger.language.catalogue import N_, _


@click.command()
@click.argument("convention", required=False)
@click.option("--year", type=int, metavar="YEAR", help=N_("The year reported on."))
@click.option(
    "--what",
    type=click.Choice(["financial", "plan", "calendar"]),
    default="financial",
    show_default=True,
    help=N_("Which report."),
)
@json_option
@cut_options
@click.pass_context
def report(
    ctx: click.Context,
    convention: str | None,
    year: int | None,
    what: str,
    as_json: bool,
    as_of: date | None,
    known_at: date | None,
) -> None:
    """Report on a CONVENTION as its funder asks: forecast, actual, %, in kind, gaps to explain.

    Example: ledger report ANCT-2024 --year 2024
    """
    from ledger.funds import financial_report as reports

    with session_of(ctx).view(as_of, known_at) as view:
        if what == "calendar":
            _print(as_json, found := reports.calendar(view.db, convention), lambda: _tell_calendar(found))
            return
        wanted = convention or _only(view.db)
        if what == "plan":
            lines = reports.plan_against_actual(view.db, wanted)
            _print(as_json, lines, lambda: _tell_plan(lines, view.names))
            return
        told = reports.financial_report(view.db, wanted, year or view.as_of.year)
        _print(as_json, told, lambda: _tell_financial(told, view.names))


def _print(as_json: bool, found: Any, tell: Any) -> None:
    if as_json:
        print_json(found)
    else:
        tell()


def _only(db: Any) -> str:
    ids = [id for (id,) in db.execute("SELECT id FROM conventions ORDER BY seq")]
    if len(ids) != 1:
        raise UsageError(
            N_("Which convention is it about?"),
            ", ".join(f"ledger report {id}" for id in ids) or "ledger convention sign --help",
        )
    return str(ids[0])


def _tell_financial(found: dict[str, Any], names: Any) -> None:
    from ledger.language import formats

    money = formats.money_whole
    say(f"{found['convention']} · {found['title']} · {found['year']}")
    funders = formats.joined([names(funder) for funder in found["funders"]])
    say(
        wrapped(
            _("{funders} → {carrier}, which carries for the consortium.").format(
                funders=funders, carrier=names(found["carrier"])
            )
        )
    )
    if found["forecast_basis"] == "convention":
        say(wrapped(_("The plan does not tell years apart: the forecast is that of the whole convention.")))
    titles = {
        "charges": _("Charges"),
        "indirect": _("Indirect charges"),
        "products": _("Income"),
        "in_kind": _("Contributions in kind"),
    }
    for name, title in titles.items():
        if not found[name]:
            continue
        rows = [
            (
                row["account"],
                _(row["label"]),
                money(row["forecast_cents"]),
                money(row["actual_cents"]),
                "" if row["share"] is None else formats.percent(row["share"], 0),
            )
            for row in found[name]
        ]
        if name != "in_kind":
            total = found["totals"][name]
            rows.append(("", _("Total"), money(total["forecast_cents"]), money(total["actual_cents"]), ""))
        say(f"\n{title}")
        say(table((_("account"), _("what"), _("forecast"), _("actual"), "%"), rows, right=[2, 3, 4]))
    if found["indirect_key"]:
        key = formats.percent(found["indirect_key"], 1)
        say("\n" + wrapped(_("Indirect charges are {share} of direct ones.").format(share=key)))
    for gap in found["gaps"]:
        say(
            wrapped(
                _("To explain: {account} {label}, {amount}").format(
                    account=gap["account"], label=_(gap["label"]), amount=money(gap["gap_cents"])
                )
            )
        )


def _tell_plan(lines: list[dict[str, Any]], names: Any) -> None:
    from ledger.language import formats

    money = formats.money_whole
    rows = [
        (
            each["line"] or "?",
            names(each["lieu"]) if each["lieu"] else "",
            money(each["planned_cents"]),
            money(each["allocated_cents"]),
            money(each["spent_cents"]),
        )
        for each in lines
    ]
    heads = (_("line"), _("lieu"), _("planned"), _("allocated"), _("spent"))
    say(table(heads, rows, right=[2, 3, 4]))


def _tell_calendar(found: list[dict[str, Any]]) -> None:
    from ledger.language import formats

    kinds = {
        "instalment": _("instalment"),
        "report": _("financial report"),
        "mid_term": _("mid-term review"),
        "final": _("final review"),
        "end": _("end of the convention"),
    }
    rows = [
        (
            formats.short_day(each["due_on"]),
            each["convention"],
            kinds[each["kind"]],
            str(each["about"] or ""),
            formats.short_day(each["done_on"]) if each["done_on"] else "",
        )
        for each in found
    ]
    say(table((_("by"), _("convention"), _("what"), _("of"), _("done")), rows))


def tell_standing(found: dict[str, Any], names: Any) -> None:
    """What an officer looks at before the payments: the agreement, the plan, other money, what changed."""
    from ledger.language import formats

    agreement = found["agreement"]
    if agreement:
        signed = _("Agreement in force since {day}.").format(day=formats.day(agreement["effective_on"]))
        say(wrapped(signed))
    else:
        say(wrapped(_("No agreement was adopted.")))
    if found["members_without_line"]:
        lieux = formats.joined([names(lieu) for lieu in found["members_without_line"]])
        say(wrapped(_("Without a line in the plan: {lieux}.").format(lieux=lieux)))
    for each in found["co_funding"]:
        who = each["funder"] or each["convention"]
        say(
            wrapped(
                _("Other money: {who}, {amount}").format(
                    who=names(who) if who else _("own resources"),
                    amount=formats.money_whole(each["amount_cents"]),
                )
            )
        )
    since = found["since_last_report"]
    if since:
        said = _(
            "Since the report {report} of {day}: {events} events, {within} about the time that it covers."
        )
        say(
            wrapped(
                said.format(
                    report=since["report"],
                    day=formats.day(since["filed_on"]),
                    events=since["events"],
                    within=len(since["within"]),
                )
            )
        )
    say("")
