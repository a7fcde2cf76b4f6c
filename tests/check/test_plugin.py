"""The pytest plugin, in a pytest of its own."""
import json

import pytest

pytest_plugins = ["pytester"]

OPS = '''
import numpy as np
from autograd import primitive

@primitive(vjp=(lambda g, y, x: 3 * g * x * x,))
def plugged_cube(x):
    return x ** 3

@primitive(vjp=(lambda g, y, x: g * x,))
def plugged_square(x):
    return x * x
'''
TESTS = '''
import pytest

@pytest.mark.gradients("plugged_ops")
def test_op(op, gradcheck):
    gradcheck(op)

def test_function(gradcheck):
    assert gradcheck(lambda x: x.sin() if hasattr(x, "sin") else x * x, [1.0, 2.0])
'''


def run(pytester, *options):
    pytester.makepyfile(plugged_ops=OPS, test_ops=TESTS)
    return pytester.runpytest_subprocess("-p", "no:retrograd", "-p", "autograd.check.integrations.pytest", *options)


def test_mark_parametrises_and_summary_counts(pytester):
    result = run(pytester)
    result.assert_outcomes(passed=2, failed=1)
    result.stdout.fnmatch_lines(["*off by the constant factor 1/2*", "*gradients: 3 checked, 1 WRONG_VALUE*"])


def test_json_and_html_reports(pytester):
    run(pytester, "--gradients-json", "out.json", "--gradients-html", "out.html")
    reports = json.loads((pytester.path / "out.json").read_text())
    verdicts = sorted(r["verdict"] for group in reports.values() for r in group)
    assert verdicts == ["OK", "OK", "WRONG_VALUE"]
    wrong = next(r for group in reports.values() for r in group if not r["passed"])
    assert wrong["errors"]
    page = (pytester.path / "out.html").read_text()
    assert "WRONG_VALUE" in page
    assert "<td style=" in page


@pytest.mark.parametrize("mark, words", [
    ('gradients("plugged_opps")', "*the mark gradients: there is no module 'plugged_opps'*"),
    ('gradients("json")', "*the mark gradients: json declares no differentiable op*"),
    ('gradients("plugged_ops.py")', "*'plugged_ops.py' is not the name of a module: write plugged_ops*"),
    ("gradients", '*the mark gradients takes the modules of ops, as in gradients("my_package.ops")*')])
def test_a_mark_that_would_test_nothing_is_an_error(pytester, mark, words):
    pytester.makepyfile(plugged_ops=OPS, test_ops=f"import pytest\n\n@pytest.mark.{mark}\ndef test(op, gradcheck):\n"
                                                  "    gradcheck(op)\n")
    result = pytester.runpytest_subprocess("-p", "no:retrograd", "-p", "autograd.check.integrations.pytest")
    assert result.ret != 0
    result.stdout.fnmatch_lines([words])
