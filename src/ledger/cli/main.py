"""The `ledger` command: finds the module of the command asked for, and tells mistakes in plain words."""

from __future__ import annotations

import gc
import gettext
import inspect
import os
import re
import sys
import typing
from contextlib import suppress
from copy import copy
from importlib import import_module
from pathlib import Path
from types import ModuleType
from typing import Any, NoReturn, TypeVar

import click

from ledger.cli.meant import Group, no_option
from ledger.kernel.errors import LedgerError, StorageFailure
from ledger.language.catalogue import LANGUAGES, LOCALE, N_, _, choose_language, language, set_language

C = TypeVar("C", bound=click.Command)

# name: (module, one line of help). Grouped as PRODUCT's users think of them.
EVERYDAY: dict[str, tuple[str, str]] = {
    "init": ("init", N_("Found a consortium's ledger in a folder.")),
    "record": ("record", N_("Record members' files: minutes of a meeting, or acts.")),
    "template": ("record", N_("Print a file to fill in, prefilled from the ledger.")),
    "schema": ("record", N_("Print the JSON Schema of members' files, for editors.")),
    "status": ("reports", N_("Say where the consortium stands today.")),
    "log": ("reports", N_("Tell what was recorded, as sentences.")),
    "show": ("reports", N_("Tell one thing's whole history and what follows from it.")),
    "balance": ("balance", N_("Show who carries the work, per lieu or per person.")),
    "flags": ("reports", N_("Show what hangs on too few, since when, and what to try.")),
    "relay": ("flags", N_("Say what would stop without those who carry a function, and who could learn it.")),
    "trail": ("reports", N_("Follow the money of a convention down to each receipt.")),
    "report": ("money", N_("Report on a convention as its funder asks.")),
    "verify": ("trust", N_("Check that nothing recorded was altered.")),
    "export": ("export", N_("Export a calendar, or a feed of what was published.")),
    "serve": ("serve", N_("Open the consortium's pages in a browser, with Datasette.")),
    "demo": ("demo", N_("Play a scenario into a folder and show what it tells.")),
}
TRUST: dict[str, tuple[str, str]] = {
    "correct": ("trust", N_("Correct an event: reverse it or replace it; nothing is erased.")),
    "seal": ("nouns", N_("Seal what was recorded up to a day: reported, or published.")),
    "rebuild": ("trust", N_("Make the tables anew from the events.")),
    "doctor": ("trust", N_("Look over the folder and say what needs care.")),
}
NOUNS: dict[str, str] = {
    "consortium": N_("Found, seal a period, dissolve."),
    "organisation": N_("Register organisations and change what is said of them."),
    "lieu": N_("Register and close lieux."),
    "person": N_("Register people, and forget them."),
    "role": N_("Give and end roles: members, carrier, mandates, referents."),
    "rules": N_("Adopt the agreement and its rules."),
    "rotation": N_("Set what goes round the lieux, and take turns."),
    "meeting": N_("Convene, hold and close meetings."),
    "decision": N_("Propose, object, open, vote, adopt, publish."),
    "task": N_("Open, give, hand over and close tasks."),
    "time": N_("Log time given to the common work, and say how much you can give."),
    "call": N_("Record the calls of funders."),
    "application": N_("File applications, and record the answers."),
    "convention": N_("Sign, amend, report on and end grant conventions."),
    "money": N_("Call, receive, allocate, move, engage, spend and pass on."),
    "indicator": N_("Say what is observed, and measure it."),
    "review": N_("Record the meetings with the funder, and lessons."),
    "deliverable": N_("Follow an accompaniment: missions and deliverables."),
    "evidence": N_("Keep receipts and other proofs."),
    "flag": N_("Answer a flag: take it into account, contest it, say that it is by design, reply."),
}
NOUN_MODULES = {"flag": "ledger.cli.flags"}
"""Nouns with commands of their own beside those made from acts."""

OWN = {"seal": "seal-period"}
"""Acts that are a command by themselves, too."""

SECTIONS = (
    (N_("Every day"), {name: help for name, (_module, help) in EVERYDAY.items()}),
    (N_("One act at a time"), NOUNS),
    (N_("Trust"), {name: help for name, (_module, help) in TRUST.items()}),
)


