"""Files that viewers upload: held within limits, for each viewer and in all.

Streamlit keeps whatever reaches its upload address for as long as the session lives, read or not.
Here a file is taken out of its store once it has been read, and the store itself is kept within
limits: an address takes files that no page ever asked for.
"""

from __future__ import annotations

import time
import uuid
import weakref
from collections.abc import Sequence
from dataclasses import dataclass, field

import streamlit as st
from streamlit import runtime
from streamlit.runtime.memory_uploaded_file_manager import MemoryUploadedFileManager
from streamlit.runtime.scriptrunner import get_script_run_ctx
from streamlit.runtime.uploaded_file_manager import UploadedFile, UploadedFileRec

from charlstm.data.named import MAX_UPLOAD_BYTES, check_total
from charlstm.errors import CorpusError
from charlstm.ui.visit import KEPT

MOST_UNREAD = 45_000_000
"""Bytes of one session in Streamlit's store: two files of the largest size."""

_HELD = f"{KEPT}uploads"

MOST_OF_ALL = 200_000_000
"""Bytes of all sessions, of what is in Streamlit's store and once more of what is held here."""


@dataclass(eq=False)
class Held:
    """The files of one viewer, as they were read.

    Attributes:
        files: The name of each and its bytes.
        key: Stands for their bytes.
        problem: Why the last upload was not taken, as one sentence, or ``""``.
        let_go: Whether the files were dropped because others needed the room.
    """

    files: list[tuple[str, bytes]] = field(default_factory=list)
    key: str = ""
    problem: str = ""
    let_go: bool = False
    used: float = 0.0

    @property
    def size(self) -> int:
        """Bytes of all files."""
        return sum(len(data) for _, data in self.files)


_all: weakref.WeakSet[Held] = weakref.WeakSet()
"""Of every session that lives; with a session its files go."""


def held() -> Held:
    """Return what is held for this viewer, who now counts as the last to have used it."""
    mine: Held = st.session_state.setdefault(_HELD, Held())
    _all.add(mine)
    mine.used = time.monotonic()
    return mine


def hold(files: Sequence[UploadedFile]) -> None:
    """Take files over from Streamlit, behind those held already; let go of others' if need be."""
    mine = held()
    taken = [(file.name, file.getvalue()) for file in files]
    for file in files:
        free(file)
    mine.let_go, mine.problem = False, ""
    try:
        check_total([len(data) for _, data in (*mine.files, *taken)], MAX_UPLOAD_BYTES)
    except CorpusError as error:
        mine.problem = str(error)
        return
    mine.files, mine.key = [*mine.files, *taken], uuid.uuid4().hex
    longest_unused = sorted((each for each in list(_all) if each is not mine), key=_used)
    for other in longest_unused:
        if sum(each.size for each in list(_all)) <= MOST_OF_ALL:
            break
        if other.files:
            other.files, other.let_go = [], True


def let_go() -> None:
    """Drop what is held for this viewer, who asked for it."""
    st.session_state.pop(_HELD, None)


def free(file: UploadedFile) -> None:
    """Take a file that was read out of Streamlit's store."""
    context = get_script_run_ctx()
    manager = None if context is None else context.uploaded_file_mgr
    if context is not None and isinstance(manager, MemoryUploadedFileManager):
        manager.remove_file(context.session_id, file.file_id)


def _used(each: Held) -> float:
    return each.used


def limit_uploads() -> None:
    """Keep Streamlit's store within limits from now on; app.py asks for it at every run."""
    if not runtime.exists():
        return
    manager = runtime.get_instance().uploaded_file_mgr
    if isinstance(manager, MemoryUploadedFileManager) and "add_file" not in vars(manager):
        vars(manager)["add_file"] = _adding_to(manager)


def _adding_to(manager: MemoryUploadedFileManager) -> object:
    """Return a manager's function that adds a file, which makes room for it first."""
    add = manager.add_file

    def add_within_limits(session_id: str, file: UploadedFileRec) -> None:
        _make_room(manager, session_id, len(file.data))
        add(session_id, file)

    return add_within_limits


def _make_room(manager: MemoryUploadedFileManager, session: str, size: int) -> None:
    """Remove the oldest files of a session, then of all, until one of that size fits."""
    for owners, most in (([session], MOST_UNREAD), (list(manager.file_storage), MOST_OF_ALL)):
        stored = [
            (owner, file_id, len(file.data))
            for owner in owners
            for file_id, file in list(manager.file_storage.get(owner, {}).items())
        ]
        left = sum(count for _, _, count in stored) + size
        for owner, file_id, count in stored:
            if left > most:
                manager.remove_file(owner, file_id)
                left -= count
