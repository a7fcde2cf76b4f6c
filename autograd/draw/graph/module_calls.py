"""Record which module call computed which node, through the model's hooks, so that op calls cost nothing."""
from collections import Counter
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from ... import graph
from ...core.tensor import Tensor


@dataclass(frozen=True)
class Span:
    """One call of a module: it made all nodes whose number (`graph.birth`) lies between `first` and `last`."""
    title: str
    first: int
    last: int


def models_in(names: Any) -> dict[str, Any]:
    """{name: model} of a model, or of the models among a dict's values."""
    named = names if isinstance(names, Mapping) else {"": names}
    return {name: x for name, x in named.items() if hasattr(x, "named_modules") and not isinstance(x, type)}


@contextmanager
def recorded_module_calls(models: Mapping[str, Any]) -> Iterator[list[Span]]:
    """While open, each call of the models' modules adds its Span to the list. The hooks are gone afterwards."""
    spans: list[Span] = []
    remove = [undo for name, model in models.items() for path, module in model.named_modules()
              for undo in _watch(module, title(".".join(filter(None, (name, path))), module), spans)]
    try:
        yield spans
    finally:
        for undo in remove:
            undo()


def title(path: str, module: Any) -> str:
    """The title of a module in pictures: its path and its class."""
    return f"{path} · {type(module).__name__}" if path else type(module).__name__


def _watch(module: Any, called: str, spans: list[Span]):
    starts: list[int] = []
    return (module.before_call(lambda _module, _inputs: starts.append(graph.next_id())),
            module.on_call(lambda _module, _inputs, _y: spans.append(Span(called, starts.pop(), graph.next_id()))))


def groups(nodes: list[Tensor], spans: list[Span]) -> dict[Tensor, tuple[str, ...]]:
    """For each computed node, the titles of the calls it was made in, outermost first."""
    ordered = _number_repeated_calls(sorted(spans, key=lambda s: (s.first, -s.last)))
    found, inside, following = {}, [], 0
    for node in sorted((n for n in nodes if graph.op(n)), key=graph.birth):
        while following < len(ordered) and ordered[following].first < graph.birth(node):
            inside.append(ordered[following])
            following += 1
        inside = [s for s in inside if s.last > graph.birth(node)]
        found[node] = tuple(s.title for s in inside)
    return found


def _number_repeated_calls(spans: list[Span]) -> list[Span]:
    """Number the later calls of one module."""
    seen: Counter[str] = Counter()
    numbered = []
    for s in spans:
        seen[s.title] += 1
        n = seen[s.title]
        numbered.append(s if n == 1 else Span(f"{s.title} (call {n})", s.first, s.last))
    return numbered
