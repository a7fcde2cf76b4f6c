"""`check_layer`: objects with `forward`, `backward` and gradients beside their parameters, as courses write them."""
import copy
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from .api import name_of, run_check
from .evidence.function_under_test import FunctionUnderTest
from .nested import Arguments
from .report import Report

SPELLINGS = ("d{}", "d_{}", "grad_{}", "{}_grad", "grad{}", "{}grad", "g_{}", "dL_d{}", "dL{}", "delta_{}",
            "{}_gradient",
             "nabla_{}")
"""How the gradient of an attribute is called, beside the dicts `params` and `grads`."""


Path = tuple[str | int, ...]


@dataclass(frozen=True)
class Parameter:
    """Where a parameter of a layer and its gradient lie: attributes, keys and indices to go through."""
    value: Path
    grad: Path

    @property
    def name(self) -> str:
        return ".".join(map(str, self.value))


def check_layer(layer: Any, *inputs, raises: bool = True, name: str | None = None, **settings) -> Report:
    """Check the backward pass of an object with `forward` and `backward`, in its inputs and its parameters.

    Args:
        layer: `layer.forward(*inputs)` gives an array, `layer.backward(g)` the cotangent of the input (a tuple of them
            for several, or None), and leaves the parameters' gradients in the layer: in dicts or lists `params` and
            `grads`, in attributes such as `W` and `dW` (`d_W`, `grad_W`, `W_grad`, ...), or in objects with `value` or
            `data` and `grad`. A copy is checked; the layer stays as it is.
        inputs: numbers or arrays. Use a batch of more than one.
        raises, name, settings: as for `gradcheck`.

    Raises:
        GradcheckError: the check did not pass.
        TypeError: there is no `forward` or `backward`, or no parameter's gradient is found.

    >>> import numpy as np
    >>> from autograd.check import check_layer
    >>> class Scale:
    ...     def __init__(self):
    ...         self.w = np.array([2.0, 3.0])
    ...     def forward(self, x):
    ...         self.x = x
    ...         return self.w * x
    ...     def backward(self, g):
    ...         self.dw = (g * self.x).sum(axis=0)
    ...         return g * self.w
    >>> check_layer(Scale(), [[1.0, 2.0], [0.5, -1.0]]).verdict.name
    'OK'
    """
    for method in ("forward", "backward"):
        if not callable(getattr(layer, method, None)):
            raise TypeError(f"check_layer takes an object with forward(x) and backward(g); {type(layer).__name__} "
                            f"has no method {method}")
    layer = copy.deepcopy(layer)
    parameters = _parameters(layer, inputs)
    name = name_of(type(layer), name)
    names = tuple(f"input {i}" for i in range(len(inputs))) if len(inputs) > 1 else ("x",)
    given = Arguments((*inputs, *(np.array(_read(layer, p.value)) for p in parameters)),
                      (*names, *(p.name for p in parameters)))
    unchecked = _without_gradient(layer, parameters)
    report = run_check(_function(layer, parameters, len(inputs), name), given, settings, raises=False)
    report = replace(report, notes=(*report.notes, *unchecked))
    return report.raise_if_failed() if raises else report


def _function(layer: Any, parameters: list[Parameter], count: int, name: str) -> FunctionUnderTest:
    def forward(*values):
        for parameter, value in zip(parameters, values[count:], strict=True):
            _put(layer, parameter.value, value)
        return layer.forward(*values[:count])

    def vjp(g, *values):
        forward(*values)
        for parameter in parameters:
            if isinstance(grad := _read(layer, parameter.grad), np.ndarray):
                grad[...] = 0                                       # gradients may add up over calls
        answer = layer.backward(g)
        cotangents = answer if isinstance(answer, tuple | list) and count > 1 else (answer,)
        return (*cotangents, *(_copied(_read(layer, parameter.grad)) for parameter in parameters))
    return FunctionUnderTest(name, forward, vjp=vjp)


