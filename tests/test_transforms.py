"""grad and value_and_grad: HIPS autograd's conventions, any order, no perturbation confusion."""
import collections
import copy
import math
import warnings

import numpy as np
import pytest

import autograd.numpy as anp
from autograd import GraphError, Tensor, as_tensor, grad, no_grad, transforms, value_and_grad
from autograd.core import reverse as engine
from autograd.core import traces
from autograd.core.traces import OPEN_TRACES, current_trace


def test_plain_in_plain_out():
    assert grad(lambda x: x ** 3)(2.0) == 12.0 and type(grad(lambda x: x ** 3)(2.0)) is float
    g = grad(lambda x: anp.sum(x ** 2))(np.array([1.0, 2.0]))
    assert type(g) is np.ndarray and g.tolist() == [2, 4]
    assert value_and_grad(lambda x: x * x)(3.0) == (9.0, 6.0)


def test_argnum():
    f = lambda x, w: x * w ** 2
    assert grad(f, 1)(3.0, 2.0) == 12 and grad(f, (0, 1))(3.0, 2.0) == (4, 12)
    assert grad(lambda x, *, k: k * x)(1.0, k=5.0) == 5


def test_constant_functions_give_zero():
    with pytest.warns(UserWarning, match="a plain number, whose gradient is 0"):
        assert grad(lambda x: 3.0)(1.0) == 0 and grad(lambda x: anp.sum(np.ones(3)))(np.ones(2)).tolist() == [0, 0]
        assert grad(lambda x, w: x * 1.0, 1)(1.0, 2.0) == 0
    assert grad(lambda x: x)(5.0) == 1


def test_higher_orders():
    f = lambda x: anp.sin(x) * anp.exp(x)
    assert grad(grad(f))(0.7) == pytest.approx(2 * np.cos(0.7) * np.exp(0.7))
    assert grad(grad(grad(grad(f))))(0.7) == pytest.approx(-4 * f(0.7))


def test_no_perturbation_confusion():
    assert grad(lambda x: x * grad(lambda y: x + y)(1.0))(1.0) == 1
    assert grad(lambda x: grad(lambda y: x * y)(x))(3.0) == 1
    assert grad(lambda x: grad(lambda y: x * y * y)(x) * x)(3.0) == pytest.approx(54)       # (2 x³)' = 6 x²


@pytest.mark.filterwarnings("ignore:the function returned a plain number")
def test_gradient_that_depends_on_outer_tensors_stays_differentiable():
    w = Tensor(2.0, requires_grad=True)
    g = grad(lambda x: w * x ** 2)(3.0)
    assert isinstance(g, Tensor) and g.item() == 12
    g.backward()
    assert w.grad.item() == 6
    with no_grad():
        assert grad(lambda x: w * x ** 2)(3.0) == 12
        assert value_and_grad(lambda x: 3.0)(1.0) == (3, 0)


def test_gradients_are_arrays_of_ones_own():
    a, b = grad(lambda x, w: anp.sum(x + w), (0, 1))(np.ones(3), np.ones(3))
    c = grad(lambda x: anp.sum(anp.sum(x, axis=0) * np.ones(3)))(np.ones((2, 3)))
    for g in (a, b, c):
        g += 1
    assert a.tolist() == b.tolist() == [2, 2, 2] and c.tolist() == [[2, 2, 2]] * 2


def test_tensors_in_touch_nobodys_grad():
    x = Tensor([1.0, 2.0], requires_grad=True)
    g = grad(lambda t: (t * t).sum())(x)
    assert g.tolist() == [2, 4] and x.grad is None
    g.sum().backward()
    assert x.grad.tolist() == [2, 2]


@pytest.mark.filterwarnings("ignore:the function returned a plain number")
def test_float32_in_float32_out():
    for f in (lambda x: anp.mean(x * 0.5), lambda x: 3.0):
        for x in (np.ones(4, np.float32), np.float32(1)):
            assert grad(f)(x).dtype == np.float32


