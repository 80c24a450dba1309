"""Every page with a run of every network: it works, or says in a sentence what it takes."""

from __future__ import annotations

import pytest

from charlstm.sampling.network import LSTM
from charlstm.settings import NETWORKS
from tests.made import made_run, prose
from tests.pages.opened import open_page, said

WRITING = ("temperature", "compare", "hand", "strategies", "timeline")
OTHERS = ("atlas", "train")
TAKING_AN_LSTM = {
    "cells": "only an lstm has cells with gates",
    "compression": "packing needs an lstm",
}


@pytest.fixture(params=[network for network in NETWORKS if network != LSTM])
def network(request: pytest.FixtureRequest) -> str:
    name = str(request.param)
    made_run(name, text=prose(3000), network=name, layers=2)
    return name


@pytest.mark.parametrize("page", [*WRITING, *OTHERS])
def test_a_page_takes_any_network(page: str, network: str) -> None:
    assert "kind" not in said(open_page(page, run=network, prompt="the ", length="10"))


@pytest.mark.parametrize("page", TAKING_AN_LSTM)
def test_a_page_about_lstms_says_so_of_others(page: str, network: str) -> None:
    assert TAKING_AN_LSTM[page] in said(open_page(page, run=network))
