"""Calls of the drawing functions that make no sense: one clear error each, none accepted."""
import pytest

from autograd import Tensor, draw, draw_network, play
from nn import MLP

MODEL = MLP([2, 3, 1], rng=0)
x = Tensor(2.0, requires_grad=True, name="x")
y, z = x * x, x + 1.0


@pytest.mark.parametrize("call, error, words", [
    (lambda d: draw(y, grad={"typo": True}), TypeError, "grad must be True, False, None or a cotangent.*'typo'"),
    (lambda d: draw(y, grad="yes"), TypeError, "grad must be True, False, None or a cotangent.*'yes'"),
    (lambda d: draw(y, grad=[1.0, 2.0]), ValueError, r"grad must be True, False, None or a cotangent.*shape \(2,\)"),
    (lambda d: draw({"a": y, "b": z}, grad={"c": True}), ValueError, "grad must be True, False, None, or say for each"),
    (lambda d: draw([y, z], grad=[True, "yes"]), TypeError, "grad must be True, False, None or a cotangent.*'yes'"),
    (lambda d: play(y, d / "p.html", grad={"typo": True}), TypeError, "grad must be True, False, None or a cotangent"),
    (lambda d: draw(y, names={3: x}), TypeError, "names must be texts, got 3"),
    (lambda d: draw(MODEL, [1.0, 2.0], collapse="layer.*"), ValueError,
     r"collapse: no module here is called 'layer\.\*'; there are .*layers\.0"),
    (lambda d: draw(y, collapse="layers.0"), ValueError, r"there are none: draw\(model, x\)"),
    (lambda d: draw_network({"a": MODEL}), TypeError, "needs a model made of modules, got dict")])
def test_a_call_that_makes_no_sense(call, error, words, tmp_path):
    with pytest.raises(error, match=words):
        call(tmp_path)
    assert not list(tmp_path.iterdir())


def test_results_that_grad_does_not_name_start_no_gradient():
    assert "backward" in draw({"a": y, "b": z}, grad={"a": True}).source
