"""The cross-entropy kernel at logits of any size: against exact decimals, never below 0, no warning."""
from decimal import Decimal, localcontext

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from autograd import mean_cross_entropy, softmax_cross_entropy


def exactly(row, label) -> tuple[float, np.ndarray]:
    """ln Σ e^x - x[label] and softmax(x) - one_hot(label), computed in 60 digits."""
    with localcontext() as context:
        context.prec = 60
        powers = [Decimal(float(x)).exp() for x in row]
        p = [float(e / sum(powers)) for e in powers]
        return float(sum(powers).ln() - Decimal(float(row[label]))), p - np.eye(len(row))[label]


@pytest.mark.filterwarnings("error")
@pytest.mark.parametrize("dtype", [np.float64, np.float32, np.float16])
@given(scale=st.floats(-3, 3).map(lambda power: 10 ** power), classes=st.integers(1, 8), seed=st.integers(0, 99))
def test_values_and_errors_at_every_scale(dtype, scale, classes, seed):
    rng = np.random.default_rng(seed)
    x, labels = (scale * rng.normal(size=(3, classes))).astype(dtype), rng.integers(0, classes, 3)
    losses, errors = softmax_cross_entropy.kernel(x, labels)
    assert losses.dtype == errors.dtype == dtype
    assert (losses >= 0).all()
    eps = np.finfo(dtype).eps
    for row, label, loss, error in zip(x, labels, losses, errors, strict=True):
        y, r = exactly(row, label)
        assert abs(loss - y) <= 8 * eps * max(1, y)
        np.testing.assert_allclose(error, r, rtol=0, atol=8 * eps)


@pytest.mark.filterwarnings("error")
@pytest.mark.parametrize("dtype", [np.float64, np.float32, np.float16])
def test_where_exponentials_leave_their_range(dtype):
    size = np.linspace(0.3, 1.2, 91) * np.log(float(np.finfo(dtype).max))
    x = np.stack([size, -size, -size], axis=1).astype(dtype)
    exact = [exactly(row, 1)[0] for row in x]
    one_by_one = [softmax_cross_entropy(row[None], [1])[0] for row in x]
    np.testing.assert_allclose(one_by_one, exact, rtol=4 * np.finfo(dtype).eps)


@pytest.mark.filterwarnings("error")
def test_a_row_that_is_nearly_certain():
    y, _ = exactly([25.0, -11.0, 0.3], 0)
    assert softmax_cross_entropy([[25.0, -11.0, 0.3]], [0])[0] == pytest.approx(y, rel=1e-4)
    assert softmax_cross_entropy([[345.0, -345.0]], [1])[0] == 690.0
    assert softmax_cross_entropy([[1e200, 0.0]], [1])[0] == 1e200


@pytest.mark.parametrize("of", [np.uint8, np.int8, np.int64, bool])
def test_logits_that_are_integers(of):
    x = np.array([[1, 0], [0, 1]], of)
    assert mean_cross_entropy(x, [0, 0]) == mean_cross_entropy(x.astype(float), [0, 0])
    assert softmax_cross_entropy(np.array([[100, 2]]).astype(np.uint8), [1])[0] == 98.0
