"""What somebody meant who typed a command or an option that is not there."""

from __future__ import annotations

import click

from ledger.kernel.errors import UsageError
from ledger.language.catalogue import N_, _


class Group(click.Group):
    """Commands of which a near one is proposed when there is none of the name."""

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        if not args[0].startswith("-") and args[0] not in self.list_commands(ctx):
            raise no_command(ctx, args[0], self.list_commands(ctx))
        return super().resolve_command(ctx, args)


def no_command(ctx: click.Context, name: str, known: list[str]) -> UsageError:
    """The mistake, with the commands that are near: here, or of another noun."""
    path = ctx.command_path
    typed = f"{path} {name}".partition(" ")[2]
    noun = path.partition(" ")[2]
    found = [f"{path} {command}" for command in _here(name, noun, known)] or [
        *(f"{ctx.find_root().command_path} {command}" for command in _elsewhere(name)),
        f"{path} --help",
    ]
    return UsageError(N_("There is no command “{name}”."), ", ".join(found), name=typed)


def _here(name: str, noun: str, known: list[str]) -> list[str]:
    """A command of this group; of the group of all, what is exactly a verb goes before it."""
    from ledger.exchange.keys import folded
    from ledger.exchange.naming import meant
    from ledger.kernel.spelling import near
    from ledger.language.terms import FRENCH
    from ledger.vocabulary import ACTS

    called = {folded(said): command for command in known for said in (command, FRENCH.get(command, command))}
    if noun:
        verbs = [act.verb for act in meant(name, [act for act in ACTS.values() if act.noun == noun])]
    elif folded(name) not in called and (exactly := meant(name, cutoff=1)):
        return [f"{act.noun} {act.verb}" for act in exactly]
    else:
        verbs = []
    close = near(name, called, fold=folded)
    return verbs or ([called[close]] if close else [])


def _elsewhere(name: str) -> list[str]:
    from ledger.exchange.naming import meant

    return [f"{act.noun} {act.verb}" for act in meant(name, cutoff=0.75)]


def no_option(error: click.NoSuchOption) -> UsageError:
    """The mistake, with the option that is near, or where it belongs."""
    ctx = error.ctx or click.get_current_context()
    root, option = ctx.find_root(), error.option_name
    path = ctx.command_path
    for param in root.command.params:
        if option in param.opts and ctx is not root:
            return UsageError(
                N_("“{option}” is said before the command."),
                f"{root.command_path} {option} {_value(param)} {path.partition(' ')[2]} …",
                option=option,
            )
    return UsageError(
        N_("“{command}” has no option “{option}”."),
        f"{path} {_near_option(option, ctx.command) or '--help'}",
        command=path,
        option=option,
    )


def _value(option: click.Parameter) -> str:
    return option.type.choices[0] if isinstance(option.type, click.Choice) else _(option.metavar or "")


def _near_option(option: str, command: click.Command) -> str | None:
    """Compared without the dashes, which make all options alike."""
    from ledger.exchange.keys import folded
    from ledger.kernel.spelling import near

    names = {name.lstrip("-"): name for param in command.params for name in param.opts if name[:1] == "-"}
    close = near(option.lstrip("-"), names, fold=folded)
    return names[close] if close else None
