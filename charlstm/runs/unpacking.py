"""Reading an untrusted file with a run: names, sizes, kinds and values are checked.

Nothing is executed or unpickled. No entry unpacks to more than the size that it states, so sizes
are checked before anything is read.
"""

from __future__ import annotations

import io
import re
import stat
import time
import zipfile
from dataclasses import replace
from typing import IO, Any

import numpy as np
from numpy.typing import NDArray

from charlstm.data.corpus import MAX_SYMBOLS
from charlstm.data.vocabulary import CHAR
from charlstm.errors import RunError
from charlstm.runs.config import ALIVE, STOPPED
from charlstm.runs.files import is_number, publish_lines
from charlstm.runs.folder import (
    CONFIG,
    CORPUS,
    HISTORY,
    SAMPLES,
    STATUS,
    RunFolder,
    step_of,
)
from charlstm.runs.opening import OWN
from charlstm.settings import FIELDS

MOST_ENTRIES = 5000
MANIFEST = "charlstm-run.json"
_LARGEST = {
    MANIFEST: 10_000,
    CONFIG: 1_000_000,
    STATUS: 100_000,
    HISTORY: 50_000_000,
    SAMPLES: 50_000_000,
    CORPUS: 200_000_000,
    OWN: 10_000_000,
}
LARGEST_CHECKPOINT = 400_000_000

_ROOM, _RATIO = 50_000_000, 20
"""A file may unpack to this many bytes plus this many times its own size: history and samples
shrink to a sixth, weights hardly at all."""

_ENCRYPTED = 0x1
_ARRAY_NAME = re.compile(r"[a-z0-9_]{1,40}(/[a-z0-9_]{1,40}){0,4}\.npy")
_HEADER = 512
"""Bytes of an array's own header, at most."""

_LARGEST_NUMBER = 8
"""Bytes of one number in an array."""

_LITTER = {".DS_Store", "Thumbs.db", "desktop.ini"}
"""Files that desktop environments put into folders."""

_LONGEST = {"reason": 500, "phase": 40, "prompt": 1000, "text": 10_000}
_LARGEST_FIGURE = 1e15
_LONGEST_NOTE = 400


class Archive:
    """A file with a run: a zip archive of plain files whose names belong in a run.

    Its files may be in a folder, if a run was unpacked and packed again by hand; entries for
    folders and files of the desktop are ignored. Raises a RunError if the file has more than
    ``most_bytes``, it is not an archive, or an entry is not allowed.
    """

    def __init__(self, file: IO[bytes], most_bytes: int) -> None:
        self.size = file.seek(0, io.SEEK_END)
        if self.size > most_bytes:
            size, most = f"{self.size / 1e6:,.1f} MB", f"{most_bytes / 1e6:,.0f} MB"
            raise RunError(f"This file has {size}; a run may have at most {most}.")
        self._left = _ROOM + _RATIO * self.size
        try:
            self._zip = zipfile.ZipFile(file)
        except Exception as error:  # zipfile raises many kinds on damaged bytes
            raise RunError("This is not a zip archive, or it is damaged.") from error
        self._entries: dict[str, zipfile.ZipInfo] = {}
        for name, entry in _without_folder(self._zip.infolist()):
            _check_entry(name, entry, name in _LARGEST or step_of(name) is not None)
            if name in self._entries:
                raise RunError(f"The archive holds {name} twice.")
            self._entries[name] = entry
        if len(self._entries) > MOST_ENTRIES:
            raise RunError(f"The archive holds more than {MOST_ENTRIES:,} files.")
        self.names = sorted(self._entries)

    def read(self, name: str) -> bytes:
        """Return an entry's content; RunError if it is missing, damaged, or too large."""
        if name not in self._entries:
            raise RunError(f"The archive holds no {name}.")
        entry, most = self._entries[name], _LARGEST.get(name, LARGEST_CHECKPOINT)
        if entry.file_size > most:
            raise RunError(f"In the archive, {name} is larger than {most:,} bytes.")
        self._spend(entry.file_size)
        try:
            return self._zip.read(entry)  # no more than the size that the entry states
        except Exception as error:  # zlib and zipfile raise many kinds on damaged bytes
            raise RunError(f"In the archive, {name} is damaged.") from error

    def arrays(self, name: str, kinds: str = "f") -> dict[str, NDArray[Any]]:
        """Return the arrays of an .npz in the archive, which are never unpickled.

        ``kinds`` are NumPy's letters for what is allowed: ``"f"`` real, ``"iu"`` whole numbers.
        """
        file = io.BytesIO(self.read(name))
        try:
            with np.load(file, allow_pickle=False, max_header_size=_HEADER) as packed:
                entries = packed.zip.infolist()
                for entry in entries:
                    array_name = entry.orig_filename
                    _check_entry(array_name, entry, bool(_ARRAY_NAME.fullmatch(array_name)))
                self._spend(sum(entry.file_size for entry in entries))
                return {key: _plain(packed[key], key, kinds) for key in packed.files}
        except RunError as error:
            raise RunError(f"In the archive, {name}: {error}") from error
        except Exception as error:  # zlib and NumPy raise many kinds on damaged bytes
            raise RunError(f"In the archive, {name} is damaged.") from error

    def _spend(self, count: int) -> None:
        self._left -= count
        if self._left < 0:
            raise RunError("The archive unpacks to far more than its own size; it was refused.")