class Root(Group):
    """Loads a command's module only when that command runs."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """Chooses the language first, so that `--help` and every mistake are read in it."""
        ctx.resilient_parsing = True
        given, _rest, _order = self.make_parser(ctx).parse_args(list(args))
        ctx.resilient_parsing = False
        configured = _configured(given.get("ledger"))
        set_language(choose_language(given.get("lang"), configured))
        speak_to_click()
        if configured and configured not in LANGUAGES and not given.get("lang"):
            _say_unspoken(configured)
        return super().parse_args(ctx, args)

    def format_usage(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        super(Root, localised(self)).format_usage(ctx, formatter)

    def format_help(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        super(Root, localised(self)).format_help(ctx, formatter)

    def list_commands(self, ctx: click.Context) -> list[str]:
        return [*EVERYDAY, *NOUNS, *TRUST]

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name in NOUNS:
            command: click.Command = import_module(NOUN_MODULES.get(cmd_name, "ledger.cli.nouns")).group(
                cmd_name
            )
            return localised(command)
        if cmd_name in OWN:
            from ledger.vocabulary import ACTS

            made: click.Command = import_module("ledger.cli.nouns").command_of(ACTS[OWN[cmd_name]])
            return localised(made)
        module, _help = EVERYDAY.get(cmd_name) or TRUST.get(cmd_name) or ("", "")
        if not module:
            return None
        loaded: click.Command = getattr(import_module(f"ledger.cli.{module}"), cmd_name)
        return localised(loaded)

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        for title, commands in SECTIONS:
            with formatter.section(_(title)):
                formatter.write_dl([(name, _(text)) for name, text in commands.items()])


def localised(command: C) -> C:
    """A copy of the command that helps in the reader's language; commands themselves stay English."""
    said = copy(command)
    said._help_option = None  # click keeps the one that it made in the language spoken then
    said.help = _(inspect.cleandoc(command.help)) if command.help else None
    said.short_help = _first_sentence(said.help or "")
    said.options_metavar = _("[OPTIONS]")
    said.params = [_said(param) for param in command.params]
    if isinstance(said, click.Group):
        said.subcommand_metavar = _("COMMAND [ARGS]...")
        said.commands = {name: localised(verb) for name, verb in said.commands.items()}
    return said


def _said(param: click.Parameter) -> click.Parameter:
    """An option or argument with its help, and the word that stands for its value, in that language."""
    said = copy(param)
    word = _(metavar(param) or "") or None
    if isinstance(said, click.Option):
        said.metavar = word
        said.help = _(said.help) if said.help else None
    elif word:
        said.metavar = word if param.required or word.startswith("[") else f"[{word}]"
    return said


def metavar(param: click.Parameter) -> str | None:
    """The word that stands for a value in English; None for a switch and for codes to choose from."""
    if param.metavar or isinstance(param.type, click.Choice) or getattr(param, "is_flag", False):
        return param.metavar
    return (param.type.name if isinstance(param, click.Option) else param.name or "").upper()


def _first_sentence(text: str) -> str:
    """What a list of commands says of one; click itself would cut it at the end of the line."""
    return re.split(r"[.:;]\s|\.$", text.partition("\n\n")[0].replace("\n", " "), maxsplit=1)[0]


def speak_to_click() -> None:
    """Has click say its own words (Usage, Options, mistakes) in the current language, from `click.mo`.

    Click asks the standard gettext, whose language is the environment's.
    """
    os.environ["LANGUAGE"] = language()
    gettext.bindtextdomain("click", str(LOCALE))
    gettext.textdomain("click")


def _say_unspoken(wished: str) -> None:
    """A setting that has no effect is not left for its writer to find out."""
    said = _("ledger.toml asks for the language “{wished}”, which the ledger does not speak: fr, en.")
    click.echo(said.format(wished=wished), err=True)


def _configured(option: str | None) -> str | None:
    """The language that the ledger at hand is set to; None outside of one."""
    from ledger.folder import find

    try:
        return find(option).language
    except LedgerError:
        return None


