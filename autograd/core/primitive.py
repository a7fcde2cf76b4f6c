"""Primitive: an operation declared once, with its derivative, domain, label and formula beside its forward kernel.

Everything else in the project reads these declarations. A rule is written with operators, other primitives and NumPy
functions; all of these look at what their arguments are, so that one rule runs on arrays (ordinary backward), on
Tensors (gradients of gradients) and on whatever else carries `__carry__`.
"""
import inspect
from collections.abc import Callable, Sequence
from functools import cached_property, wraps
from types import FunctionType
from typing import Any

import numpy as np

from ..support import installed  # noqa: F401       raises where the package is mixed with another of its name
from ..support.arguments import check_function
from ..support.keywords import ordered_metadata, respelled
from ..support.source_lines import stand_side_by_side
from .domain import Exactly, Real
from .isolation import KernelError, is_ours, isolated, verified
from .op_error import REFUSALS, op_error
from .outputs import Cotangents, output_names, tuple_of
from .values import NUMBERS, as_array, is_array, python_number, real_numbers

REGISTRY: dict[str, "Primitive"] = {}
"""Every declared primitive by name."""

NUMPY: dict[Callable, Callable] = {}
"""NumPy function -> the function of ours that stands for it; read by Tensor's NumPy protocols."""

ANYWHERE = Real()
"""The domain of inputs that nothing is said about."""

PLAIN = frozenset({np.ndarray, *NUMBERS})

Rule = Callable[..., Any]


def ELEMENTWISE(op: "Primitive", i: int) -> Rule:
    """jvp marker: the Jacobian is diagonal (up to broadcasting), so a tangent goes through the VJP rule itself."""
    return op.vjp_rules[i]


def PIECEWISE_LINEAR(op: "Primitive", i: int) -> Rule:
    """jvp marker: ELEMENTWISE, with finitely many slopes, so that the rule makes 0 of a zero cotangent at any input,
    nan and infinity included. Elsewhere the engine must look for 0 times a singular derivative."""
    return op.vjp_rules[i]


def SYMMETRIC(op: "Primitive", i: int) -> Rule:
    """jvp marker: the Jacobian is symmetric, as softmax's is, so J t = J^T t and the VJP rule serves both ways."""
    return op.vjp_rules[i]


def MULTILINEAR(op: "Primitive", i: int) -> Rule:
    """jvp marker: linear in each input with the others held, so the tangent takes its input's place."""
    return lambda t, y, *xs, **params: op(*xs[:i], t, *xs[i + 1:], **params)


def LINEAR(op: "Primitive", i: int) -> Rule:
    """jvp marker: linear in all differentiable inputs together; the others contribute zero while one moves."""
    def push(t, y, *xs, **params):
        return op(*(t if j == i else _zero_like(x) if op.vjp_rules[j] else x for j, x in enumerate(xs)), **params)
    return push


def _zero_like(x):
    return 0.0 if x.__class__ in NUMBERS else np.zeros_like(x)          # not x * 0.0: x may be infinite


MARKERS = (ELEMENTWISE, PIECEWISE_LINEAR, SYMMETRIC, MULTILINEAR, LINEAR)


def SAME(g, *_, **params):
    """vjp rule: the cotangent goes through as it is, as to both terms of a sum."""
    return g


def ZERO(g, *_, **params):
    """vjp rule: no derivative anywhere, by convention also at jumps, as of a sign or a rounded number."""
    return g * 0.0


