"""What pages share: styles that parse, charts that are found, files that hold what is shown."""

from __future__ import annotations

import codecs
import re

import pandas as pd
import pytest

from charlstm import compare, open_model, open_run
from charlstm.ui.components.comparison import compared_text
from charlstm.ui.components.share import DIAL, Chart, csv_file, positions, text_file
from charlstm.ui.views.run_view import samples_text
from tests.pages.opened import ROOT


def test_every_rule_of_the_style_sheet_is_closed() -> None:
    rules = (ROOT / "pages" / "theme.css").read_text(encoding="utf-8")
    opened: list[str] = []
    for before, brace in re.findall(r"([^{}]*)([{}])", rules):
        if brace == "{":
            assert all("@media" in outer for outer in opened), before
            opened.append(before)
        else:
            assert opened, before
            opened.pop()
    assert opened == []


def test_a_chart_of_altairs_is_found_by_its_position_among_its_own_kind() -> None:
    charts = [Chart("a", "a"), Chart("b", "b", DIAL), Chart("c", "c")]
    assert [(each["component"], each["position"]) for each in positions(charts)] == [
        ("", 0),
        (DIAL, 1),
        ("", 1),
    ]


def test_a_table_keeps_every_digit() -> None:
    table = pd.DataFrame({"symbol": ["\n", ",", '"'], "p": [1 / 3, 2e-17, 0.1]})
    made = csv_file("Figures", "figures", lambda: table)
    assert made.name == "figures.csv"
    lines = made.make()
    assert "0.3333333333333333" in lines
    assert "2e-17" in lines
    assert lines.startswith('\ufeffsymbol,p\n"\n",')


def test_a_table_opens_in_a_spreadsheet_with_its_letters() -> None:
    made = csv_file("Symbols", "symbols", lambda: pd.DataFrame({"symbol": ["ß", "字"]})).make()
    assert made.encode().startswith(codecs.BOM_UTF8)  # without it Excel reads Windows-1252
    assert made.encode().decode("utf-8-sig") == "symbol\nß\n字\n"


def test_a_text_is_given_as_it_is() -> None:
    made = text_file("Text", "text", lambda: "<b>*a*</b>\n")
    assert (made.name, made.make()) == ("text.txt", "<b>*a*</b>\n")


@pytest.mark.parametrize("temperatures", [(0.2, 1.0), (0.0, 0.5, 2.0)])
def test_all_columns_stand_in_the_text(temperatures: tuple[float, ...]) -> None:
    result = compare(open_model(), "the soul ", temperatures, length=30)
    text = compared_text(result)
    for temperature, column in zip(temperatures, result.texts, strict=True):
        assert f"T = {temperature:g}\nthe soul {column}\n" in text


def test_all_samples_stand_in_the_text() -> None:
    samples = open_run("nietzsche-tbptt").samples()
    text = samples_text(samples)
    assert all(line["prompt"] + line["text"] in text for line in samples)
