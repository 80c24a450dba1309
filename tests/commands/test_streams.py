"""Commands whose standard streams are closed, full, unread, narrow, or of another encoding."""

from __future__ import annotations

import contextlib
import fcntl
import io
import json
import os
import pty
import re
import signal
import struct
import subprocess
import sys
import termios
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from charlstm.commands.parser import parse
from charlstm.engine.process import live_status
from charlstm.runs.config import FINISHED, STOPPED
from charlstm.runs.store import find
from tests.made import made_run, prose

pytestmark = [
    pytest.mark.slow,
    pytest.mark.usefixtures("no_shipped_runs"),
    pytest.mark.skipif(os.name == "nt", reason="Windows has neither these shells nor terminals"),
]

_ROOT = Path(__file__).resolve().parents[2]
_COMMAND = [sys.executable, "-m", "charlstm"]
_LETTERS = "αβγδ漢字кот "
_LEGACY = {"PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0", "LC_ALL": "C"}
SAMPLE = ("sample", "--run", "made", "--prompt", "the caT§", "--length", "20")


def shell(line: str, *words: str, **environment: str) -> subprocess.CompletedProcess[bytes]:
    """Run a line of bash in which ``"$@"`` is the program with these words."""
    return subprocess.run(
        ["bash", "-c", line, "bash", *_COMMAND, *words],
        cwd=_ROOT,
        env=os.environ | environment,
        stdin=subprocess.DEVNULL,
        capture_output=True,
    )


@contextlib.contextmanager
def on_terminal(
    *words: str, columns: int = 80, **environment: str
) -> Iterator[tuple[subprocess.Popen[bytes], int]]:
    """Run a command on a terminal of its own; give the process and the terminal's other end."""
    ours, theirs = pty.openpty()
    fcntl.ioctl(theirs, termios.TIOCSWINSZ, struct.pack("HHHH", 24, columns, 0, 0))
    try:
        with subprocess.Popen(
            [*_COMMAND, *words],
            cwd=_ROOT,
            env=os.environ | environment,
            stdin=theirs,
            stdout=theirs,
            stderr=theirs,
        ) as process:
            os.close(theirs)
            yield process, ours
    finally:
        os.close(ours)


def shown(terminal: int) -> str:
    """Return all that is written to a terminal until its last writer has ended."""
    parts = []
    with contextlib.suppress(OSError):  # Linux says at the end that the other side is closed
        while part := os.read(terminal, 65536):
            parts.append(part)
    return b"".join(parts).decode(errors="replace")


def _commands() -> list[str]:
    with contextlib.redirect_stdout(io.StringIO()) as help_text, contextlib.suppress(SystemExit):
        parse(["--help"])
    return re.findall(r"^    ([a-z-]+)", help_text.getvalue(), flags=re.MULTILINE)


@pytest.mark.parametrize("words", [("--help",), ("sample", "--help"), ("runs", "--json"), SAMPLE])
def test_output_that_nobody_reads_is_no_error_and_output_that_is_lost_is_one(
    words: tuple[str, ...],
) -> None:
    made_run()
    unread = shell('"$@" | true; exit ${PIPESTATUS[0]}', *words)
    assert unread.returncode == 0
    assert b"Broken" not in unread.stderr
    assert b"Traceback" not in unread.stderr
    lost = shell('"$@" > /dev/full', *words)
    assert lost.returncode == 2
    assert lost.stderr.endswith(
        b"charlstm: The results cannot be written to standard output: No space left on device.\n"
    )
    assert len(lost.stderr.splitlines()) == 1 + unread.stderr.count(b"\n")


@pytest.mark.parametrize("away", ["2>&-", "2>/dev/full", "2> >(true)"])
def test_messages_that_cannot_be_told_change_neither_results_nor_the_exit_code(away: str) -> None:
    made_run()
    done = shell(f'"$@" {away}', *SAMPLE)
    assert done.returncode == 0
    assert done.stdout == shell('"$@"', *SAMPLE).stdout
    refused = shell(f'"$@" {away}', "sample", "--run", "nobody")
    assert (refused.returncode, refused.stdout) == (2, b"")


def test_a_text_is_measured_with_all_streams_but_the_results_closed(tmp_path: Path) -> None:
    made_run()
    (tmp_path / "text.txt").write_text(prose(400))
    words = ["evaluate", "--run", "made", "--corpus", str(tmp_path / "text.txt"), "--json"]
    done = shell('"$@" <&- 2>&-', *words)
    assert done.returncode == 0
    assert json.loads(done.stdout)["part"] == "all"


def test_without_any_stream_commands_do_their_work(tmp_path: Path) -> None:
    made_run()
    assert shell('"$@" <&- >&- 2>&-', "export", "made", str(tmp_path / "a.zip")).returncode == 0
    assert shell('"$@" <&- >&- 2>&-', "import", str(tmp_path / "a.zip")).returncode == 0
    assert find("made-2").checkpoints() == [10, 20]


def test_with_standard_input_closed_to_delete_takes_a_yes() -> None:
    made_run()
    refused = shell('"$@" <&-', "delete", "made")
    assert refused.returncode == 2
    assert refused.stderr == b"charlstm: To delete made for good, give --yes.\n"
    assert shell('"$@" <&-', "delete", "made", "--yes").returncode == 0


