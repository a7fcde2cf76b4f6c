"""One trace: a function is run once on Symbols, and what it wrote down is compiled for arguments of one form."""
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from typing import Any, NamedTuple

import numpy as np

from ..core.record import make_constant
from ..core.tensor import Tensor
from .dialects.numpy import Source
from .driver import Driver
from .ir import Program
from .outline import Outline
from .passes import optimised, remove_dead, speculate
from .passes.buffers import plan_buffers
from .random import TracedGenerator
from .reach import Place, TuplePlace, reached_by
from .symbol import Symbol, Tape, TraceError, tracing

MOST_TRACES = 8
"""How often numbers may turn out to vary before a trace gives up."""


class Varies(Exception):
    """Numbers that the function reaches were changed by it: they must be inputs."""

    def __init__(self, places: set[tuple[int, Any]]):
        self.places = places


@dataclass(slots=True)
class Step:
    """A compiled function: its programs, how it is called, and what the trace took for granted.

    `fast` runs, and `careful`, if there is one, where `fast` gives None; `traced` is what both were made of. `reads`
    says how each input is found, as source of the `driver`.
    """
    name: str
    fast: Program
    careful: Program | None
    traced: Program
    outline: Outline
    driver: Driver
    reads: dict[int, str]
    source: str
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


class Input(NamedTuple):
    """What holds a value that f finds, the Symbol in its place, and that one's number before f may write into it."""
    holder: Any
    symbol: Symbol
    id: int


