"""What all optimisers share: groups of parameters, their state, and the two ways of applying one update rule.

A rule is a function of the settings, the number of the step and one parameter, elementwise, written with operators and
NumPy functions:

    def rule(s, t, w, g, *slots): ...; return w, *slots

`w -= s.lr * g` changes an array in place and rebinds a Tensor. So `step` hands it the parameters' own memory, and
`updated` hands it Tensors and gets a differentiable graph of the same update.
"""
import math
from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import wraps
from typing import Any

import numpy as np
from numpy import ndarray

from autograd import Tensor, as_tensor
from autograd.core.isolation import is_ours
from autograd.core.values import beside, on_host, to_host

from ..checks import check
from ..parameter import Parameter

HALF = "e"
"""float16, as dtypes spell it. Rules run on it in float32: its squares and epsilons vanish below 6e-8."""

BLOCK = 16_384
"""Entries that a rule sees at a time: its temporaries stay in the processor's cache."""


class Group:
    """Parameters (`params`, a list) that share settings (one attribute each), which may be changed at any time."""
    params: list[Parameter]
    lr: Any
    _plain = True
    """No setting has been a Tensor."""
    _scheduled: tuple[float, float] | None = None
    """(own rate, the rate that a schedule set in its place)"""

    def __init__(self, params: list[Parameter], **settings):
        self.params = params
        self.change(settings)

    def __setattr__(self, name: str, value) -> None:
        super().__setattr__(name, value)
        if isinstance(value, Tensor):
            super().__setattr__("_plain", False)

    def __repr__(self) -> str:
        return f"Group({', '.join(f'{name}={value!r}' for name, value in self.settings().items())})"

    def settings(self) -> dict[str, Any]:
        """By name, in a dict of one's own."""
        return {name: value for name, value in vars(self).items() if name != "params" and name[0] != "_"}

    def change(self, settings: Mapping[str, Any]) -> None:
        """Set several at once."""
        for name, value in settings.items():
            setattr(self, name, value)

    def numbers(self) -> "Group":
        """The settings, Tensors among them as numbers."""
        if self._plain:
            return self
        return Group(self.params, **{k: v.item() if isinstance(v, Tensor) else v for k, v in self.settings().items()})


    def own_lr(self) -> float:
        """The rate without the schedule: the last one that was set by anything else."""
        lr = self.numbers().lr
        return self._scheduled[0] if self._scheduled is not None and self._scheduled[1] == lr else lr

    def set_scheduled_lr(self, own: float, lr: float) -> None:
        """Set the rate and remember the group's own."""
        self.lr, self._scheduled = lr, (own, lr)


