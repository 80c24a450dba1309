"""The samples after an epoch."""

from __future__ import annotations

import pytest

from charlstm.data.corpus import Corpus
from charlstm.sampling.language_model import LanguageModel
from charlstm.sampling.network import Network
from charlstm.training.checkpoints import epoch_samples
from tests.made import prose, random_weights

CORPUS = Corpus("mine", prose(900))
WEIGHTS = random_weights(len(CORPUS.vocabulary))


@pytest.mark.parametrize("window", [None, 60])
def test_samples_are_what_the_model_writes_at_four_temperatures(
    window: int | None,
) -> None:
    samples = epoch_samples(WEIGHTS, CORPUS.ids, CORPUS.vocabulary, window=window, epoch=2, seed=7)
    assert [sample["temperature"] for sample in samples] == [0.2, 0.5, 1.0, 1.2]
    assert len({sample["prompt"] for sample in samples}) == 1
    assert len(samples[0]["prompt"]) == 60
    assert samples[0]["prompt"] in CORPUS.text
    model = LanguageModel(CORPUS.vocabulary, Network(WEIGHTS), window)
    for sample in samples:
        assert len(sample["text"]) == 400
        assert sample["text"] == model.write(
            sample["prompt"], temperature=sample["temperature"], length=400, seed=sample["seed"]
        )


def test_another_epoch_or_seed_has_another_prompt() -> None:
    prompts = {
        epoch_samples(WEIGHTS, CORPUS.ids, CORPUS.vocabulary, window=None, epoch=epoch, seed=seed)[
            0
        ]["prompt"]
        for epoch, seed in ((1, 0), (2, 0), (1, 1))
    }
    assert len(prompts) == 3


def test_the_shortest_text_has_a_prompt() -> None:
    samples = epoch_samples(
        WEIGHTS, CORPUS.ids[:61], CORPUS.vocabulary, window=None, epoch=1, seed=0
    )
    assert samples[0]["prompt"] == CORPUS.text[:60]
