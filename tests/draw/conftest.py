"""One browser for all tests of pages, and a way to open the page of a graph in it."""
import os

import pytest

from autograd.draw import play

from .browser import available, browser


@pytest.fixture(scope="session")
def window():
    if not available():
        missing = pytest.fail if os.environ.get("CI") else pytest.skip
        missing("chromium or chromedriver is not installed: make browser")
    with browser() as opened:
        yield opened


@pytest.fixture
def opened(window, tmp_path):
    """Opens the page of a graph at a step, and fails the test if the page complains."""
    def show(y, *inputs, step="", **options):
        path = play(y, tmp_path / "page.html", *inputs, **options)
        window.open(f"file://{path}{step}")
        return window
    window.resize(1280, 800)
    window.prefer(prefers_reduced_motion="reduce")
    yield show
    window.prefer()
    window.phone(None)
    assert window.complaints() == []
