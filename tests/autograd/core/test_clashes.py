"""PyTorch's spellings do what PyTorch does, or raise with what to write; methods of ndarray are there, or refused."""
import numpy as np
import pytest

import autograd.numpy as anp
from autograd import Tensor, log_softmax, logsumexp, softmax
from autograd.core.methods import REFUSED_METHODS
from autograd.support.clashes import CLASHES

A = np.array([[1.5, 0.5, 2.0], [0.25, 4.0, 3.0]])
T = Tensor(A, requires_grad=True)
AS_PYTORCH = {
    "x.sum(dim=0)": A.sum(0), "x.sum(dim=[0, 1])": A.sum(), "x.sum(dim=1, keepdim=True)": A.sum(1, keepdims=True),
    "x.mean(dim=(0, 1))": A.mean(), "x.prod(dim=1)": A.prod(1), "x.argmax(dim=1)": A.argmax(1),
    "x.cumsum(dim=1)": A.cumsum(1), "x.cumprod(dim=0)": A.cumprod(0), "x.std(dim=0)": A.std(0, ddof=1),
    "x.var(dim=1)": A.var(1, ddof=1), "x.var(unbiased=False)": A.var(), "x.std(unbiased=True)": A.std(ddof=1),
    "x.var(dim=1, unbiased=False, keepdim=True)": A.var(1, keepdims=True), "x.var(dim=0, correction=0)": A.var(0),
    "anp.concatenate([x, x], dim=1)": np.concatenate([A, A], 1), "anp.stack([x, x], dim=1)": np.stack([A, A], 1),
    "anp.diff(x, dim=0)": np.diff(A, axis=0), "anp.quantile(x, 0.3, dim=1)": np.quantile(A, 0.3, axis=1),
    "softmax(x, dim=1).sum(dim=1)": np.ones(2), "logsumexp(x, dim=1)": np.log(np.exp(A).sum(1)),
    "log_softmax(x, dim=0)": A - np.log(np.exp(A).sum(0)), "anp.nansum(x, dim=0)": A.sum(0),
    "anp.trapezoid(x, dim=0)": A.mean(0),
}
NAMES = {"anp": anp, "softmax": softmax, "logsumexp": logsumexp, "log_softmax": log_softmax}


@pytest.mark.parametrize("text", AS_PYTORCH)
def test_a_spelling_of_pytorchs_gives_pytorchs_numbers(text):
    np.testing.assert_allclose(eval(text, {"x": T, **NAMES}).numpy(), AS_PYTORCH[text], rtol=1e-14)


REFUSED = {
    "x.max(dim=0)": "argmax", "x.min(dim=1, keepdim=True)": "argmin", "anp.median(x, dim=0)": "lower",
    "anp.split(x, 2, dim=0)": "length of the parts", "x.repeat(2, dim=0)": "np.tile", "x.squeeze(dim=0)": "squeeze",
    "anp.gradient(x, dim=0)": "tuple", "anp.sort(x, dim=0)": "argsort", "anp.flip(x, dim=0)": "axis=",
    "x.sum(dim=())": "PyTorch takes all", "x.sum(axis=0, dim=0)": "each once", "x.sum(unbiased=True)": "each once",
    "x.std(unbiased=True, ddof=0)": "each once", "x.std(correction=0, unbiased=True)": "each once",
    "x.flatten(1)": "reshape", "x.view(3, 2)": "reshape", "x.size()": "not callable", "x.size(0)": "not callable",
    "x.transpose(0)": "axes", "x.flatten(start_dim=1)": "start_dim",
}


@pytest.mark.parametrize("text", REFUSED)
def test_a_spelling_that_means_something_else_raises(text):
    with pytest.raises((TypeError, ValueError), match=REFUSED[text]):
        eval(text, {"x": T, **NAMES})


def test_two_axes_are_no_permutation_of_three():
    with pytest.raises(ValueError, match="transpose cannot take"):
        Tensor(np.ones((2, 3, 4))).transpose(0, 1)


@pytest.mark.parametrize("name", sorted(CLASHES))
def test_a_name_that_clashes_keeps_numpys_meaning(name):
    calls = {"size": "x.size", "transpose": "x.transpose(1, 0)", "median": "np.median(x)",
             "split": "np.split(x, 3, 1)[1]",
             "nanmedian": "np.nanmedian(x)", "repeat": "x.repeat(2, 1)", "flatten": 'x.flatten("F")',
             "sort": "np.sort(x)", "gradient": "np.gradient(x, axis=1)", "squeeze": "x[:1].squeeze(0)",
             "view": "x.astype(np.float32)"}
    text = calls.get(name, f"x.{name}()")
    np.testing.assert_array_equal(eval(text, {"x": Tensor(A), "np": np}), eval(text, {"x": A, "np": np}))


@pytest.mark.parametrize("name", [n for n in dir(np.ndarray) if n[0] != "_" and hasattr(Tensor, n)])
def test_a_method_of_ndarray_is_named_as_there(name):
    assert callable(getattr(np.ndarray, name)) == callable(getattr(Tensor, name))


OF_MEMORY = {"base", "ctypes", "device", "flags", "strides", "to_device", "itemset", "newbyteorder", "tostring", "ptp"}


def test_every_method_of_ndarray_is_there_or_refused():
    missing = {name for name in dir(np.ndarray) if name[0] != "_" and not hasattr(Tensor, name)}
    assert missing <= OF_MEMORY


@pytest.mark.parametrize("name", sorted(REFUSED_METHODS))
def test_a_refused_method_says_what_to_write(name):
    with pytest.raises(TypeError, match=r"x\.|np\.|where"):
        getattr(T, name)()


def test_attributes_of_a_real_array():
    assert T.real is T and T.conj() is T and T.nbytes == A.nbytes and T.itemsize == 8
    np.testing.assert_array_equal(T.imag, np.zeros_like(A))
    np.testing.assert_array_equal(T.mT.numpy(), A.T)
    assert [float(v) for v in T.flat] == A.ravel().tolist()
