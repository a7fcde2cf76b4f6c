"""Tensors and models show themselves in notebooks, and never fail to."""
import shutil
import sys

import pytest

from autograd import Tensor
from nn import MLP, Linear, Module

needs_dot = pytest.mark.skipif(shutil.which("dot") is None, reason="the program dot is not installed")


def computed():
    return Tensor(2.0, requires_grad=True, name="x") * 3.0


@needs_dot
def test_a_computed_tensor_shows_its_graph():
    bundle = computed()._repr_mimebundle_()
    assert bundle["text/plain"] == "Tensor(6.0, op=multiply)" and "</svg>" in bundle["image/svg+xml"]


@needs_dot
def test_a_chain_of_layers_shows_its_neurons():
    bundle = MLP([2, 3, 1], rng=0)._repr_mimebundle_()
    assert "hidden 1" in bundle["image/svg+xml"] and bundle["text/plain"].startswith("MLP(")


def test_a_leaf_is_text():
    assert Tensor([1.0, 2.0])._repr_mimebundle_() == {"text/plain": "Tensor([1. 2.])"}


def test_what_cannot_be_drawn_is_text():
    class Pair(Module):
        def __init__(self):
            self.a, self.b = Linear(2, 3, rng=0), Linear(2, 3, rng=0)
    assert list(Pair()._repr_mimebundle_()) == ["text/plain"]
    freed = computed()
    freed.backward(retain_graph=False)
    assert list(freed._repr_mimebundle_()) == ["text/plain"]


def test_without_dot_it_is_text(monkeypatch):
    monkeypatch.setenv("PATH", "")
    assert list(computed()._repr_mimebundle_()) == ["text/plain"]


def test_without_graphviz_it_is_text(monkeypatch):
    monkeypatch.setitem(sys.modules, "graphviz", None)
    monkeypatch.delitem(sys.modules, "autograd.draw.graphviz.drawing", raising=False)
    assert list(computed()._repr_mimebundle_()) == ["text/plain"]
