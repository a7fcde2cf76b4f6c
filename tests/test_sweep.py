"""The backward pass: runs over Python floats, targets, failures, passes inside passes and in several threads."""
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from autograd import RuleError, Tensor, concatenate, detect_anomaly, grad, maximum, primitive, relu, where
from autograd.core.reverse import seed_of, sweep, topological_order

STEPS = [
    lambda a, b: a + b, lambda a, b: a * b, lambda a, b: a - b * 0.5, lambda a, b: a / (b * b + 1), lambda a, b: a * a,
    lambda a, b: relu(a) + b, lambda a, b: a.tanh(), lambda a, b: maximum(a, b), lambda a, b: where(a > b, a, b),
    lambda a, b: -a, lambda a, b: a.sum() * b, lambda a, b: b ** 2 - a.mean(),
]


def leaves():
    return [Tensor(v, requires_grad=True) for v in (0.7, -1.3, np.array([0.2, -0.4, 1.1]), np.array([[0.5], [2.0]]))]


@st.composite
def programs(draw):
    """Steps (op, input, input) over a growing list of nodes: scalars and arrays, shared, and some that lead nowhere."""
    indices = [st.integers(0, 3 + i) for i in range(draw(st.integers(1, 25)))]
    return [(draw(st.sampled_from(STEPS)), draw(index), draw(index)) for index in indices]


def run(program):
    nodes = leaves()
    for step, i, j in program:
        nodes.append(step(nodes[i], nodes[j]))
    return nodes, nodes[-1].sum()


@given(programs())
def test_runs_over_floats_find_what_the_chain_rule_finds_node_by_node(program):
    nodes, y = run(program)
    before = {x: np.array(x._value) for x in topological_order(y)}
    y.backward()
    with detect_anomaly():                                      # under which every node goes through vjp_at
        expected = sweep(y, seed_of(y, None))
    for x in nodes:
        g = getattr(x, "_grad", None)
        assert (x in expected) == (g is not None)
        if g is not None:
            assert np.allclose(x.grad.data, expected[x], rtol=1e-13, atol=1e-300) and x.grad.shape == x.shape
    assert all(np.array_equal(x._value, v) for x, v in before.items())
    found = sweep(y, seed_of(y, None), nodes[:4])
    assert all(np.allclose(found[x], expected[x], rtol=1e-13, atol=1e-300) for x in nodes[:4] if x in expected)


@pytest.fixture
def faulty():
    """An op whose rule fails while `fault` holds something to raise."""
    fault = []

    def rule(g, y, x):
        if fault:
            raise fault[0]
        return g * 2

    return primitive(vjp=(rule,), name=f"faulty_{id(fault)}")(lambda x: x * 2), fault


@pytest.mark.parametrize("value", [2.0, np.array([2.0, 3.0])])
@pytest.mark.parametrize("error", [RuntimeError("no"), KeyboardInterrupt()])
def test_a_rule_that_fails_changes_no_grad(faulty, value, error):
    op, fault = faulty
    x = Tensor(value, requires_grad=True)
    h = x * 3
    y = (op(h) * h).sum()
    y.backward()
    expected, inner = x.grad.numpy(), [(node, node.grad.numpy()) for node in (h, y)]
    fault.append(error)
    with pytest.raises(type(error)):
        y.backward()
    assert np.array_equal(x.grad.data, expected)
    assert all(np.array_equal(node.grad.data, g) for node, g in inner)
    fault.clear()
    y.backward()
    assert np.array_equal(x.grad.data, 2 * expected)


def test_bad_answers_of_rules_leave_no_trace():
    bad = primitive(vjp=(lambda g, y, x: g[:1],), name="bad_shape")(lambda x: x * 2)
    x = Tensor([1.0, 2.0], requires_grad=True)
    y = (bad(x) * x).sum()
    with pytest.raises(RuleError, match="has shape"):
        y.backward()
    assert x.grad is None


@pytest.mark.parametrize("value", [2.0, np.array([2.0, 3.0])])
def test_a_graph_that_cannot_be_differentiated_leaves_no_trace(value):
    x, w = Tensor(value, requires_grad=True), Tensor(value, requires_grad=True)
    y = (x * w).sum()
    w.assign(value)
    with pytest.raises(RuntimeError, match="assigned a new value"):
        y.backward()
    assert x.grad is None and w.grad is None
    y = (x * w).sum()
    y.backward(retain_graph=False)
    with pytest.raises(RuntimeError, match="freed"):
        y.backward()
    assert np.array_equal(x.grad.data, np.asarray(value))


@pytest.mark.parametrize("value", [2.0, np.array([2.0, 3.0])])
def test_a_rule_may_run_backward_passes_even_through_the_same_graph(value):
    x = Tensor(value, requires_grad=True)
    h = x * x
    seen = []

    def rule(g, y, _):
        seen.append(grad(lambda t: (t * t * t).sum())(np.array(value)))
        h.sum().backward()
        return g * 5

    y = (primitive(vjp=(rule,), name=f"nosy_{np.ndim(value)}")(lambda t: t * 5)(h) + h).sum()
    y.backward()
    assert np.allclose(seen[0], 3 * np.square(value))
    assert np.allclose(x.grad.data, 6 * 2 * np.asarray(value) + 2 * np.asarray(value))      # y's, and the rule's own


def test_threads_that_share_a_graph_do_not_mix_their_sums(in_threads):
    x = [Tensor(0.5 + 0.1 * i, requires_grad=True) for i in range(5)]
    arrays = [Tensor(np.full(3, 0.5 + 0.1 * i), requires_grad=True) for i in range(5)]
    s, a = x[0], arrays[0]
    for i in range(300):
        s, a = s * x[i % 5] + x[(i * 7) % 5], a * arrays[i % 5] + arrays[(i * 7) % 5]
    y = concatenate([a, s.reshape(1)]).sum()
    expected = [np.array(v) for v in map(sweep(y, 1.0, x + arrays).get, x + arrays)]

    def work():
        for _ in range(10):
            y.backward()

    in_threads(work)
    for v, e in zip(x + arrays, expected, strict=True):
        assert np.allclose(v.grad.data, 40 * e, rtol=1e-12)


def test_gradients_of_some_leaves_and_of_inner_nodes():
    x, w = Tensor(2.0, requires_grad=True), Tensor(3.0, requires_grad=True)
    h = x * w
    y = h * x
    assert sweep(y, 1.0, [x])[x] == 12.0 and sweep(y, 1.0, [w])[w] == 4.0
    assert sweep(y, 1.0, [h, x, w])[h] == 2.0
    assert grad(lambda t: t * w)(5.0).item() == 3.0
    assert x.grad is None and h.grad is None


def test_what_python_cannot_divide_is_added_to_what_is_there():
    x = Tensor(0.0, requires_grad=True)
    root = x.sqrt()                                     # its rule divides by 0; NumPy's answer, 0 times inf, counts 0
    with np.errstate(all="ignore"):
        (3 * x + 0 * root).backward()
    assert x.grad.item() == 3


def test_only_what_leads_to_the_targets_is_computed(faulty):
    op, fault = faulty
    x, w = Tensor([2.0], requires_grad=True), Tensor([3.0], requires_grad=True)
    y = (x * op(w)).sum()
    fault.append(RuntimeError("called for nothing"))
    assert sweep(y, 1.0, [x])[x].tolist() == [6]
    assert w not in sweep(y, 1.0, [x])
