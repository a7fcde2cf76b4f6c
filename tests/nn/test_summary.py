"""Summaries: parameters, shapes and work of known networks."""
import numpy as np
import pytest

from nn import MLP, Conv2d, Dropout, Embedding, Flatten, Linear, MaxPool2d, ReLU, Sequential, export_onnx, summary


def test_the_calculator_has_609_parameters():
    s = summary(MLP([2, 16, 16, 16, 1]), (2,))
    assert [r.parameters for r in s.rows] == [48, 272, 272, 17]
    assert (s.parameters, s.bytes, s.flops) == (609, 609 * 8, 2 * (2 * 16 + 16 * 16 * 2 + 16))


def test_images():
    model = Sequential(Conv2d(1, 8, 3, padding=1), ReLU(), MaxPool2d(2), Flatten(), Dropout(.5), Linear(1568, 10))
    s = summary(model, (1, 28, 28))
    assert [r.shape for r in s.rows] == [(8, 28, 28), (8, 28, 28), (8, 14, 14), (1568,), (1568,), (10,)]
    assert [r.parameters for r in s.rows] == [80, 0, 0, 0, 0, 15690]
    assert s.rows[0].flops == 2 * 9 * 8 * 28 * 28
    assert all(m.training for _, m in model.named_modules()), "train mode is back"
    assert all(m._hooks == () for _, m in model.named_modules()), "no hook stays"


def test_shared_layers_are_counted_once():
    layer = Linear(3, 3)
    s = summary(Sequential(layer, layer), (3,))
    assert [r.parameters for r in s.rows] == [12, 0] and s.parameters == 12


def test_float32_memory_and_integer_input():
    s = summary(Sequential(Embedding(10, 4), Flatten(), Linear(12, 1)).astype(np.float32), (3,), dtype=int)
    assert s.bytes == 4 * (40 + 13) and s.rows[0].shape == (3, 4)


@pytest.mark.parametrize("given, found", [
    (2, "2"), (np.zeros((4, 2)), "ndarray"), ((2, 0), r"\(2, 0\)"), (None, "None")])
def test_an_input_shape_is_a_tuple_of_sizes(given, found, tmp_path):
    model = MLP([2, 1])
    for call in (lambda: summary(model, given), lambda: export_onnx(model, tmp_path / "net.onnx", given)):
        with pytest.raises(ValueError, match=rf"without the batch axis, such as \(2,\) or \(3, 32, 32\), got {found}"):
            call()
    assert not list(tmp_path.iterdir()) and model._hooks == ()
