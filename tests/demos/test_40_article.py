"""Each mistake of the hand-written backward pass gets its verdict, and its correction passes and trains."""

import math
import re

import pytest


@pytest.mark.parametrize(("start", "verdict", "word"), [
    ("1 ", "WRONG_SHAPE", "axis 0"), ("2 ", "NameError", "'m'"), ("3 ", "WRONG_VALUE", "constant factor 1/5"),
    ("4  network", "WRONG_COUNT", r"\b4\b.*\b6\b"),
    ("4  the same", "WRONG_VALUE", "W3: the rule returns zero"),
])
def test_each_mistake_is_found(demo, start, verdict, word):
    (name, words), = [f for title, f in demo["found"].items() if title.startswith(start)]
    assert name == verdict and re.search(word, words)


def test_each_correction_passes(demo):
    corrected = {title: name for title, (name, _) in demo["found"].items() if "corrected" in title}
    assert len(corrected) == 4 and set(corrected.values()) == {"OK"}


def test_the_engine_agrees(demo):
    assert demo["gap"] < 1e-14


@pytest.mark.parametrize("name", ["1' sigmoid", "2' cost", "3' layer", "4' network"])
def test_order_of_the_story(demo, name):
    titles = list(demo["found"])
    place = next(i for i, title in enumerate(titles) if title.startswith(name))
    assert titles[place - 1].startswith(name[0] + " ")


def test_only_the_corrected_one_learns(demo):
    (good, accuracy), *wrong = demo["runs"].values()
    assert good[-1] < 0.05 and accuracy > 0.98
    assert good[0] == pytest.approx(math.log(2), abs=0.01)              # weights of N(0, 1) · 0.01 know nothing yet
    assert all(history[-1] > 0.6 for history, _ in wrong)


def test_files(demo, output, wrote):
    wrote("_cost.png")
    assert (output / "40_article_verdicts.txt").read_text(encoding="utf-8").count("\n") == 9
