"""Why a training ends before its time: it was told to, or it diverges.

Pure; the rule of divergence is the schedule's.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

from charlstm.settings import schedule


@dataclass
class Stopping:
    """Whether a training is to stop, and why.

    Attributes:
        on_divergence: Whether it stops itself where it diverges.
        reason: Why to stop, as one sentence, or ``""`` while it goes on.
        diverged: Whether it stops itself.
        lowest_loss: The lowest training loss of a line so far, in nats.
    """

    on_divergence: bool
    reason: str = ""
    diverged: bool = False
    lowest_loss: float = math.inf

    def by_hand(self) -> None:
        self.reason = "You stopped it."

    def heed(self, loss: float) -> None:
        """Stop if this training loss, in nats, says that the training diverged."""
        if self.on_divergence and (reason := schedule.divergence(loss, self.lowest_loss)):
            self.reason, self.diverged = reason, True
        self.remember(loss)

    def remember(self, loss: float) -> None:
        """Hold the training losses to come against this one too."""
        self.lowest_loss = min(self.lowest_loss, loss if math.isfinite(loss) else math.inf)

    def told(self, best_step: int | None) -> str:
        """Return the reason, and what is left after a divergence: the best checkpoint, if any."""
        if not self.diverged:
            return self.reason
        kept = (
            f" The best checkpoint, at step {best_step:,}, is kept."
            if best_step is not None
            else ""
        )
        return f"{self.reason}{kept} A lower learning rate may help."