class _Trace:
    """What one trace works on: a Tape, the state that f reaches, and the Symbols in its place."""

    def __init__(self, f: Callable, leaves: list[Any], rebuild: Callable, varying: set):
        self.name, self.tape, self.found = _named(f), Tape(), reached_by(f)
        found, new = self.found, self._input
        self.leaves = [new(x, value_of(x), f"x{i}") for i, x in enumerate(leaves)]
        self.tensors = [new(t, t._value, path) for t, path in found.tensors.values() if t.is_leaf]
        varies = [p for p in found.numbers if (id(p.holder), p.key) in varying]
        self.places = [*self._arrays(), *[new(p, p.get(), p.path) for p in varies]]
        self.grads = [new(t, np.broadcast_to(np.zeros((), t.dtype), t.shape), f"{self.tape.name(i)}_grad")
                      for t, _, i in self.tensors if t.requires_grad]
        self.fixed = [(p, p.get()) for p in found.numbers if (id(p.holder), p.key) not in varying]
        args, kwargs = rebuild([make_constant(s) if isinstance(x, Tensor) else s for x, s, _ in self.leaves])
        drawn = [p.get() for p in found.generators]
        states = list(map(_state_of, drawn))
        with self.symbols_in_place():
            self.out = f(*args, **kwargs)
            self.new_values = [t._value for t, *_ in self.tensors]
            self.new_grads = [value_of(t._grad) for t, *_ in self.grads]
            self.new_held = [p.get() for p, *_ in self.places]
            changed = {(id(p.holder), p.key) for p, was in self.fixed if p.get() is not was}
        if states != list(map(_state_of, drawn)):
            raise TraceError(f"{self.name} draws random numbers in a way that a trace does not see: use methods of a "
                             "numpy.random.Generator, or draw outside and pass the numbers as an argument")
        if changed:
            raise Varies(changed)
        self._check_memory()

    def _input(self, holder: Any, value: Any, name: str) -> Input:
        symbol = self.tape.input(value, name)
        return Input(holder, symbol, symbol.id)

    def _arrays(self) -> Iterator[Input]:
        """The arrays that f reaches; one that is found at two places is one value."""
        known: dict[int, Input] = {}
        for p in self.found.arrays:
            array = p.get()
            known.setdefault(id(array), self._input(p, array, p.path))
            yield known[id(array)]._replace(holder=p)

    def _check_memory(self) -> None:
        """TraceError if f writes into an array that it also knows as another one, a view perhaps."""
        known = [(x, i) for (x, _, i) in self.leaves] + [(p.get(), i) for p, _, i in self.places]
        arrays = [(value_of(x), i) for x, i in known if isinstance(value_of(x), np.ndarray)]
        written = {i for _, s, i in (*self.leaves, *self.places) if s.id != i}
        for x, i in arrays:
            if i in written and any(j != i and np.may_share_memory(x, other) for other, j in arrays):
                raise TraceError(f"{self.name} writes into an array of shape {x.shape} that shares memory with another "
                                 "one it reads: write into a copy, or into one of them alone")

    @contextmanager
    def symbols_in_place(self) -> Iterator[None]:
        """Symbols where f finds its state; all as it was afterwards."""
        nodes = [(t, t._value, t._id, getattr(t, "_born", t._id), t._grad) for t, *_ in self.tensors]
        places = [(p, p.get()) for p in (*[p for p, *_ in self.places], *self.found.generators)] + self.fixed
        token = tracing.set(True)
        try:
            for t, s, _ in self.tensors:
                t._value = s
            for t, s, _ in self.grads:
                t._grad = s
            for p, s, _ in self.places:
                p.set(s)
            for p in self.found.generators:
                if isinstance(p.get(), np.random.Generator):
                    p.set(TracedGenerator(p.get(), self.tape))
            yield
        finally:
            tracing.reset(token)
            for t, *old in nodes:
                t._value, t._id, t._born, t._grad = old
            for p, value in places:
                p.set(value)

    def compiled(self) -> Step:
        """The trace as a Step."""
        program, driver = self.tape.program, Driver()
        outline = Outline.of(self.out, self._id_of_result, lambda x: isinstance(x, Tensor))
        reads = self._reads(driver)
        self._writes(driver, program, reads)
        truths = tuple(truth for _, truth in program.guards)
        guards = replace(program, results=[i for i, _ in program.guards], updates=[], guards=[])
        program = replace(program, results=[*driver.results, *outline.ids], guards=[])
        lenders = [(t, i, new.id) for (t, s, i), new in zip(self.grads, self.new_grads, strict=True)
                   if t.shape and new.__class__ is Symbol and new is not s]
        program.lent = [new for *_, new in lenders]
        fast, whole = optimised(speculate(program)), optimised(program)
        used = fast.used() | whole.used()
        lending = [k for k, (_, old, _) in enumerate(lenders) if old not in used
                   and fast.lent.count(fast.lent[k]) == whole.lent.count(whole.lent[k]) == 1]
        fast, whole = (replace(p, inputs=[i for i in p.inputs if i in used], lent=[p.lent[k] for k in lending])
                       for p in (fast, whole))
        inputs = [reads[i] for i in fast.inputs]
        inputs += [f"{driver.name(_memory_of)}({driver.name(lenders[k][0])})" for k in lending]
        source, run = _built(fast)
        careful = whole if fast.guards or fast.watched else None
        call = driver.function(inputs, run, _built(careful)[1] if careful else None, outline)
        return Step(self.name, fast, careful, self.tape.program, outline, driver, reads, source, call,
                    _test(guards, truths, reads, driver),
                    self.found.snapshot({(id(p.holder), p.key) for p, *_ in self.places}), self.fixed)

    def _id_of_result(self, x: Any) -> int | None:
        """The number of a value in the result; None for a container, and for what is not computed."""
        return _id_in(self.tape, value_of(x)) if isinstance(x, Tensor | Symbol) else None

    def _reads(self, driver: Driver) -> dict[int, str]:
        """How each input is read, as the driver's source."""
        reads = {i: f"x[{k}]" for k, (_, _, i) in enumerate(self.leaves)}
        reads |= {i: f"{driver.name(t)}._value" for t, _, i in self.tensors}
        reads |= {i: f"{driver.name(_gradient_of)}({driver.name(t)})" for t, _, i in self.grads}
        for p, _, i in self.places:
            inside = f"[{p.index}]" if isinstance(p, TuplePlace) else ""
            reads.setdefault(i, f"{driver.name(p.holder)}[{driver.name(p.key)}]{inside}")
        return reads

    def _writes(self, driver: Driver, program: Program, reads: dict[int, str]) -> None:
        """Where gradients and new state go: into memory that is there, or as the driver's source says."""
        for (t, old, i), new in zip(self.grads, self.new_grads, strict=True):
            if new is None:
                driver.lines.append(f"{driver.name(t)}._grad = None")
            elif new is not old:
                kept = driver.take(_id_in(self.tape, new), self.tape.name(i))
                driver.lines.append(f"{driver.name(t)}._grad = {kept if t.shape else f'stored({kept})'}")
        for t, new in zip(self.tensors, self.new_values, strict=True):
            if new is not t.symbol or t.symbol.id != t.id:
                name, value, was = driver.name(t.holder), _id_in(self.tape, new), program.values[t.id]
                if was.is_array and program.values[value].shape == was.shape:
                    program.updates.append((t.id, value))
                    reads[t.id] = f"{name}.writable()"
                else:
                    driver.lines.append(f"{name}.assign({driver.take(value, self.tape.name(t.id))})")
        for place, new in zip(self.places, self.new_held, strict=True):
            if new is not place.symbol:                 # another array: whoever holds the old one keeps it
                kept = driver.take(_id_in(self.tape, new), self.tape.name(place.id))
                driver.lines.append(f"{reads[place.id]} = {kept}")
        program.updates += {x.id: x.symbol.id for x in (*self.leaves, *self.places) if x.symbol.id != x.id}.items()


def _named(f: Callable) -> str:
    return getattr(f, "__name__", repr(f))


def value_of(x: Any) -> Any:
    """The plain value of an argument."""
    return x._value if isinstance(x, Tensor) else x


def _id_in(tape: Tape, value: Any) -> int:
    return tape.current(value) if value.__class__ is Symbol else tape.constant(np.asarray(value))


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


def _built(program: Program) -> tuple[str, Callable]:
    """A Program as source and as a function; this gives None unless guards are true and what is watched is finite."""
    source = Source(*plan_buffers(program))
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
