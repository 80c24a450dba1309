"""Checks whether a file is intact, repeated only if the file has changed."""

from __future__ import annotations

import io
import os
from pathlib import Path

import numpy as np
import pytest

from charlstm.data.decoding import BLOCK, utf8_blocks
from charlstm.runs.files import is_utf8, is_whole


def _archive() -> bytes:
    file = io.BytesIO()
    np.savez_compressed(file, numbers=np.arange(1000))
    return file.getvalue()


def _with_one_bit_turned(content: bytes) -> bytes:
    middle = len(content) // 2
    return content[:middle] + bytes([content[middle] ^ 1]) + content[middle + 1 :]


def test_one_bit_makes_the_difference_to_an_archive(tmp_path: Path) -> None:
    (tmp_path / "whole.npz").write_bytes(_archive())
    (tmp_path / "bit.npz").write_bytes(_with_one_bit_turned(_archive()))
    (tmp_path / "cut.npz").write_bytes(_archive()[:-1])
    assert is_whole(tmp_path / "whole.npz")
    assert not is_whole(tmp_path / "bit.npz")
    assert not is_whole(tmp_path / "cut.npz")


def test_a_file_that_is_not_there_is_neither_whole_nor_text(tmp_path: Path) -> None:
    assert not is_whole(tmp_path / "none.npz")
    assert not is_utf8(tmp_path / "none.txt")


def test_a_file_is_looked_through_again_only_once_it_changed(tmp_path: Path) -> None:
    path = tmp_path / "array.npz"
    path.write_bytes(_archive())
    assert is_whole(path)
    stat = path.stat()
    path.write_bytes(_with_one_bit_turned(_archive()))
    os.utime(path, ns=(stat.st_atime_ns, stat.st_mtime_ns))
    assert is_whole(path)  # time and size stand for the content
    os.utime(path, ns=(stat.st_atime_ns, stat.st_mtime_ns + 10**9))
    assert not is_whole(path)


def test_a_character_may_lie_across_two_blocks(tmp_path: Path) -> None:
    text = "a" * (BLOCK - 1) + "é\r\n" + "b" * 10
    path = tmp_path / "text.txt"
    path.write_bytes(text.encode())
    blocks = list(utf8_blocks(path))
    assert len(blocks) == 2
    assert "".join(blocks) == text
    assert is_utf8(path)


def test_a_text_that_ends_within_a_character_is_no_utf8(tmp_path: Path) -> None:
    path = tmp_path / "text.txt"
    path.write_bytes("caf\u00e9".encode()[:-1])
    assert not is_utf8(path)
    with pytest.raises(UnicodeDecodeError):
        list(utf8_blocks(path))
