"""Which checkpoints go where the disk is short."""

from __future__ import annotations

from charlstm.runs.folder import surplus


def _of_ten_bytes(*steps: int) -> dict[int, int]:
    return dict.fromkeys(steps, 10)


def test_none_goes_where_all_fit() -> None:
    assert surplus(_of_ten_bytes(10, 20, 30), 30, set()) == []


def test_the_one_closest_to_its_neighbours_goes_first() -> None:
    sizes = _of_ten_bytes(10, 20, 30, 31, 32, 40, 80)
    assert surplus(sizes, 60, set()) == [31]
    assert surplus(sizes, 50, set()) == [31, 32]
    assert surplus(sizes, 60, {31}) == [32]


def test_the_first_and_the_last_and_those_to_keep_stay_even_where_they_do_not_fit() -> None:
    assert surplus(_of_ten_bytes(10, 20, 31, 80), 0, {31}) == [20]
    assert surplus(_of_ten_bytes(10, 80), 0, set()) == []


def test_what_fits_is_told_by_bytes_and_not_by_number() -> None:
    assert surplus({10: 1, 20: 100, 80: 1}, 101, set()) == [20]
