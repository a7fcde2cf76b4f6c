"""One trace: a function is run once on Symbols, and what it wrote down is compiled for arguments of one form."""
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np

from ..core.record import stored, wrap
from ..core.tensor import Tensor
from .dialects.numpy import Source
from .ir import Program
from .passes import optimised, remove_dead, split_zero_guards
from .passes.buffers import plan_buffers
from .reach import Place, reached_by
from .symbol import Symbol, Tape, TraceError

MOST_TRACES = 8
"""How often numbers may turn out to vary before a trace gives up."""


class Varies(Exception):
    """Numbers that the function reaches were changed by it: they must be inputs."""

    def __init__(self, places: set[tuple[int, Any]]):
        self.places = places


@dataclass(slots=True)
class Step:
    """A compiled function: where its inputs are read, what it runs, and where its results go."""
    source: str
    program: Program
    run: Callable[..., tuple | None]
    guarded: Callable[..., tuple] | None
    holds: Callable[..., bool]
    unchanged: Callable[[], bool]
    leaves: list[int]
    fetch: list[Callable[[], Any]]
    grads: list[Tensor]
    put: list[Callable[[Any], None]]
    rebuild: Callable[[list[Any]], Any]
    numbers: list[tuple[Place, Any]] = field(default_factory=list)
    cleared: list[Tensor] = field(default_factory=list)
    guards: bool = False

    def __call__(self, leaves: list[Any]) -> Any:
        """The function's result; parameters, gradients and other state are updated."""
        inputs = [leaves[i] for i in self.leaves]
        inputs += [read() for read in self.fetch]
        found = self.run(*inputs)
        if found is None and self.guarded is not None:
            found = self.guarded(*inputs)
        values = iter(found or ())
        for t in self.grads:
            t._grad = stored(next(values))
        for t in self.cleared:
            t._grad = None
        for put in self.put:
            put(next(values))
        return self.rebuild(list(values))

    def varied(self) -> set[tuple[int, Any]]:
        """The numbers that are not what they were when the function was traced."""
        return {(id(p.holder), p.key) for p, was in self.numbers if p.get() != was}


def trace(f: Callable, leaves: list[Any], rebuild: Callable[[list[Any]], tuple], varying: set) -> Step:
    """Run f on Symbols in the place of these leaves of its arguments, and compile what it did."""
    for _ in range(MOST_TRACES):
        try:
            return _Trace(f, leaves, rebuild, varying).compiled()
        except Varies as more:
            varying |= more.places
    raise TraceError(f"{f.__name__} changes other numbers each time it is traced: {len(varying)} so far")


