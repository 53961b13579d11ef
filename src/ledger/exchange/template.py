"""Files to fill in: minutes prefilled from the ledger, and the skeleton of any single act.

Plain data comes in, YAML text goes out; a template of minutes is recorded once it says who was there.
Lives as long as its printing.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from ledger.exchange import forms, keys
from ledger.exchange.naming import meant
from ledger.kernel.errors import UnknownId
from ledger.kernel.marks import Field
from ledger.language import formats, terms
from ledger.language.catalogue import N_, _, language
from ledger.vocabulary import ACTS

_ACTIVITIES = ("commons", "hosting", "admin")


@dataclass(frozen=True)
class Person:
    """Who a handle stands for; names come from the vault and are shown in comments only."""

    handle: str
    name: str
    lieu: str | None = None


@dataclass(frozen=True)
class OpenTask:
    """A task that nobody has closed."""

    id: str
    title: str
    who: str | None = None
    due: date | None = None


@dataclass(frozen=True)
class OpenMatter:
    """A proposal that was neither adopted nor turned down; `objections` by who raised those that stand."""

    id: str
    title: str
    objections: Sequence[str] = ()


@dataclass(frozen=True)
class Prefill:
    """What the ledger knows before the meeting.

    Attributes:
        on: the day of the meeting: convened, else today.
        kind: what the meeting is called.
        host: the lieu whose turn it is.
        next_host: the lieu after that one.
        months: months whose hours are to be declared, by any of their days.
        lieux: names of the active lieux.
        rotations: ids of rotations other than the hosting one.
        shared: handles of those whose hours are no lieu's: the shared functions.
        lines: of the running conventions' plans.
        open_matters: proposals to be taken up again.
        advisory: the consortium gives opinions, and holds no money.
        methods: how the rules in force say that decisions are taken; empty when none were adopted.
        proxies: the rules in force let somebody speak for an absent seat.
        colleges: short names of the colleges that count apart.
    """

    on: date
    kind: str = ""
    host: str | None = None
    next_host: str | None = None
    months: Sequence[date] = ()
    people: Sequence[Person] = ()
    lieux: Sequence[str] = ()
    open_tasks: Sequence[OpenTask] = ()
    rotations: Sequence[str] = ()
    shared: Sequence[str] = ()
    lines: Sequence[str] = ()
    open_matters: Sequence[OpenMatter] = ()
    advisory: bool = False
    methods: Sequence[str] = ()
    proxies: bool = False
    colleges: Sequence[str] = ()


def minutes(known: Prefill) -> str:
    """A file of minutes in the current language, to be filled in and recorded."""
    kind = known.kind or _("meeting")
    lines = [
        "# " + _("Minutes. Fill in, leave empty what does not apply, then: ledger record FILE"),
        *_who_is_who(known.people),
        _pair("meeting", quoted(kind)),
        _pair("on", formats.plain(formats.day(known.on))),
        _pair("at", quoted(known.host or ""), _("the rotation proposes it") if known.host else ""),
        _pair("facilitator"),
        _pair("notes"),
        _pair("present", "", ", ".join(person.handle for person in known.people)),
        _pair("excused"),
        *(_proxies() if known.proxies else []),
        _pair("next", "", f"{known.next_host}, …" if known.next_host else _("lieu, day")),
        *([_pair("turn", "", f"{known.rotations[0]}, …")] if known.rotations else []),
        *(_opinions(known) if known.advisory else _decisions(known)),
        *_tasks(known.open_tasks),
        *(line for month in known.months for line in _hours(month, known)),
        *([] if known.advisory else _money(known.lines)),
    ]
    return "\n".join(lines) + "\n"


def act(name: str) -> str:
    """The skeleton of one act in the current language: what it needs, and as comments what it may say.

    Raises:
        UnknownId: no act is called so.
    """
    english = keys.acts().get(keys.folded(name))
    if english is None:
        close = [_act_word(each.act) for each in meant(name)]
        raise UnknownId(
            N_("No act is called “{act}”."),
            "{near}" if close else N_("ledger template act, to see them all"),
            act=name,
            near=", ".join(close),
        )
    model = ACTS[english].command
    form = forms.form(model)
    title = (model.__doc__ or "").strip().splitlines()[0]
    needed = [(key, field) for key, field in form.fields.items() if field.required]
    free = [(key, field) for key, field in form.fields.items() if not field.required]
    head = "actes" if language() == "fr" else "acts"
    lines = [f"# {_(title)}", f"{head}:", f"  - {_act_word(english)}:"]
    lines += [f"      {_option(key, field)}" for key, field in needed]
    lines += [f"      # {_option(key, field)}" for key, field in free]
    return "\n".join(lines) + "\n"


def quoted(text: str) -> str:
    """A text as YAML reads it back: between quotes when one of its signs would mean something."""
    if not text or (re.fullmatch(r"[^\W_][^:#\n\"{}\[\],&*!|>%@`]*", text) and text == text.strip()):
        return text
    escaped = text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n")
    return f'"{escaped}"'


def _key(key: str) -> str:
    """A key of minutes, as the reader's language writes it."""
    if key == "opinions":  # the section of decisions, under its other name
        return "avis" if language() == "fr" else key
    tables = (keys.MINUTES, keys.MATTER, keys.TASK_COLUMNS, keys.MONEY, keys.KEYS)
    spellings = next((table[key] for table in tables if key in table), (key,))
    return spellings[0] if language() == "fr" else key.replace("_", " ")


