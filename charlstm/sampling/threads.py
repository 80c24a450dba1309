"""How many threads NumPy's matrix products use in a process that writes.

Knows threadpoolctl; changes the whole process, so only programs call it, never the library itself.
"""

from __future__ import annotations

import threadpoolctl


def use_one_thread() -> None:
    """Let every matrix product run on one core.

    The products of a step are small: shared among cores they gain a quarter at best. But where a
    training keeps the cores busy, each product waits for its slowest share, and writing becomes
    many times slower.
    """
    threadpoolctl.threadpool_limits(limits=1, user_api="blas")
