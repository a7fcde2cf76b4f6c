"""What the checking functions promise: arguments, reports, errors, and that each part of a report is right."""
import re
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from hypothesis import settings

import autograd as ag
from autograd import GradcheckError, Tensor, gradcheck, primitive
from autograd.check import Verdict, check_jvp, check_op, check_vjp, given_inputs
from autograd.domain import AnyShape, Axis, Real


@primitive(vjp=(lambda g, y, x: g * ag.where(abs(x) > 3, 1.5, 1.0) * ag.cos(x),), domain=(Real(-10, 10),))
def region_sin(x):
    """sin, with a rule that is wrong for |x| > 3."""
    return np.sin(x)


@primitive(vjp=(lambda g, y, x, axis: ag.broadcast_to(g, shape=np.shape(x)),), params={"axis": Axis()},
           shapes=AnyShape(min_dims=1), name="crashing_sum")
def crashing_sum(x, *, axis):
    """Sum over an axis, whose rule forgets to put the axis back: an error for most shapes."""
    return np.sum(x, axis=axis)


# ---- reports -------------------------------------------------------------------------------------------------------

def test_a_report_locates_the_worst_entry():
    def vjp(g, x, w):
        c = g * w
        c[1, 2] *= 1.5
        return c, g * x
    rng = np.random.default_rng(0)
    x, w = rng.uniform(1, 2, (2, 3)), rng.uniform(1, 2, (2, 3))
    report = check_vjp(lambda x, w: x * w, vjp, x, w, raises=False, name="product", seed=7)
    assert report.verdict is Verdict.WRONG_VALUE
    assert (report.input, report.input_name, report.index, report.flat, report.output) == (0, "x", (1, 2), 5, (1, 2))
    assert report.analytic == pytest.approx(1.5 * w[1, 2], rel=1e-12)
    assert report.numeric == pytest.approx(w[1, 2], rel=1e-9)
    assert abs(report.numeric - w[1, 2]) <= 4 * report.bar
    assert report.tolerance < 1e-5
    text = str(report)
    for part in ("product", "input 0 (x), entry (1, 2) (flat 5)", "output entry (1, 2)", "rtol * max", "seed       7"):
        assert part in text
    assert np.shape(report.errors[0]) == (2, 3)
    assert report.errors[0][1][2] == pytest.approx(1 / 3, rel=1e-6)
    assert np.count_nonzero(report.errors[0]) == 1


def test_the_default_raises_and_raises_false_returns_a_falsy_report():
    with pytest.raises(GradcheckError, match="sign is wrong") as caught:
        check_vjp(np.sin, lambda g, x: -g * np.cos(x), 0.5)
    assert not caught.value.report
    report = check_vjp(np.sin, lambda g, x: -g * np.cos(x), 0.5, raises=False)
    with pytest.raises(GradcheckError):
        report.raise_if_failed()
    assert report.to_dict()["verdict"] == "WRONG_VALUE"
    assert check_vjp(np.sin, lambda g, x: g * np.cos(x), 0.5).raise_if_failed()


def test_the_same_seed_gives_the_same_report():
    def wrong(seed):
        return check_vjp(np.exp, lambda g, x: 1.1 * g * np.exp(x), [0.1, 0.2, 0.3], raises=False, seed=seed)
    assert wrong(1) == wrong(1)


def test_inputs_are_left_alone():
    x = np.linspace(1, 2, 6).reshape(2, 3)
    before = x.copy()
    check_vjp(np.sin, lambda g, x: np.multiply(x, g, out=x), x, raises=False)
    np.testing.assert_array_equal(x, before)


# ---- gradcheck -----------------------------------------------------------------------------------------------------

def test_integer_inputs_are_held_fixed_and_all_integers_refused():
    gradcheck(lambda x, k: x[k], [1.0, 2.0, 3.0], np.array([0, 0, 2]))
    with pytest.raises(TypeError, match=r"no input of floating dtype.*1\.0"):
        gradcheck(lambda x: x * 2, 3)
    with pytest.raises(TypeError, match="complex"):
        gradcheck(lambda x: x * 2, 3j)


