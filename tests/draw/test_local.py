"""Local derivatives entry by entry, and the strongest paths: both add up to what the engine computes."""
import itertools

import numpy as np
import pytest

import autograd.numpy as anp
from autograd import Tensor, softmax
from autograd.draw.graph.picture import picture
from autograd.draw.player.local import MOST_ENTRIES, local_derivatives
from autograd.draw.player.strongest import KEPT, strongest_ways
from nn import Conv2d

from .models import leaf, scalars

RNG = np.random.default_rng(0)
A, B = RNG.normal(size=(2, 3)), RNG.normal(size=(3, 2))
COMPUTATIONS = {
    "numbers": lambda: scalars()[1],
    "square": lambda: leaf(3.0, "x") ** 2,
    "same twice": lambda: (lambda x: x * x + x)(leaf(3.0, "x")),
    "product": lambda: (leaf(A, "a") @ leaf(B, "b")).sum(),
    "broadcast": lambda: ((leaf(A, "a") + leaf(A[0], "b")) ** 2).mean(),
    "softmax": lambda: (softmax(leaf(A, "a")) * A).sum(),
    "reshape": lambda: (leaf(A, "a").reshape(3, 2) * B).sum(),
    "index": lambda: leaf(A, "a")[0, 1] * leaf(A, "b")[1].sum(),
    "norm": lambda: anp.linalg.norm(leaf(A, "a")),
    "where": lambda: anp.where(A > 0, leaf(A, "a"), leaf(2.0, "c")).sum(),
    "stack": lambda: (anp.stack([leaf(1.0, "x"), leaf(2.0, "y")]) ** 2).sum(),
    "convolution": lambda: Conv2d(1, 2, 3, rng=0)(leaf(RNG.normal(size=(1, 1, 4, 4)), "image")).sum(),
    "several outputs": lambda: (lambda q, r: (q * B[:2]).sum() + r.sum())(*anp.linalg.qr(leaf(A[:, :2] + np.eye(2)))),
    "relu off": lambda: anp.maximum(leaf(-1.0, "x"), 0.0) * leaf(2.0, "w"),
}


def dense(rows, size):
    found = np.zeros((len(rows), size))
    for o, row in enumerate(rows):
        found[o, row[::2]] = row[1::2]
    return found


@pytest.mark.parametrize("name", COMPUTATIONS)
def test_upstream_times_local_derivative_is_each_contribution(name):
    graph = picture(COMPUTATIONS[name](), grad=True)
    local = local_derivatives(graph)
    checked = 0
    for i, edge in enumerate(graph.edges):
        source, target = graph.vertices[edge.source], graph.vertices[edge.target]
        if edge.contribution is None or i not in local:
            continue
        rows = [[0, local[i]]] if isinstance(local[i], float) else local[i]
        c = np.ravel(target.arrived) @ dense(rows, np.size(source.value))
        assert c == pytest.approx(np.ravel(edge.contribution), rel=1e-12, abs=1e-15)
        checked += 1
    assert checked


def test_an_input_that_needs_no_gradient_has_its_local_derivative_too():
    graph = picture((Tensor(A, name="x") @ leaf(B, "w")).sum(), grad=True)
    rows = local_derivatives(graph)[0]
    assert dense(rows, 6) == pytest.approx(np.kron(np.eye(2), B.T))


def test_what_is_large_is_left_out_and_numbers_never():
    y = (leaf(np.ones(MOST_ENTRIES + 1), "big") * 2.0).sum() * leaf(3.0, "w")
    graph = picture(y, grad=True)
    assert {graph.vertices[graph.edges[e].target].label for e in local_derivatives(graph)} == {"Σ", "×"}
    assert all(np.size(graph.vertices[graph.edges[e].target].value) == 1 for e in local_derivatives(graph))


@pytest.mark.parametrize("name", COMPUTATIONS)
def test_the_shares_of_all_paths_add_up_to_the_gradient(name):
    graph = picture(COMPUTATIONS[name](), grad=True)
    kept, counts = strongest_ways(graph)
    for v, ways in zip(graph.vertices, kept, strict=True):
        if v.arrived is None:
            assert ways == []
        elif counts[v.id] <= KEPT and np.any(v.arrived):
            assert sum(np.asarray(way.brings) for way in ways) == pytest.approx(v.arrived)
            assert sum(way.share for way in ways) == pytest.approx(1.0)


def test_of_numbers_the_strongest_paths_are_found():
    """All 2**6 paths of a ladder, by brute force."""
    factors = [(0.5, -2.0), (3.0, 0.1), (1.0, 1.5), (-0.7, 0.2), (2.0, 0.9), (1.1, -1.2)]
    x = y = leaf(1.0, "x")
    for a, b in factors:
        y = y * a + y * b
    graph = picture(y, grad=True)
    kept, counts = strongest_ways(graph)
    products = sorted((np.prod(chosen) for chosen in itertools.product(*factors)), key=abs, reverse=True)
    assert counts[0] == 64
    assert [float(way.brings) for way in kept[0]] == pytest.approx(products[:KEPT])
    assert x.grad is None


def test_counts_of_paths_are_exact_however_many():
    y = leaf(1.0, "x")
    for _ in range(100):
        y = y * 0.5 + y * 0.5
    assert strongest_ways(picture(y, grad=True))[1][0] == 2 ** 100