def _option_key(key: str) -> str:
    return keys.french(key) if language() == "fr" else key.replace("_", " ")


def _act_word(english: str) -> str:
    return keys.ACTS[english] if language() == "fr" else english


def _pair(key: str, value: str = "", comment: str = "") -> str:
    text = f"{_key(key)}: {value}".rstrip()
    return f"{text:<26}# {_commented(comment)}" if comment else text


def _commented(text: str) -> str:
    return " ".join(text.split())


def _who_is_who(people: Sequence[Person]) -> list[str]:
    width = max((len(person.handle) for person in people), default=0)
    return [
        f"#   {person.handle:<{width}}  {', '.join(map(_commented, filter(None, (person.name, person.lieu))))}".rstrip()
        for person in people
    ]


def _proxies() -> list[str]:
    """Who speaks for an absent seat: a table without a row."""
    comment = _("an absent seat, and who speaks for it")
    return [
        f"{_key('proxies')}: |{'':<15}# {comment}",
        f"  {_option_key('seat')} | {_option_key('carried_by')}",
    ]


def _decisions(known: Prefill) -> list[str]:
    """Examples of what the rules make possible, and the proposals to be taken up again."""
    usual = known.methods[0] if known.methods else "consent"
    comment = _("{method} of the seats present, unless said otherwise").format(method=terms.label(usual))
    return [
        _pair("decisions", "", comment),
        *_open_matters(known.open_matters),
        f"#  {_('bus')}:",
        f"#    {_key('text')}: {_('what was decided, in one sentence')}",
        f"#    {_key('ceiling')}: {formats.plain(formats.money_whole(450_000))}",
        *(_votes(known.colleges, _VOTES) if known.methods and set(known.methods) - {"consent"} else []),
        *(_objections(known.lieux) if "consent" in known.methods else []),
    ]


def _opinions(known: Prefill) -> list[str]:
    said = " | ".join(terms.label(code) for code in ("favourable", "reserved", "unfavourable"))
    return [
        _pair("opinions", "", _("an opinion binds nobody")),
        *_open_matters(known.open_matters),
        f"#  {_('trains')}:",
        f"#    {_key('text')}: {_('what is thought, in one sentence')}",
        f"#    {_key('position')}: {terms.label('favourable'):<12}# {said}",
        *_votes(known.colleges, _OPINIONS),
    ]


_VOTES = ("count_for", "count_against", "count_abstain")
_OPINIONS = ("count_favourable", "count_reserved", "count_unfavourable")


def _votes(colleges: Sequence[str], counts: Sequence[str]) -> list[str]:
    """Hands counted together; or, where there are colleges, in each of them."""
    names = [_option_key(count) for count in counts]
    if not colleges:
        return [f"#    {name}: 0" for name in names]
    width = max(map(len, (*colleges, _option_key("college"))))
    rows = [f"#      {college.replace('|', '/'):<{width}} | " for college in colleges]
    return [
        f"#    {_option_key('by_college')}: |",
        f"#      {_option_key('college'):<{width}} | {' | '.join(names)}",
        *(row + " | ".join(f"{0:<{len(name)}}" for name in names).rstrip() for row in rows),
    ]


