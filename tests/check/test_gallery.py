"""The checker finds every planted bug, names it, and accuses no correct function.

HYPOTHESIS_PROFILE=deep tries 200 seeds.
"""
import os

import pytest

from .gallery import BUGS, LARGE, NASTY
from .gallery2 import MORE_BUGS, MORE_NASTY

SEEDS = range(200 if os.environ.get("HYPOTHESIS_PROFILE") == "deep" else 4)


@pytest.mark.parametrize("bug", BUGS + MORE_BUGS, ids=lambda e: e.name)
def test_planted_bug_gets_its_verdict_and_explanation(bug):
    for seed in SEEDS:
        report = bug.check(seed)
        assert report.verdict is bug.verdict, f"seed {seed}: {report}"
        assert bug.hint in str(report), f"seed {seed}: {report}"


@pytest.mark.parametrize("exhibit", NASTY + MORE_NASTY, ids=lambda e: e.name)
def test_correct_function_is_not_accused(exhibit):
    for seed in SEEDS:
        report = exhibit.check(seed)
        assert report, f"seed {seed}: {report}"


def test_a_million_float32_terms():
    report = LARGE.check(0)
    assert report, report
    assert "sample" in report.how


@pytest.mark.parametrize("name, seed", [("softmax at 1000", 8), ("softmax of equal 1000s", 20),
                                        ("std, nearly constant", 20)])
def test_rounding_of_the_rule_is_no_fault(name, seed):
    """Inputs at which 1 - y, or a sum of differences, has lost most of its digits."""
    report = next(e for e in MORE_NASTY if e.name == name).check(seed)
    assert report, report
