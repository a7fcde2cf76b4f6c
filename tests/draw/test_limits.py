"""The limits of vanishing and exploding gradients are the ones that the documentation names."""
import re

import pytest

import autograd
from autograd.draw import limits
from nn.figures.pictures import gradient_norms


@pytest.mark.parametrize("function, word, limit", [
    (autograd.draw, "vanishing", limits.VANISHING), (autograd.draw, "exploding", limits.EXPLODING),
    (gradient_norms, "vanishing", limits.VANISHING), (gradient_norms, "exploding", limits.EXPLODING_NORM),
])
def test_documented_limits_are_those_in_use(function, word, limit):
    from autograd.draw.graphviz.dot import draw
    doc = (draw if function is autograd.draw else function).__doc__
    sentence, = re.findall(r"below (\S+) of.*?above (\S+) ", doc, re.DOTALL)
    assert float(sentence[word == "exploding"]) == limit
