"""Writes `docs/reference/` from the code itself, and checks that it is current.

python -m ledger.documentation           write
python -m ledger.documentation --check   say what is out of date, and exit with 1
"""

from __future__ import annotations

import ast
import inspect
import sys
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path
from typing import get_args

import click

from ledger.cli.examples import EXAMPLES
from ledger.cli.main import EVERYDAY, NOUNS, TRUST, cli
from ledger.exchange import forms, keys
from ledger.exchange.about import ABOUT
from ledger.kernel import marks
from ledger.vocabulary import ACTS, EVENTS, concept_of

PACKAGE = Path(__file__).parent
REFERENCE = PACKAGE.parent.parent / "docs" / "reference"
HEAD = "<!-- Written by `python -m ledger.documentation`: edit the code, not this page. -->\n\n"


def pages() -> dict[str, str]:
    """Each page of the reference by its file name."""
    made = {
        "commands.md": _commands(),
        "minutes.md": _minutes(),
        "acts.md": _acts(),
        "events.md": _events(),
        "tables.md": _tables(),
        "flags.md": _flags(),
        "rules.md": _rules(),
    }
    return {name: HEAD + "\n".join(lines).rstrip() + "\n" for name, lines in made.items()}


def _commands() -> Iterator[str]:
    yield "# Commands\n"
    yield "Options before a command: `--ledger DIR`, `--lang fr|en`, `--as PERSON`.\n"
    context = click.Context(cli, info_name="ledger")
    for title, names in (("Every day", EVERYDAY), ("Trust", TRUST)):
        yield f"## {title}\n"
        for name in names:
            command = cli.get_command(context, name)
            assert command
            yield from _command(name, command, context)
    yield "## One act at a time\n"
    yield "Each is an act of [acts.md](acts.md); its options are the act's keys, in English or French.\n"
    for noun, about in NOUNS.items():
        verbs = ", ".join(f"`{act.verb}` ({act.act})" for act in ACTS.values() if act.noun == noun)
        yield f"- **`ledger {noun}`** {about} {verbs}"


def _command(name: str, command: click.Command, parent: click.Context) -> Iterator[str]:
    context = click.Context(command, info_name=name, parent=parent)
    arguments = " ".join(p.make_metavar(context) for p in command.params if isinstance(p, click.Argument))
    yield f"### `{context.command_path}{' ' + arguments if arguments else ''}`\n"
    yield inspect.cleandoc(command.help or "").replace("\b\n", "") + "\n"
    for param in command.params:
        if isinstance(param, click.Option):
            yield f"- `{'`, `'.join(param.opts)}` {param.help or ''}".rstrip()
    yield ""
    for verb, sub in getattr(command, "commands", {}).items():
        yield from _command(verb, sub, context)


def _minutes() -> Iterator[str]:
    yield "# Minutes\n"
    yield "What a file with `meeting:` (`réunion:`) may hold. `ledger template minutes` prints one, prefilled.\n"
    tables = (
        ("The file", keys.MINUTES, "`hours` is followed by its month: `hours february`, `heures février`."),
        ("Under a key of `decisions`", keys.MATTER, _OF_MATTERS),
        ("Under who objected", keys.OBJECTION, _OF_OBJECTIONS),
        ("Columns of `tasks`", keys.TASK_COLUMNS, ""),
        ("Columns of `hours`", keys.HOUR_COLUMNS, "The others are named after an activity."),
        ("An item of `money`", keys.MONEY, _OF_MONEY),
    )
    for title, table, remark in tables:
        yield f"## {title}\n"
        if remark:
            yield remark + "\n"
        yield "| key | also written |\n|---|---|"
        for key, spellings in table.items():
            others = ", ".join(f"`{word}`" for word in spellings)
            yield f"| `{key.replace('_', ' ')}` | {others} |"
        yield ""