def _copied(grad) -> Any:
    return None if grad is None else np.array(grad)


def _read(layer: Any, path: Path) -> Any:
    """What lies at a path, None if nothing does."""
    for key in path:
        if isinstance(layer, dict | list):
            layer = layer[int(key)] if isinstance(layer, list) else layer.get(key)
        else:
            layer = getattr(layer, str(key), None)
    return layer


def _put(layer: Any, path: Path, value: np.ndarray) -> None:
    """Write a value into the array at a path, which others may hold too, or put it in its place."""
    array, owner = _read(layer, path), _read(layer, path[:-1])
    if isinstance(array, np.ndarray) and array.dtype == value.dtype and array.flags.writeable:
        array[...] = value
    elif isinstance(owner, list):
        owner[int(path[-1])] = value
    elif isinstance(owner, dict):
        owner[path[-1]] = value
    else:
        setattr(owner, str(path[-1]), value)


# ---- where the gradients are ---------------------------------------------------------------------------------------

def _parameters(layer: Any, inputs: tuple) -> list[Parameter]:
    """The parameters whose gradients are found after one pass forward and back."""
    trial = copy.deepcopy(layer)
    y = np.asarray(trial.forward(*(np.array(x) for x in inputs)))
    trial.backward(np.ones_like(y, dtype=y.dtype if y.dtype.kind == "f" else float))
    found = _in_containers(trial) or _in_attributes(trial, [*vars(layer)]) or _in_objects(trial)
    if not found and (arrays := _float_arrays(layer)):
        raise TypeError(f"{type(layer).__name__} has arrays ({', '.join(arrays)}), and after backward no gradients "
                        f"beside them; name them d{arrays[0]} or {arrays[0]}_grad, or keep dicts params and grads")
    return found


def _float_arrays(layer: Any) -> list[str]:
    return [key for key, value in vars(layer).items() if isinstance(value, np.ndarray) and value.dtype.kind == "f"]


def _without_gradient(layer: Any, parameters: list[Parameter]) -> list[str]:
    """A note on the arrays that have no gradient, such as running means."""
    known = {key for p in parameters for key in (p.value[0], p.grad[0])}
    rest = [key for key in _float_arrays(layer) if key not in known]
    return [f"no gradient found for {', '.join(rest)}: not checked"] if parameters and rest else []


def _in_containers(layer: Any) -> list[Parameter]:
    """Containers `params` and `grads` with the same keys, or of the same length."""
    values, grads = getattr(layer, "params", None), getattr(layer, "grads", None)
    if isinstance(values, dict) and isinstance(grads, dict):
        return [Parameter(("params", key), ("grads", g)) for key in values for g in (key, f"d{key}") if g in grads]
    if isinstance(values, list) and isinstance(grads, list) and len(values) == len(grads):
        return [Parameter(("params", k), ("grads", k)) for k in range(len(values))]
    return []


def _in_attributes(layer: Any, keys: list[str]) -> list[Parameter]:
    """Attributes W and dW, in any of the usual spellings."""
    pairs = [(key, _spelled(layer, key)) for key in keys if isinstance(getattr(layer, key), np.ndarray | float)]
    return [Parameter((key,), (grad,)) for key, grad in pairs if grad]


def _spelled(layer: Any, key: str) -> str | None:
    """The attribute that holds the gradient of another one."""
    plain = key.lstrip("_")
    names = [name for s in SPELLINGS for name in (s.format(key), s.format(plain), "_" + s.format(plain))]
    return next((n for n in names if n != key and isinstance(getattr(layer, n, None), np.ndarray | float)), None)


def _in_objects(layer: Any) -> list[Parameter]:
    """Attributes that are objects with a value and a gradient."""
    return [Parameter((key, slot), (key, "grad")) for key, one in vars(layer).items() for slot in ("value", "data")
            if not isinstance(one, np.ndarray) and hasattr(one, "grad") and isinstance(getattr(one, slot, None),
            np.ndarray)]
