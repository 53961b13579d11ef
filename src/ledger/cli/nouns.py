"""The nouns: `ledger decision adopt`, `ledger money spend`… one command for each act, made from its fields."""

from __future__ import annotations

import inspect
import re
from collections.abc import Callable
from typing import Any

import click

from ledger.cli.examples import EXAMPLES
from ledger.cli.main import NOUNS, localised
from ledger.cli.meant import Group
from ledger.cli.shared import WIDTH, print_json, session_of, tell_outcome
from ledger.exchange import forms, keys
from ledger.exchange.about import ABOUT
from ledger.kernel.marks import Field
from ledger.language import terms
from ledger.language.catalogue import N_, _, language
from ledger.vocabulary import ACTS, Act


def group(noun: str) -> click.Group:
    """The commands of one noun."""
    return Noun(noun, acts_of(noun), help=NOUNS[noun])


def acts_of(noun: str) -> dict[str, Act]:
    """The acts of a noun, by their verb."""
    return {act.verb: act for act in ACTS.values() if act.noun == noun}


class Noun(Group):
    """Builds a verb's command only when it is asked for."""

    def __init__(self, noun: str, acts: dict[str, Act], **options: Any) -> None:
        super().__init__(name=noun, **options)
        self._acts = acts

    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(self._acts)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        act = self._acts.get(cmd_name)
        return localised(command_of(act)) if act else None


class ActCommand(click.Command):
    """The command of an act; its options are understood under every name that the key has in files.

    Attributes:
        words: from every name, as an option and folded, to the English key.
    """

    words: dict[str, str]

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        known = {name for param in self.get_params(ctx) for name in param.opts}
        end = args.index("--") if "--" in args else len(args)
        return super().parse_args(ctx, [*(self._option(arg, known) for arg in args[:end]), *args[end:]])

    def _option(self, arg: str, known: set[str]) -> str:
        """`--à` as `--lieu`; what is an option by itself, or none at all, is left as it is."""
        name, equals, value = arg.partition("=")
        key = self.words.get(keys.folded(name[2:])) if arg.startswith("--") else None
        return arg if key is None or name in known else f"--{key.replace('_', '-')}{equals}{value}"


def command_of(act: Act) -> click.Command:
    """The command of one act: an option for each of its keys, in English and in French."""
    form = forms.form(act.command)
    main = _main_key(act, form)
    params: list[click.Parameter] = []
    if main:
        metavar = f"[{keys.french(main) if language() == 'fr' else main}]".upper()
        params.append(click.Argument([main.replace("-", "_")], required=False, metavar=metavar))
    given = {f"--{key.replace('_', '-')}" for key in (*form.fields, *form.extras)}
    for key in dict.fromkeys((*form.fields, *form.extras)):
        params.append(_option(key, form.fields.get(key), given))
    params.append(
        click.Option(["--dry-run"], is_flag=True, help=N_("Say what would be recorded, and record nothing."))
    )
    params.append(click.Option(["--json", "as_json"], is_flag=True, help=N_("Print data, for programs.")))
    made = ActCommand(act.verb, params=params, callback=_recorder(act, main), help=_help(act, params))
    made.words = {keys.folded(keys.dashed(word)): key for word, key in form.spellings.items()}
    return made


def _main_key(act: Act, form: forms.Form) -> str | None:
    """The one thing that the command is about, which needs no option: what it creates, or acts upon."""
    for key, field in form.fields.items():
        if (
            field.mark
            and not field.many
            and (field.mark.new or (field.required and field.mark.what in ("ref", "person")))
        ):
            return key
    return act.noun if act.noun in form.fields else None


def _option(key: str, field: Field | None, taken: set[str]) -> click.Option:
    """Named in English and in French; the value stays text until the act is read.

    Args:
        taken: option names of this command so far; a French name that another key has is left out.
    """
    name = f"--{key.replace('_', '-')}"
    french = "--" + keys.dashed(keys.french(key))
    names = [name] if french in taken else [name, french]
    taken.update(names)
    choices = forms.allowed(field) if field else ()
    many = bool(field and field.many)
    codes = list(map(_word, choices))
    metavar = "|".join(codes) if choices else (forms.kind_of(field) if field else "text").upper()
    about = ABOUT[key]
    if len(", ".join(names) + metavar) > WIDTH - 4:
        metavar, about = "CODE", _("{title}: {text}").format(title=_(about), text=", ".join(codes))
    flag = bool(field and forms.kind_of(field) == "yes_no")
    if flag:
        return click.Option([*names, f"o_{key}"], is_flag=True, flag_value="yes", default=None, help=about)
    return click.Option([*names, f"o_{key}"], multiple=many, metavar=metavar, help=about)


def _recorder(act: Act, main: str | None) -> Callable[..., None]:
    @click.pass_context
    def run(ctx: click.Context, /, *, dry_run: bool, as_json: bool, **values: Any) -> None:
        options: dict[str, str | list[str]] = {}
        if main and values.get(main.replace("-", "_")):
            options[main] = values[main.replace("-", "_")]
        for name, value in values.items():
            if name.startswith("o_") and value:
                options[name[2:]] = list(value) if isinstance(value, tuple) else value
        session = session_of(ctx)
        with session.ledger() as ledger:
            outcome = ledger.record_act(act.act, options, author=session.author, dry_run=dry_run)
            if as_json:
                print_json(outcome.events)
            else:
                tell_outcome(outcome, ledger.names())

    return run


def _help(act: Act, params: list[click.Parameter]) -> str:
    about = _(inspect.cleandoc(act.command.__doc__ or ""))
    in_file = _("In a file: {english} or {french}").format(english=act.act, french=keys.ACTS[act.act])
    return f"{about}\n\n{in_file}\n\n\b\n{_('Example:')}\n{example(act, params)}"


def example(act: Act, params: list[click.Parameter]) -> str:
    """The act's example with the options of the reader's language, broken as a shell reads it."""
    command, *options = re.split(r" (?=--)", EXAMPLES[act.act])
    if language() == "fr":
        options = [_in_french(option, act, params) for option in options]
    lines = [f"  {command}"]
    for option in options:
        if len(lines[-1]) + len(option) > WIDTH - 5:
            lines[-1] += " \\"
            lines.append(f"     {option}")
        else:
            lines[-1] += f" {option}"
    return "\n".join(lines)


def _in_french(option: str, act: Act, params: list[click.Parameter]) -> str:
    name, space, value = option.partition(" ")
    names = next((param.opts for param in params if name in param.opts), [name])
    field = forms.form(act.command).fields.get(name.removeprefix("--").replace("-", "_"))
    if field and value in forms.allowed(field):
        value = _word(value)
    elif name == "--role":
        value = keys.ROLES[value][0]
    return names[-1] + space + value


def _word(code: str) -> str:
    """A code as it may be typed in the reader's language, in one word."""
    return terms.label(code).replace(" ", "-") if language() == "fr" else code