class Optimizer:
    """Base class. A subclass gives `rule`, the names of its `slots` (what it remembers per parameter, 0 at first) and
    the default settings.

    Args:
        params: Parameters (of `model.parameters()`), or dicts {"params": [...], setting: value, ...} for groups with
            settings of their own.
        settings: numbers, such as lr; a Tensor is allowed where `updated` or `unrolled` shall differentiate in it.

    Attributes:
        groups: list of `Group`: the parameters and settings, `optimizer.groups[0].lr`.
        params: all parameters, in order.
        state: for each parameter the list of its slots; empty until its first step.
        ages: for each parameter the number of its updates.

    Raises:
        ValueError: no parameters, one given twice, an unknown setting or one out of range.
        TypeError: something that is not a floating leaf, or a setting that is no number.
    """
    slots: tuple[str, ...] = ()
    """The names of what is remembered per parameter."""

    def __init_subclass__(cls, **kwargs) -> None:
        super().__init_subclass__(**kwargs)
        if "rule" in vars(cls) and not is_ours(cls.rule):
            cls.rule = staticmethod(_with_own_gradient(cls.rule))       # type: ignore[method-assign]

    def __init__(self, params: Iterable, **settings):
        given = list(params.values() if isinstance(params, Mapping) else listed(params))
        grouped = bool(given) and all(isinstance(entry, dict) for entry in given)
        self.groups = [make_group(entry, settings) for entry in (given if grouped else [{"params": given}])]
        self.params: list[Parameter] = [p for group in self.groups for p in group.params]
        once(self.params)
        for group in self.groups:
            self.validate(group)
        self.state: list[list[Any]] = [[] for _ in self.params]
        self.ages = [0] * len(self.params)

    def __repr__(self) -> str:
        return f"{type(self).__name__}({', '.join(repr(group)[6:-1] for group in self.groups)})"

    def validate(self, s: Group) -> None:
        """Raise ValueError for settings out of range; called for each group."""
        check("lr", s.lr, lambda v: 0 <= v < math.inf, "at least 0")

    def remembers(self, s: Group) -> int:
        """How many slots the rule uses under these settings."""
        return len(self.slots)

    @staticmethod
    def rule(s, t, w, g, *slots) -> tuple:
        """The new (w, *slots) of one parameter with gradient g, at its t-th update (from 1) under settings s."""
        raise NotImplementedError

    @property
    def lr(self) -> Any:
        """The learning rate of the first group; setting it sets that of all groups."""
        return self.groups[0].lr

    @lr.setter
    def lr(self, value) -> None:
        check("lr", value, lambda v: 0 <= v < math.inf, "at least 0")
        for group in self.groups:
            group.lr = value

    def scale_lr(self, lr: float) -> None:
        """Give the group with the highest rate of its own this rate, and the others theirs in proportion.

        This is how `fit` applies a schedule: groups keep their differences, and one with lr=0 stays frozen.
        ValueError if every group has lr=0, or for a rate below 0.

        >>> from nn import SGD, Parameter
        >>> optimizer = SGD([{"params": [Parameter(1.0)], "lr": 0.25}, {"params": [Parameter(1.0)]}], lr=0.5)
        >>> optimizer.scale_lr(0.1)
        >>> [group.lr for group in optimizer.groups]
        [0.05, 0.1]
        """
        check("lr", lr, lambda v: 0 <= v < math.inf, "at least 0")
        own = [group.own_lr() for group in self.groups]
        top = max(own)
        if not top:
            raise ValueError("every group has lr=0, and a schedule scales the groups' own rates: nothing would be "
                             "learned. Set the lr of the groups to be trained")
        for group, rate in zip(self.groups, own, strict=True):
            group.set_scheduled_lr(rate, float(lr) * (rate / top))

    def zero_grad(self) -> None:
        """Forget the gradients of all parameters: `backward` adds to them until then."""
        for p in self.params:
            p._grad = None

    def step(self) -> None:
        """Update every parameter that has a gradient, in place. Parameters without one are left as they are."""
        rule, state, ages, i = self.rule, self.state, self.ages, -1
        for group in self.groups:
            s, needed = group.numbers(), self.remembers(group)
            for p in group.params:
                i += 1
                g, slots, t = p._grad, state[i], ages[i] + 1
                if g is None:
                    continue
                w = p.writable()
                while len(slots) < needed:
                    slots.append(_zeros(w))
                if g.__class__ is not ndarray:
                    g = getattr(g, "_value", g)
                if w.__class__ is not ndarray:
                    p.assign((_on_number if on_host(w) else _elsewhere)(rule, s, t, w, g, slots))
                elif w.dtype.char == HALF:
                    _in_float32(rule, s, t, w, g, *slots)
                elif w.size > BLOCK:
                    _in_blocks(rule, s, t, w, g, *slots)
                elif slots:
                    rule(s, t, w, g, *slots)
                else:
                    rule(s, t, w, g)
                ages[i] = t

    def updated(self, params: Sequence[Tensor], grads: Sequence[Tensor], state=None, t: int = 1) -> tuple[list, list]:
        """(parameters, state) after one step, as a graph: the inputs are not changed.

        Args:
            params, grads: Tensors, in the order of `self.params`.
            state: what the previous call returned; None at the first step.
            t: number of the step, from 1.

        Raises:
            ValueError: a gradient whose shape is not its parameter's.

        >>> from autograd import Tensor
        >>> from nn import SGD, Parameter
        >>> lr = Tensor(0.1, requires_grad=True)
        >>> (w,), state = SGD([Parameter(1.0)], lr=lr).updated([Tensor(1.0)], [Tensor(3.0)])
        >>> w.backward()
        >>> lr.grad
        Tensor(-3.0)
        """
        given = len(listed(params)), len(listed(grads))
        if given != (len(self.params),) * 2:
            raise ValueError(f"updated takes {len(self.params)} parameters and as many gradients, got {given}")
        for w, g in zip(params, grads, strict=True):
            if np.shape(g) != np.shape(w):
                raise ValueError(f"a gradient of shape {np.shape(g)} for a parameter of shape {np.shape(w)}: NumPy "
                                 f"would broadcast them; write g.reshape({np.shape(w)}) if the entries belong together")
        state = state or [[0.0] * len(self.slots) for _ in self.params]
        settings = [group for group in self.groups for _ in group.params]
        new = [_widened(self.rule, s, t, *map(_plain_node, (w, g, *slots)))
               for s, w, g, slots in zip(settings, params, grads, state, strict=True)]
        return [w for w, *_ in new], [slots for _, *slots in new]

    def state_dict(self) -> dict[str, Any]:
        """A copy of everything but the parameters: settings, slots and ages, as plain data and arrays."""
        settings = [group.numbers().settings() for group in self.groups]
        slots = [[np.array(to_host(a)) for a in slots] for slots in self.state]
        return {"kind": type(self).__name__, "groups": settings, "ages": list(self.ages), "slots": slots,
                "own_lr": [group.own_lr() for group in self.groups]}

    def load_state_dict(self, state: Mapping[str, Any]) -> None:
        """Go on where another optimiser of the same kind and parameters was. ValueError, unchanged, if it differs."""
        try:
            groups, own, ages, slots = self._verified(state)
        except (KeyError, TypeError, AttributeError) as error:
            raise ValueError(f"this is not the state of {type(self).__name__}: {error!r}") from error
        for group, new, lr in zip(self.groups, groups, own, strict=True):
            group.change(new.settings())
            group.set_scheduled_lr(lr, group.lr)
        self.ages, self.state = ages, slots

    def _verified(self, state: Mapping[str, Any]) -> tuple[list[Group], list[float], list[int], list[list[Any]]]:
        """Groups with the state's settings, their own rates, ages and slots."""
        mine = type(self).__name__
        if not isinstance(state, Mapping):
            raise ValueError(f"this is not the state of {mine}, which state_dict() gives, but {state!r:.60}")
        if state.get("kind") != mine:
            raise ValueError(f"this state belongs to {state.get('kind', 'no optimiser')}, not to {mine}")
        if not all(isinstance(state.get(part), list | tuple) for part in ("groups", "ages", "slots")) or not all(
                isinstance(settings, Mapping) for settings in state["groups"]):
            raise ValueError("this state lacks lists of groups, ages and slots, as state_dict() gives them")
        sizes = [len(state["groups"]), len(state["ages"]), len(state["slots"])]
        if sizes != [len(self.groups), len(self.params), len(self.params)]:
            raise ValueError(f"this state is for {sizes[1]} parameters in {sizes[0]} groups, not for "
                             f"{len(self.params)} in {len(self.groups)}")
        groups = [verified_settings(group, settings)
                  for group, settings in zip(self.groups, state["groups"], strict=True)]
        for group in groups:
            self.validate(group)
        counts = {0, len(self.slots), *map(self.remembers, groups)}
        for p, slots in zip(self.params, state["slots"], strict=True):
            if len(slots) not in counts or any(np.shape(a) != p.shape for a in slots):
                raise ValueError(f"slots ({', '.join(self.slots)}) of shape {p.shape} fit a parameter of this shape, "
                                 f"got {', '.join(str(np.shape(a)) for a in slots)}")
        own = list(state.get("own_lr", [group.lr for group in groups]))
        for value in (*own, *state["ages"]):
            check("rates and numbers of updates", value, lambda v: v >= 0, "at least 0")
        slots = [[_slot(a, p) for a in slots] for p, slots in zip(self.params, state["slots"], strict=True)]
        return groups, own, list(state["ages"]), slots


