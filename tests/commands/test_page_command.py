"""The command that writes a model as one web page, and what the page holds before it runs."""

from __future__ import annotations

import hashlib
import json
import re
import tomllib
from base64 import b64encode
from html.parser import HTMLParser
from pathlib import Path

import pytest

from charlstm.__main__ import main
from charlstm.browser.handout import handout, model_file
from charlstm.commands.measuring import DEFAULT_PROMPT
from charlstm.runs.store import DEFAULT_RUN, find
from tests.made import made_run, prose

ROOT = Path(__file__).resolve().parents[2]
MOST_BYTES = 600_000
HOSTILE = "</script><script>alert(1)</script><!-- {{data}} & \" '"


class Parts(HTMLParser):
    """The scripts of a page by their type, and all that can ask for something."""

    def __init__(self, page: str) -> None:
        super().__init__(convert_charrefs=True)
        self.scripts: dict[str, str] = {}
        self.policy = self.title = ""
        self.asking: list[tuple[str, str | None]] = []
        self._within = ""
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        values = dict(attrs)
        self._within = f"{tag} {values.get('type', '')}".strip()
        if values.get("http-equiv") == "Content-Security-Policy":
            self.policy = values["content"] or ""
        self.asking += [(name, value) for name, value in attrs if name in ("src", "href")]

    def handle_endtag(self, tag: str) -> None:  # noqa: ARG002
        self._within = ""

    def handle_data(self, data: str) -> None:
        kind, _, type_ = self._within.partition(" ")
        if kind == "script":
            assert type_ not in self.scripts
            self.scripts[type_] = data
        if kind == "title":
            self.title = data


def test_it_writes_a_file_of_at_most_600_kb(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    file = tmp_path / "nietzsche.html"
    words = ["page", DEFAULT_RUN, str(file), "--prompt", "the soul ", "--title", "A small mind"]
    assert main(words) == 0
    assert f"{file.stat().st_size / 1e3:,.0f} kB" in capsys.readouterr().out
    assert file.stat().st_size <= MOST_BYTES
    parts = Parts(file.read_text(encoding="utf-8"))
    assert parts.title == "A small mind"
    data = json.loads(parts.scripts["application/json"])
    assert data["opensWith"] == {"prompt": "the soul ", "temperature": 0.5, "known": "0"}
    assert data["model"] == b64encode(model_file(find(DEFAULT_RUN))).decode()
    assert main(words) == 2
    assert "--force" in capsys.readouterr().err
    assert main([*words, "--force", "--temperature", "1.2"]) == 0
    assert '"temperature": 1.2' in file.read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        ("--temperature 3", "The temperature of a page must lie between 0 and 2, not 3.0."),
        ("--temperature nan", "A temperature is a finite number"),
        ("--checkpoint 7", "has no checkpoint at step 7"),
    ],
)
def test_what_cannot_be_is_one_line(
    capsys: pytest.CaptureFixture[str], tmp_path: Path, words: str, sentence: str
) -> None:
    file = tmp_path / "page.html"
    assert main(["page", DEFAULT_RUN, str(file), *words.split()]) == 2
    (line,) = capsys.readouterr().err.splitlines()
    assert sentence in line
    assert not file.exists()


def test_another_checkpoint_is_that_checkpoint() -> None:
    run = made_run("mine")
    (first, last) = (Parts(handout(run, step)).scripts["application/json"] for step in (10, 20))
    assert json.loads(first)["model"] == b64encode(model_file(run, 10)).decode()
    assert first != last == Parts(handout(run)).scripts["application/json"]


def test_the_policy_allows_these_scripts_alone_and_no_request() -> None:
    parts = Parts(handout(find(DEFAULT_RUN)))
    rules = dict(rule.strip().split(" ", 1) for rule in parts.policy.split(";"))
    assert rules.pop("default-src") == "'none'"
    assert rules.pop("img-src") == "data:"
    assert rules.pop("style-src") == "'unsafe-inline'"
    allowed = rules.pop("script-src").split()
    assert set(rules.values()) == {"'none'"}
    scripts = [parts.scripts["importmap"], parts.scripts["module"]]
    hashes = [b64encode(hashlib.sha256(each.encode()).digest()).decode() for each in scripts]
    assert allowed == [*(f"'sha256-{each}'" for each in hashes), "data:", "'wasm-unsafe-eval'"]
    assert all(re.match("data:|#", value or "") for _, value in parts.asking)
    imports = json.loads(parts.scripts["importmap"])["imports"]
    assert all(address.startswith("data:text/javascript") for address in imports.values())


def test_it_has_the_colours_of_the_app_and_its_first_prompt() -> None:
    theme = tomllib.loads((ROOT / ".streamlit" / "config.toml").read_text())["theme"]
    page = handout(find(DEFAULT_RUN))
    names = {"text": "textColor", "background": "backgroundColor", "primary": "primaryColor"}
    for name, option in names.items():
        found = re.findall(rf"--st-{name}-color: (#\w+);", page)
        assert found == [theme["light"][option], theme["dark"][option]]
    assert handout(find(DEFAULT_RUN), prompt=DEFAULT_PROMPT) == page


def test_a_name_or_a_text_is_data() -> None:
    run = made_run("mine", text=HOSTILE + prose(1500), corpus_name=HOSTILE)
    page = handout(run, prompt=HOSTILE, title=HOSTILE)
    parts = Parts(page)
    assert parts.title == HOSTILE
    assert sorted(parts.scripts) == ["application/json", "importmap", "module"]
    data = json.loads(parts.scripts["application/json"])
    assert data["opensWith"]["prompt"] == HOSTILE
    assert data["learned"]["figures"][0][1] == HOSTILE
    assert "alert(1)</script>" not in page


def test_it_says_what_the_model_learned_from() -> None:
    run = find(DEFAULT_RUN)
    learned = json.loads(Parts(handout(run)).scripts["application/json"])["learned"]
    figures = {label: (value, small) for label, value, small in learned["figures"]}
    assert figures["Text"] == ("nietzsche", f"{run.config().length:,} characters")
    best = run.last_status().best_held_out_loss
    assert figures["Best held-out window loss"][0] == f"{best:.3f} nats"
    assert 100 < len(learned["training"]) <= 301
    assert 10 < len(learned["heldOut"]) <= 301
