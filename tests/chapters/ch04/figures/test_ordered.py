"""The four small sequences of chapter 04."""

from lstm_lab.chapters.ch04.figures import ordered


def test_orders_hold_the_same_values() -> None:
    for kind in ordered.KINDS:
        came = ordered.in_order(kind, "as it came").data[0].y
        assert (ordered.in_order(kind, "backwards").data[0].y == came[::-1]).all()
        shuffled = ordered.in_order(kind, "shuffled").data[0].y
        assert sorted(shuffled) == sorted(came)
        assert (shuffled != came).any()