def _objections(lieux: Sequence[str]) -> list[str]:
    who = lieux[0] if lieux else _("handle")
    hint = _("settled later: {how}").format(how=f"{{{who}: {_('integrated')}}}")
    return [
        f"#    {_key('objections')}: {{{who}: {_('why')}}}   # {hint}",
        f"#    {_key('amendment')}: {_('the text as amended')}",
    ]


def _open_matters(matters: Sequence[OpenMatter]) -> list[str]:
    """Proposals that wait for an answer, under the key that takes them up again."""
    lines = []
    for matter in matters:
        said = _(", objection of {who}").format(who=", ".join(matter.objections)) if matter.objections else ""
        lines.append(f"#  {matter.id}:   # {_commented(matter.title)}{said}")
    return lines


def _tasks(tasks: Sequence[OpenTask]) -> list[str]:
    columns = ("what", "who", "due", "duration", "follows")
    lines = [f"{_key('tasks')}: |", "  " + " | ".join(f"{_key(column):<10}" for column in columns).rstrip()]
    lines.append(_pair("done", "", ", ".join(task.id for task in tasks)))
    for task in tasks:
        due = _(", due {day}").format(day=formats.plain(formats.day(task.due))) if task.due else ""
        lines.append(f"#   {task.id}  {_commented(task.title)} ({task.who or '?'}){due}")
    return lines


def _hours(month: date, known: Prefill) -> list[str]:
    rows = [name.replace("|", "/") for name in (*known.lieux, *known.shared)]
    if not rows:
        return []
    width = max((len(row) for row in rows), default=3)
    codes = [terms.label(code) for code in _ACTIVITIES]
    name = formats.plain(formats.month(month))
    comment = _("empty = none; ? = not said")
    head = " | ".join([f"{_key('who'):<{width}}", *(f"{code:<8}" for code in codes)]).rstrip()
    cells = " | ".join(f"{'?':<{max(8, len(code))}}" for code in codes).rstrip()
    return [
        f"{_key('hours')} {name}: |  # {comment}",
        f"  {head}",
        *(f"  {row:<{width}} | {cells}" for row in rows),
    ]


def _money(lines: Sequence[str]) -> list[str]:
    amount = formats.plain(formats.money_whole(120_000))
    example = [
        f"#  - {_key('expense')}: {amount}",
        f"#    {_key('label')}: {_('what was paid for')}",
        f"#    {_key('paid')}: {formats.plain(formats.day(date(2024, 2, 28), year=False))}",
        f"#    {_key('line')}: {lines[0] if lines else '…'}",
        f"#    {_key('invoice')}: {_('invoice.pdf')}",
        f"#    {_key('proof_of_payment')}: {_('statement.pdf')}",
    ]
    return [_pair("money", "", ", ".join(lines)), *example]


def _option(key: str, field: Field) -> str:
    example = _example(key, field)
    return f"{_option_key(key)}: {example}"


def _example(key: str, field: Field) -> str:
    """A value of the right form; ids are left to the member."""
    kind = forms.kind_of(field)
    if kind == "code":
        return " | ".join(terms.label(code) for code in forms.allowed(field))
    noun = terms.label(field.mark.noun) if field.mark and field.mark.noun not in ("", "any") else "id"
    examples = {
        "money": formats.plain(formats.money_whole(450_000)),
        "duration": "3h30",
        "day": formats.plain(formats.day(date(2024, 3, 5))),
        "share": formats.plain(formats.share(800)),
        "count": "4",
        "quantity": "12,5" if language() == "fr" else "12.5",
        "year": "2024",
        "yes_no": _("yes"),
        "person": _("handle"),
        "handle": _("handle"),
        "sha256": _("invoice.pdf"),
        "part": f"{{{', '.join(_option_key(inner) for inner in forms.form(field.model).fields)}}}"
        if field.model
        else "…",
    }
    return examples.get(kind, f"<{noun}>" if kind == "ref" else "…")
