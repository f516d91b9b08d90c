"""Describe the options of a click command as Markdown."""

from collections.abc import Iterator

import click

from docs.generators.markdown import code, table


def options(command: click.Command) -> Iterator[str]:
    """Yield a table of the options that a command shows in its help."""
    visible = (option for option in command.params if isinstance(option, click.Option) and not option.hidden)
    yield from table(("option", "value", "default", "meaning"), map(_row, visible))


def usage(command: click.Command, name: str) -> str:
    """Return the usage line of a command."""
    pieces = command.collect_usage_pieces(click.Context(command, info_name=name, **command.context_settings))
    return " ".join((name, *pieces))


def _row(option: click.Option) -> tuple[str, str, str, str]:
    names = ", ".join(map(code, option.opts))
    meaning, _, written_default = (option.help or "").partition("[default: ")
    meaning = " ".join(meaning.split())
    if option.multiple and "repeatable" not in meaning:
        meaning += " Repeatable."
    if isinstance(option.envvar, str):
        meaning += f" Environment variable: `{option.envvar}`."
    return names, code(_value(option)), _default(option, written_default.rstrip("]")), meaning


def _value(option: click.Option) -> str:
    if option.is_flag:
        return ""
    if option.metavar:
        return option.metavar
    if isinstance(option.type, click.Choice):
        return ", ".join(map(str, option.type.choices))
    return option.type.name.upper().removesuffix(" RANGE")


def _default(option: click.Option, written: str) -> str:
    """Return what the help shows as the default."""
    if option.required:
        return "required"
    if written:
        return written
    if isinstance(option.show_default, str):
        return code(option.show_default) if "-" in option.show_default else option.show_default
    value = option.to_info_dict()["default"]
    return "" if option.is_flag or not isinstance(value, str | int | float) else code(value)