def test_float32_inputs_are_checked_in_float64():
    rng = np.random.default_rng(0)
    report = gradcheck(lambda x, w: (x @ w).tanh().sum(), *rng.normal(size=(2, 4, 4)).astype(np.float32))
    assert report.verdict is Verdict.OK


def test_several_outputs_and_a_constant_one():
    gradcheck(lambda x, w: (x * w, x.sum(), Tensor(1.0)), [1.0, 2.0], [3.0, 4.0])


def test_forward_mode_is_checked_by_itself():
    @primitive(vjp=(lambda g, y, x: 2 * g * x,), jvp=(lambda t, y, x: 3 * t * x,), name="wrong_jvp_square")
    def wrong_jvp_square(x):
        return x * x
    report = gradcheck(wrong_jvp_square, [1.0, 2.0], raises=False)
    assert (report.verdict, report.mode) == (Verdict.WRONG_VALUE, "forward")
    assert "3/2" in report.hint
    assert gradcheck(wrong_jvp_square, [1.0, 2.0], modes=("reverse",))


def test_second_order_is_joint_in_input_and_cotangent():
    @primitive(vjp=(lambda g, y, x: g * Tensor(np.exp(getattr(x, "data", x))) if isinstance(x, Tensor)
                    else g * np.exp(x),), name="half_detached_exp")
    def half_detached_exp(x):
        return np.exp(x)
    assert gradcheck(half_detached_exp, [0.5, 1.0], order=1)
    report = gradcheck(half_detached_exp, [0.5, 1.0], raises=False)
    assert (report.verdict, report.order) == (Verdict.WRONG_VALUE, 2)


def test_a_derivative_that_is_zero_everywhere_is_vacuous_unless_meant():
    assert gradcheck(ag.sign, [1.0, 2.0], raises=False).verdict is Verdict.VACUOUS
    assert gradcheck(ag.sign, [1.0, 2.0], zero_ok=True).verdict is Verdict.OK


def test_a_complex_step_decides_where_rounding_hides_the_differences():
    def faint(x):
        return 1 + 1e-11 * np.sin(x)

    def real_only(x):
        return 1 + 1e-11 * np.sin(np.asarray(x, float))
    inputs = np.array([0.5, 1.0])
    assert check_vjp(faint, lambda g, x: 1e-11 * g * np.cos(x), inputs).verdict is Verdict.OK
    wrong = check_vjp(faint, lambda g, x: 1.02e-11 * g * np.cos(x), inputs, raises=False)
    assert (wrong.verdict, wrong.hint) == (Verdict.WRONG_VALUE, "off by the constant factor 1.02")
    blind = check_vjp(real_only, lambda g, x: 1e-11 * g * np.cos(x), inputs, raises=False)
    assert blind.verdict is Verdict.ILL_CONDITIONED


# ---- check_jvp -----------------------------------------------------------------------------------------------------

def test_check_jvp_of_two_inputs():
    assert check_jvp(np.multiply, lambda t, x, w: t[0] * w + x * t[1], [1.0, 2.0], [3.0, 4.0])
    report = check_jvp(np.multiply, lambda t, x, w: t[0] * w - x * t[1], [1.0, 2.0], [3.0, 4.0], raises=False)
    assert (report.verdict, report.input, report.hint) == (Verdict.WRONG_VALUE, 1, "the sign is wrong")


# ---- ops from their declarations -----------------------------------------------------------------------------------

def test_check_op_finds_a_wrong_region_and_shrinks_it():
    report = check_op(region_sin, raises=False, examples=50)
    assert report.verdict is Verdict.WRONG_VALUE
    assert "check_op(region_sin, np.array(" in report.script


def test_the_script_of_a_report_repeats_it():
    report = check_op(region_sin, raises=False, examples=50)
    home = Path(__file__).parents[region_sin.kernel.__module__.count(".")]
    done = subprocess.run([sys.executable, "-c", report.script], cwd=home, capture_output=True, text=True, check=False)
    assert done.returncode == 1
    assert f"GradcheckError: {report.verdict.name}" in done.stderr


def test_an_error_inside_a_rule_is_raised_for_the_smallest_call_with_its_script():
    with pytest.raises(ValueError, match="broadcast") as caught:
        check_op(crashing_sum)
    assert any("check_op(crashing_sum, np.array([[0.0], [0.0]])" in note for note in caught.value.__notes__)