_OF_MATTERS = """\
The text alone is enough: adopted, by the usual method of the rules. Beside these keys stand those of
[adopt-decision](acts.md), [make-proposal](acts.md), [open-decision](acts.md) (`closes`: the vote goes on until
that day) and [issue-opinion](acts.md) (`position` makes it an opinion). A key that is the id of a decision takes
that decision up again.

```yaml
decisions:
  fair:
    text: A fair on 6 July
    objections: {ate: The village has its own that day}   # stands: the fair stays open
  D-2024-003:
    text: A fair on 21 September
    objections: {ate: integrated}                         # settled: adopted as amended
  software:
    text: A ticketing software
    for: 1
    against: 2
    outcome: rejected
```"""
_OF_OBJECTIONS = """\
`objections` has a key for each person or lieu that objected, or an id of its own when it says `who`; what stands
there is the ground, or how it was settled (`integrated`, `withdrawn`, `found invalid`), or keys of
[raise-objection](acts.md) and this one. `paramount: no` makes it a reserve, which stops nothing."""
_OF_MONEY = "The key that names the movement holds the amount; the others are those of its act."


def _acts() -> Iterator[str]:
    yield "# Acts\n"
    yield "What a file may hold under `acts:` (`actes:`), and what a command of the same name records.\n"
    for act in ACTS.values():
        form = forms.form(act.command)
        yield f"## `{act.act}` · `{keys.ACTS[act.act]}`\n"
        yield (act.command.__doc__ or "").strip() + "\n"
        yield f"    {EXAMPLES[act.act]}\n"
        yield "| key | in French | what | value |\n|---|---|---|---|"
        for key, field in form.fields.items():
            value = ", ".join(f"`{c}`" for c in forms.allowed(field)) or forms.kind_of(field).replace(
                "_", " "
            )
            many = ", one or several" if field.many else ""
            must = " **needed**" if field.required else ""
            yield f"| `{key}`{must} | `{keys.french(key)}` | {ABOUT[key]} | {value}{many} |"
        for key in form.extras:
            if key not in form.fields:
                yield f"| `{key}` | `{keys.french(key)}` | {ABOUT[key]} | {'file' if key != 'who' else 'word'} |"
        yield ""


def _events() -> Iterator[str]:
    yield "# Events\n"
    yield (
        "Facts as they are stored, for ever. Each lies in an envelope: `seq`, `stream`, `version`, `kind`,"
        " `occurred_on` (and `occurred_from` for a period), `recorded_at`, `recorded_by`, `command`, `scope`,"
        " `salt`, `data`.\n"
    )
    rooms: dict[str, list[str]] = defaultdict(list)
    for topic in EVENTS:
        rooms[concept_of(topic)].append(topic)
    for room, topics in rooms.items():
        yield f"## {room}\n"
        for topic in topics:
            event = EVENTS[topic]
            yield f"### `{topic}` · {event.__name__}\n"
            own = event.__dict__.get("__doc__")
            if own:
                yield inspect.cleandoc(own) + "\n"
            for field in marks.fields(event):
                kind = forms.kind_of(field).replace("_", " ")
                codes = ", ".join(f"`{c}`" for c in get_args(field.annotation) if isinstance(c, str))
                many = ", several" if field.many else ""
                yield f"- `{field.name}`: {codes or kind}{many}{'' if field.required else ' (optional)'}"
            yield ""


def _tables() -> Iterator[str]:
    from ledger.readmodel.schema import OWN_TABLES, descriptions, tables
    from ledger.readmodel.views import VIEWS

    yield "# Tables and views of `views/members.db`\n"
    yield "Money is in cents, time in minutes, days in ISO form."
    yield "Every row carries `seq`, the event that last wrote it; those of `flags`, which are computed, carry none.\n"
    personal = {name: table.personal for name, table in (OWN_TABLES | tables()).items()}
    for name, columns in sorted(descriptions().items()):
        kind = "view" if name in VIEWS else "table"
        yield f"## `{name}` ({kind})\n"
        yield columns[""] + "\n"
        yield "| column | what |\n|---|---|"
        for column, about in columns.items():
            if column:
                mark = " *(members only)*" if column in personal.get(name, ()) else ""
                yield f"| `{column}` | {about}{mark} |"
        yield ""


