"""Checks of ops and functions of several outputs."""
import numpy as np
import pytest

from autograd import primitive
from autograd.check import Verdict, check_op, check_vjp, gradcheck
from autograd.core.primitive import REGISTRY

X = np.array([0.3, 0.7])


def scaled(name, rule, jvp=None):
    """An op that gives 2 x and 3 x, with this rule."""
    return primitive(vjp=(rule,), jvp=jvp, outputs=2, name=name)(lambda x: (2 * x, 3 * x))


def right(g, y, x):
    return (0 if g[0] is None else 2 * g[0]) + (0 if g[1] is None else 3 * g[1])


def test_a_right_rule_passes():
    op = scaled("right_pair", right, (lambda t, y, x: (2 * t, 3 * t),))
    report = gradcheck(op, X)
    assert report.verdict is Verdict.OK and not report.notes


def test_a_rule_wrong_where_both_arrive_is_caught():
    op = scaled("wrong_pair", lambda g, y, x: right(g, y, x) * (1 if None in [c if c is None else 0 for c in g] else 2))
    assert gradcheck(op, X, raises=False).verdict is Verdict.NOT_LINEAR_IN_G


def test_a_rule_wrong_where_one_arrives_is_caught():
    op = scaled("wrong_alone", lambda g, y, x: 2 * g[0] if g[1] is None else right(g, y, x) if g[0] is not None
                else 2 * g[1])
    report = gradcheck(op, X, raises=False)
    assert report.verdict is Verdict.NOT_LINEAR_IN_G and "None" in report.hint


@pytest.mark.parametrize("answer", [lambda t, y, x: 2 * t, lambda t, y, x: (2 * t,), lambda t, y, x: (2 * t, 2 * t)])
def test_a_wrong_jvp_rule_is_caught(answer):
    op = scaled("wrong_tangents", right, (answer,))
    if len(np.atleast_1d(answer(1.0, None, None))) < 2:
        with pytest.raises(TypeError, match="jvp rule of wrong_tangents must return a tuple of 2 tangents"):
            gradcheck(op, X)
    else:
        assert gradcheck(op, X, raises=False).verdict is Verdict.WRONG_VALUE


def test_a_rule_right_to_first_order_only_is_caught():
    def rule(g, y, x):
        return (0 if g[0] is None else g[0] * np.cos(getattr(x, "_value", x))) + (0 if g[1] is None else g[1])
    op = primitive(vjp=(rule,), outputs=2, name="first_order_pair")(lambda x: (np.sin(x), x * 1))
    report = gradcheck(op, X, raises=False)
    assert report.verdict is Verdict.WRONG_VALUE and report.order == 2


@pytest.mark.parametrize("name", ["qr", "slogdet", "split"])
def test_check_op_of_declared_ops(name):
    assert check_op(REGISTRY[name])


def test_check_vjp_of_a_function_of_several_outputs():
    def vjp(g, x):
        return 2 * g[0] + 3 * g[1]
    assert check_vjp(lambda x: (2 * x, 3 * x), vjp, X)
    wrong = check_vjp(lambda x: (2 * x, 3 * x), lambda g, x: 2 * g[0], X, raises=False)
    assert wrong.verdict is Verdict.WRONG_VALUE


def test_the_outputs_that_are_0_but_for_rounding_to_second_order_accuse_nobody():
    q = gradcheck(lambda x: np.linalg.qr(x).Q, np.random.default_rng(0).normal(size=(3, 3)), raises=False)
    assert q.verdict is Verdict.OK
