"""What a module has learned, as plain arrays: taken out, compared with care, put back or not at all."""
import difflib
from collections.abc import Mapping

import numpy as np

from autograd import Tensor
from autograd.engine import tick


def load_state(own: Mapping[str, Tensor], state: Mapping[str, np.ndarray], what: str) -> None:
    """Assign all of a module's tensors; ValueError, and nothing changed, if the state is not exactly theirs."""
    arrays = {name: np.asarray(value) for name, value in state.items()}
    faults = differences(own, arrays)
    if faults:
        raise ValueError(f"the state does not fit {what}, nothing was loaded:\n" + "\n".join(faults))
    for name, x in own.items():
        x.assign(arrays[name])


def differences(own: Mapping, state: Mapping) -> list[str]:
    """One line for each entry that is missing, unexpected, of another shape or not of real numbers."""
    lines = []
    for name in own.keys() - state.keys():
        close = difflib.get_close_matches(name, state.keys() - own.keys(), n=1)
        lines.append(f"  missing     {name} {own[name].shape}" + (f", called {close[0]} there?" if close else ""))
    lines += [f"  unexpected  {name} {state[name].shape}" for name in state.keys() - own.keys()]
    for name in own.keys() & state.keys():
        if own[name].shape != state[name].shape:
            lines.append(f"  shape       {name}: {own[name].shape} in the model, {state[name].shape} in the state")
        elif state[name].dtype.kind not in "fiub":
            lines.append(f"  dtype       {name}: {state[name].dtype} is not a dtype of real numbers")
    return sorted(lines)


def convert(x: Tensor, dtype) -> None:
    """Change a leaf's dtype where it is, so that an optimiser that holds it goes on; its gradient is forgotten."""
    twin = Tensor(x._value, dtype=dtype)
    if twin.dtype.kind != "f":
        raise TypeError(f"parameters are real numbers: {np.dtype(dtype)} is not a floating dtype")
    x._value, x._serial, x._grad = twin._value, tick(), None