class Primitive:
    """A declared operation. Call it on arrays (plain values come back), on Tensors (recorded), or on both mixed.

    Made by the decorator `primitive`, which documents the arguments. Attributes of use to readers of declarations:
    `name`, `kernel`, `scalar`, `vjp_rules`, `jvp`, `domain`, `shapes`, `params`, `residual`, `kinks`, `label`, `latex`,
    `arity` (number of array inputs, None when it takes any number), `defaults` (of the keyword metadata).
    """

    numpy: Callable | None = None

    def __init__(self, kernel: Rule, *, vjp, jvp, scalar, domain, shapes, params, residual, kinks, label, latex, name,
                 arrays, outputs):
        check_function("the kernel of a primitive", kernel, "a function")
        self.name = kernel.__name__ if name is None else name
        if not isinstance(self.name, str):
            raise TypeError(f"the name of a primitive must be a text, got {name!r}")
        _check_rules(self.name, vjp=vjp, jvp=jvp)
        if arrays not in ("read-only", "writable"):
            raise ValueError(f'primitive {self.name}: arrays must be "read-only" or "writable", got {arrays!r}')
        self.outputs = output_names(self.name, outputs)
        self.several = self.outputs is not None
        if self.several and jvp in (ELEMENTWISE, PIECEWISE_LINEAR, SYMMETRIC):
            raise ValueError(f"primitive {self.name}: {jvp.__name__} makes the vjp rule the jvp rule, which several "
                             "outputs do not allow; give jvp=(rule,) per input, or LINEAR or MULTILINEAR")
        if not is_ours(kernel):
            kernel = verified(kernel, self.name, residual is not None, self.outputs)
            kernel, vjp, jvp, residual = _isolated(self.name, arrays == "writable", kernel, vjp, jvp, residual)
        self.kernel, self.jvp, self.scalar = kernel, jvp, scalar
        self.vjp_rules: Any = _VariadicRules(vjp) if callable(vjp) else vjp
        self.differentiable = vjp is not None
        self.inert = () if callable(vjp) else tuple(i for i, rule in enumerate(vjp or ()) if rule is None)
        self.domain, self.shapes, self.params, self.residual, self.kinks = domain, shapes, params, residual, kinks
        self.label, self.latex = label or self.name, latex or rf"\operatorname{{{self.name}}}(%s)"
        self.__name__, self.__doc__, self.__wrapped__ = self.name, kernel.__doc__, kernel
        self._read_signature()
        self.elementwise = jvp in (ELEMENTWISE, PIECEWISE_LINEAR)
        self.singular = jvp is ELEMENTWISE

    def _read_signature(self) -> None:
        self.arity, self.metadata, self.defaults = parameters_of(self.kernel)
        self.complete = len(self.defaults) == len(self.metadata)
        variadic = self.arity is None
        if not variadic and isinstance(self.vjp_rules, _VariadicRules):
            raise TypeError(f"primitive {self.name}: one function as vjp is for kernels with *xs; write vjp=(rule,), a "
                            "tuple of one rule per array input in order")
        if not variadic and self.vjp_rules is not None and len(self.vjp_rules) != self.arity:
            raise TypeError(f"primitive {self.name}: {self.arity} array inputs but {len(self.vjp_rules)} vjp rules; "
                            "give one rule per input in order, None where the op is not differentiable")

    def __call__(self, *given: Any, **params: Any) -> Any:
        args: Sequence[Any] = given
        if params or len(args) != self.arity:
            bound = self._bound(args, params)
            if bound is None:
                return respelled(self, given, params)
            args, params = bound
        elif self.metadata:
            params = self.defaults if self.complete else self.bind(args, params)[1]
        convert = False
        for x in args:
            if x.__class__ not in PLAIN:
                if (carry := getattr(x, "__carry__", None)) is not None:
                    return carry(self, args, params)
                convert = convert or not is_array(x)
        if params and params is not self.defaults:
            for x in params.values():
                if x.__class__ not in PLAIN and (carry := getattr(x, "__carry__", None)) is not None:
                    return carry(self, args, params)
        if convert:
            args = [x if x.__class__ in PLAIN or is_array(x) else _array(x) for x in args]
        try:
            y = self.evaluate(args, params)
        except KernelError:
            raise
        except REFUSALS as error:
            raise op_error(self.name, args, params, error) from error
        y = y[0] if self.residual else y
        return self._packed(y) if self.several else y

    def _packed(self, outputs: tuple) -> tuple:
        """Several outputs as the caller gets them: a tuple, with names if they have some."""
        named = tuple_of(self.name, self.outputs or ())
        return named(*outputs) if named else outputs

    def bind(self, args: Sequence, params: dict) -> tuple[Sequence, dict]:
        """Array inputs and the complete metadata: `sum(x, 0)` and `sum(x, axis=0)` are the same call. Numbers among the
        metadata become Python's, so that np.float64(2) does not make float64 of float32."""
        bound = self._bound(args, params)
        if bound is None:
            raise self.misuse(args, params)
        return bound

    def _bound(self, args: Sequence, params: dict) -> tuple[Sequence, dict] | None:
        arrays, extra = (args, args[:0]) if self.arity is None else (args[:self.arity], args[self.arity:])
        given: dict[str, Any] = dict(zip(self.metadata, extra, strict=False))
        wrong = [name for name in params if name not in self.metadata or name in given]
        if wrong or (extra and len(extra) > self.positional) or len(arrays) < (self.arity or 0):
            return None
        given |= params
        return arrays, {**self.defaults, **{name: python_number(v) for name, v in given.items()}}

    @cached_property
    def positional(self) -> int:
        """How many of the metadata may be given without their names."""
        return ordered_metadata(self)

    def misuse(self, args: Sequence, params: dict) -> TypeError:
        return TypeError(f"{self.name} takes {self.arity or 'any number of'} array(s) and the parameters "
                         f"({', '.join(self.metadata)}), got {len(args)} positional and {sorted(params)}")

    def evaluate(self, values: Sequence, params: dict) -> Any:
        """The forward kernel on plain values: the output, or (output, residual) if the op declares a residual."""
        if self.scalar is not None and values[0].__class__ in NUMBERS:
            if python_numbers(values):
                try:
                    return self.scalar(*values, **params)
                except (ArithmeticError, ValueError):   # where Python raises, NumPy gives inf or nan and a warning
                    pass
            if NUMBERS.keys() >= {*map(type, values)}:  # and Python's integers are not NumPy's: 1 / 0, True + True
                values = [NUMBERS[x.__class__](x) for x in values]
        return self.kernel(*values, **params)

    def jvp_rule(self, i: int) -> Rule | None:
        """The rule (t, y, *inputs, **metadata) -> the part of the output's tangent that input i causes."""
        if self.jvp in MARKERS:
            return self.jvp(self, i) if self.vjp_rules[i] else None
        return self.jvp and self.jvp[i]

    def __repr__(self) -> str:
        return f"<primitive {self.name}>"

    def __reduce__(self):
        return _registered, (self.name,)


