"""Networks as ONNX files, which other programs run: the recorded graph of a call, op by op.

The model is called twice, on random batches of two and of three rows. Where the two graphs differ in the length of an
axis, it is the batch; if they differ in anything else, the graph does not hold all that the model computes.
"""
import os
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, NamedTuple

import numpy as np

from autograd import Tensor
from autograd.core.dtypes import dtype_of
from autograd.graph import birth, inputs, metadata
from autograd.support.files import check_writable, write_file
from autograd.support.optional import optional

from ..module import Module, check_module, copied
from ..sizes import sample_shape
from .onnx_ops import LAYERS, OPS, Step

OPSET, IR = 18, 8
"""Versions of ONNX's operators and of its file format, of 2022: runtimes old and new read them."""

OUTSIDE = ("The graph holds ops only: it does not see a comparison, argmax, argsort, `.data` or an `if` on values. "
           "Write relu, maximum, clip or abs instead, or leave that step out of the model")


def export_onnx(model: Module, path: str | os.PathLike, input_shape: Sequence[int], *, dtype=None) -> None:
    """Write a feed-forward model, as it computes after `eval()`, to an ONNX file (https://onnx.ai), opset 18.

    The file has one input, "input" (batch, *input_shape), and one output, "output", for a batch of any size; weights
    have the names of `state_dict`. Modules of your own may be in the model, as long as they are made of ops that ONNX
    has too. The model is unchanged; the file appears complete or not at all.

    Args:
        path: the file, *.onnx. input_shape: of one sample, without the batch axis, as for `summary`.
        dtype: float32 or float64, by default that of the parameters. Note that onnxruntime has Conv2d, AvgPool2d and
            GELU in float32 only, and that its graph optimisation, on by default, rounds factors of a float64 network to
            float32.

    Raises:
        ImportError: the package onnx is missing.
        ValueError: an op that ONNX does not have, or an index that holds arrays; or something computed from the input
            outside the graph: by a comparison, argmax, `.data`, an `if` or its length; or an input_shape that is none.
            Nothing is written.

    >>> import tempfile
    >>> from pathlib import Path
    >>> import onnx
    >>> from nn import MLP, export_onnx
    >>> path = Path(tempfile.mkdtemp()) / "net.onnx"
    >>> export_onnx(MLP([4, 8, 3], rng=0), path, (4,), dtype="float32")
    >>> [node.op_type for node in onnx.load(path).graph.node]
    ['Gemm', 'Relu', 'Gemm']
    """
    shape, onnx = sample_shape(input_shape), _onnx()
    check_writable(path)
    check_module(model)
    model = copied(model).eval()
    names = {x: name for name, x in (*model.named_parameters(), *model.named_buffers())}
    writer = _Writer(onnx, names, dtype)
    for x in names:
        x.requires_grad = False                             # so that all that does not depend on the input is constant
    model.astype(writer.dtype)
    rng = np.random.default_rng(0)
    runs = [_Run(model, Tensor(rng.normal(size=(n, *shape)), True, dtype=writer.dtype)) for n in (2, 3)]
    writer.names |= {run.input: "input" for run in runs}
    for calls in _side_by_side(*runs):
        writer.add(*calls)
    file = writer.file(*runs)
    onnx.checker.check_model(file, full_check=True)
    write_file(path, file.SerializeToString())


# ---- reading the graph ---------------------------------------------------------------------------------------------

class _Call(NamedTuple):
    """One step: what was called (a Primitive or one of LAYERS) and what it gave."""
    source: Any
    inputs: tuple
    output: Tensor


class _Run:
    """One run of a model: input, output, and the calls that lead from one to the other, oldest first."""

    def __init__(self, model: Module, x: Tensor):
        self.input = x
        self.layers: dict[Tensor, _Call] = {}
        undo = [m.on_call(self._remember) for _, m in model.named_modules() if type(m) in LAYERS]
        try:
            with np.errstate(all="ignore"):
                self.output = model(x)
        finally:
            for remove in undo:
                remove()
        if not isinstance(self.output, Tensor):
            raise ValueError(f"a model with one output can be exported, this one returns {type(self.output).__name__}")
        if not self.output.requires_grad:
            raise ValueError(f"the output does not depend on the input. {OUTSIDE}")
        self.calls = self._calls()

    def _remember(self, layer: Module, inputs: tuple, y: Tensor) -> None:
        self.layers[y] = _Call(layer, inputs, y)

    def _calls(self) -> list[_Call]:
        calls, seen, todo = [], {self.output}, [self.output]
        for y in todo:                                      # grows as it is read
            if y.op is not None:
                calls.append(self.layers.get(y) or _Call(y.op, inputs(y), y))
                new = [x for x in calls[-1].inputs if isinstance(x, Tensor) and x.requires_grad and x not in seen]
                seen.update(new)
                todo += new
        return sorted(calls, key=lambda call: birth(call.output))      # older than all that depends on it