def _without_folder(entries: list[zipfile.ZipInfo]) -> list[tuple[str, zipfile.ZipInfo]]:
    """Return the entries under their names in the folder of the manifest.

    An entry outside the folder keeps its name.
    """
    files = [(entry.orig_filename.replace("\\", "/"), entry) for entry in entries]
    files = [(name, entry) for name, entry in files if not _is_litter(name, entry)]
    found = [name for name, _ in files if name.rpartition("/")[2] == MANIFEST]
    if len(found) > 1:
        raise RunError(f"The archive holds {len(found)} runs; import one at a time.")
    folder = found[0].removesuffix(MANIFEST) if found else ""
    return [(name.removeprefix(folder), entry) for name, entry in files]


def _is_litter(name: str, entry: zipfile.ZipInfo) -> bool:
    """Return whether this is an empty entry for a folder, or a file of the desktop's own."""
    if name.endswith("/"):
        return entry.file_size == 0
    *folders, last = name.split("/")
    return "__MACOSX" in folders or last.startswith("._") or last in _LITTER


def _check_entry(name: str, entry: zipfile.ZipInfo, is_allowed: bool) -> None:
    if "\0" in name or not is_allowed:
        raise RunError(f"The archive holds {name[:80]!r}, which does not belong in a run.")
    kind = stat.S_IFMT(entry.external_attr >> 16)
    if kind not in (0, stat.S_IFREG) or entry.flag_bits & _ENCRYPTED:
        raise RunError(f"In the archive, {name} is not a plain file.")
    if entry.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
        raise RunError(f"In the archive, {name} is compressed in a way that is not supported.")


def _plain(array: NDArray[Any], name: str, kinds: str) -> NDArray[Any]:
    """Return an array of numbers in this machine's byte order; raise a RunError for others."""
    if array.dtype.kind not in kinds or array.dtype.itemsize > _LARGEST_NUMBER:
        raise RunError(f"The array {name} holds {str(array.dtype)[:40]}, not plain numbers.")
    return np.array(array, array.dtype.newbyteorder("="), order="C")


def rewrite(run: RunFolder) -> None:
    """Check the description of an imported run, and write it again.

    Its training is over, whatever its status was. Raises a RunError if a file is damaged, or has
    values that no run of ours would have.
    """
    config, symbols = run.config(), run.config().vocabulary.symbols
    most = MAX_SYMBOLS if config.vocabulary.level == CHAR else int(FIELDS["vocabulary"].high)
    if not 2 <= len(symbols) <= most or not re.fullmatch(r"[0-9a-f]{64}", config.sha256):
        raise _strange(CONFIG)
    words = {f"symbol {index}": symbol for index, symbol in enumerate(symbols)}
    figures = {"length": config.length, **config.per_character.__dict__}
    _check(CONFIG, {**config.versions, **words, **figures})
    changed = replace(
        config,
        corpus=re.sub(r"[^A-Za-z0-9_-]+", "-", config.corpus)[:64].strip("-") or "text",
        note=config.note[:_LONGEST_NOTE],
        imported=True,
        # By this time caches distinguish successive runs of the same name.
        created=time.time(),
    )
    run.write_config(changed)
    status = replace(run.status(), process="")
    if status.status in ALIVE:
        status = replace(status, status=STOPPED, phase="")
    _check(STATUS, status.__dict__)
    run.write_status(status)
    for name, lines in ((HISTORY, run.history()), (SAMPLES, run.samples())):
        for line in lines:
            _check(name, line)
        publish_lines(run.path / name, lines)


def _check(name: str, values: dict[str, Any]) -> None:
    """Refuse numbers that no run can have, and text that is too long or cannot be encoded."""
    for key, value in values.items():
        if isinstance(value, str):
            has_halves = any("\ud800" <= symbol <= "\udfff" for symbol in value)  # of characters
            if len(value) > _LONGEST.get(key, MAX_SYMBOLS) or has_halves:
                raise _strange(name)
        elif value is not None and not (is_number(value) and abs(value) <= _LARGEST_FIGURE):
            raise _strange(name)


def _strange(name: str) -> RunError:
    return RunError(f"In the archive, {name} has values that no run would have; it was refused.")
