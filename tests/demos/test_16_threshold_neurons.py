"""One threshold neuron gives 14 of 16 tables, XOR is not among them, three neurons give it, and descent finds three."""
import itertools

import numpy as np
import pytest

INPUTS = np.array([[0, 0], [0, 1], [1, 0], [1, 1]])
XOR = np.array([0, 1, 1, 0])


def test_and_or(demo):
    assert list(demo["fires"](demo["x"], *demo["AND"])) == [a & b for a, b in INPUTS]
    assert list(demo["fires"](demo["x"], *demo["OR"])) == [a | b for a, b in INPUTS]
    assert list(demo["fires"](demo["x"], (-1, 0), -0.5)) == [1 - a for a, _ in INPUTS]


def test_fourteen_of_sixteen_tables(demo):
    """Counted again with another grid, weights and thresholds that are halves."""
    w1, w2, theta = (a.ravel() for a in np.meshgrid(*[np.arange(-3, 3.5, 0.5)] * 3))
    answers = (INPUTS @ np.stack([w1, w2]) >= theta).astype(int)
    found = {tuple(column) for column in answers.T}
    assert set(demo["tables"]) == found and len(found) == 14
    assert demo["missing"] == [(0, 1, 1, 0), (1, 0, 0, 1)]
    for table, (a, b, limit) in demo["tables"].items():
        assert tuple(int(a * x1 + b * x2 >= limit) for x1, x2 in INPUTS) == table


def test_the_four_inequalities_are_those_of_xor(demo):
    rows = np.column_stack([INPUTS, -np.ones(4)])               # x1 w1 + x2 w2 - θ
    assert np.array_equal(demo["must_be_negative"], rows[XOR == 0])
    assert np.array_equal(demo["must_not_be_negative"], rows[XOR == 1])
    assert not demo["contradiction"].any()                      # no weights exist: 0 > (left) - (right) = 0


def test_every_proof_of_the_kind_is_a_table_that_is_missing(demo):
    """The sums of the rows that must be negative and of the others agree for these two tables alone."""
    rows = np.column_stack([INPUTS, -np.ones(4)])
    contradictory = [t for t in itertools.product((0, 1), repeat=4)
                     if np.array_equal(rows[np.array(t) == 0].sum(axis=0), rows[np.array(t) == 1].sum(axis=0))]
    assert contradictory == demo["missing"]


def test_three_neurons(demo):
    hidden = np.stack([INPUTS.max(axis=1), INPUTS.min(axis=1)], axis=1)                 # or, and
    assert np.array_equal(demo["corners"], hidden)
    assert np.array_equal(demo["three"](demo["x"]).numpy()[:, 0], XOR)


def test_descent_finds_three_sigmoids(demo):
    start = demo["MLP"]([2, 2, 1], activation="sigmoid", init=demo["init"].normal(1.0), rng=4)
    w1, b1, w2, b2 = (p.numpy().copy() for p in start.parameters())
    losses, y = [], XOR[:, None]
    for _ in range(demo["STEPS"]):
        h = 1 / (1 + np.exp(-(INPUTS @ w1 + b1)))
        a = 1 / (1 + np.exp(-(h @ w2 + b2)))
        losses.append(-np.mean(y * np.log(a) + (1 - y) * np.log(1 - a)))
        d2 = (a - y) / 4
        d1 = d2 @ w2.T * h * (1 - h)
        w1, b1 = w1 - demo["RATE"] * INPUTS.T @ d1, b1 - demo["RATE"] * d1.sum(axis=0)
        w2, b2 = w2 - demo["RATE"] * h.T @ d2, b2 - demo["RATE"] * d2.sum(axis=0)
    assert demo["losses"] == pytest.approx(losses, rel=1e-6)
    assert np.abs(demo["answers"] - XOR).max() < 0.02


def test_pictures(demo, wrote):
    wrote(".png", "_network.svg")
