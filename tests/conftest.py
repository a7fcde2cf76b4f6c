"""Shared by all tests: Hypothesis profiles (`HYPOTHESIS_PROFILE=deep` draws many more examples), and threads."""
import os
import sys
import threading

import pytest
from hypothesis import HealthCheck, settings

_common = {"deadline": None, "suppress_health_check": [HealthCheck.too_slow, HealthCheck.filter_too_much]}
settings.register_profile("default", max_examples=20, derandomize=True, **_common)
settings.register_profile("deep", max_examples=1000, **_common)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "default"))


@pytest.fixture
def in_threads():
    """A function that runs `work()` in four threads at once, which take turns as often as can be."""
    interval = sys.getswitchinterval()

    def run(work):
        together = threading.Barrier(4)
        threads = [threading.Thread(target=lambda: (together.wait(), work())) for _ in range(4)]
        for t in threads:
            t.start()
        for t in threads:
            t.join()

    sys.setswitchinterval(1e-6)                             # in the middle of everything
    yield run
    sys.setswitchinterval(interval)
