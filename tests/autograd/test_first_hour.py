"""What a NumPy or PyTorch user tries in the first hour: values as NumPy's on arrays, gradients as differences say."""
import numpy as np
import pytest

from autograd import Tensor, gradcheck

RNG = np.random.default_rng(5)
WORLD = {"np": np, "A": RNG.uniform(0.3, 2, (3, 4)), "B": RNG.uniform(0.3, 2, (3, 4)),
         "C": RNG.uniform(0.3, 2, (2, 3, 4)),
         "v": RNG.uniform(0.3, 2, 4), "w": RNG.uniform(0.3, 2, 3), "S": RNG.uniform(-1, 1, (3, 3)) + 3 * np.eye(3),
         "mask": RNG.uniform(size=(3, 4)) > 0.5, "rows": np.array([2, 0, 2])}
SHAPES = """
    A.reshape(4, 3)
    A.reshape((2, -1))
    A.T
    A.transpose(1, 0)
    C.transpose((2, 0, 1))
    C.swapaxes(0, 2)
    A.ravel()
    A.flatten()
    A.flatten("F")
    A[None].squeeze()
    A[..., None].squeeze(-1)
    np.expand_dims(A, 1)
    np.moveaxis(C, 0, -1)
    np.rollaxis(C, 2)
    np.broadcast_to(v, (3, 4))
    np.broadcast_arrays(A, v)[1]
    np.atleast_2d(v)
    np.atleast_3d(v)
    C.mT if hasattr(C, "mT") else np.swapaxes(C, -1, -2)
"""
REDUCTIONS = """
    A.sum()
    A.sum(0)
    A.sum(axis=(0, 1))
    A.sum(1, keepdims=True)
    np.sum(A, where=mask)
    np.sum(A, initial=2.0)
    A.mean(axis=-1)
    A.prod()
    A.prod(axis=1)
    A.max()
    A.max(axis=0)
    A.min(axis=1, keepdims=True)
    A.std()
    A.std(axis=0, ddof=1)
    A.var(axis=(0, 1))
    np.ptp(A, axis=0)
    np.median(A)
    np.median(A, axis=1)
    np.quantile(A, 0.3)
    np.percentile(A, [25, 75], axis=0)
    np.average(A, weights=B)
    np.cumsum(A, axis=1)
    A.cumsum()
    np.cumulative_sum(v, include_initial=True) if hasattr(np, "cumulative_sum") else np.cumsum(v)
    np.cumulative_prod(A, axis=1) if hasattr(np, "cumulative_prod") else np.cumprod(A, axis=1)
    A.cumprod(axis=0)
    np.nansum(A)
    np.nanmean(A, axis=0)
    np.diff(A)
    np.gradient(v)
    np.linalg.norm(v)
    np.linalg.norm(A, axis=1)
    np.linalg.norm(A, "nuc")
    np.linalg.norm(v, 1)
    np.linalg.norm(v, np.inf)
    np.cov(A)
    np.corrcoef(A)
    np.cov(v, w[[0, 1, 2, 0]])
"""
ALGEBRA = """
    A @ v
    w @ A
    A @ B.T
    C @ A.T
    v @ v
    np.dot(A, v)
    A.dot(v)
    np.inner(A, v)
    np.outer(v, w)
    np.vdot(A, B)
    np.tensordot(C, A, axes=([1, 2], [0, 1]))
    np.einsum("ij,j->i", A, v)
    np.einsum("ij,kj->ik", A, B)
    np.kron(v, w)
    np.linalg.matmul(A, v) if hasattr(np.linalg, "matmul") else np.matmul(A, v)
    np.linalg.tensordot(A, B) if hasattr(np.linalg, "tensordot") else np.tensordot(A, B)
    np.cross(w, S[0])
    np.trace(S)
    np.diag(v)
    np.diagonal(S)
    np.linalg.inv(S)
    np.linalg.det(S)
    np.linalg.slogdet(S)[1]
    np.linalg.solve(S, w)
    np.linalg.cholesky(S @ S.T)
    np.linalg.eigh(S @ S.T)[0]
    np.linalg.eigvalsh(S + S.T)
    np.linalg.svd(A, compute_uv=False)
    np.linalg.pinv(A)
    np.linalg.qr(S)[1]
    np.linalg.matrix_power(S, 3)
    np.linalg.multi_dot([S, A, v])
    np.linalg.lstsq(A.T, v, rcond=None)[0]
    np.convolve(v, w)
    np.correlate(v, w, "full")
    np.interp(0.7 * w, np.arange(4.0), v)
    np.trapezoid(A, axis=1) if hasattr(np, "trapezoid") else np.trapz(A, axis=1)
    np.polyval(w, v)
    np.vander(v, 3)
"""
INDEXING = """
    A[0]
    A[1, 2]
    A[-1, ::-1]
    A[:, 1:3]
    A[..., 0]
    A[:, None, :]
    A[rows]
    A[rows, rows]
    A[mask]
    A[A > 1]
    A[np.ix_([0, 2], [1, 3])]
    A[[0, 1], 1:]
    np.take(A, rows, axis=0)
    A.take([0, 5])
    np.take_along_axis(A, np.argsort(A, 1), 1)
    np.where(A > 1, A, 0.0)
    np.where(mask, A, B)
    np.clip(A, 0.5, 1.5)
    A.clip(min=1.0)
    np.select([A > 1.5, A > 1], [A, B], 0.1)
    np.choose([0, 1, 0, 1], [v, v * 2])
    np.compress([True, False, True], A, axis=0)
    np.extract(mask, A)
    np.sort(A)
    np.sort(A, axis=0)
    np.partition(v, 2)
    np.unique(v)
    np.tril(S)
    np.triu(S, 1)
    A[np.argmax(A[:, 0])]
    S[np.triu_indices(3)]
    S[np.diag_indices(3)]
    np.trim_zeros(v)
    np.apply_along_axis(np.sum, 0, A)
"""
JOINING = """
    np.concatenate([A, B])
    np.concatenate((A, B), axis=1)
    np.stack([A, B], axis=-1)
    np.vstack([A, v])
    np.hstack([v, w])
    np.dstack([A, B])
    np.column_stack([v, v])
    np.block([[A, B], [B, A]])
    np.append(v, w)
    np.insert(v, 1, 2.0)
    np.delete(A, 1, axis=0)
    np.split(A, 2, axis=1)[1]
    np.array_split(v, 3)[0]
    np.hsplit(A, 2)[0]
    np.tile(v, (2, 2))
    np.repeat(v, 2)
    A.repeat(2, axis=1)
    np.pad(A, 1)
    np.pad(v, (1, 2), mode="edge")
    np.pad(v, 2, mode="reflect")
    np.roll(A, 1, axis=1)
    np.rot90(A)
    np.flip(A, 0)
    np.fliplr(A)
    np.meshgrid(v, w)[0]
    np.full_like(A, 2.0) * A
    np.ones_like(A) + A
"""
ELEMENTWISE = """
    A + B
    A - 1
    2 * A
    A / v
    A ** 2
    2 ** A
    A ** B
    -A
    abs(A)
    A % 0.7
    np.divmod(A, 0.7)[1]
    np.exp(A)
    np.log(A)
    np.log1p(A)
    np.sqrt(A)
    np.sin(A) + np.cos(A)
    np.tanh(A)
    np.arctan2(A, B)
    np.hypot(A, B)
    np.logaddexp(A, B)
    np.maximum(A, B)
    np.minimum(A, 1.0)
    np.power(A, 3)
    np.float_power(A, 2)
    np.square(A)
    np.reciprocal(A)
    np.sinc(A)
    np.nan_to_num(A)
    np.copy(A)
    A.astype(np.float64)
    np.real(A)
    np.conj(A)
    np.asarray(1.0) * A
    np.add.reduce(A)
    np.unwrap(3 * v)
    np.round(A, 1) + A
    np.float_power(v, v)
"""
LISTS = {"shapes": SHAPES, "reductions": REDUCTIONS, "algebra": ALGEBRA, "indexing": INDEXING, "joining": JOINING,
         "elementwise": ELEMENTWISE}
EXPRESSIONS = [line.strip() for block in LISTS.values() for line in block.strip().splitlines()]


def names_in(text):
    return sorted({name for name in compile(text, "", "eval").co_names if name in "ABCSvw"})


def test_the_list_is_long_enough():
    assert len(set(EXPRESSIONS)) == len(EXPRESSIONS) >= 150


@pytest.mark.parametrize("text", EXPRESSIONS)
def test_value_is_numpys(text):
    y = eval(text, WORLD | {name: Tensor(WORLD[name], requires_grad=True) for name in names_in(text)})
    expected = eval(text, WORLD)
    assert isinstance(y, Tensor) and y.requires_grad
    assert (y.shape, y.dtype) == (np.shape(expected), np.asarray(expected).dtype)
    np.testing.assert_allclose(y.numpy(), expected, rtol=1e-12, atol=1e-14)


@pytest.mark.parametrize("text", EXPRESSIONS)
def test_gradient_is_that_of_differences(text):
    names = names_in(text)

    def of_arrays(*xs):
        return eval(text, WORLD | dict(zip(names, xs, strict=True)))
    assert gradcheck(of_arrays, *[WORLD[name] for name in names], order=1, raises=True)
