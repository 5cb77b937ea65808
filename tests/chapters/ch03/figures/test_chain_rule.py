"""Chapter 03: the small net and the check of its gradient."""

import numpy as np
import pytest

from lstm_lab.chapters.ch03.figures import chain_rule


def summary(figure):
    return figure.layout.meta["summary"]


def test_the_chain_rule_by_hand_agrees_with_differences():
    """Equations 3 to 6 of the chapter, written out as they stand there."""
    net = chain_rule.SMALL_NET
    x, d, step = np.array([1.0, 1.0]), 0.0, 1e-6

    def outputs(W, b, V, b_y):
        h = 1 / (1 + np.exp(-(W @ x + b)))
        return h, 1 / (1 + np.exp(-(V @ h + b_y)))

    parts = [net["weights_1"], net["bias_1"], net["weights_2"][0], net["bias_2"][0]]
    h, y = outputs(*parts)
    delta_y = (y - d) * y * (1 - y)
    delta = delta_y * parts[2] * h * (1 - h)
    for which, gradient in enumerate([np.outer(delta, x), delta, delta_y * h, np.array(delta_y)]):
        for place in np.ndindex(gradient.shape):
            losses = []
            for sign in (1, -1):
                moved = [np.array(part, dtype=float) for part in parts]
                moved[which][place] += sign * step
                losses.append((outputs(*moved)[1] - d) ** 2 / 2)
            assert gradient[place] == pytest.approx((losses[0] - losses[1]) / (2 * step), abs=1e-9)


def test_the_drawing_of_the_small_net_says_what_the_text_says():
    says = summary(chain_rule.chain_rule("1 and 1", "forward pass"))
    assert "the output 0.597" in says
    back = summary(chain_rule.chain_rule("1 and 1", "backward pass"))
    assert "0.0337 and −0.0282" in back
    silent = chain_rule.chain_rule("0 and 0", "gradient")
    on_edges = silent.data[-1].text
    assert [text for text in on_edges if text == "0"] == ["0"] * 4
    assert "0 × " not in on_edges


def test_only_the_right_gradient_has_a_valley():
    central = {m: np.min(chain_rule.gradient_check(m).data[1].y) for m in chain_rule.MISTAKES}
    one_sided = np.min(chain_rule.gradient_check("none").data[0].y)
    assert central["none"] < -9 < -6 > one_sided > central["none"] + 2
    assert all(central[mistake] > -1 for mistake in chain_rule.MISTAKES[1:])
    x = chain_rule.gradient_check("none").data[1].x
    assert -6.5 <= x[int(np.argmin(chain_rule.gradient_check("none").data[1].y))] <= -4
