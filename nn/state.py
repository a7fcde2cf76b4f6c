"""What a module has learned, as plain arrays: taken out, compared with care, put back or not at all."""
import difflib
from collections.abc import Iterable, Mapping

import numpy as np

from autograd import Tensor
from autograd.engine import tick


def load_state(own: Mapping[str, Tensor], state: Mapping[str, np.ndarray], what: str) -> None:
    """Assign all of a module's tensors; ValueError, and nothing changed, if the state is not exactly theirs."""
    arrays = {str(name): _array(name, value) for name, value in state.items()}
    faults = differences(own, arrays)
    if faults:
        raise ValueError(f"the state does not fit {what}, nothing was loaded:\n" + "\n".join(faults))
    for name, x in own.items():
        x.assign(arrays[name])


def _array(name, value) -> np.ndarray:
    try:
        return np.asarray(value)
    except ValueError:
        raise ValueError(f"the state's {name} is a ragged sequence, not an array; nothing was loaded") from None


def differences(own: Mapping, state: Mapping) -> list[str]:
    """One line for each entry that is missing, unexpected, of another shape or not of real numbers."""
    missing, unexpected = own.keys() - state.keys(), state.keys() - own.keys()
    there = _likely_names(missing, unexpected)
    lines = [f"  missing     {name} {own[name].shape}" + (f", called {there[name]} there?" if name in there else "")
             for name in missing]
    lines += [f"  unexpected  {name} {state[name].shape}" for name in unexpected]
    for name in own.keys() & state.keys():
        if own[name].shape != state[name].shape:
            lines.append(f"  shape       {name}: {own[name].shape} in the model, {state[name].shape} in the state")
        elif state[name].dtype.kind not in "fiub":
            lines.append(f"  dtype       {name}: {state[name].dtype} is not a dtype of real numbers")
    return sorted(lines)


def _likely_names(missing: Iterable[str], unexpected: Iterable[str]) -> dict[str, str]:
    """For each missing name the unexpected one it most likely has: the most similar pairs first, no name twice."""
    likeness = {(a, b): difflib.SequenceMatcher(None, a, b).ratio() for a in missing for b in unexpected}
    found: dict[str, str] = {}
    for a, b in sorted(likeness, key=lambda pair: (-likeness[pair], pair)):
        if likeness[a, b] >= 0.6 and a not in found and b not in found.values():
            found[a] = b
    return found


def convert(x: Tensor, dtype) -> None:
    """Change a leaf's dtype where it is, so that an optimiser that holds it goes on; its gradient is forgotten."""
    twin = Tensor(x._value, dtype=dtype)
    if twin.dtype.kind != "f":
        raise TypeError(f"parameters are real numbers: {np.dtype(dtype)} is not a floating dtype")
    x._value, x._serial, x._grad = twin._value, tick(), None