@pytest.mark.parametrize("f", [lambda x: math.sin(x), lambda x: np.float64(x) * 2, lambda x: x.item() ** 2])
def test_a_function_that_leaves_the_graph_is_warned_of(f):
    with pytest.warns(UserWarning, match="leaves the graph"):
        assert grad(f)(2.0) == 0


def test_a_derivative_that_is_constant_is_not():
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert grad(grad(lambda x: 2 * x))(1.0) == 0


# ---- what the function may return, and which arguments can be meant -------------------------------------------------

@pytest.mark.parametrize("y, named", [
    (None, r"None \(NoneType\)"), ((1.0, 2.0), r"\(1\.0, 2\.0\) \(tuple\)"), ([1.0], r"\[1\.0\] \(list\)"),
    ("text", r"'text' \(str\)"), (True, r"True \(bool\)"), ({}, r"\{\} \(dict\)"), (1j, r"1j \(complex\)"),
    (np.ones(2), r"shape \(2,\) and dtype float64"), (np.array([]), r"shape \(0,\)"), (np.True_, "dtype bool"),
    (np.array(1j), "dtype complex128"), (np.array(None), "dtype object")], ids=repr)
def test_a_result_that_is_no_number_is_named(y, named):
    """None gave the gradient 0.0 with a warning."""
    for transform in (grad, value_and_grad):
        with pytest.raises(TypeError, match=f"one real number as result, got .*{named}"):
            transform(lambda x: y)(2.0)


@pytest.mark.parametrize("f", [lambda x: (x, x), lambda x: [x], lambda x: x > 1, lambda x: {"loss": x},
                               lambda x: (v for v in [x])])
def test_a_result_with_tensors_in_it_is_no_number_either(f):
    with pytest.raises(TypeError, match="one real number as result, got"):
        grad(f)(2.0)


@pytest.mark.parametrize("argnum", [(0, 0), (1, 0, 1), [0, -2], (-1, 1)])
def test_an_argument_named_twice(argnum):
    """The first of the two got 0."""
    with pytest.raises(ValueError, match="names an argument twice"):
        grad(lambda x, w: x * w, argnum)(3.0, 4.0)


@pytest.mark.parametrize("argnum", [np.int64(1), np.array(1), -1, True])
def test_whatever_counts_as_an_integer_names_an_argument(argnum):
    assert grad(lambda x, w: x * w ** 2, argnum)(3.0, 2.0) == 12


def test_sequences_of_positions():
    for argnum in ([0, 1], np.array([0, 1]), range(2), (0, -1)):
        assert grad(lambda x, w: x * w ** 2, argnum)(3.0, 2.0) == (4, 12)


@pytest.mark.parametrize("argnum", ["x", 1.0, None, (0, 1.0), {"x": 0}])
def test_an_argnum_that_is_none(argnum):
    with pytest.raises(TypeError, match="argnum is the position of an argument"):
        grad(lambda x: x, argnum)


def test_what_is_no_function():
    with pytest.raises(TypeError, match=r"takes a function, got 3\.0; write grad\(f\)\(x\)"):
        grad(3.0)


@pytest.mark.parametrize("x", [[], {}, [1, 2], {"n": 3}, {1.0}, ("text", None)])
def test_containers_without_floating_numbers_are_named(x):
    with pytest.raises(TypeError, match=r"argument 1 of <lambda> is a (list|tuple|dict|set) that"):
        grad(lambda x, w: x, 1)(1.0, x)


# ---- leaving the graph ----------------------------------------------------------------------------------------------

