"""autograd.graph: reading nodes, and gradients through them as plain values, without a change to the graph."""
import doctest

import numpy as np
import pytest

from autograd import Tensor, graph, primitive, record_lines


@primitive(vjp=(lambda g, y, x: (0 if g[0] is None else g[0]) * 2 + (0 if g[1] is None else g[1]) * 3,),
           jvp=(lambda t, y, x: (2 * t, 3 * t),), outputs=2, name="twice_and_thrice")
def twice_and_thrice(x):
    return x * 2, x * 3


@pytest.fixture
def x():
    return Tensor([1.0, 2.0], requires_grad=True, name="x")


def test_examples_run():
    assert doctest.testmod(graph).failed == 0


def test_an_input_used_twice_is_there_twice(x):
    assert graph.inputs(x * x) == (x, x)


def test_a_leaf_has_no_op_inputs_or_metadata(x):
    assert (graph.op(x), graph.inputs(x), graph.metadata(x)) == (None, (), {})


def test_metadata_is_a_copy(x):
    y = x.sum(axis=0)
    graph.metadata(y)["axis"] = 7
    assert graph.metadata(y)["axis"] == 0


def test_values_cannot_be_written_through(x):
    with pytest.raises(ValueError, match="read-only"):
        graph.value(x)[0] = 5.0


def test_line_is_none_unless_recorded(x):
    assert graph.line(x * 2) is None


def test_line_names_this_file(x):
    with record_lines():
        assert "test_graph.py" in graph.line(x * 2)


def test_topological_order_has_inputs_first(x):
    y = (x.exp() * x).sum()
    order = graph.topological_order(y)
    assert all(order.index(i) < order.index(n) for n in order for i in graph.inputs(n) if not graph.is_leaf(i))


def test_a_freed_graph_raises(x):
    y = (x * x).sum()
    y.backward(retain_graph=False)
    with pytest.raises(graph.GraphError, match="freed"):
        graph.inputs(y)


def test_cotangents_are_those_of_backward(x):
    y = (x.exp() * x).sum()
    found = graph.cotangents(y)[x]
    y.backward()
    np.testing.assert_array_equal(found, x.grad.data)


def test_cotangents_leave_no_grad(x):
    graph.cotangents((x * x).sum())
    assert x.grad is None


def test_contributions_of_all_uses_add_up_to_the_cotangent(x):
    y = x * x
    brought = sum(c for _, c in graph.contributions(y, np.ones(2)))
    np.testing.assert_array_equal(brought, graph.cotangents(y, np.ones(2))[x])


def test_contributions_of_wanted_inputs_only(x):
    w = Tensor([3.0, 4.0], requires_grad=True)
    assert [i for i, _ in graph.contributions(w * x, np.ones(2), [w])] == [w]


def test_a_cotangent_of_another_shape_is_refused(x):
    with pytest.raises(ValueError, match=r"shape of its node, \(2,\); got \(3,\)"):
        graph.contributions(x * x, np.ones(3))


def test_contributions_of_several_outputs_where_one_has_no_cotangent(x):
    call, = graph.inputs(twice_and_thrice(x)[1])
    (_, c), = graph.contributions(call, (None, np.ones(2)))
    np.testing.assert_array_equal(c, [3.0, 3.0])


def test_jvp_adds_the_tangents_of_all_inputs(x):
    w = Tensor([3.0, 4.0], requires_grad=True)
    np.testing.assert_array_equal(graph.jvp(w * x, {w: np.ones(2), x: np.ones(2)}), [4.0, 6.0])


def test_jvp_of_several_outputs_is_a_tuple(x):
    call, = graph.inputs(twice_and_thrice(x)[0])
    first, second = graph.jvp(call, {x: np.ones(2)})
    np.testing.assert_array_equal([first, second], [[2.0, 2.0], [3.0, 3.0]])


def test_the_recorded_vjp_transposes_to_the_jvp(x):
    y = x.tanh()
    (g,), c = graph.recorded_vjp(y, 0)
    t = np.array([0.5, -1.5])
    np.testing.assert_allclose(graph.cotangents(c, t)[g], graph.jvp(y, {x: t}))


@pytest.mark.parametrize("join", [lambda x: np.where([True, False], x, -np.inf),
                                  lambda x: np.concatenate([x, Tensor([np.inf])])])
def test_a_tangent_beside_an_infinite_input_is_finite(join):
    x = Tensor([1.0, 2.0], requires_grad=True)              # zero times infinity was taken for the other's part
    assert np.isfinite(graph.jvp(join(x), {x: np.ones(2)})).all()
