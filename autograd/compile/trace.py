"""One trace: a function is run once on Symbols, and what it wrote down is compiled for arguments of one form."""
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from ..core.record import make_constant
from ..core.tensor import Tensor
from ..core.values import to_stored
from .dialects.numpy import Source
from .driver import Driver
from .ir import Program
from .passes import optimised, remove_dead, speculate
from .passes.buffers import plan_buffers
from .random import TracedGenerator
from .reach import Place, TuplePlace, reached_by
from .symbol import Symbol, Tape, TraceError

MOST_TRACES = 8
"""How often numbers may turn out to vary before a trace gives up."""


class Varies(Exception):
    """Numbers that the function reaches were changed by it: they must be inputs."""

    def __init__(self, places: set[tuple[int, Any]]):
        self.places = places


@dataclass(slots=True)
class Step:
    """A compiled function: its program, how it is called, and what the trace took for granted."""
    source: str
    program: Program
    run: Callable[[list[Any]], Any]
    holds: Callable[[list[Any]], bool] | None
    unchanged: Callable[[], bool]
    numbers: list[tuple[Place, Any]]

    def varied(self) -> set[tuple[int, Any]]:
        """The numbers that are not what they were when the function was traced."""
        return {(id(p.holder), p.key) for p, was in self.numbers if p.get() != was}


def trace(f: Callable, leaves: list[Any], rebuild: Callable[[list[Any]], tuple], varying: set) -> Step:
    """Run f on Symbols in the place of these leaves of its arguments, and compile what it did.

    `rebuild` makes the arguments, (args, kwargs), of other leaves. `varying` are the numbers to be read at each call,
    as (id(holder), key); those that f itself changes are added.
    """
    for _ in range(MOST_TRACES):
        try:
            return _Trace(f, leaves, rebuild, varying).compiled()
        except Varies as more:
            varying |= more.places
    raise TraceError(f"{_named(f)} changes other numbers each time it is traced: {len(varying)} so far")


class _Trace:
    """What one trace works on: a Tape, the state that f reaches, and the Symbols in its place."""

    def __init__(self, f: Callable, leaves: list[Any], rebuild: Callable, varying: set):
        self.tape, self.found = Tape(), reached_by(f)
        found, new = self.found, self.tape.input
        self.leaves = [new(value_of(x), f"x{i}") for i, x in enumerate(leaves)]
        self.tensors = [(t, new(t._value, path)) for t, path in found.tensors.values() if t.is_leaf]
        varies = [p for p in found.numbers if (id(p.holder), p.key) in varying]
        self.places = [(p, new(p.get(), p.path)) for p in (*found.arrays, *varies)]
        self.grads = [(t, new(np.broadcast_to(np.zeros((), t.dtype), t.shape), "gradient"))
                      for t, _ in self.tensors if t.requires_grad]
        self.fixed = [(p, p.get()) for p in found.numbers if (id(p.holder), p.key) not in varying]
        args, kwargs = rebuild([make_constant(s) if isinstance(x, Tensor) else s
                                for x, s in zip(leaves, self.leaves, strict=True)])
        drawn = [p.get() for p in found.generators]
        states = list(map(_state_of, drawn))
        with self.symbols_in_place():
            self.out = f(*args, **kwargs)
            self.new_values = [t._value for t, _ in self.tensors]
            self.new_grads = [value_of(t._grad) for t, _ in self.grads]
            self.new_held = [p.get() for p, _ in self.places]
            changed = {(id(p.holder), p.key) for p, was in self.fixed if p.get() is not was}
        if states != list(map(_state_of, drawn)):
            raise TraceError(f"{_named(f)} draws random numbers in a way that a trace does not see: use methods of a "
                             "numpy.random.Generator, or draw outside and pass the numbers as an argument")
        if changed:
            raise Varies(changed)

    @contextmanager
    def symbols_in_place(self) -> Iterator[None]:
        """Symbols where f finds its state; all as it was afterwards."""
        nodes = [(t, t._value, t._id, getattr(t, "_born", t._id), t._grad) for t, _ in self.tensors]
        places = [(p, p.get()) for p in (*[p for p, _ in self.places], *self.found.generators)] + self.fixed
        try:
            for t, s in self.tensors:
                t._value = s
            for t, s in self.grads:
                t._grad = s
            for p, s in self.places:
                p.set(s)
            for p in self.found.generators:
                if isinstance(p.get(), np.random.Generator):
                    p.set(TracedGenerator(p.get(), self.tape))
            yield
        finally:
            for t, *old in nodes:
                t._value, t._id, t._born, t._grad = old
            for p, value in places:
                p.set(value)

    def compiled(self) -> Step:
        """The trace as a Step."""
        program, driver = self.tape.program, Driver()
        results, rebuild = _flattened(self.out, self.tape)
        reads = self._reads(driver)
        self._writes(driver, program, reads)
        truths = tuple(truth for _, truth in program.guards)
        guards = replace(program, results=[i for i, _ in program.guards], updates=[], guards=[])
        program = replace(program, results=[*driver.results, *results], guards=[])
        lenders = [(t, s.id, new.id) for (t, s), new in zip(self.grads, self.new_grads, strict=True)
                   if t.shape and new.__class__ is Symbol and new is not s]
        program.lent = [new for *_, new in lenders]
        fast, finite = speculate(program)
        fast, whole = optimised(fast), optimised(program)
        used = fast.used() | whole.used()
        lending = [k for k, (_, old, _) in enumerate(lenders) if old not in used
                   and fast.lent.count(fast.lent[k]) == whole.lent.count(whole.lent[k]) == 1]
        fast, whole = (replace(p, inputs=[i for i in p.inputs if i in used], lent=[p.lent[k] for k in lending])
                       for p in (fast, whole))
        inputs = [reads[i] for i in fast.inputs]
        inputs += [f"{driver.name(_memory_of)}({driver.name(lenders[k][0])})" for k in lending]
        source, run = _built(fast, finite)
        careful = _built(whole)[1] if fast.guards or finite else None
        return Step(source, fast, driver.function(inputs, run, careful, rebuild), _test(guards, truths, reads, driver),
                    self.found.snapshot({(id(p.holder), p.key) for p, _ in self.places}), self.fixed)

    def _reads(self, driver: Driver) -> dict[int, str]:
        """How each input is read, as the driver's source."""
        reads = {s.id: f"x[{i}]" for i, s in enumerate(self.leaves)}
        reads |= {s.id: f"{driver.name(t)}._value" for t, s in self.tensors}
        reads |= {s.id: f"{driver.name(_gradient_of)}({driver.name(t)})" for t, s in self.grads}
        for p, s in self.places:
            inside = f"[{p.index}]" if isinstance(p, TuplePlace) else ""
            reads[s.id] = f"{driver.name(p.holder)}[{driver.name(p.key)}]{inside}"
        return reads

    def _writes(self, driver: Driver, program: Program, reads: dict[int, str]) -> None:
        """Where gradients and new state go: into memory that is there, or as the driver's source says."""
        for (t, old), new in zip(self.grads, self.new_grads, strict=True):
            if new is None:
                driver.lines.append(f"{driver.name(t)}._grad = None")
            elif new is not old:
                value = driver.take(_id_in(self.tape, new))
                driver.lines.append(f"{driver.name(t)}._grad = {value if t.shape else f'stored({value})'}")
        state = [(s, new, f"{driver.name(t)}.assign({{}})", f"{driver.name(t)}.writable()")
                 for (t, s), new in zip(self.tensors, self.new_values, strict=True)]
        state += [(s, new, f"{reads[s.id]} = {{}}", reads[s.id])
                  for (_, s), new in zip(self.places, self.new_held, strict=True)]
        for old, new, assign, memory in state:
            if new is old:
                continue
            i, was = _id_in(self.tape, new), program.values[old.id]
            if was.is_array and program.values[i].shape == was.shape:
                program.updates.append((old.id, i))
                reads[old.id] = memory
            else:
                driver.lines.append(assign.format(driver.take(i)))