def _side_by_side(one: _Run, other: _Run) -> Iterator[tuple[_Call, _Call]]:
    if [_name(call) for call in one.calls] != [_name(call) for call in other.calls]:
        raise ValueError(f"another input takes another way through the model. {OUTSIDE}")
    return zip(one.calls, other.calls, strict=True)


def _name(call: _Call) -> str:
    return type(call.source).__name__ if isinstance(call.source, Module) else call.source.name


def _check_settings(step: Step, others: Mapping[str, Any]) -> None:
    """ValueError if what an op was told, but for a new shape, is not the same for another batch."""
    for name, value in step.params.items():
        if name != "shape" and not np.array_equal(value, others[name]):
            raise ValueError(f"{step.source.name} has {name} {value} for a batch of two rows, and {others[name]} for "
                             f"one of three. {OUTSIDE}")


def _shape(one: Tensor, other: Tensor) -> tuple[int, ...]:
    """The shape that both have, -1 where they differ."""
    if one.ndim != other.ndim:
        raise ValueError(f"another input gives another shape: {one.shape}, {other.shape}. {OUTSIDE}")
    return tuple(n if n == m else -1 for n, m in zip(one.shape, other.shape, strict=True))


# ---- writing the file ----------------------------------------------------------------------------------------------

class _Writer:
    """Collects operators and constants; called by the rules of `opset`."""

    def __init__(self, onnx: Any, names: Mapping[Tensor, str], dtype):
        own = {x.dtype for x in names if x.dtype.kind == "f"}
        self.dtype = dtype_of(dtype or (own.pop() if len(own) == 1 else float))
        if self.dtype not in (np.float32, np.float64):
            raise ValueError(f"networks are exported in float32 or float64, not {self.dtype}")
        self.onnx, self.names = onnx, dict(names)
        self.nodes: list[Any] = []
        self.constants: dict[str, np.ndarray] = {}

    def add(self, one: _Call, other: _Call) -> None:
        """The operators for a step, seen in two runs."""
        rule = LAYERS.get(type(one.source)) or OPS.get(_name(one))
        if rule is None:
            raise ValueError(f"ONNX has no operator for {_name(one)}, which gives {one.output.shape[1:]} here; these "
                             f"can be exported: {', '.join(OPS)}")
        shapes = [_shape(a, b) for a, b in zip((*one.inputs, one.output), (*other.inputs, other.output), strict=True)]
        inputs = [self._input(a, b) for a, b in zip(one.inputs, other.inputs, strict=True)]
        step = Step(one.source, metadata(one.output), shapes[:-1], shapes[-1])
        name = rule(self, step, *inputs)
        if not isinstance(one.source, Module):
            _check_settings(step, metadata(other.output))
        self.names[one.output] = self.names[other.output] = name

    def _input(self, one: Tensor, other: Tensor) -> str:
        name = self.names.get(one, "")
        computed = one.op is not None or name == "input"
        if computed:
            same = name == self.names.get(other)
        else:
            same = np.array_equal(one.data, other.data, equal_nan=one.dtype.kind == "f")
        if not same:
            raise ValueError(f"a value of shape {one.shape} depends on the input, outside the graph. {OUTSIDE}")
        return name if computed else self._constant(one)

    def __call__(self, kind: str, *inputs, **attributes) -> str:
        """One more operator; the name of its output."""
        name = f"{kind}_{len(self.nodes)}"
        operands = [x if isinstance(x, str) else self._constant(x) for x in inputs]
        self.nodes.append(self.onnx.helper.make_node(kind, operands, [name], name, **attributes))
        return name

    def _constant(self, x) -> str:
        """A Tensor, array or number as a constant: in the network's dtype, but for truth values and arrays of int64."""
        array = x.data if isinstance(x, Tensor) else np.asarray(x)
        if array.dtype != bool and not (isinstance(x, np.ndarray) and array.dtype == np.int64):
            array = array.astype(self.dtype)
        name = self.names.get(x, "") if isinstance(x, Tensor) else ""
        name = name or f"constant_{len(self.constants)}"
        self.constants[name] = array
        return name

    def file(self, one: _Run, other: _Run) -> Any:
        """The whole model, as the package onnx has it."""
        if not self.nodes:
            self("Identity", "input")
        self.nodes[-1].output[0] = "output"
        helper, to_proto = self.onnx.helper, self.onnx.numpy_helper.from_array
        kind = helper.np_dtype_to_tensor_dtype(self.dtype)
        ends = [[helper.make_tensor_value_info(name, kind, ["batch" if n == -1 else n for n in _shape(*pair)])]
                for name, pair in (("input", (one.input, other.input)), ("output", (one.output, other.output)))]
        constants = [to_proto(np.ascontiguousarray(a).reshape(a.shape), name) for name, a in self.constants.items()]
        graph = helper.make_graph(self.nodes, "network", *ends, constants)
        return helper.make_model(graph, opset_imports=[helper.make_opsetid("", OPSET)], ir_version=IR,
                                 producer_name="retrograd")


def _onnx() -> Any:
    with optional("onnx", "the export of networks needs"):
        import onnx.checker
        import onnx.helper
        import onnx.numpy_helper
    return onnx
