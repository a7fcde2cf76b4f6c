"""Drawings, pages and equations of graphs with ops of several outputs."""
import json
import pathlib
import re

import numpy as np
import pytest

from autograd import Tensor, draw
from autograd.draw import explain, play
from autograd.draw.graph.picture import picture
from autograd.draw.player.numeric_check import checks

RNG = np.random.default_rng(0)


def of_qr():
    x = Tensor(RNG.normal(size=(3, 2)), requires_grad=True, name="x")
    q, r = np.linalg.qr(x)
    return x, (q * q * q).sum() + (r * r).sum()


def of_a_part_of_qr():
    x = Tensor(RNG.normal(size=(3, 2)), requires_grad=True, name="x")
    return x, (np.linalg.qr(x).R ** 2).sum()


def of_two_of_one_kind():
    x = Tensor(RNG.normal(size=(2, 2)), requires_grad=True, name="x")
    (q, r), (p, s) = np.linalg.qr(x), np.linalg.qr(x @ x)
    return x, (q * p).sum() + (r * s).sum()


def of_slogdet():
    x = Tensor(RNG.normal(size=(2, 2)), requires_grad=True, name="x")
    return x, np.linalg.slogdet(x).logabsdet


def of_split():
    x = Tensor([1.0, 2.0, 3.0], requires_grad=True, name="x")
    a, b, _ = np.split(x, [1, 2])
    return x, (a * b + a).sum()


GRAPHS = pytest.mark.parametrize("made", [of_qr, of_a_part_of_qr, of_two_of_one_kind, of_slogdet, of_split],
                                 ids=lambda f: f.__name__)


def gradient(x, y):
    y.backward()
    g, x.grad = x.grad.numpy(), None
    return g


def test_a_call_is_a_vertex_and_each_output_one_with_its_name():
    _, y = of_qr()
    graph = picture(y, grad=True)
    call = next(v for v in graph.vertices if v.label == "qr")
    outputs = [graph.vertices[graph.edges[e].target] for e in graph.out_of()[call.id]]
    assert sorted(v.label for v in outputs) == ["Q of qr", "R of qr"]
    assert [graph.vertices[graph.edges[e].source].name for e in graph.into()[call.id]] == ["x"]


def test_contributions_are_those_of_the_outputs():
    x, y = of_qr()
    graph = picture(y, grad=True)
    call = next(v for v in graph.vertices if v.outputs is not None)
    brought = sum(graph.edges[e].contribution for e in graph.out_of()[call.id])
    assert brought.tolist() == call.arrived.tolist()
    for e in graph.out_of()[call.id]:
        output = graph.vertices[graph.edges[e].target]
        assert np.linalg.norm(graph.edges[e].contribution) == pytest.approx(np.linalg.norm(output.arrived))
    assert graph.edges[graph.into()[call.id][0]].contribution.tolist() == gradient(x, y).tolist()


@GRAPHS
def test_draw(made):
    _, y = made()
    source = draw(y, grad=True).source
    assert " of " in source and "called=" not in source
    y.backward()
    assert draw(y, depth=1, max_nodes=4).source


@GRAPHS
def test_finite_differences_agree(made):
    _, y = made()
    graph = picture(y, grad=True)
    found = checks(graph)
    assert all(check.digits >= 5 for check in found.values())
    assert len(found) == sum(v.arrived is not None and v.outputs is None for v in graph.vertices)


@GRAPHS
def test_explain_ends_at_the_gradient(made):
    x, y = made()
    last = explain(y).backward[-1]
    np.testing.assert_allclose(last.value, gradient(x, y))


def test_the_equations_of_qr():
    _, y = of_qr()
    text = str(explain(y))
    assert "Q, R = qr(x) = " in text
    assert "∂C/∂x = (∂C/∂Q + Q (tril(R ∂C/∂Rᵀ - ∂C/∂Qᵀ Q)" in text


def test_the_equations_of_an_output_alone():
    _, y = of_slogdet()
    assert "∂C/∂x = (x⁻¹)ᵀ = " in str(explain(y))
    _, y = of_a_part_of_qr()
    assert "∂C/∂Q" not in str(explain(y))


def test_equal_names_of_outputs_are_told_apart():
    _, y = of_two_of_one_kind()
    assert not re.search(r"\bQ, R = ", str(explain(y)))


@GRAPHS
def test_paths_add_up_to_the_gradient(made):
    x, y = made()
    index = (0,) * x.ndim
    found, = explain(y, x, index=index).paths
    assert found.total == pytest.approx(gradient(x, y)[index])
    assert found.rest == pytest.approx(0, abs=1e-12) or found.more


@GRAPHS
def test_play(made, tmp_path):
    pytest.importorskip("graphviz")
    x, y = made()
    page = pathlib.Path(play(y, tmp_path / "page.html")).read_text(encoding="utf-8")
    data = json.loads(re.search(r'type="application/json"[^>]*>(.*?)</script>', page, re.DOTALL).group(1))
    leaf = next(v for v in data["vertices"] if v["kind"] == "parameter")
    np.testing.assert_allclose(leaf["grad"]["data"], gradient(x, y).ravel())
    stepped = {s["vertex"] for s in data["steps"] if s["kind"] == "forward"}
    assert stepped == {v["id"] for v in data["vertices"] if v["op"]}
