"""The web server is safe as it comes: this machine only, small uploads, nothing told to anyone."""

from __future__ import annotations

import tomllib
from pathlib import Path

import pytest

SETTINGS = Path(__file__).resolve().parents[1] / ".streamlit" / "config.toml"


@pytest.mark.parametrize(
    ("section", "name", "value"),
    [
        ("server", "address", "localhost"),
        ("server", "maxUploadSize", 20),
        ("server", "showEmailPrompt", False),
        ("browser", "gatherUsageStats", False),
        ("client", "showErrorDetails", "none"),
    ],
)
def test_a_default_is_safe(section: str, name: str, value: object) -> None:
    assert tomllib.loads(SETTINGS.read_text("utf-8"))[section][name] == value
