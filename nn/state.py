"""What a module has learned, as plain arrays: taken out, compared with care, put back or not at all."""
from collections.abc import Callable, Iterable, Mapping
from typing import NamedTuple

import numpy as np

from autograd import Tensor
from autograd.core.values import beside

LAYOUTS = (None, "retrograd", "torch")
"""How the arrays of a state may be laid out; None stands for "retrograd", or in `nn.load` for what the file says."""

Rules = Mapping[str, Callable[[np.ndarray], np.ndarray]]
"""By name of a parameter, how its array is made of PyTorch's."""

MIRRORED = ': mirrored, as PyTorch stores it; then pass layout="torch"'


class LoadResult(NamedTuple):
    """The names that `load_state_dict` left out: without an array in the state, and without a place in the module."""
    missing_keys: list[str]
    unexpected_keys: list[str]


def fitting(own: Mapping[str, Tensor], state: Mapping[str, np.ndarray], what: str, *, strict: bool, layout: str | None,
            rules: Rules) -> tuple[dict[str, np.ndarray], LoadResult]:
    """The arrays to assign, in our layout, and the names left out; ValueError, listing why, if the state does not fit.

    Looks at shapes and dtypes alone."""
    if layout not in LAYOUTS:
        raise ValueError(f'layout must be "retrograd", "torch" or None, got {layout!r}')
    arrays = {str(name): _array(name, value) for name, value in state.items()}
    if layout == "torch":
        arrays |= {name: rule(arrays[name]) for name, rule in rules.items()
                   if name in arrays and name in own and arrays[name].size == own[name].size}
    left_out = LoadResult([n for n in own if n not in arrays], [n for n in arrays if n not in own])
    faults = differences(own, arrays, left_out if strict else LoadResult([], []), () if layout == "torch" else rules)
    if faults:
        how = ", its matrices transposed as PyTorch's," if layout == "torch" else ""
        raise ValueError(f"the state{how} does not fit {what}, nothing was loaded:\n" + "\n".join(faults))
    return {name: a for name, a in arrays.items() if name in own}, left_out


def assign(own: Mapping[str, Tensor], arrays: Mapping[str, np.ndarray]) -> None:
    """Assign arrays that fit. All are converted before the first is assigned, so that an error changes nothing."""
    converted = {name: _converted(name, a, own[name].dtype) for name, a in arrays.items()}
    for name, a in converted.items():
        own[name].assign(beside(a, own[name]))


def _converted(name: str, a: np.ndarray, dtype: np.dtype) -> np.ndarray:
    try:
        with np.errstate(over="raise"):
            return np.asarray(a, dtype)
    except FloatingPointError:
        raise ValueError(f"the state's {name} holds numbers too large for {dtype}; nothing was loaded") from None


def _array(name, value) -> np.ndarray:
    try:
        return np.asarray(value)
    except ValueError:
        raise ValueError(f"the state's {name} is a ragged sequence, not an array; nothing was loaded") from None


def differences(own: Mapping, state: Mapping, left_out: LoadResult, mirrors: Iterable[str] = ()) -> list[str]:
    """One line for each entry that is missing, unexpected, of another shape or of a dtype that does not go in.

    mirrors: the names of those whose shape is the other way round in PyTorch."""
    missing, unexpected = left_out
    there = _likely_names(missing, unexpected)
    lines = [f"  missing     {name} {own[name].shape}" + (f", called {there[name]} there?" if name in there else "")
             for name in missing]
    lines += [f"  unexpected  {name} {state[name].shape}" for name in unexpected]
    for name in own.keys() & state.keys():
        x, a = own[name], state[name]
        if x.shape != a.shape:
            mirrored = name in mirrors and x.shape == a.shape[::-1]
            lines.append(f"  shape       {name}: {x.shape} in the model, {a.shape} in the state" + MIRRORED * mirrored)
        elif a.dtype.kind not in "fiub":
            lines.append(f"  dtype       {name}: {a.dtype} is not a dtype of real numbers")
        elif not np.can_cast(a.dtype, x.dtype, "same_kind"):
            lines.append(f"  dtype       {name}: {a.dtype} would be cut to {x.dtype}")
    return sorted(lines)


def _likely_names(missing: list[str], unexpected: list[str]) -> dict[str, str]:
    """For each missing name the unexpected one it most likely has: the most similar pairs first, no name twice."""
    if len(missing) * len(unexpected) > 400 or max(map(len, (*missing, *unexpected)), default=0) > 200:
        return {}                                           # comparing them would take minutes
    import difflib
    likeness = {(a, b): difflib.SequenceMatcher(None, a, b).ratio() for a in missing for b in unexpected}
    found: dict[str, str] = {}
    for a, b in sorted(likeness, key=lambda pair: (-likeness[pair], pair)):
        if likeness[a, b] >= 0.6 and a not in found and b not in found.values():
            found[a] = b
    return found


def convert(x: Tensor, dtype) -> None:
    """Change a leaf's dtype where it is, so that an optimiser that holds it goes on; its gradient is forgotten."""
    twin = Tensor(x, dtype=dtype)
    if twin.dtype.kind != "f":
        raise TypeError(f"parameters are real numbers: {np.dtype(dtype)} is not a floating dtype")
    x._renew(twin._value)
    x.grad = None