CONVERSIONS = {
    "math": lambda x: math.sin(x) * x, "float": lambda x: float(x) * x, "int": lambda x: int(x) * x,
    "item": lambda x: x.item() * x, "numpy": lambda x: x.numpy() * x, "tolist": lambda x: x.tolist() * x,
    "data": lambda x: np.sin(x.data) * x, "np.float64": lambda x: np.float64(x) * x, "Tensor": lambda x: Tensor(x) * x,
    "complex": lambda x: complex(x).real * x, "copy": lambda x: copy.copy(x) * x,
    "deepcopy": lambda x: copy.deepcopy(x) * x, "an entry set": lambda x: _filled(x) * x,
}


def _filled(x):
    a = np.zeros(1)
    a[0] = x
    return a[0]


@pytest.mark.parametrize("how", CONVERSIONS)
def test_a_lost_term_is_warned_of_at_the_users_line(how):
    """math.sin(a) * a lost a term without a word, for the result was still a Tensor."""
    with pytest.warns(UserWarning, match=r"leaves the graph.*x\.detach\(\)") as caught:
        value_and_grad(CONVERSIONS[how])(0.8)
    assert [w.filename for w in caught] == [__file__]
    code = (_filled if how == "an entry set" else CONVERSIONS[how]).__code__
    assert caught[0].lineno in [line for *_, line in code.co_lines()]


def test_a_warning_comes_once_for_each_line_and_run():
    def f(x):
        total = 0.0
        for _ in range(3):
            total = total + float(x) * x
        return total
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        grad(f)(2.0)
        grad(lambda x: math.sin(x))(2.0)                # not again for the plain number that comes back
    assert len(caught) == 2


INNOCENT = {
    "repr": lambda x: repr(x) + str(x), "formats": lambda x: f"{x} {x:.2f}" + "{:.2f}".format(x),   # noqa: UP032
    "percent": lambda x: "%.2f %d" % (x, x), "comparison": lambda x: x > 1 and x == 2,              # noqa: UP031
    "bool": lambda x: not x, "detach": lambda x: x.detach().item(), "shape": lambda x: (x.shape, x.dtype, x.size),
    "contains": lambda x: 2.0 in x.reshape(1), "numpy's predicates": lambda x: np.isfinite(x).item(),
    "detached copy": lambda x: copy.copy(x.detach()), "under no_grad": lambda x: _unrecorded(x),
    "another tensor": lambda x: (float(OUTER), (OUTER * 2).item(), np.sin(OUTER.data)),
    "max": lambda x: max(x, 1.0),
}
OUTER = Tensor(3.0, requires_grad=True)


@no_grad()
def _unrecorded(x):
    return float(x)


@pytest.mark.parametrize("how", INNOCENT)
def test_looking_at_a_value_is_no_reason_to_warn(how):
    def f(x):
        INNOCENT[how](x)
        return x * x
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert grad(f)(2.0) == 4


def test_filling_an_array_entry_by_entry_is_warned_of():
    """A loop that fills np.zeros(n), the usual workaround for a missing linspace, has the gradient 0."""
    def filled(x):
        a = np.zeros(3)
        for i in range(3):
            a[i] = x * i
        return x + a.sum()
    with pytest.warns(UserWarning, match="leaves the graph"):
        assert grad(filled)(2.0) == 1


def test_an_auxiliary_result_beside_the_loss_is_named():
    with pytest.raises(TypeError, match=r"one real number as result, got \(Tensor.*\(tuple\)"):
        value_and_grad(lambda x: (x * x, {"aux": 1}))(2.0)


def test_an_outer_gradients_variable_is_watched_inside_an_inner_one():
    with pytest.warns(UserWarning, match="leaves the graph"):
        grad(lambda x: grad(lambda w: w * w * float(x))(1.0) * x)(2.0)


def test_outside_of_grad_conversions_are_silent():
    x = Tensor(2.0, requires_grad=True)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert grad(lambda x: x * x)(2.0) == 4 == float(x) * (x * 1).item() and (x * 1).tolist() == 2
    assert current_trace() is None and not OPEN_TRACES