def test_the_question_before_a_deletion_is_no_result() -> None:
    made_run()
    ours, theirs = pty.openpty()
    with subprocess.Popen(
        [*_COMMAND, "delete", "made"],
        cwd=_ROOT,
        stdin=theirs,
        stdout=subprocess.PIPE,
        stderr=theirs,
    ) as process:
        os.write(ours, b"\xe9\n")  # what a terminal of another encoding sends
        os.close(theirs)
        assert process.communicate()[0] == b"made is kept.\n"
    assert "for good? [y/N]" in shown(ours)
    os.close(ours)


@pytest.mark.parametrize(
    "environment", [{"PYTHONIOENCODING": "cp1252"}, _LEGACY], ids=["cp1252", "ascii"]
)
def test_results_go_into_files_in_utf_8(environment: dict[str, str]) -> None:
    made_run(text=_LETTERS * 200)
    done = shell('"$@"', "sample", "--run", "made", "--prompt", "", "--length", "50", **environment)
    assert done.returncode == 0
    text = done.stdout.decode("utf-8")
    assert set(text) <= set(_LETTERS + "\n")
    assert len(text) == 51
    assert done.stderr == b""


def test_a_terminal_that_lacks_letters_shows_escapes_and_says_so_once() -> None:
    made_run(text=_LETTERS * 200)
    words = ("ngram", "--corpus", str(find("made").path / "corpus.txt"), "--prompt", "α")
    with on_terminal(*words, "--length", "30", **_LEGACY) as (process, terminal):
        text = shown(terminal)
        assert process.wait() == 0
    assert "?" not in text
    assert text.count("\\u6f22") > 1
    assert text.count("escapes") == 1


_TRAINING = ("--run", "mine", "--units", "8", "--batch", "4", "--epochs", "2", "--json")


@pytest.mark.training
@pytest.mark.parametrize(
    ("line", "code", "told"),
    [
        ('"$@" 2>&- | head -1; exit ${PIPESTATUS[0]}', 0, b""),
        ('"$@" <&- > /dev/full', 2, b"charlstm: The results cannot be written"),
    ],
    ids=["unread", "full"],
)
def test_a_training_goes_on_to_its_end_where_its_report_cannot_be_written(
    tmp_path: Path, line: str, code: int, told: bytes
) -> None:
    (tmp_path / "tale.txt").write_text(prose(5400))
    done = shell(line, "train", "--corpus", str(tmp_path / "tale.txt"), *_TRAINING)
    assert done.returncode == code
    assert done.stderr.startswith(told)
    assert done.stderr.count(b"\n") == (1 if told else 0)
    run = find("mine")
    assert run.status().status == FINISHED
    assert run.status().epoch == 2
    assert run.problems() == []


@pytest.mark.parametrize(
    ("module", "number"),
    [
        ("filelock", signal.SIGINT),
        ("numpy._core.multiarray", signal.SIGINT),
        ("numpy", signal.SIGTERM),
        ("pandas", signal.SIGINT),
    ],
)
def test_ctrl_c_while_modules_are_imported_ends_in_one_line(
    module: str, number: signal.Signals
) -> None:
    with subprocess.Popen(
        [sys.executable, "-X", "importtime", "-m", "charlstm", "atlas"],
        cwd=_ROOT,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        text=True,
    ) as process:
        assert process.stderr is not None
        while line := process.stderr.readline():
            if line.split("|")[-1].strip() == module:
                break
        assert line, "it was never imported"
        process.send_signal(number)
        left = [line for line in process.stderr if not line.startswith("import time:")]
    assert left == ["charlstm: interrupted\n"]
    assert process.returncode == 128 + number


@pytest.mark.training
def test_ctrl_c_before_the_first_step_ends_in_one_line_and_the_run_can_be_resumed(
    tmp_path: Path,
) -> None:
    (tmp_path / "tale.txt").write_text(prose(5400))
    words = ["train", "--corpus", str(tmp_path / "tale.txt"), *_TRAINING]
    with subprocess.Popen(
        [*_COMMAND, *words], cwd=_ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    ) as process:
        lock = tmp_path / "home" / "runs" / "mine" / "lock"
        while not lock.exists() and process.poll() is None:
            time.sleep(0.01)
        process.send_signal(signal.SIGINT)
        out, err = process.communicate()
    assert (out, err) == ("", "charlstm: interrupted\n")
    assert process.returncode == 130
    assert live_status(find("mine")).status == STOPPED


@pytest.mark.parametrize("columns", [20, 80])
def test_progress_stays_on_one_line_of_the_terminal(tmp_path: Path, columns: int) -> None:
    made_run()
    (tmp_path / "text.txt").write_text(prose(20_000))
    words = ("evaluate", "--run", "made", "--corpus", str(tmp_path / "text.txt"), "--json")
    with on_terminal(*words, columns=columns) as (process, terminal):
        progress, _, result = shown(terminal).partition("{")
        assert process.wait() == 0
    assert result
    pieces = re.split("\r\x1b\\[K", progress.rstrip("\r\n"))
    assert len(pieces) > 2
    assert all(len(piece) < columns and "\n" not in piece for piece in pieces)
    assert pieces[1].startswith("loss of the text")


@pytest.mark.parametrize("command", _commands())
def test_every_command_explains_itself_whatever_its_streams_are(command: str) -> None:
    words = (command, "--help")
    assert shell('"$@" | true; exit ${PIPESTATUS[0]}', *words).stderr == b""
    assert shell('"$@" > /dev/full', *words).returncode == 2
    assert shell('"$@" <&- 2>&-', *words, COLUMNS="20").stdout.startswith(b"usage: ")
    refused = shell('"$@" --nonsense', command)
    assert (refused.returncode, refused.stdout) == (2, b"")
    assert len(refused.stderr.splitlines()) == 1