def _named(f: Callable) -> str:
    return getattr(f, "__name__", repr(f))


def value_of(x: Any) -> Any:
    """The plain value of an argument."""
    return x._value if isinstance(x, Tensor) else x


def _id_in(tape: Tape, value: Any) -> int:
    return value.id if value.__class__ is Symbol else tape.constant(np.asarray(value))


def _gradient_of(t: Tensor) -> Any:
    return np.zeros(t.shape, t.dtype) if t._grad is None else value_of(t._grad)


def _memory_of(t: Tensor) -> np.ndarray:
    """Memory for a gradient: that of the last one, if nobody has looked at it. Its first look makes a Tensor of it."""
    g, value = t._grad, t._value
    if g.__class__ is np.ndarray and g.shape == value.shape and g.dtype is value.dtype and g.flags.c_contiguous \
            and g.flags.owndata and g.flags.writeable:
        return g
    return np.empty(value.shape, value.dtype)


def _generator_state(generator: Any) -> Any:
    return generator.bit_generator.state if isinstance(generator, np.random.Generator) else generator.get_state()


def _state_of(generator: Any) -> str:
    return repr(_generator_state(generator))


def _flattened(out: Any, tape: Tape) -> tuple[list[int], Callable[[tuple, int], Any]]:
    """The numbers of the values in a result, and what makes the result of the values found from a place on."""
    ids: list[int] = []

    def maker(x: Any) -> Callable[[tuple, int], Any]:
        value, k = value_of(x), len(ids)
        if isinstance(x, Tensor):
            ids.append(_id_in(tape, value))
            return lambda found, at: make_constant(to_stored(found[at + k]))
        if x.__class__ is Symbol:
            ids.append(x.id)
            return lambda found, at: found[at + k]
        if isinstance(x, dict):
            entries = {key: maker(part) for key, part in x.items()}
            return lambda found, at: {key: make(found, at) for key, make in entries.items()}
        if isinstance(x, tuple | list):
            makers, kind = [maker(part) for part in x], type(x)
            new = (lambda parts: kind(*parts)) if hasattr(x, "_fields") else kind
            return lambda found, at: new([make(found, at) for make in makers])
        return lambda found, at: x

    made = maker(out)
    return ids, made


def _built(program: Program, finite: bool = False) -> tuple[str, Callable]:
    """A Program as source and as a function; this gives None unless guards are true and all is finite."""
    source = Source(*plan_buffers(program), finite=finite)
    return source.text, source.function()


def _test(guards: Program, truths: tuple[bool, ...], reads: dict[int, str], driver: Driver) -> Callable | None:
    """Whether numbers are what the trace took them for, as a function; None if it took nothing for granted."""
    if not truths:
        return None
    known = remove_dead(guards)
    used = known.used()
    known = replace(known, inputs=[i for i in known.inputs if i in used])
    return driver.test([reads[i] for i in known.inputs], _built(known)[1], truths)


__all__ = ["Step", "Symbol", "trace"]
