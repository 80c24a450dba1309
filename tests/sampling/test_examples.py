"""The examples in docstrings give what they say."""

from __future__ import annotations

import doctest
import importlib
import pkgutil

import pytest

import charlstm


@pytest.mark.parametrize("room", ["data", "sampling", "analysis"])
def test_the_examples_of_a_room_are_right(room: str) -> None:
    package = importlib.import_module(f"{charlstm.__name__}.{room}")
    names = [module.name for module in pkgutil.iter_modules(package.__path__)]
    modules = [importlib.import_module(f"{package.__name__}.{name}") for name in names]
    results = [doctest.testmod(module) for module in modules]
    assert sum(result.attempted for result in results) > 0
    assert sum(result.failed for result in results) == 0