@click.command(cls=Root, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 80})
@click.option("--ledger", metavar="DIR", help=N_("The ledger's folder, when not this one."))
@click.option("--lang", type=click.Choice(["fr", "en"]), help=N_("The language to speak."))
@click.option("--as", "author", metavar="PERSON", help=N_("Who records, by their handle."))
@click.option("--acting-as", metavar="ROLE", help=N_("Under which mandate of theirs."))
@click.version_option(
    package_name="consortium-ledger",
    message="%(prog)s %(version)s",
    help=N_("Show the version and exit."),
)
@click.pass_context
def cli(
    ctx: click.Context, ledger: str | None, lang: str | None, author: str | None, acting_as: str | None
) -> None:
    """The shared memory of a consortium: decisions, tasks, hours and public money."""
    ctx.obj = {"ledger": ledger, "lang": lang, "author": author, "acting_as": acting_as}


def main() -> None:
    """Run the command line and leave with the code that is promised for what happened."""
    _start_fast()
    _leave(run())


def run(args: list[str] | None = None) -> int:
    """Run one command; its exit code.

    Args:
        args: words of the command line, by default this process's.
    """
    try:
        code: Any = cli.main(args=args, prog_name="ledger", standalone_mode=False)
        _flush()
    except LedgerError as error:
        code = tell(error)
    except click.exceptions.Abort:
        click.echo(_("Stopped; nothing was recorded."), err=True)
        code = 130
    except click.NoSuchOption as error:
        code = tell(no_option(error))
    except click.ClickException as error:
        error.show()
        code = 2
    except (
        SystemExit
    ) as end:  # click ends the process itself when a reader has seen enough, and to complete a word
        code = end.code if "_LEDGER_COMPLETE" in os.environ else 0
    except OSError as error:
        code = tell(_untold(error))
    return code if isinstance(code, int) else 0


def _flush() -> None:
    """Sends what was said, while it can still be told that it does not go through.

    Raises:
        OSError: it does not.
    """
    with suppress(BrokenPipeError):  # the reader has seen enough
        if sys.stdout:
            sys.stdout.flush()


def _untold(error: OSError) -> LedgerError:
    """What the operating system refused: a file that it names, else what the command prints."""
    if error.filename:
        from ledger.folder import unreadable

        return unreadable(Path(os.fsdecode(error.filename)), error)
    return StorageFailure(
        N_("What this command says cannot be written: {reason}."),
        N_("send it elsewhere, or make room"),
        reason=error,
    )


def _start_fast() -> None:
    """Settings of this process that a short command gains from."""
    gc.set_threshold(100_000, 50, 50)  # modules and classes are not garbage: do not look for it all the time
    # Nor may a package that is installed beside change what an event is, by a plugin that pydantic finds.
    # Told so, pydantic still loads all that looks for one, mail and zip files included: a tenth of recording an act.
    os.environ["PYDANTIC_DISABLE_PLUGINS"] = "__all__"
    finder = ModuleType("pydantic.plugin._loader")
    finder.get_plugins = tuple  # type: ignore[attr-defined]
    sys.modules[finder.__name__] = finder
    # Packages annotate their classes with text, nine hundred times, that nobody ever evaluates. `typing` compiles
    # each at once, a twentieth of recording an act; `eval`, which comes next where somebody does, takes text too.
    typing.__dict__["compile"] = lambda text, *_rest: text


def _leave(code: int) -> NoReturn:
    """Ends the process here: Python would first take every class apart, a fifth of a short command's time.

    Nothing waits to be written: what is recorded is committed, files are closed, what was said is flushed.
    """
    for stream in filter(None, (sys.stdout, sys.stderr)):
        try:
            stream.flush()
        except BrokenPipeError:  # the reader has seen enough
            continue
        except OSError:
            code = code or StorageFailure.exit_code
    os._exit(code)


def tell(error: LedgerError) -> int:
    """Print a mistake where mistakes go, with its place and what to try; its exit code.

    Lines are broken for a person only: a program that reads them finds one mistake a line.
    """
    from ledger.cli.shared import told
    from ledger.language.catalogue import render
    from ledger.language.formats import plain

    with suppress(OSError):  # nowhere is left to say it: the exit code does
        click.echo(plain(told(error) if sys.stderr.isatty() else render(error)), err=True)
    return error.exit_code


if __name__ == "__main__":
    main()
