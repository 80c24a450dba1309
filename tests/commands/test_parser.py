"""A new command is one function under ``@command``: a made-up one is listed, explained and run."""

from __future__ import annotations

from argparse import Namespace
from collections.abc import Iterator

import pytest

from charlstm.__main__ import main
from charlstm.commands.parser import COMMANDS, argument, command
from charlstm.errors import CharlstmError
from tests.commands.answered import refusal_of

Capture = pytest.CaptureFixture[str]


@pytest.fixture(autouse=True)
def made_up() -> Iterator[None]:
    """Have two more commands."""

    @command("greet", "say good day", "run --seed", argument("--loud", action="store_true"))
    def greet(arguments: Namespace) -> None:
        if arguments.loud:
            raise CharlstmError("It is too late to be loud.")
        print(f"Good day, {arguments.run} {arguments.seed}.")

    @command("hidden", "")
    def hidden(_: Namespace) -> None:
        print("It is not listed.")

    yield
    del COMMANDS["greet"], COMMANDS["hidden"]


def test_it_is_run_with_its_arguments(capsys: Capture) -> None:
    assert main(["greet", "reader", "--seed", "3"]) == 0
    assert capsys.readouterr().out == "Good day, reader 3.\n"
    assert main(["hidden"]) == 0


def test_help_lists_it_unless_it_has_no_line_of_help(capsys: Capture) -> None:
    with pytest.raises(SystemExit):
        main(["--help"])
    help_text = capsys.readouterr().out
    assert "greet" in help_text
    assert "say good day" in help_text
    assert "hidden" not in help_text
    with pytest.raises(SystemExit):
        main(["greet", "--help"])
    assert "--loud" in capsys.readouterr().out


def test_its_mistakes_take_one_line(capsys: Capture) -> None:
    assert refusal_of(capsys, ["greet", "me", "--loud"]) == "charlstm: It is too late to be loud.\n"
    assert "arguments are required: RUN" in refusal_of(capsys, ["greet"])
