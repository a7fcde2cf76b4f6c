"""`given_inputs`: no correct rule is accused, a wrong one is found, and what is asked for wrongly is named."""
import re
import subprocess
import sys

import numpy as np
import pytest
from hypothesis import settings

import autograd as ag
from autograd import GradcheckError, gradcheck
from autograd.check import given_inputs
from autograd.domain import Boolean, Real


@pytest.mark.parametrize("signature, f", [
    ("(),()", lambda x, w: x * w), ("(m,k),(k,n)", lambda x, w: x @ w), ("()", ag.relu), ("()", abs), ("()", ag.sqrt),
    ("()", ag.log), ("(),()", lambda x, w: x / w), ("()", lambda x: x ** 3), ("(n)", lambda x: x.max()),
    ("(n)", ag.softmax), ("(n)", lambda x: x.std())])
def test_a_correct_function_is_not_accused(signature, f):
    given_inputs(signature)(lambda *inputs: gradcheck(f, *inputs))()


def test_a_wrong_rule_is_found_and_shrunk():
    @ag.primitive(vjp=(lambda g, y, x: g * ag.where(abs(x) > 3, 1.5, 1.0) * ag.cos(x),), name="sin_wrong_afar")
    def wrong(x):
        return np.sin(x)
    with pytest.raises(GradcheckError, match="WRONG_VALUE") as caught:
        given_inputs("()")(lambda x: gradcheck(wrong, x, order=1, elsewhere=False))()
    assert re.search(r"np\.array\(-?3\.\d+\)", caught.value.__notes__[0])


def test_where_no_example_says_anything_that_is_the_error():
    with pytest.raises(GradcheckError) as caught:
        given_inputs("()")(lambda x: gradcheck(ag.sign, x, order=1))()
    assert caught.value.report.verdict.inconclusive


def test_a_cold_process_under_hypothesis_own_profile_meets_no_health_check():
    code = """
import sys, time
from hypothesis import settings
from autograd import gradcheck
from autograd.check import given_inputs
settings.register_profile("few", max_examples=3, database=None)         # everything else is Hypothesis's default
settings.load_profile("few")
@given_inputs("(m,k),(k,n)")
def test(x, w):
    time.sleep(0.25)                                                    # a slow machine
    gradcheck(lambda x, w: x @ w, x, w)
assert "numpy.random" in sys.modules, "loaded while drawing"
test()
"""
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr


@pytest.mark.parametrize("above", [True, False])
def test_settings_of_the_users_above_or_below_it_hold(above):
    seen = []
    five, drawn = settings(max_examples=5, deadline=None, database=None), given_inputs("()", Real(1, 2))

    def test(x):
        seen.append(x)
    test = five(drawn(test)) if above else drawn(five(test))
    test()
    assert len(seen) == 5


class TestMethods:
    @pytest.mark.filterwarnings("error")
    @given_inputs("(),()")
    def test_methods_take_arrays_behind_self(self, x, w):
        assert np.broadcast_shapes(x.shape, w.shape) is not None

    def test_marks_below_the_decorator_are_kept(self):
        @given_inputs("()")
        @pytest.mark.xfail
        def test(x):
            pass
        assert [mark.name for mark in test.pytestmark] == ["xfail"]


def two(x, w):
    pass


@pytest.mark.parametrize("call, error, words", [
    (lambda: given_inputs(two), TypeError, r'write @given_inputs\("\(\),\(\)"\)'),
    (lambda: given_inputs(None), ValueError, "one pair of brackets per argument.* got None"),
    (lambda: given_inputs(""), ValueError, "one pair of brackets per argument"),
    (lambda: given_inputs("m,k"), ValueError, "one pair of brackets per argument.* got 'm,k'"),
    (lambda: given_inputs("(m,k),(k,n"), ValueError, "one pair of brackets per argument"),
    (lambda: given_inputs("(),()", Real()), ValueError, "2 arguments, and 1 domains"),
    (lambda: given_inputs("()", Real), TypeError, r"a domain is Real\(low, high\).* got <class"),
    (lambda: given_inputs("()", (0, 1)), TypeError, r"a domain is Real\(low, high\).* got \(0, 1\)"),
    (lambda: given_inputs("()", dtype=int), TypeError, "dtype must be a floating one, got int64"),
    (lambda: given_inputs("()", dtype=complex), TypeError, "dtype must be a floating one, got complex128"),
    (lambda: given_inputs("()")(two), TypeError, r"two\(x, w\) is run on 1 arrays.* does not take as many"),
    (lambda: given_inputs("(),(),()")(two), TypeError, r"two\(x, w\) is run on 3 arrays"),
    (lambda: given_inputs("()")(3), TypeError, "decorates a test function, got 3"),
    (lambda: Real(2, 1), ValueError, "from low to high, got 2 to 1"),
    (lambda: Real(0, np.inf), ValueError, "finite numbers"),
    (lambda: Real("a", "b"), ValueError, "finite numbers")])
def test_what_is_asked_for_wrongly_is_named_at_once(call, error, words):
    with pytest.raises(error, match=words):
        call()


def test_booleans_are_drawn_too():
    given_inputs("(),()", Boolean(), Real(1, 2))(lambda c, x: gradcheck(lambda x: ag.where(c, x, 2 * x), x, order=1))()


def test_each_test_has_examples_of_its_own():
    seen = {"first": [], "second": []}

    @given_inputs("(n)")
    def first(x):
        seen["first"].append(x.tolist())

    @given_inputs("(n)")
    def second(x):
        seen["second"].append(x.tolist())
    first()
    second()
    assert seen["first"] != seen["second"]


def test_shrinking_keeps_the_verdict_it_shrinks():
    """A rule wrong everywhere was shrunk to the input 0, where the report said VACUOUS."""
    wrong = ag.primitive(vjp=(lambda g, y, x: 3 * g * x,), name="wrong_everywhere")(lambda x: x * x)
    with pytest.raises(GradcheckError, match="WRONG_VALUE"):
        given_inputs("()")(lambda x: gradcheck(wrong, x, order=1, elsewhere=False))()
