"""Uploaded files, kept within limits per viewer and in total.

Streamlit keeps every file that reaches its upload address until the session ends. Here a file is
removed from that store once it is read, and the store itself is limited, because the address
accepts files that no page asked for.
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

MOST_OF_ALL = 200_000_000
"""Bytes of all sessions in Streamlit's store, and again of all files held here."""

_HELD = f"{KEPT}uploads"


@dataclass(eq=False)
class Held:
    """The files of one viewer: names and bytes.

    ``key`` identifies the bytes, ``problem`` is why the last upload was refused, and ``let_go``
    whether the files were dropped because other viewers needed the memory.
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
"""One for each session; its files go when the session ends."""


def held() -> Held:
    """Return the files of this viewer, and record that they were used now."""
    mine: Held = st.session_state.setdefault(_HELD, Held())
    _all.add(mine)
    mine.used = time.monotonic()
    return mine


def hold(files: Sequence[UploadedFile]) -> None:
    """Take files over from Streamlit; if necessary, drop the least recently used of others."""
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
    others = [each for each in list(_all) if each is not mine]
    for other in sorted(others, key=lambda each: each.used):
        if sum(each.size for each in list(_all)) <= MOST_OF_ALL:
            break
        if other.files:
            other.files, other.let_go = [], True


def let_go() -> None:
    """Drop the files of this viewer."""
    st.session_state.pop(_HELD, None)


def free(file: UploadedFile) -> None:
    """Remove a file from Streamlit's store."""
    context = get_script_run_ctx()
    manager = None if context is None else context.uploaded_file_mgr
    if context is not None and isinstance(manager, MemoryUploadedFileManager):
        manager.remove_file(context.session_id, file.file_id)


def limit_uploads() -> None:
    """Limit Streamlit's store; pages/navigation.py calls this at every run."""
    if not runtime.exists():
        return
    manager = runtime.get_instance().uploaded_file_mgr
    if not isinstance(manager, MemoryUploadedFileManager) or "add_file" in vars(manager):
        return
    add = manager.add_file

    def add_within_limits(session_id: str, file: UploadedFileRec) -> None:
        _make_room(manager, session_id, len(file.data))
        add(session_id, file)

    vars(manager)["add_file"] = add_within_limits


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