def test_check_op_on_given_inputs():
    assert check_op(region_sin, [1.0, 2.0])
    assert not check_op(region_sin, [1.0, 5.0], raises=False)
    assert check_op(ag.numpy.sum, np.ones((2, 3)), axis=0)


@given_inputs("(m,k),(k,n)")
def test_given_inputs_fit_the_signature(x, w):
    assert x.shape[-1] == w.shape[-2]
    gradcheck(lambda x, w: x @ w, x, w, zero_ok=True)


def test_given_inputs_shrinks_and_says_how_to_repeat():
    @settings(max_examples=200, deadline=None, database=None)
    @given_inputs("()", Real(-5, 5))
    def positive(x):
        assert (x <= 3).all()
    with pytest.raises(AssertionError) as caught:
        positive()
    note = "\n".join(caught.value.__notes__)
    assert 3 < float(re.search(r"positive\(np\.array\((3[.\d]+)\)\)", note)[1]) <= 3.25


def test_importing_the_library_and_the_checker_does_not_load_hypothesis():
    code = "import autograd.check, sys; autograd.gradcheck; assert 'hypothesis' not in sys.modules"
    subprocess.run([sys.executable, "-c", code], check=True)


def test_an_input_held_fixed_is_said_to_be_unchecked():
    report = check_vjp(lambda x, w: x * w, lambda g, x, w: (g * w, None), [1.0, 2.0], [3.0, 4.0], wrt=(0,))
    assert report and "input 1 is held fixed: not checked" in report.notes
    report = check_vjp(lambda x, w: np.where(w > 1, x, 0 * x), lambda g, x, w: (g * (w > 1), None), [1.0, 2.0],
                       [np.nan, 4.0])
    assert report and "input 1 is held fixed: not checked" in report.notes


def test_none_for_an_input_that_matters_is_a_fault_that_names_it():
    report = check_vjp(np.multiply, lambda g, x, w: (g * w, None), [1.0, 2.0], [3.0, 4.0], raises=False)
    assert (report.verdict, report.input) == (Verdict.WRONG_VALUE, 1)
    assert "wrt" in report.hint
    assert check_vjp(lambda x, w: x * 2, lambda g, x, w: (2 * g, None), [1.0], [2.0])


def test_a_constant_factor_is_compared_with_the_axes_of_the_output():
    x = np.arange(10.0).reshape(5, 2)
    report = check_vjp(lambda x: x * x, lambda g, x: 2 * g * x / 5, x, raises=False)
    assert report.hint.endswith("1/5: mean instead of sum?")


# ---- forward mode, and what is asked for wrongly -------------------------------------------------------------------

def stateful_jvp():
    calls = []

    def jvp(t, x):
        calls.append(1)
        return t * np.cos(x) * (1.0 if len(calls) < 2 else 1.5)
    return jvp


@pytest.mark.parametrize("jvp, verdict", [
    (lambda t, x: -t * np.cos(x), Verdict.WRONG_VALUE),
    (lambda t, x: np.cos(x), Verdict.NOT_LINEAR_IN_G),
    (lambda t, x: t * t * np.cos(x), Verdict.NOT_LINEAR_IN_G),
    (lambda t, x: np.multiply(t, np.cos(x), out=t), Verdict.MUTATES_G),
    (lambda t, x: (t * np.cos(x)).astype(np.float32), Verdict.WRONG_DTYPE),
    (lambda t, x: None, Verdict.WRONG_SHAPE),
    (stateful_jvp(), Verdict.NOT_REPEATABLE)])
def test_faults_of_jvp_rules(jvp, verdict):
    assert check_jvp(np.sin, jvp, [0.3, -1.2, 2.0], raises=False).verdict is verdict


def test_exchanged_tangents():
    report = check_jvp(np.multiply, lambda t, x, w: t[0] * x + t[1] * w, [1.0, 2.0], [3.0, 5.0], raises=False)
    assert report.verdict is Verdict.WRONG_VALUE


@pytest.mark.parametrize("settings, words", [
    ({"modes": ("revers",)}, "modes"), ({"modes": "reverse"}, "modes"), ({"order": 0}, "order"),
    ({"rtol": -1.0}, "rtol"), ({"rtol": 10.0}, "rtol")])
