"""torch.nn.LSTM on the same batches."""

from __future__ import annotations

from typing import Any

import torch

from tests.benchmarks.peers.task import SYMBOLS, Job, Measure, Step, answer


class Network(torch.nn.Module):
    """An optional embedding, LSTM layers, a linear layer; time first."""

    def __init__(self, job: Job) -> None:
        super().__init__()
        self.embedding = torch.nn.Embedding(SYMBOLS, 128) if job.inputs == "embedding" else None
        width = 128 if self.embedding else SYMBOLS
        self.lstm = torch.nn.LSTM(width, job.units, num_layers=job.layers)
        if job.inputs == "one-hot, N(0, 1)":
            torch.nn.init.normal_(self.lstm.weight_ih_l0)
        self.linear = torch.nn.Linear(job.units, SYMBOLS)

    def forward(self, ids: Any, state: Any) -> Any:
        if self.embedding:
            inputs = self.embedding(ids)
        else:
            inputs = torch.nn.functional.one_hot(ids, SYMBOLS).float()
        hiddens, state = self.lstm(inputs, state)
        return self.linear(hiddens), state


def make(job: Job) -> tuple[Step, Measure]:
    """Return a step of learning and a measurement of the window loss."""
    torch.manual_seed(job.seed)
    network = Network(job)
    kind = torch.optim.RMSprop if job.windows else torch.optim.Adam
    optimizer = kind(network.parameters(), job.rate)
    carried = [torch.zeros(job.layers, job.batch, job.units) for _ in range(2)]

    def step(batch: Any, rate: float) -> float:
        for group in optimizer.param_groups:
            group["lr"] = rate
        keep = torch.from_numpy(batch.keep)[None, :, None]
        state = tuple(part * keep for part in carried)
        logits, state = network(torch.from_numpy(batch.ids).long(), state)
        logits = logits[-1:] if job.windows else logits
        loss = torch.nn.functional.cross_entropy(
            logits.flatten(0, 1), torch.from_numpy(batch.targets).long().flatten()
        )
        optimizer.zero_grad()
        loss.backward()
        if not job.windows:
            torch.nn.utils.clip_grad_norm_(network.parameters(), 1.0)
        optimizer.step()
        carried[:] = [part.detach() for part in state]
        return float(loss.detach())

    def measure(windows: Any, targets: Any) -> float:
        zero = tuple(torch.zeros(job.layers, len(targets), job.units) for _ in range(2))
        with torch.no_grad():
            logits, _ = network(torch.from_numpy(windows.T.copy()).long(), zero)
            wanted = torch.from_numpy(targets).long()
            return float(torch.nn.functional.cross_entropy(logits[-1], wanted))

    return step, measure


if __name__ == "__main__":
    answer(make)
