"""Gradients vanish in deep sigmoid stacks, explode with large weights, and live with the right start: for any seed."""

import pytest


def test_powers(demo):
    assert demo["chains"] == pytest.approx({0.1: 1e-5, 1.0: 1.0, 10.0: 1e5}, rel=1e-12)


@pytest.mark.parametrize("seed", [0, 1, 2])
def test_what_reaches_the_first_layer(demo, seed):
    def left(activation, start):
        values = demo["norms"](activation, start, seed)
        return values[0] / values[-1]
    starts = demo["starts"]
    assert left("sigmoid", "xavier_normal") < 1e-10
    assert left("tanh", starts["N(0, 0.01²)"]) < 1e-15
    assert left("tanh", starts["N(0, 1)"]) > 1e3
    for cured in (left("tanh", "xavier_normal"), left("relu", "he_normal"), left("leaky_relu", "he_normal")):
        assert 0.1 < cured < 10


def test_all_layers_and_activations_are_there(demo):
    assert list(demo["by_activation"]) == ["sigmoid", "tanh", "relu", "leaky_relu"]
    assert all(len(values) == demo["DEPTH"] for values in demo["by_activation"].values())


def test_file(demo, wrote):
    wrote(".png")
