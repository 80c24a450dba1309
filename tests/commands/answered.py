"""What a command answered: its one JSON object, or the one line in which it refuses."""

from __future__ import annotations

import json
from typing import Any

import pytest

from charlstm.__main__ import main

Capture = pytest.CaptureFixture[str]


def json_of(capsys: Capture, *words: str) -> dict[str, Any]:
    """Return the one JSON object that a command prints."""
    assert main([*words, "--json"]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert len(lines) == 1
    value = json.loads(lines[0])
    assert isinstance(value, dict)
    return value


def refusal_of(capsys: Capture, words: list[str]) -> str:
    """Return the one line in which a command refuses its words."""
    try:
        code = main(words)
    except SystemExit as end:
        code = end.code
    out, err = capsys.readouterr()
    assert code == 2
    assert out == ""
    assert err.endswith("\n")
    assert len(err.splitlines()) == 1
    assert "Traceback" not in err
    assert err.startswith("charlstm: ")
    return err
