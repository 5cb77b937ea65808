"""What the boxes "Predict" of chapter 05 mark as right was computed."""

import numpy as np
from predictions import assert_computed

from lstm_lab.chapters.ch05.experiments.xor_in_time import ALL
from lstm_lab.chapters.ch05.figures import (
    elman_xor,
    gradient_cost,
    reservoir,
    stale_gradient,
    unrolled,
)
from lstm_lab.sequences import xor_in_time


def angle(network, steps_back=0, compared=100):
    """Between the gradient that is cut and the full one, in degrees: the median over sequences."""
    net, found = unrolled.example_network(network), []
    stream = xor_in_time(np.random.default_rng(5), 4)
    for _ in range(compared):
        line = next(stream)
        cut, full = (
            np.concatenate(
                [
                    g.ravel()
                    for g in unrolled.followed_back(net, line.x, line.target[-1, 0], back).values()
                ]
            )
            for back in (steps_back, 10)
        )
        cosine = cut @ full / (np.linalg.norm(cut) * np.linalg.norm(full))
        found.append(np.degrees(np.arccos(np.clip(cosine, -1, 1))))
    return np.median(found)


def test_the_cut_matters_more_to_who_has_learnt():
    untrained, trained = angle("untrained"), angle("trained on XOR in time")
    assert_computed(
        "05",
        "does-the-cut-matter",
        {
            "For the untrained one: its gradient has learnt nothing yet.": untrained
            > 1.5 * trained,
            "For both alike.": untrained / 1.5 <= trained <= 1.5 * untrained,
            "For the trained one.": trained > 1.5 * untrained,
        },
    )


def test_rtrl_multiplies_thousands_of_times_as_often():
    rtrl, bptt = (gradient_cost.multiplications(which, 100) for which in ("RTRL", "BPTT"))
    assert_computed(
        "05",
        "price-of-rtrl",
        {
            f"About {about:,}.": about / 3 < rtrl / bptt < about * 3
            for about in (50, 5_000, 500_000)
        },
    )


def test_the_copy_is_enough_for_the_rule():
    def knowing(back):
        """The networks that know the rule at least, of all sizes, as a share."""
        known = [elman_xor.understood(units, back) for units in (2, 4, 8)]
        return 1 - sum(levels["nothing"] for levels in known) / sum(
            map(sum, map(dict.values, known))
        )

    shares = [knowing(back) for back in (0, 1, ALL)]
    needed = next(place for place, share in enumerate(shares) if share > 0.9)
    assert_computed(
        "05",
        "how-far-for-the-rule",
        {
            "None: Elman's copy is enough.": needed == 0,
            "One.": needed == 1,
            "All the way.": needed == 2,
        },
    )


def test_a_stale_gradient_is_some_degrees_off():
    second_half = stale_gradient.angles(0.1, 0.9)[
        :, stale_gradient.STEPS // stale_gradient.EVERY // 2 :
    ]
    off = np.median(second_half)
    assert_computed(
        "05",
        "how-stale",
        {"Less than 1°.": off < 1, "Some 5°.": 2 < off < 12, "More than 30°.": off > 30},
    )


def test_an_untrained_network_remembers_most_just_below_radius_1():
    capacity = {radius: reservoir.memory(20, radius, 0.1).sum() for radius in reservoir.RADII}
    best = max(capacity, key=capacity.get)
    assert_computed(
        "05",
        "best-radius",
        {
            "At 0.5, where nothing is stirred up.": best <= 0.5,
            "Just below 1.": 0.85 < best < 1,
            "At 1.5, where the state feeds itself most.": best >= 1.5,
        },
    )
