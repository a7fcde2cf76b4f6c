"""Bugs and nasty functions in the manner of public trackers: each bug is found, no correct function is accused.

HYPOTHESIS_PROFILE=deep tries three seeds of each.
"""
import os

import pytest

from autograd.check import Verdict

from .tracker_bugs import TRACKER_BUGS
from .tracker_functions import TRACKER_FUNCTIONS
from .tracker_more import MORE_TRACKER_BUGS, MORE_TRACKER_FUNCTIONS

SEEDS = range(3 if os.environ.get("HYPOTHESIS_PROFILE") == "deep" else 1)


@pytest.mark.parametrize("bug", TRACKER_BUGS + MORE_TRACKER_BUGS, ids=lambda e: e.name)
def test_a_bug_of_the_trackers_is_found_and_named(bug):
    for seed in SEEDS:
        report = bug.check(seed)
        assert report.verdict is bug.verdict, f"seed {seed}: {report}"
        assert bug.hint in str(report), f"seed {seed}: {report}"


@pytest.mark.parametrize("exhibit", TRACKER_FUNCTIONS + MORE_TRACKER_FUNCTIONS, ids=lambda e: e.name)
def test_a_correct_function_of_the_trackers_is_not_accused(exhibit):
    for seed in SEEDS:
        report = exhibit.check(seed)
        due = report if exhibit.verdict is Verdict.OK else report.verdict is exhibit.verdict
        assert due, f"seed {seed}: {report}"