def parameters_of(kernel: Callable) -> tuple[int | None, tuple[str, ...], dict[str, Any]]:
    """How many arrays a kernel takes, None for any number, and the names and the defaults of its metadata."""
    if kernel.__class__ is FunctionType and not vars(kernel):          # not wrapped: in a twentieth of inspect's time
        code = kernel.__code__
        names = code.co_varnames[code.co_argcount:code.co_argcount + code.co_kwonlyargcount]
        arity = None if code.co_flags & inspect.CO_VARARGS else code.co_argcount
        return arity, names, dict(kernel.__kwdefaults__ or {})
    parameters = inspect.signature(kernel).parameters.values()
    kinds = [p.kind for p in parameters]
    metadata = [p for p in parameters if p.kind is p.KEYWORD_ONLY]
    arrays = kinds.count(inspect.Parameter.POSITIONAL_ONLY) + kinds.count(inspect.Parameter.POSITIONAL_OR_KEYWORD)
    return (None if inspect.Parameter.VAR_POSITIONAL in kinds else arrays, tuple(p.name for p in metadata),
            {p.name: p.default for p in metadata if p.default is not p.empty})


class _VariadicRules:
    """The rules of an op of any number of inputs, read like a tuple: the i-th is the declared one with i filled in."""

    def __init__(self, rule: Rule):
        self.rule = rule

    def __getitem__(self, i: int) -> Rule:
        @wraps(self.rule)
        def rule(g, y, *xs, **params):
            return self.rule(i, g, y, *xs, **params)
        return rule


