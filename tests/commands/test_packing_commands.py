"""compress and decompress: the same bytes back, and mistakes take one line and lose nothing."""

from __future__ import annotations

from pathlib import Path

import pytest

from charlstm.__main__ import main
from charlstm.compression.packer import open_packer
from tests.commands.answered import json_of, refusal_of
from tests.made import made_run

pytestmark = pytest.mark.usefixtures("no_shipped_runs")

Capture = pytest.CaptureFixture[str]
TEXT = "\ufeffThe cat sat:\r\n½ of it 字😀\0.\r\n"


@pytest.fixture
def source(tmp_path: Path) -> Path:
    made_run()
    path = tmp_path / "text.txt"
    path.write_bytes(TEXT.encode())
    return path


def test_a_file_comes_back_to_the_byte(capsys: Capture, source: Path, tmp_path: Path) -> None:
    packed, back = tmp_path / "text.chz", tmp_path / "back.txt"
    value = json_of(capsys, "compress", str(source), str(packed), "--run", "made")
    assert value["bytes_before"] == len(TEXT.encode())
    assert value["bytes_after"] == packed.stat().st_size
    assert value["characters"] == len(TEXT)
    assert value["bits_per_character"] == pytest.approx(8 * packed.stat().st_size / len(TEXT))
    assert (value["run"], value["step"], value["streams"]) == ("made", 20, 1)
    assert value["fingerprint"] == open_packer("made").fingerprint.hex()
    assert packed.read_bytes() == open_packer("made").pack(TEXT).data
    value = json_of(capsys, "decompress", str(packed), str(back))
    assert value["bytes"] == len(TEXT.encode())
    assert back.read_bytes() == source.read_bytes()


def test_in_words_the_sizes_are_named(capsys: Capture, source: Path, tmp_path: Path) -> None:
    packed, back = tmp_path / "text.chz", tmp_path / "back.txt"
    assert main(["compress", str(source), str(packed), "--run", "made", "--checkpoint", "10"]) == 0
    assert f"{len(TEXT.encode())} bytes became {packed.stat().st_size}" in capsys.readouterr().out
    assert main(["decompress", str(packed), str(back)]) == 0
    assert "identical to the original" in capsys.readouterr().out


def test_an_empty_file_has_no_figure_per_character(capsys: Capture, tmp_path: Path) -> None:
    made_run()
    empty, packed, back = (tmp_path / name for name in ("empty", "empty.chz", "back"))
    empty.write_bytes(b"")
    assert main(["compress", str(empty), str(packed), "--run", "made"]) == 0
    out = capsys.readouterr().out
    assert out.startswith(f"0 bytes became {packed.stat().st_size} ")
    assert "per character" not in out
    words = ["compress", str(empty), str(packed), "--run", "made", "--force"]
    assert json_of(capsys, *words)["bits_per_character"] is None
    assert main(["decompress", str(packed), str(back)]) == 0
    assert back.read_bytes() == b""


def test_a_file_that_cannot_be_read_or_written_says_why(
    capsys: Capture, source: Path, tmp_path: Path
) -> None:
    none, target = str(tmp_path / "none.txt"), str(tmp_path / "target")
    for words in (["compress", none, target], ["decompress", none, target]):
        assert refusal_of(capsys, words) == (
            f"charlstm: {none!r} cannot be read: No such file or directory.\n"
        )
    long = str(tmp_path / ("a" * 300))
    assert "cannot be written: File name too long." in refusal_of(
        capsys, ["compress", str(source), long, "--run", "made"]
    )


def test_a_damaged_file_is_spoken_of_in_plain_words(capsys: Capture, tmp_path: Path) -> None:
    made_run()
    packed = tmp_path / "damaged.chz"
    data = bytearray(open_packer("made").pack(TEXT).data)
    data[-1] ^= 1
    packed.write_bytes(data)
    line = refusal_of(capsys, ["decompress", str(packed), str(tmp_path / "back")])
    assert "damaged: its checksum does not match" in line
    assert "CRC" not in line


def test_nothing_is_written_over_unless_it_is_forced(
    capsys: Capture, source: Path, tmp_path: Path
) -> None:
    taken = tmp_path / "taken"
    taken.write_text("mine")
    refusal_of(capsys, ["compress", str(source), str(taken), "--run", "made"])
    refusal_of(capsys, ["compress", str(source), str(source), "--run", "made"])
    assert taken.read_text() == "mine"
    assert source.read_bytes() == TEXT.encode()
    assert main(["compress", str(source), str(taken), "--run", "made", "--force"]) == 0
    capsys.readouterr()
    refusal_of(capsys, ["decompress", str(taken), str(source)])
    assert source.read_bytes() == TEXT.encode()


def test_what_cannot_be_is_refused_in_one_line_and_leaves_nothing(
    capsys: Capture, source: Path, tmp_path: Path
) -> None:
    target = tmp_path / "target"
    latin, damaged = tmp_path / "latin.txt", tmp_path / "damaged.chz"
    latin.write_bytes("schön".encode("latin-1"))
    data = bytearray(open_packer("made").pack(TEXT).data)
    data[-1] ^= 1
    damaged.write_bytes(data)
    for words in (
        ["compress", str(tmp_path / "none"), str(target)],
        ["compress", str(tmp_path), str(target)],
        ["compress", str(latin), str(target), "--run", "made"],
        ["compress", str(source), str(tmp_path / "no" / "folder"), "--run", "made"],
        ["compress", str(source), str(tmp_path), "--run", "made"],
        ["compress", str(source), str(target), "--run", "gone"],
        ["compress", str(source), str(target), "--run", "made", "--checkpoint", "11"],
        ["compress", str(source) + "\0", str(target), "--run", "made"],
        ["decompress", str(source), str(target)],
        ["decompress", str(damaged), str(target)],
        ["decompress", str(tmp_path / "none"), str(target)],
        ["compress", str(source)],
    ):
        refusal_of(capsys, words)
    assert not target.exists()
    assert not list(tmp_path.glob(".*.tmp"))


def test_a_file_of_a_run_that_is_not_here_says_which(
    capsys: Capture, source: Path, tmp_path: Path, own_home: Path
) -> None:
    packed, back = tmp_path / "text.chz", tmp_path / "back.txt"
    assert main(["compress", str(source), str(packed), "--run", "made"]) == 0
    (own_home / "runs" / "made").rename(own_home / "runs" / "other")
    capsys.readouterr()
    assert main(["decompress", str(packed), str(back)]) == 2
    assert "'made' at step 20" in capsys.readouterr().err
    assert main(["decompress", str(packed), str(back), "--run", "other"]) == 0
    assert back.read_bytes() == TEXT.encode()