def listed(params) -> Any:
    """TypeError for a model in the place of its parameters."""
    if isinstance(params, str) or not isinstance(params, Iterable):
        raise TypeError(f"parameters are needed, got {type(params).__name__}; pass model.parameters()")
    return params


def once(params: Sequence[Tensor]) -> None:
    """ValueError for a parameter that is among the others twice."""
    if len({id(p) for p in params}) < len(params):
        raise ValueError("a parameter was given twice: each would be updated twice per step")


def make_group(entry: dict, settings: dict) -> Group:
    """A group of parameters with these settings, but for those that it has itself; as `Optimizer` says, or an error."""
    unknown = set(entry) - set(settings) - {"params"}
    if unknown:
        raise ValueError(f"unknown setting {sorted(unknown)} in a parameter group; there are {sorted(settings)}")
    params = list(listed(entry.get("params", [])))
    if not params:
        raise ValueError("no parameters to optimise: pass model.parameters()")
    for p in params:
        if not (isinstance(p, Tensor) and p.is_leaf and p.dtype.kind == "f"):
            raise TypeError(f"an optimiser takes Parameters (floating leaves), got {p!r}; pass model.parameters()")
    return Group(**settings | entry | {"params": params})


def verified_settings(group: Group, settings: Mapping[str, Any]) -> Group:
    """A group with these settings in the place of its own; ValueError for those it does not have."""
    own = group.settings()
    odd = [name for name, value in settings.items()
           if name not in own or isinstance(own[name], bool) != isinstance(value, bool)]
    if odd:
        raise ValueError(f"the setting {odd[0]} = {settings[odd[0]]!r} is none of this optimiser's: {own}")
    return Group(group.params, **own | dict(settings))