def _check_rules(name: str, **kinds) -> None:
    """TypeError for what is neither a rule nor a tuple of rules."""
    for kind, rules in kinds.items():
        listed = rules if isinstance(rules, tuple | list) else (rules,)
        if not all(rule is None or callable(rule) for rule in listed):
            raise TypeError(f"primitive {name}: {kind} must be a tuple of one function per array input, got {rules!r}")


def _isolated(name: str, writable: bool, kernel, vjp, jvp, residual) -> tuple:
    """What an op declared outside of our packages consists of, none of which can change or keep our arrays."""
    def each(rules, kind):
        if callable(rules):
            return isolated(rules, writable, f"the {kind} rule of {name}")
        return rules and tuple(rule if rule is None or rule is SAME else each(rule, kind) for rule in rules)
    return (isolated(kernel, writable, f"the kernel of {name}"), each(vjp, "vjp"),
            jvp if jvp in MARKERS else each(jvp, "jvp"), residual and each(residual, "residual"))


def python_numbers(values: Sequence) -> bool:
    """All Python numbers, at least one of them a float."""
    some_float = False
    for x in values:
        if x.__class__ is float:
            some_float = True
        elif x.__class__ is not int and x.__class__ is not bool:
            return False
    return some_float


def _array(x):
    return real_numbers(as_array(x), x, "fiubc")


def _registered(name: str) -> Primitive:
    return REGISTRY[name]


def primitive(*, vjp, jvp=None, scalar=None, domain=None, shapes=None, params=None, residual=None, kinks=None,
              label=None, latex=None, name=None, numpy=None, arrays="read-only",
              outputs=None) -> Callable[[Rule], Primitive]:
    """Declare an op: decorate its forward kernel, arrays positional, metadata keyword-only.

    Args:
        vjp: one rule per array input, `(g, y, *inputs, **metadata) -> cotangent of that input`; g has y's shape and
            dtype. None in a place: not differentiable in that input. None for all: not differentiable at all. For a
            kernel with `*xs`: one rule `(i, g, y, *xs, **metadata)`. The engine sums over broadcast axes afterwards.
        jvp: ELEMENTWISE, PIECEWISE_LINEAR, SYMMETRIC, LINEAR, MULTILINEAR, or one rule `(t, y, *inputs, **metadata)`
            per input.
        scalar: an equivalent of the kernel on Python floats (`math.exp`), for graphs of scalars.
        domain: where each input may be drawn from (see `autograd.domain`), default `Real()` for each.
        shapes: gufunc signature such as "(m,k),(k,n)->(m,n)", default elementwise.
        params: what each metadata keyword may be (see `autograd.domain`).
        residual: `(*inputs, **metadata) -> r` for a kernel that returns `(y, r)`: the differentiable recomputation of
            what the kernel caches. Rules then take `(g, y, r, *inputs, **metadata)`.
        kinks: `(*inputs, **metadata) -> bool array`, true where one-sided derivatives differ.
        label, latex: how graphs and formulas show it; `%s` stands for the arguments.
        numpy: the NumPy function it stands for when that is called on a Tensor.
        arrays: how kernel and rules get plain arrays: "read-only", for others read them too; "writable" for those that
            insist (ctypes, Cython, Numba with signatures): then each is a private copy in C order, 0-d ones too. What
            they return is copied in either case. (Our own ops, proved pure by a test, are spared this.) Declare
            "writable" what writes through a bare pointer or by `np.add.at`: these do not look at NumPy's flag.
        outputs: for a kernel that returns a tuple of outputs: how many, their names, or `...` for any number. Rules
            then get the tuple of their cotangents as g, None where none arrived, and the tuple of outputs as y; jvp
            rules give a tuple. Outputs of integers or booleans are constants. The caller gets a tuple, with the names.

    Raises:
        TypeError: as many rules as array inputs are needed.
        ValueError: the name is taken; `outputs` or `arrays` is none of the above.

    >>> import numpy as np
    >>> from autograd import Tensor, primitive
    >>> @primitive(vjp=(lambda g, y, x: g * 3 * x ** 2,))
    ... def cube(x):
    ...     return x ** 3
    >>> x = Tensor(2.0, requires_grad=True)
    >>> cube(x).backward()
    >>> x.grad
    Tensor(12.0)

    Two outputs, the polar coordinates r and phi of a point; their cotangents arrive together:

    >>> def to_point(g, y, p):
    ...     r, phi = (0.0 if c is None else c for c in g)
    ...     return np.array([r * p[0] - phi * p[1] / y[0], r * p[1] + phi * p[0] / y[0]]) / y[0]
    >>> @primitive(vjp=(to_point,), outputs=("r", "phi"))
    ... def polar(p):
    ...     return np.hypot(p[0], p[1]), np.arctan2(p[1], p[0])
    >>> p = Tensor([3.0, 4.0], requires_grad=True)
    >>> y = polar(p)
    >>> y.r.backward()
    >>> p.grad
    Tensor([0.6 0.8])
    """
    def declare(kernel: Rule) -> Primitive:
        op = Primitive(kernel, vjp=vjp, jvp=jvp, scalar=scalar, domain=domain, shapes=shapes, params=params or {},
                       residual=residual, kinks=kinks, label=label, latex=latex, name=name, arrays=arrays,
                       outputs=outputs)
        if op.domain is None and op.arity is not None:
            op.domain = (ANYWHERE,) * op.arity
        return _register(op, numpy)
    return declare


