"""Reading a zip archive that a stranger made: names, sizes and kinds checked, nothing executed.

Knows zip archives and .npy arrays; knows nothing of runs, and writes no file. What a header claims
is believed only where it makes a refusal cheaper: every limit is kept while reading.

The words of a run that arrived as a file: JSON and text, checked and written again as our own.
"""

from __future__ import annotations

import io
import re
import stat
import time
import zipfile
from collections.abc import Callable
from dataclasses import replace
from typing import IO, Any

import numpy as np
from numpy.typing import NDArray

from charlstm.data.corpus import MAX_SYMBOLS, Corpus
from charlstm.data.vocabulary import CHAR
from charlstm.errors import RunError
from charlstm.runs.config import ALIVE, STOPPED, RunConfig
from charlstm.runs.files import is_number
from charlstm.runs.folder import RunFolder
from charlstm.runs.new import text_of_command
from charlstm.runs.publish import publish_lines
from charlstm.runs.store import own_folder
from charlstm.settings.settings import FIELDS, command_for

DAMAGED = "This is no zip archive, or it is damaged."

_ENCRYPTED = 0x1
MOST_ARRAYS = 64
_ARRAY_NAME = re.compile(r"[a-z0-9_]{1,40}(/[a-z0-9_]{1,40}){0,4}\.npy")
_HEADER = 512
"""Bytes that an array's own header takes at most."""

_LARGEST_NUMBER, _MOST_AXES = 8, 4
_LITTER = {".DS_Store", "Thumbs.db", "desktop.ini"}
"""Files that desktops put into folders."""


class Budget:
    """How many bytes may still be unpacked, from an archive and from archives within it."""

    def __init__(self, most: int) -> None:
        self.left = most

    def take(self, count: int) -> None:
        """Spend bytes.

        Raises:
            RunError: If there are not so many left.
        """
        self.left -= count
        if self.left < 0:
            raise RunError("The archive unpacks to far more than its own size; it was refused.")


class Archive:
    """A zip archive whose entries are plain files with names that are allowed.

    Args:
        file: A file that can be read at any place.
        allowed: Whether a name may stand in it.
        most_entries: How many entries it may have.
        budget: What may be unpacked.
        root: The name of a file that must be in it once. Where it lies in a folder, as after a run
            was unpacked and packed again by hand, the names in that folder count; folders and what
            desktops leave behind are passed over.

    Raises:
        RunError: If it is none, or an entry is not allowed.
    """

    def __init__(
        self,
        file: IO[bytes],
        *,
        allowed: Callable[[str], bool],
        most_entries: int,
        budget: Budget,
        root: str = "",
    ) -> None:
        self._budget = budget
        try:
            self._zip = zipfile.ZipFile(file)
        except Exception as error:  # zipfile raises many kinds on damaged bytes
            raise RunError(DAMAGED) from error
        listed = [(entry.orig_filename, entry) for entry in self._zip.infolist()]
        self._entries: dict[str, zipfile.ZipInfo] = {}
        for name, entry in _within(listed, root) if root else listed:
            _check_entry(name, entry, allowed)
            if name in self._entries:
                raise RunError(f"The archive holds {name} twice.")
            self._entries[name] = entry
        if len(self._entries) > most_entries:
            raise RunError(f"The archive holds more than {most_entries:,} files.")

    def __contains__(self, name: str) -> bool:
        return name in self._entries

    @property
    def names(self) -> list[str]:
        """The names of its entries, sorted."""
        return sorted(self._entries)

    def read(self, name: str, most: int) -> bytes:
        """Return what an entry holds.

        Args:
            name: Its name.
            most: How many bytes it may have.

        Raises:
            RunError: If it is not there, is larger, or its bytes are not those that were packed.
        """
        if name not in self._entries:
            raise RunError(f"The archive holds no {name}.")
        entry = self._entries[name]
        self._budget.take(min(entry.file_size, most + 1))
        try:
            with self._zip.open(entry) as packed:
                data = packed.read(most + 1)
        except Exception as error:  # zlib and zipfile raise many kinds on damaged bytes
            raise RunError(f"In the archive, {name} is damaged.") from error
        if len(data) > most or entry.file_size > most:
            raise RunError(f"In the archive, {name} is larger than {most:,} bytes.")
        return data