def _slot(value, p):
    """What is remembered of a parameter, in the dtype in which its rule runs."""
    if np.asarray(value).dtype.kind != "f":
        raise ValueError(f"slots are floating arrays, got {value!r:.60}")
    return beside(np.array(value, rule_dtype(p)) if p.shape else rule_dtype(p).type(value), p)


def rule_dtype(p) -> np.dtype:
    """In which dtype the rule runs on a parameter and keeps its slots: its own, but float32 for float16."""
    return np.result_type(p.dtype, np.float32)


def _plain_node(x):
    """A node that a rule cannot change: `x *= 2` writes into arrays, and under `no_grad` into leaves."""
    return x if isinstance(x, Tensor) and not (x.is_leaf and x.requires_grad) else +as_tensor(x)


def _with_own_gradient(rule: Callable[..., tuple]) -> Callable[..., tuple]:
    """A rule declared outside of our packages, on a copy of the gradient: it may write `g += decay * w`."""
    @wraps(rule)
    def call(s, t, w, g, *slots):
        return rule(s, t, w, g.copy() if g.__class__ is ndarray else g, *slots)
    return call


def _on_number(rule, s, t, w, g, slots: list):
    """The new value of a 0-d parameter; its slots are replaced."""
    kind = np.float32 if w.__class__ is np.float16 else w.__class__
    new, *slots[:] = map(kind, rule(s, t, kind(w), kind(g), *slots))        # NumPy 1 turns float32 into float64
    return new


def _elsewhere(rule, s, t, w, g, slots: list):
    """The new value of a parameter in another library's array, which perhaps cannot be written to; slots likewise."""
    new, *kept = _widened(rule, s, t, w, g, *slots)
    slots[:] = kept[:len(slots)]
    return new


def _in_float32(rule, s, t, w, g, *slots) -> None:
    """The rule in place on a float16 array, whose slots are float32."""
    wide = w.astype(np.float32)
    _in_blocks(rule, s, t, wide, g.astype(np.float32), *slots)
    w[...] = wide


def _widened(rule, s, t, w, g, *slots) -> tuple:
    """The rule on Tensors or arrays, those of float16 in float32."""
    if w.dtype.char != HALF:
        return rule(s, t, w, g, *slots)
    new, *slots = rule(s, t, w.astype(np.float32), g.astype(np.float32), *slots)
    return new.astype(w.dtype), *slots


def _in_blocks(rule, s, t, *arrays) -> None:
    """The rule in place on large arrays, block by block."""
    if not all(a.flags.c_contiguous for a in arrays):
        rule(s, t, *arrays)
        return
    flat = [a.reshape(-1) for a in arrays]
    for i in range(0, flat[0].size, BLOCK):
        rule(s, t, *[a[i:i + BLOCK] for a in flat])


def _zeros(value):
    return np.zeros_like(value, rule_dtype(value)) if value.__class__ is ndarray or not on_host(value) else 0.0
