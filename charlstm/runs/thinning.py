"""Which checkpoints to drop so that the rest fit on the disk.

Pure; knows steps and sizes.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping


def surplus(sizes: Mapping[int, int], most_bytes: int, keep: Collection[int]) -> list[int]:
    """Return the steps whose checkpoints go, those first that lie closest to their neighbours.

    Args:
        sizes: Bytes by step, in the order of the steps.
        most_bytes: What all checkpoints may take.
        keep: Steps that stay, besides the first and the last, even where they do not fit.
    """
    left = dict(sizes)
    gone: list[int] = []
    while sum(left.values()) > most_bytes:
        steps = list(left)
        ratios = {
            step: after / before
            for before, step, after in zip(steps, steps[1:], steps[2:], strict=False)
            if step not in keep
        }
        if not ratios:
            break
        closest = min(ratios, key=ratios.__getitem__)
        del left[closest]
        gone.append(closest)
    return gone
