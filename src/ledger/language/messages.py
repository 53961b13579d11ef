"""Every text that a person may read, as the code holds it: what a translation must cover.

For the checks of this project only; nothing at run time needs it.
"""

from __future__ import annotations

import inspect
from collections.abc import Iterator
from pathlib import Path

from babel.messages.extract import extract_from_dir

PACKAGE = Path(__file__).parent.parent
PLUGINS = PACKAGE.parent.parent / "datasette"
KEYWORDS = {"_": None, "N_": None, "ngettext": (1, 2), "pgettext": ((1, "c"), 2), "_plural": (1, 2)}
METHODS = [("**.py", "python"), ("**.html", "jinja2")]


def extracted() -> dict[str, str]:
    """Message ids of the code and of the pages, each with a file that holds it."""
    found: dict[str, str] = {}
    for folder in (PACKAGE, PLUGINS):
        for file, _line, message, _comments, _context in extract_from_dir(
            folder, method_map=METHODS, keywords=KEYWORDS, options_map={"**.html": {"silent": "false"}}
        ):
            for text in message if isinstance(message, tuple) else (message,):
                if text:
                    found.setdefault(text, str(file))
    return found | dict(docstrings())


def docstrings() -> Iterator[tuple[str, str]]:
    """Help texts: of the commands, and of each act's class."""
    import click

    from ledger.cli.main import EVERYDAY, TRUST, cli
    from ledger.vocabulary import ACTS

    for act in ACTS.values():
        yield inspect.cleandoc(act.command.__doc__ or ""), act.concept
    commands: list[click.Command] = [cli]
    for table in (EVERYDAY, TRUST):
        for name, (module, _help) in table.items():
            commands.append(getattr(__import__(f"ledger.cli.{module}", fromlist=[name]), name))
    for command in commands:
        if command.help:
            yield inspect.cleandoc(command.help), "cli"
        if isinstance(command, click.Group) and command is not cli:
            commands.extend(command.commands.values())
