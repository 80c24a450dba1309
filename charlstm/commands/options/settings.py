"""The options that set what is asked of a training, made from the table of settings."""

from __future__ import annotations

import argparse
from collections.abc import Iterable
from typing import Any

from charlstm.settings.fields import Field
from charlstm.settings.presets import PRESETS
from charlstm.settings.recipes import DEFAULT_RECIPE
from charlstm.settings.settings import FIELDS, Settings, settings_for


def add_settings(command: argparse.ArgumentParser, names: Iterable[str] | None = None) -> None:
    """Give a command the options of some settings, or of all of them."""
    for name in FIELDS if names is None else names:
        field = FIELDS[name]
        option, *older = field.options
        command.add_argument(option, help=_help(field), **_taken(field))
        for old in older:
            command.add_argument(old, help=argparse.SUPPRESS, **_taken(field))


def _taken(field: Field) -> dict[str, Any]:
    """Return how an option is read; None stands for one that was not given."""
    if field.kind is bool:
        return {"dest": field.name, "action": "store_const", "const": False}
    if field.choices:
        return {"dest": field.name, "choices": list(field.choices)}
    letter = "N" if field.kind is int else "X"
    return {"dest": field.name, "type": field.kind, "metavar": letter}


def _help(field: Field) -> str:
    if field.kind is bool:
        return f"do not {field.help}"
    return f"{field.help}; {f'default {field.default}' if field.choices else field.limits}"


def settings_asked(arguments: argparse.Namespace) -> Settings:
    """Return the settings that the options of a command ask for.

    Raises:
        SettingsError: If a value is outside its limits.
    """
    given = {name: getattr(arguments, name, None) for name in FIELDS}
    if preset := getattr(arguments, "preset", None):
        return PRESETS[preset].settings(**given)
    return settings_for(given.pop("recipe") or DEFAULT_RECIPE, **given)