def _within(
    listed: list[tuple[str, zipfile.ZipInfo]], root: str
) -> list[tuple[str, zipfile.ZipInfo]]:
    """Return the entries of the folder that a file lies in, under their names there.

    Folders and what desktops leave behind are left out; an entry beside the folder keeps its name.
    """
    files = [(name.replace("\\", "/"), entry) for name, entry in listed]
    files = [(name, entry) for name, entry in files if not _is_litter(name, entry)]
    roots = [name for name, _ in files if name.rpartition("/")[2] == root]
    if len(roots) > 1:
        raise RunError(f"The archive holds {len(roots)} runs; one at a time is taken in.")
    folder = roots[0].removesuffix(root) if roots else ""
    return [(name.removeprefix(folder), entry) for name, entry in files]


def _is_litter(name: str, entry: zipfile.ZipInfo) -> bool:
    """Return whether this is an empty entry for a folder, or what a desktop keeps beside files."""
    if name.endswith("/"):
        return entry.file_size == 0
    *folders, last = name.split("/")
    return "__MACOSX" in folders or last.startswith("._") or last in _LITTER


def _check_entry(name: str, entry: zipfile.ZipInfo, allowed: Callable[[str], bool]) -> None:
    if "\0" in name or not allowed(name):
        raise RunError(f"The archive holds {name[:80]!r}, which has no place in it.")
    kind = stat.S_IFMT(entry.external_attr >> 16)
    if kind not in (0, stat.S_IFREG) or entry.flag_bits & _ENCRYPTED:
        raise RunError(f"In the archive, {name} is not a plain file.")
    if entry.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
        raise RunError(f"In the archive, {name} is packed in a way that is not read here.")


def read_arrays(
    data: bytes, budget: Budget, *, most_bytes: int, kinds: str = "f"
) -> dict[str, NDArray[Any]]:
    """Return the arrays of an .npz file.

    Args:
        data: The file.
        budget: What may be unpacked.
        most_bytes: How many bytes one array may have.
        kinds: Which kinds of numbers are taken, as NumPy's letters: ``"f"`` for real numbers,
            ``"iu"`` for whole ones.

    Raises:
        RunError: If the file or an array is damaged, too large or of another kind.
    """
    archive = Archive(
        io.BytesIO(data),
        allowed=lambda name: bool(_ARRAY_NAME.fullmatch(name)),
        most_entries=MOST_ARRAYS,
        budget=budget,
    )
    return {
        name.removesuffix(".npy"): _array(archive.read(name, _HEADER + most_bytes), name, kinds)
        for name in archive.names
    }


def _array(data: bytes, name: str, kinds: str) -> NDArray[Any]:
    """Return an array from the bytes of an .npy file, which are never unpickled."""
    file = io.BytesIO(data)
    try:
        array = np.lib.format.read_array(file, allow_pickle=False, max_header_size=_HEADER)
    except Exception as error:  # NumPy's parser raises many kinds on damaged bytes
        raise RunError(f"The array {name} is damaged.") from error
    if array.dtype.kind not in kinds or array.dtype.itemsize > _LARGEST_NUMBER:
        raise RunError(f"The array {name} holds {str(array.dtype)[:40]}, not plain numbers.")
    if array.ndim > _MOST_AXES or file.tell() != len(data):
        raise RunError(f"The array {name} is damaged.")
    return np.array(array, array.dtype.newbyteorder("="), order="C")


_LONGEST = {"reason": 500, "phase": 40, "prompt": 1000, "text": 10_000}
_SAMPLE = ("epoch", "step", "prompt", "temperature", "seed", "text")
_KEY = re.compile(r"[a-z_]{1,40}")
_LARGEST_FIGURE = 1e15
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
        imported=True,
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
    return is_number(value) and abs(value) <= _LARGEST_FIGURE


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
