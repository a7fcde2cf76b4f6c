"""The six gradients are the products that are printed, and the slip of sign is found."""
import math
import re

import pytest


def by_hand(w1, b1, w2, b2, w3, b3, x, y):
    """The book's derivation, with the sign of ∂J/∂ŷ put right."""
    a1 = 1 / (1 + math.exp(-(w1 * x + b1)))
    a2 = 1 / (1 + math.exp(-(w2 * a1 + b2)))
    a3 = 1 / (1 + math.exp(-(w3 * a2 + b3)))
    d3 = (a3 - y) * a3 * (1 - a3)
    d2 = d3 * w3 * a2 * (1 - a2)
    d1 = d2 * w2 * a1 * (1 - a1)
    return [d1 * x, d1, d2 * a1, d2, d3 * a2, d3]


def test_six_gradients(demo):
    parameters = demo["parameters"]
    expected = by_hand(*[p.item() for p in parameters], demo["x"].item(), demo["y"].item())
    assert [p.grad.item() for p in parameters] == pytest.approx(expected, rel=1e-12)
    assert [float(line.value) for line in demo["derivation"].products] == pytest.approx(expected, rel=1e-12)
    assert demo["report"]


def test_each_printed_product_multiplies_to_its_gradient(demo):
    products = demo["derivation"].products
    assert len(products) == 6
    for line in products:
        factors = [float(f) for f in re.findall(r"-?\d+\.?\d*(?:e-?\d+)?", line.numbers)]
        assert len(factors) == line.right.count(r"\partial") / 2
        assert math.prod(factors) == pytest.approx(float(line.value), rel=2e-3)         # printed to four digits


def test_the_slip_is_found_and_climbs(demo):
    assert demo["wrong"].verdict.name == "WRONG_VALUE" and "sign" in demo["wrong"].hint
    assert demo["right"].verdict.name == "OK"
    assert demo["down"].item() < demo["J"].item() < demo["up"].item()


def test_files(demo, output, wrote):
    wrote("_graph.svg")
    assert r"\begin{aligned}" in (output / "06_chain_rule.tex").read_text(encoding="utf-8")
