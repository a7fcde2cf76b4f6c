"""Equations have the value beside them, shape included, for every op of which a rule is declared.

What one of several outputs hands to its call has no equation: it is the output's own derivative.
"""
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from autograd import Tensor
from autograd.check.generate.strategies import cases
from autograd.core.primitive import REGISTRY
from autograd.draw.formulas.equations import Derivation
from autograd.draw.formulas.symbols import symbols
from autograd.draw.formulas.term import Term
from autograd.draw.graph.picture import picture

DIFFERENTIABLE = sorted(name for name, op in REGISTRY.items()
                        if op.differentiable and op.kernel.__module__.startswith("autograd.ops"))


def drawn_graph(data, op):
    """The picture of a random call of an op, of a cotangent that is not 1."""
    case = data.draw(cases(op))
    needs = [bool(op.vjp_rules[i]) for i in range(len(case.inputs))]
    y = op(*(Tensor(x, requires_grad=n) for x, n in zip(case.inputs, needs, strict=True)), **case.params)
    y = list(y) if op.several else [y]
    return picture(y, grad=[np.full(v.shape, 0.75) for v in y])


def is_the_value(written, value):
    assert np.shape(written) == np.shape(value)
    np.testing.assert_allclose(np.where(np.isnan(written), 0, written), value, rtol=1e-12, atol=1e-14)


@pytest.mark.parametrize("name", DIFFERENTIABLE)
@settings(max_examples=2)
@given(st.data())
def test_each_contribution_is_what_its_equation_says(name, data):
    """A gradient of shape (2,) was said to equal a matrix (3, 2)."""
    graph = drawn_graph(data, REGISTRY[name])
    derivation = Derivation(graph, symbols(graph, every=True))
    for e, edge in enumerate(graph.edges):
        if edge.contribution is not None and not graph.vertices[edge.target].is_output:
            written = derivation.contribution(e, False)
            assert isinstance(written, Term)
            is_the_value(written.value, edge.contribution)
