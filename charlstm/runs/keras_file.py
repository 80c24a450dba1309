"""A ``.keras`` file made small: weights rounded to half precision and packed, opened as before.

Knows the file's format (a zip with an HDF5 file of weights in it); loads no Keras. HDF5 packs by
itself, byte by byte of all numbers in turn, and whoever reads the file need not know.
"""

from __future__ import annotations

import io
import zipfile
from typing import Any

import numpy as np
from numpy.typing import NDArray

from charlstm.errors import RunError

_WEIGHTS = ".weights.h5"
_STILL = (1980, 1, 1, 0, 0, 0)
_SMALL = 256
"""Fewer numbers than this are not worth packing."""


def halved(weight: NDArray[Any]) -> NDArray[Any]:
    """Return a weight in half precision; as it is where that would make a number infinite.

    Half precision ends at 65,504, and the weights of a training that diverged do not.
    """
    with np.errstate(over="ignore"):
        half = weight.astype(np.float16)
    return half if (np.isfinite(half) == np.isfinite(weight)).all() else weight


def shrink(data: bytes) -> bytes:
    """Return a ``.keras`` file with its weights rounded to half precision, still stored as float32.

    Raises:
        RunError: If it is not such a file.
    """
    out = io.BytesIO()
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(out, "w") as new:
            for name in old.namelist():
                content = old.read(name)
                if name.endswith(_WEIGHTS):
                    content = _packed(content)
                entry = zipfile.ZipInfo(name, _STILL)
                new.writestr(entry, content, zipfile.ZIP_DEFLATED, 9)
    except (zipfile.BadZipFile, OSError) as error:
        raise RunError("The file model.keras is not one of Keras's.") from error
    return out.getvalue()


def _packed(data: bytes) -> bytes:
    import h5py  # only whoever ships a run needs it

    out = io.BytesIO()
    with h5py.File(io.BytesIO(data), "r") as old, h5py.File(out, "w") as new:
        _copy(old, new)
    return out.getvalue()


def _copy(old: Any, new: Any) -> None:
    new.attrs.update(old.attrs)
    for name, item in old.items():
        if hasattr(item, "items"):
            _copy(item, new.create_group(name))
            continue
        values = item[()]
        if values.dtype == np.float32:
            values = halved(values).astype(np.float32)
        packing = {"compression": "gzip", "compression_opts": 9, "shuffle": True}
        is_large = values.size >= _SMALL
        made = new.create_dataset(
            name, data=values, **(packing | {"chunks": values.shape} if is_large else {})
        )
        made.attrs.update(item.attrs)