class _Trace:
    """What one trace works on: a Tape, the state that f reaches, and the Symbols in its place."""

    def __init__(self, f: Callable, leaves: list[Any], rebuild: Callable, varying: set):
        self.tape, self.found, self.varying = Tape(), reached_by(f), varying
        self.leaves = [self.tape.input(value_of(x), f"x{i}") for i, x in enumerate(leaves)]
        self.tensors = [(t, path) for t, path in self.found.tensors.values() if t.is_leaf]
        self.values = [self.tape.input(t._value, path) for t, path in self.tensors]
        numbers = [p for p in self.found.numbers if (id(p.holder), p.key) in varying]
        self.places = [*self.found.arrays, *numbers]
        self.held = [self.tape.input(p.get(), p.path) for p in self.places]
        self.trained = [(t, path) for t, path in self.tensors if t.requires_grad]
        self.grads = [self.tape.input(np.broadcast_to(np.zeros((), t.dtype), t.shape), f"{path}_grad")
                      for t, path in self.trained]
        self.fixed = [(p, p.get()) for p in self.found.numbers if (id(p.holder), p.key) not in varying]
        arguments = rebuild([wrap(s) if isinstance(x, Tensor) else s
                             for x, s in zip(leaves, self.leaves, strict=True)])
        states = list(map(_state_of, self.found.generators))
        with self.symbols_in_place():
            self.out = f(*arguments[0], **arguments[1])
            self.new_values = [t._value for t, _ in self.tensors]
            self.new_grads = [getattr(t._grad, "_value", t._grad) for t, _ in self.trained]
            self.new_held = [p.get() for p in self.places]
            changed = {(id(p.holder), p.key) for p, was in self.fixed if p.get() is not was}
        if states != list(map(_state_of, self.found.generators)):
            raise TraceError(f"{f.__name__} draws random numbers, which a compiled function cannot yet: draw them "
                             "outside and pass them as an argument")
        if changed:
            raise Varies(changed)

    @contextmanager
    def symbols_in_place(self) -> Iterator[None]:
        """Symbols where f finds its state; all as it was afterwards."""
        nodes = [(t, t._value, t._id, getattr(t, "_born", t._id), t._grad) for t, _ in self.tensors]
        places = [(p, p.get()) for p in self.places] + self.fixed
        try:
            for (t, _), s in zip(self.tensors, self.values, strict=True):
                t._value = s
            for (t, _), s in zip(self.trained, self.grads, strict=True):
                t._grad = s
            for p, s in zip(self.places, self.held, strict=True):
                p.set(s)
            yield
        finally:
            for t, *old in nodes:
                t._value, t._id, t._born, t._grad = old
            for p, value in places:
                p.set(value)

    def compiled(self) -> Step:
        program = self.tape.program
        results, rebuild = _flattened(self.out, self.tape)
        grads = [(t, g.id) for (t, _), g, old in zip(self.trained, self.new_grads, self.grads, strict=True)
                 if g.__class__ is Symbol and g is not old]
        cleared = [t for (t, _), g in zip(self.trained, self.new_grads, strict=True) if g is None]
        assigned, put = [], []
        targets = [(s, new, t.writable, t.assign) for (t, _), s, new in
                   zip(self.tensors, self.values, self.new_values, strict=True)]
        targets += [(s, new, p.get, p.set) for p, s, new in zip(self.places, self.held, self.new_held, strict=True)]
        written = set()
        for old, new, _, setter in targets:
            if new is old:
                continue
            new_id = new.id if new.__class__ is Symbol else self.tape.constant(np.asarray(new))
            same_form = program.values[old.id].shape == program.values[new_id].shape
            if program.values[old.id].is_array and same_form:
                program.updates.append((old.id, new_id))
                written.add(old.id)
            else:
                assigned.append(new_id)
                put.append(setter)
        program.results = [i for _, i in grads] + assigned + results
        guards = replace(program, results=[i for i, _ in program.guards], updates=[], guards=[])
        truths = [truth for _, truth in program.guards]
        program.guards = []
        program = _pruned(optimised(program))
        fast, split = split_zero_guards(program)
        source, run = _built(_pruned(fast, program.inputs), check=split)
        guarded = _built(program, check=False)[1] if split else None
        fetch = self._reads(program, written)
        holds = _holding(guards, truths, program.inputs)
        variable = {(id(p.holder), p.key) for p in self.places}
        leaves = {s.id: i for i, s in enumerate(self.leaves)}
        return Step(source, program, run, guarded, holds, self.found.snapshot(variable),
                    [leaves[i] for i in program.inputs if i in leaves], fetch, [t for t, _ in grads], put, rebuild,
                    self.fixed, cleared, bool(truths))

    def _reads(self, program: Program, written: set[int]) -> list[Callable[[], Any]]:
        """How each input that is state is read, in the order of the Program's inputs."""
        reads: dict[int, Callable[[], Any]] = {}
        for (t, _), s in zip(self.tensors, self.values, strict=True):
            reads[s.id] = t.writable if s.id in written else lambda t=t: t._value
        for (t, _), s in zip(self.trained, self.grads, strict=True):
            reads[s.id] = lambda t=t: np.zeros(t.shape, t.dtype) if t._grad is None else value_of(t.grad)
        for p, s in zip(self.places, self.held, strict=True):
            reads[s.id] = p.get
        return [reads[i] for i in program.inputs if i in reads]


def value_of(x: Any) -> Any:
    """The plain value of an argument."""
    return x._value if isinstance(x, Tensor) else x


def _state_of(generator: Any) -> Any:
    return repr(generator.bit_generator.state if isinstance(generator, np.random.Generator) else generator.get_state())


def _flattened(out: Any, tape: Tape) -> tuple[list[int], Callable[[list[Any]], Any]]:
    """The numbers of the values in a result, and the result made of their values again."""
    if isinstance(out, Tensor):
        value = out._value
        i = value.id if value.__class__ is Symbol else tape.constant(np.asarray(value))
        return [i], lambda values: wrap(stored(values.pop(0)))
    if out.__class__ is Symbol:
        return [out.id], lambda values: values.pop(0)
    if isinstance(out, tuple | list | dict):
        parts = out.values() if isinstance(out, dict) else out
        ids, makers = zip(*(_flattened(x, tape) for x in parts), strict=True) if parts else ((), ())
        kind = type(out)

        def made(values: list[Any]) -> Any:
            new = [make(values) for make in makers]
            return dict(zip(out, new, strict=True)) if isinstance(out, dict) else \
                kind(*new) if hasattr(out, "_fields") else kind(new)
        return [i for part in ids for i in part], made
    return [], lambda values: out


def _pruned(program: Program, inputs: list[int] | None = None) -> Program:
    """The Program without inputs that nothing reads, or with these inputs."""
    read = {i for call in program.calls for i in call.reads()} | program.needed()
    return replace(program, inputs=[i for i in program.inputs if i in read] if inputs is None else inputs)


def _built(program: Program, check: bool) -> tuple[str, Callable]:
    source = Source(*plan_buffers(program), check=check)
    return source.text, source.function()


def _holding(guards: Program, truths: list[bool], inputs: list[int]) -> Callable[..., bool]:
    """A test whether what a trace took for granted of numbers is true for these inputs."""
    if not truths:
        return lambda *values: True
    known = remove_dead(guards)
    if set(_pruned(known).inputs) - set(inputs):
        inputs = [*inputs]
    source = Source(*plan_buffers(_pruned(known, inputs)))
    run = source.function()
    return lambda *values: [*map(bool, run(*values))] == truths


__all__ = ["Step", "Symbol", "trace"]