def _flags() -> Iterator[str]:
    from ledger.balance.flags.catalogue import CATALOGUE
    from ledger.service.flag_names import written

    yield "# Flags\n"
    yield "Situations worth talking about: computed from the events, dated, explained, never a verdict on anybody.\n"
    for code, flag in CATALOGUE.items():
        yield f"## `{code}` · {flag.label}\n"
        for title, text in (
            ("Question", flag.question),
            ("Formula", flag.formula),
            ("By default", flag.default),
            ("By decision", f"`{written(flag)}`"),
            ("Least evidence", flag.evidence),
            ("Advice", flag.advice),
            ("Goes away", flag.clears),
        ):
            yield f"- **{title}**: {text}"
        yield ""


RULES = {
    "R1": "Identifiers of members and carriers are checked.",
    "R2": "One carrier at a time; one holder in a single-seat role.",
    "R3": "An external carrier holds no seat and casts no ballot.",
    "R4": "An advisory consortium adopts nothing binding and holds no funds.",
    "R5": "A ballot is cast once, by who may, while it is open.",
    "R6": "No adoption without quorum and threshold, nor over a paramount objection.",
    "R7": "Money is set aside by a decision that is adopted, in force, and large enough.",
    "R8": "Money is moved by a decision, and beyond the tolerance with the funder's word.",
    "R9": "A planned regrant needs the convention's permission.",
    "R10": "A commitment stays within its allocation.",
    "R11": "Tasks go to active people; hand-overs are accepted; a day has 24 hours.",
    "R12": "A convention closes when its accounts are settled and reported.",
    "R13": "Nothing is edited or deleted; an event is reversed once.",
    "R14": "A mission waits for those it depends on.",
    "R15": "Nobody decides on money for themselves.",
}


def _rules() -> Iterator[str]:
    yield "# Rules\n"
    yield (
        "What the ledger refuses, with exit code 3: the consortium's own intentions, when they break its rules."
        " Facts are never refused: a payment made without a decision is recorded, and flagged.\n"
    )
    said = _refusals()
    for rule, about in RULES.items():
        yield f"## {rule}\n"
        yield about + "\n"
        for template in said.get(rule, ["*(no command reaches it yet)*"]):
            yield f"- {template}"
        yield ""
    for rule in sorted(said.keys() - RULES.keys()):
        yield f"## {rule}\n"
        for template in said[rule]:
            yield f"- {template}"
        yield ""


def _refusals() -> dict[str, list[str]]:
    """Messages of each rule, read in the source where they are raised."""
    found: dict[str, list[str]] = defaultdict(list)
    for path in sorted(PACKAGE.rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if (
                isinstance(node, ast.Call)
                and getattr(node.func, "id", "") == "Refused"
                and len(node.args) > 1
            ):
                rule, text = node.args[0], _literal(node.args[1])
                code = str(rule.value) if isinstance(rule, ast.Constant) else ""
                if code and text and text not in found[code]:
                    found[code].append(text)
    return found


def _literal(node: ast.expr) -> str | None:
    if isinstance(node, ast.Call) and node.args:
        return _literal(node.args[0])
    return node.value if isinstance(node, ast.Constant) and isinstance(node.value, str) else None


def main(arguments: list[str]) -> int:
    """Write the pages, or check them; the exit code."""
    stale = []
    for name, text in pages().items():
        path = REFERENCE / name
        if "--check" in arguments:
            if not path.exists() or path.read_text(encoding="utf-8") != text:
                stale.append(name)
        else:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, encoding="utf-8")
    for name in stale:
        sys.stderr.write(f"docs/reference/{name} is out of date: run python -m ledger.documentation\n")
    return 1 if stale else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
