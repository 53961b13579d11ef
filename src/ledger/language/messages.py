"""Every text that a person may read, as the code holds it: what a translation must cover.

For the checks of this project only; nothing at run time needs it.
"""

from __future__ import annotations

import ast
import inspect
import re
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path

import click
from babel.messages.extract import extract_from_dir

PACKAGE = Path(__file__).parent.parent
PLUGINS = PACKAGE.parent.parent / "datasette"

MARKS = {"_": (0,), "N_": (0,), "ngettext": (0, 1), "_plural": (0, 1)}
"""Functions that take texts, and the places of these among their arguments. `pgettext` is only given names."""

ERRORS = (
    "LedgerError",
    "UsageError",
    "NoLedger",
    "UnknownId",
    "Busy",
    "StorageFailure",
    "Altered",
)
"""Errors take their message and their hint; `Refused` takes its rule before them."""
MARKS |= {**dict.fromkeys(ERRORS, (0, 1)), "Refused": (1, 2)}

FOR_AUTHORS = re.compile(
    r"^(Invalid start|Name |Boolean option|Could not determine|No options defined|Arguments take"
    r"|Unknown (standard|color)|Choice\(|Windows error|Value must be an iterable)"
)
"""Click's messages to those who write commands, which nobody who uses them can meet."""


def extracted() -> dict[str, str]:
    """Message ids of the code, the pages, the helps and click, each with a place that holds it."""
    found = dict.fromkeys(of_click(), "click")
    for folder in (PACKAGE, PLUGINS):
        for file in sorted(folder.rglob("*.py")):
            for text in marked(ast.parse(file.read_text(encoding="utf-8"))):
                found.setdefault(text, str(file.relative_to(folder)))
        for text, name in _babel(folder, "**.html", "jinja2"):
            found.setdefault(text, name)
    for text, room in helps():
        found.setdefault(text, room)
    return found


ALIKE = re.compile(r"((ledger|--|- )[^,]*(, )?)+|(\{\w+\}|\d|\W)*")
"""A command to type, a field, a number: nothing in it is a word of a language."""


def marked(tree: ast.AST) -> Iterator[str]:
    """The texts that a module marks for translation, or raises as a message or a hint."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name):
            for place in MARKS.get(node.func.id, ()):
                for text in node.args[place : place + 1]:
                    value = text.value if isinstance(text, ast.Constant) else None
                    if isinstance(value, str) and not ALIKE.fullmatch(value):
                        yield value


def helps() -> Iterator[tuple[str, str]]:
    """What `--help` says of each command and act, and the words that stand for values in it."""
    from ledger.cli.main import EVERYDAY, NOUN_MODULES, OWN, TRUST, cli
    from ledger.cli.nouns import command_of
    from ledger.vocabulary import ACTS

    commands: list[click.Command] = [cli]
    for act in ACTS.values():
        yield inspect.cleandoc(act.command.__doc__ or ""), act.concept
        yield from ((word, "cli") for word in _words(command_of(act)))
    for table in (EVERYDAY, TRUST):
        for name, (module, _help) in table.items():
            if name not in OWN:
                commands.append(getattr(import_module(f"ledger.cli.{module}"), name))
    for noun, module in NOUN_MODULES.items():
        group = import_module(module).group(noun)
        context = click.Context(group)
        verbs = (group.get_command(context, verb) for verb in group.list_commands(context))
        yield from ((word, "cli") for verb in verbs for word in _words(verb))
    for command in commands:
        yield inspect.cleandoc(command.help or ""), "cli"
        yield from ((word, "cli") for word in _words(command))
        if isinstance(command, click.Group) and command is not cli:
            commands.extend(command.commands.values())


def _words(command: click.Command) -> Iterator[str]:
    """The capitals that stand for a value; codes to choose from are no words."""
    from ledger.cli.main import metavar

    for param in command.params:
        word = metavar(param)
        if word and not set(word) & set("|["):
            yield word


def of_click() -> Iterator[str]:
    """What click says to those who use a command."""
    for text, _name in _babel(Path(click.__file__).parent, "**.py", "python"):
        if not FOR_AUTHORS.match(text):
            yield text


def _babel(folder: Path, files: str, method: str) -> Iterator[tuple[str, str]]:
    for name, _line, message, _comments, _context in extract_from_dir(
        folder, method_map=[(files, method)], options_map={files: {"silent": "false"}}
    ):
        for text in message if isinstance(message, tuple) else (message,):
            if text:
                yield text, str(name)
