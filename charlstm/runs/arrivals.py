"""The words of a run that arrived as a file: JSON and text, checked and written again as our own.

Knows the run folder and what may stand in its JSON; knows nothing of archives or weights.
"""

from __future__ import annotations

import re
import time
from dataclasses import replace
from typing import Any

from charlstm.data.corpus import MAX_SYMBOLS, Corpus
from charlstm.data.vocabulary import CHAR
from charlstm.errors import RunError
from charlstm.runs.config import RunConfig
from charlstm.runs.folder import RunFolder
from charlstm.runs.lines import is_number
from charlstm.runs.new import text_of_command
from charlstm.runs.publish import publish_lines
from charlstm.runs.status import ALIVE, STOPPED
from charlstm.runs.store import own_folder
from charlstm.settings.settings import FIELDS, command_for

_LONGEST = {"reason": 500, "phase": 40, "prompt": 1000, "text": 10_000}
_SAMPLE = ("epoch", "step", "prompt", "temperature", "seed", "text")
_KEY = re.compile(r"[a-z_]{1,40}")
_LARGEST_NUMBER = 1e15
_VERSIONS, _LONGEST_VERSION = 10, 40
_LONGEST_NOTE = 400


def rewrite(run: RunFolder) -> None:
    """Read what was asked and where a run stands, and write what is meant in our own words.

    Its training is over, wherever it stood; and the command that repeats it is made anew, because
    people run such a command, and a file does not get to say what it is.

    Args:
        run: A folder under the name that the run will have, wherever it lies now.

    Raises:
        RunError: If a file is damaged, or says what no run of ours would say.
    """
    config, status = run.config(), run.status()
    run.write_config(_config(run, config))
    if status.status in ALIVE:
        status = replace(status, status=STOPPED, phase="")
    run.write_status(replace(status, process=""))
    _check("status.json", run.status().__dict__)


def rewrite_lines(run: RunFolder) -> None:
    """Read the history and the samples of a run that has its checkpoints, and write them anew.

    Raises:
        RunError: If a file is damaged, or says what no run of ours would say.
    """
    for name, lines in (("history.jsonl", run.history()), ("samples.jsonl", run.samples())):
        keys = _SAMPLE if name == "samples.jsonl" else None
        kept = [_plain(line, keys) for line in lines]
        for line in kept:
            _check(name, line)
        publish_lines(run.path / name, kept)


def _config(run: RunFolder, config: RunConfig) -> RunConfig:
    symbols = config.vocabulary.symbols
    most = MAX_SYMBOLS if config.vocabulary.level == CHAR else int(FIELDS["vocabulary"].high)
    if not 2 <= len(symbols) <= most or not re.fullmatch(r"[0-9a-f]{64}", config.sha256):
        raise _strange("config.json")
    corpus = re.sub(r"[^A-Za-z0-9_-]+", "-", config.corpus)[:64].strip("-") or "text"
    text = text_of_command(own_folder(run.name), corpus, config.keeps_text)
    versions = {
        key[:_LONGEST_VERSION]: value[:_LONGEST_VERSION]
        for key, value in list(config.versions.items())[:_VERSIONS]
    }
    made = replace(
        config,
        corpus=corpus,
        versions=versions,
        note=config.note[:_LONGEST_NOTE],
        command=command_for(config.settings, text),
        travelled=True,
        # Caches tell runs that had one name after the other apart by when they were made.
        created=time.time(),
    )
    numbers = {"length": made.length, "created": made.created}
    words = {f"symbol {index}": symbol for index, symbol in enumerate(symbols)}
    figures = made.per_character.__dict__
    _check("config.json", {**words, **numbers, **figures, **versions})
    return made


def _plain(line: dict[str, Any], keys: tuple[str, ...] | None) -> dict[str, Any]:
    """Return what a line holds under the keys that are known, or under any with a number."""
    if keys is not None:
        return {key: line[key] for key in keys if key in line}
    return {
        key: value
        for key, value in line.items()
        if _KEY.fullmatch(key) and (value is None or is_number(value))
    }


def _check(name: str, values: dict[str, Any]) -> None:
    """Refuse numbers that no run can have, and text that cannot be shown."""
    for key, value in values.items():
        if isinstance(value, str):
            if len(value) > _LONGEST.get(key, MAX_SYMBOLS) or _has_halves(value):
                raise _strange(name)
        elif value is not None and not _is_moderate(value):
            raise _strange(name)


def _is_moderate(value: Any) -> bool:
    return is_number(value) and abs(value) <= _LARGEST_NUMBER


def _has_halves(text: str) -> bool:
    """Return whether a text holds halves of characters, which no encoding can hold."""
    return any("\ud800" <= symbol <= "\udfff" for symbol in text)


def check_text(run: RunFolder) -> None:
    """Refuse a text that is not the one that the run learned.

    Raises:
        RunError: If it cannot be read or its SHA-256 differs.
    """
    config, text = run.config(), run.text() or ""
    if len(text) != config.length or Corpus(config.corpus, text).sha256 != config.sha256:
        raise RunError(f"The text in the archive is not the one that the run {run.name} learned.")


def _strange(name: str) -> RunError:
    return RunError(f"In the archive, {name} says what no run would say; it was refused.")
