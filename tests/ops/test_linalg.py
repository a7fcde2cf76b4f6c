"""Linear algebra where formulas end: singular matrices, equal eigenvalues, zeros, magnitudes whose squares overflow."""
import numpy as np
import pytest

from autograd import Tensor, grad

S = np.array([[4.0, 1.0, 0.5], [1.0, 3.0, 0.25], [0.5, 0.25, 2.0]])


def gradient(f, x):
    x = Tensor(x, requires_grad=True)
    f(x).sum().backward()
    return x.grad.numpy()


@pytest.mark.parametrize("f", [np.linalg.cholesky, np.linalg.eigvalsh, lambda x: np.linalg.eigh(x)[1]])
def test_gradient_of_a_symmetric_matrix_is_symmetric(f):
    g = gradient(f, S)
    np.testing.assert_allclose(g, g.T, rtol=0, atol=1e-15)


def test_log_determinant_by_cholesky_is_that_by_slogdet():
    by_cholesky = gradient(lambda x: 2 * np.log(np.diagonal(np.linalg.cholesky(x))), S)
    np.testing.assert_allclose(by_cholesky, np.linalg.inv(S), rtol=1e-13)


def test_eigenvalues_that_are_equal_have_a_derivative():
    np.testing.assert_allclose(gradient(lambda x: np.linalg.eigvalsh(x) * np.arange(3), np.eye(3)), np.diag([0, 1, 2]))
    np.testing.assert_allclose(gradient(lambda x: np.linalg.svd(x, compute_uv=False), np.eye(3)), np.eye(3))


def test_eigenvectors_of_equal_eigenvalues_have_none():
    g = gradient(lambda x: np.linalg.eigh(x)[1] * np.arange(9.0).reshape(3, 3), np.eye(3))
    assert not np.isfinite(g).all()


def test_a_zero_gradient_of_eigenvectors_stays_zero():
    g = gradient(lambda x: np.linalg.eigh(x)[0] + 0 * np.linalg.eigh(x)[1][0], np.eye(3))
    np.testing.assert_allclose(g, np.eye(3))


def test_determinant_of_a_singular_matrix():
    singular = np.ones((2, 2))
    assert np.isnan(gradient(np.linalg.det, singular)).all()
    assert gradient(lambda x: np.where(True, x[0, 0], np.linalg.det(x)), singular).tolist() == [[1, 0], [0, 0]]
    assert gradient(np.linalg.det, [[0.0]]).tolist() == [[1]]


@pytest.mark.parametrize("order", [None, 1, 2, 3, 0.5, np.inf, -np.inf])
def test_derivative_of_a_norm_at_zero_is_zero(order):
    assert gradient(lambda x: np.linalg.norm(x, order), np.zeros(3)).tolist() == [0, 0, 0]


@pytest.mark.parametrize("size", [1e200, 1e-200])
@pytest.mark.parametrize("order", [None, 2, 3])
def test_norm_of_numbers_whose_powers_leave_the_range(size, order):
    x, unit = np.array([3.0, 4.0]) * size, np.array([3.0, 4.0])
    y = np.linalg.norm(Tensor(x, requires_grad=True), order)
    np.testing.assert_allclose(y.item(), size * np.linalg.norm(unit, order), rtol=1e-14)
    slope = unit ** ((order or 2) - 1) / np.linalg.norm(unit, order) ** ((order or 2) - 1)
    np.testing.assert_allclose(gradient(lambda x: np.linalg.norm(x, order), x), slope, rtol=1e-14)


def test_second_derivative_of_a_norm():
    second = grad(lambda x: grad(np.linalg.norm)(x)[0])(np.array([3.0, 4.0]))
    np.testing.assert_allclose(second, np.array([16, -12]) / 125, rtol=1e-14)


def test_norms_of_empty_vectors():
    x = Tensor(np.zeros((2, 0)), requires_grad=True)
    np.linalg.norm(x, axis=1).sum().backward()
    assert x.grad.shape == (2, 0)


def test_zeroth_power_is_the_identity_and_constant():
    assert gradient(lambda x: np.linalg.matrix_power(x, 0), S).tolist() == np.zeros((3, 3)).tolist()


@pytest.mark.parametrize("call, error, message", [
    (lambda x: np.linalg.svd(x[:2]), ValueError, "give full_matrices=False"),
    (lambda x: np.linalg.cholesky(-x), np.linalg.LinAlgError, "definite"),
    (lambda x: np.linalg.solve(x * 0, x), np.linalg.LinAlgError, "ingular"),
    (lambda x: np.linalg.norm(x, "max"), ValueError, "'fro', 'nuc'"),
    (lambda x: np.linalg.norm(x, 2, (0, 1, 1)), ValueError, "give one axis for vectors"),
])
def test_a_bad_call_is_refused(call, error, message):
    with pytest.raises(error, match=message):
        call(Tensor(S, requires_grad=True))