def test_an_exception_in_the_function_ends_the_watch():
    with pytest.raises(ZeroDivisionError):
        grad(lambda x: 1 // 0)(2.0)
    assert current_trace() is None and not OPEN_TRACES


def test_the_warning_of_a_plain_result_is_at_the_users_line():
    with pytest.warns(UserWarning, match="a plain number, whose gradient is 0") as caught:
        grad(lambda x: 3.0)(1.0)
        value_and_grad(lambda x: 3.0)(1.0)
    assert [w.filename for w in caught] == [__file__] * 2


def test_an_inner_gradient_is_a_number_where_the_outer_one_is():
    assert grad(lambda w: grad(lambda a: a * a * w)(3.0))(2.0) == 6.0
    assert type(grad(lambda w: grad(lambda a: a * a * w)(3.0))(2.0)) is float


def test_a_loop_of_gradients_of_gradients_keeps_no_history():
    def slope(w):
        return grad(lambda a: a * a * w)(3.0)
    w = 2.0
    for _ in range(3):
        w = w - 0.1 * grad(lambda v: slope(v) ** 2)(w)
    assert type(w) is float


def test_an_inner_gradient_looks_at_nothing_older_than_its_argument(monkeypatch):
    looked = []
    order = engine.topological_order

    def counted(*args):
        found = order(*args)
        looked.append(len(found))
        return found
    for module in (engine, transforms.gradient):
        monkeypatch.setattr(module, "topological_order", counted)
    w = Tensor(2.0, requires_grad=True)
    for n in (0, 1000):
        below = w
        for _ in range(n):
            below = below * 1.0
        looked.clear()
        assert grad(lambda a: a * a * below)(3.0).item() == 12.0        # noqa: B023
        assert max(looked) < 10


def test_a_leaf_assigned_after_use_is_noticed_however_old_it_is():
    x, w = Tensor([1.0, 2.0], requires_grad=True), Tensor([3.0, 4.0], requires_grad=True)
    h = x * w
    y = (h * h).sum()
    x.assign([5.0, 5.0])
    for targets in ([x], [w], [x, w]):
        with pytest.raises(GraphError, match="assigned"):
            transforms.gradients(y, targets)


def test_constants_assigned_after_use_are_noticed_where_asked_for():
    x, c = Tensor([1.0, 2.0], requires_grad=True), as_tensor(np.ones(2)).detach()
    y = ((x * c) * 2).sum()
    c.assign([5.0, 5.0])
    with pytest.raises(GraphError, match="assigned"):
        transforms.gradients(y, [c])


@pytest.mark.parametrize("at", [1, 2])
def test_an_interrupt_while_a_trace_opens_or_closes_leaves_none_open(at, monkeypatch):
    """Every later conversion searched the graph."""
    class Interrupted:
        def set(self, trace):
            nonlocal at
            traces_variable.set(trace)
            at -= 1
            if at == 0:
                raise KeyboardInterrupt
    traces_variable, was = traces._trace, current_trace()
    monkeypatch.setattr(traces, "_trace", Interrupted())
    with pytest.raises(KeyboardInterrupt):
        grad(lambda x: x * x)(2.0)
    assert current_trace() is was is None and not OPEN_TRACES


@pytest.mark.parametrize("container", [
    collections.deque([1.0]), range(3), collections.UserList([1.0]), frozenset([1.0]), {"a": 1.0}.values(),
    collections.ChainMap({"a": 1.0})], ids=lambda container: type(container).__name__)
def test_a_container_of_any_kind_as_argument_is_named(container):
    with pytest.raises(TypeError, match=f"is a {type(container).__name__} that .* pass np.array"):
        grad(lambda x: x)(container)


def test_an_input_that_an_op_is_not_differentiable_in_gets_nothing():
    x, c = Tensor([1.0, 2.0], requires_grad=True), Tensor([True, False])
    of_x, of_c = transforms.gradients(anp.where(c, x, 0.0).sum(), [x, c])
    assert of_x.tolist() == [1, 0]
    assert not of_c.any()