def _register(op: Primitive, numpy: Callable | None) -> Primitive:
    taken = REGISTRY.get(op.name)
    if taken is not None and taken.kernel.__module__ != op.kernel.__module__:
        raise ValueError(f"a primitive named {op.name!r} is declared in {taken.kernel.__module__}; "
                         "pass name=... for yours")
    if taken is not None and stand_side_by_side(inspect.unwrap(taken.kernel), inspect.unwrap(op.kernel)):
        raise ValueError(f"a primitive named {op.name!r} is declared twice in {op.kernel.__module__}: give one of them "
                         "another name")
    REGISTRY[op.name] = op
    if numpy is not None:
        NUMPY[numpy], op.numpy = op, numpy
    return op


# ---- several outputs -----------------------------------------------------------------------------------------------

@primitive(vjp=(lambda g, y, x, index, called: Cotangents.only(g, index, len(x)),),
           jvp=(lambda t, y, x, index, called: t[index],), shapes=Exactly("()->()"), name="output_of")
def _output(x, *, index, called):
    """One of the outputs of an op that has several: x is the tuple of all, `called` how errors and drawings call it."""
    return x[index]


@primitive(vjp=None, name="discrete_output_of")
def _discrete_output(x, *, index, called):
    """The same for integers and booleans, through which no gradient flows: it is outside the graph."""
    return x[index]


@primitive(vjp=lambda i, g, y, *xs: g[i], name="several_results")
def several(*xs):
    """Several results in one: the root of a single backward pass from all of them."""
    return xs


def outputs_of(call: Any, op: Primitive) -> tuple:
    """The outputs of an op with several, each a node of its own; `call` is the node that holds them all as a tuple."""
    found = []
    for i, y in enumerate(call._value):
        real = y.__class__ is float or getattr(getattr(y, "dtype", None), "kind", None) == "f"
        params = {"index": i, "called": f"{op.outputs[i] if op.outputs else i} of {op.name}"}
        found.append(call.__carry__(_output if real else _discrete_output, (call,), params))
    return op._packed(tuple(found))
