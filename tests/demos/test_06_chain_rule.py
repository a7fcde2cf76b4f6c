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


def test_the_second_slip_skips_the_output_neuron(demo):
    """(y - ŷ) ŷ (1 - ŷ) a1, claimed for ∂J/∂w2, is wrong in its sign and lacks w3 a2 (1 - a2)."""
    w1, b1, w2, b2, w3, b3 = (p.item() for p in demo["parameters"])
    x, y = demo["x"].item(), demo["y"].item()
    a1 = 1 / (1 + math.exp(-(w1 * x + b1)))
    a2 = 1 / (1 + math.exp(-(w2 * a1 + b2)))
    a3 = 1 / (1 + math.exp(-(w3 * a2 + b3)))
    truth = by_hand(w1, b1, w2, b2, w3, b3, x, y)[2]
    ratio = (y - a3) * a3 * (1 - a3) * a1 / truth
    assert demo["ratios"] == pytest.approx({"printed": ratio, "sign_mended": -ratio, "both_mended": 1.0}, rel=1e-9)
    assert f"{ratio:.4f}" == "-2.6783" and demo["skipped"] == pytest.approx(-1 / ratio, rel=1e-9)
    assert {name: claim.verdict.name for name, claim in demo["claims"].items()} == {
        "printed": "WRONG_VALUE", "sign_mended": "WRONG_VALUE", "both_mended": "OK"}
    assert demo["claims"]["printed"].hint == "off by the constant factor -2.6783"
    assert demo["claims"]["sign_mended"].hint == "off by the constant factor 2.6783"


def test_files(demo, output, wrote):
    wrote("_graph.svg")
    assert r"\begin{aligned}" in (output / "06_chain_rule.tex").read_text(encoding="utf-8")
