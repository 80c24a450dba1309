"""Reading a zip archive that a stranger made: names, sizes and kinds checked, nothing executed.

Knows zip archives and .npy arrays; knows nothing of runs, and writes no file. What a header claims
is believed only where it makes a refusal cheaper: every limit is kept while reading.
"""

from __future__ import annotations

import io
import re
import stat
import zipfile
from collections.abc import Callable
from typing import IO, Any

import numpy as np
from numpy.typing import NDArray

from charlstm.errors import RunError

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