def test_settings_that_mean_nothing_are_refused(settings, words):
    with pytest.raises(ValueError, match=words):
        gradcheck(lambda x: x * x, [1.0, 2.0], **settings)


def test_a_function_that_returns_nothing():
    with pytest.raises(TypeError, match="must return real numbers"):
        gradcheck(lambda x: None, [1.0])


def test_none_for_every_input_is_no_pass():
    assert check_vjp(np.multiply, lambda g, x, w: (None, None), [1.0], [2.0], raises=False).verdict is Verdict.VACUOUS


def test_a_wrong_entry_among_thousands_is_located():
    def vjp(g, x):
        c = 2 * g * x
        c[4321] *= 1.05
        return c
    report = check_vjp(lambda x: np.sum(x * x), vjp, np.linspace(1.0, 2.0, 5000), raises=False)
    assert report.index == (4321,) and "halving" in report.hint
    np.testing.assert_allclose([report.analytic, report.numeric], np.array([2.1, 2.0]) * (1 + 4321 / 4999), rtol=1e-6)


def test_a_setting_that_does_not_exist_and_an_op_that_is_none_are_named():
    with pytest.raises(TypeError, match=r"no setting of a check is named 'tol'; there are .*full, .*rtol"):
        gradcheck(lambda x: x * x, 2.0, tol=1e-3)
    with pytest.raises(TypeError, match="check_op takes a primitive"):
        check_op(np.sin)


@pytest.mark.parametrize("noise, verdict", [(1e-8, Verdict.OK), (1e-5, Verdict.OK), (1e-3, Verdict.OK),
                                            (1.5, Verdict.WRONG_VALUE)])
def test_a_pass_by_the_rules_own_rounding_is_noted(noise, verdict):
    def vjp(g, x):
        return g * ((np.cos(x) + noise * 2.0 ** 52) - noise * 2.0 ** 52)            # loses all digits below that noise
    report = check_vjp(np.sin, vjp, np.array([0.1, -0.5]), raises=False)
    assert report.verdict is verdict
    assert any("its own rounding" in note for note in report.notes) is (noise in (1e-5, 1e-3))


def test_ops_that_are_defined_everywhere_are_checked_far_out_too():
    @primitive(vjp=(lambda g, y, x: 2 * g * x * ag.where(abs(x) > 50, 1.5, 1.0),), name="square_wrong_far_out")
    def square_wrong_far_out(x):
        return x * x
    assert check_op(square_wrong_far_out, raises=False).verdict is Verdict.WRONG_VALUE
    square = primitive(vjp=(lambda g, y, x: 2 * g * x,), name="square_right_far_out")(lambda x: x * x)
    assert "inputs up to 300" in check_op(square).how


def test_a_rule_of_numpy_alone_is_checked_once_and_said_to_be():
    inverse = primitive(vjp=(lambda g, y, a: -np.array(y).T @ np.array(g) @ np.array(y).T,),
                        name="inverse_of_arrays")(lambda a: np.linalg.inv(a))
    matrix = np.array([[2.0, 1.0], [0.5, 3.0]])
    report = gradcheck(inverse, matrix)
    assert report.order == 1
    assert any(note.startswith("order 1 OK; order 2 needs") for note in report.notes)
    report = gradcheck(inverse, matrix, order=2, raises=False)
    assert report.verdict is Verdict.NOT_DIFFERENTIABLE_AGAIN
    assert gradcheck(inverse, matrix, order=1)


def test_derivatives_of_third_order_are_checked():
    assert gradcheck(lambda x, w: (x * w).tanh(), [1.0, 2.0], [0.5, 0.3], order=3).order == 3

    def rule(g, y, x):
        return g * cube_slope(x)
    cube_slope = primitive(vjp=(lambda g, y, x: g * 6 * (x.data if isinstance(x, Tensor) else x),),
                           name="slope_right_once")(lambda x: 3 * x * x)
    cube = primitive(vjp=(rule,), name="cube_right_twice")(lambda x: x ** 3)
    assert gradcheck(cube, [1.0, 2.0], order=2)
    report = gradcheck(cube, [1.0, 2.0], order=3, raises=False)
    assert (report.verdict, report.order) == (Verdict.WRONG_VALUE, 3)
