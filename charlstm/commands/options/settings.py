"""The options that set what is asked of a training, made from the table of settings."""

from __future__ import annotations

import argparse
from collections.abc import Iterable
from typing import Any

from charlstm.settings.settings import FIELDS, PRESETS, Settings, settings_for

DEFAULTS = "Defaults are those of an lstm of characters; a recipe or preset may have its own."


def add_settings(command: argparse.ArgumentParser, names: Iterable[str] | None = None) -> None:
    """Give a command the options of some settings, or of all of them; None means not given."""
    command.epilog = DEFAULTS
    for name in FIELDS if names is None else names:
        field, taken = FIELDS[name], dict[str, Any](dest=name)
        words = field.help if field.default is None else f"{field.help}; default {field.default}"
        if field.kind is bool:
            taken |= {"action": "store_const", "const": not field.default}
            words = f"do not {field.help}" if field.default else field.help
        elif field.choices:
            taken["choices"] = list(field.choices)
        else:
            taken |= {"type": field.kind, "metavar": "N" if field.kind is int else "X"}
            words += f"; {field.limits}"
        option, *older = field.options
        command.add_argument(option, help=words, **taken)
        for old in older:
            command.add_argument(old, help=argparse.SUPPRESS, **taken)


def settings_asked(arguments: argparse.Namespace) -> Settings:
    """Return the settings that the options of a command ask for.

    Raises:
        SettingsError: If a value is outside its limits.
    """
    given = {name: getattr(arguments, name, None) for name in FIELDS}
    preset = PRESETS.get(getattr(arguments, "preset", None) or "")
    return preset.settings(**given) if preset else settings_for(**given)
