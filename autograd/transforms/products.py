"""Products with Jacobians and Hessians, and these themselves.

Names and conventions are those of HIPS autograd, JAX's where it has none.
A function that takes a vector after the arguments of f, or returns a function of it, never builds the matrix.
"""
import inspect
from collections.abc import Callable, Sequence
from functools import wraps
from typing import Any

import numpy as np

from ..core.dtypes import dtype_of
from ..core.tensor import Tensor
from ..core.values import shape_and_dtype
from ..ops.joining import stack
from .containers import leaves_of, rebuilt
from .forward import jvp
from .gradient import Run, argument_of, grad, places_of

Argnum = int | Sequence[int]


def vjp(f: Callable[..., Any], *primals: Any) -> tuple[Any, Callable[[Any], tuple]]:
    """The value of f and its pullback: `(f(*primals), pullback)`; `pullback(g)` are the products of a cotangent with
    the Jacobians, one for each primal (as `jax.vjp`).

    f may return containers; then g is one of the same kind. The pullback may be called many times.

    Raises ValueError for a cotangent of another shape, TypeError for primals that hold no floating numbers.

    >>> import numpy as np
    >>> from autograd import vjp
    >>> y, pullback = vjp(lambda x, w: x * w, np.array([1.0, 2.0]), 3.0)
    >>> pullback(np.array([1.0, 10.0]))
    (array([ 3., 30.]), 21.0)
    """
    _check_function("vjp", f, "vjp(f, x)")
    run = Run(f, primals, range(len(primals)), {})
    return run.value(plain=not _holds_tensors(primals)), lambda g: tuple(_pulled(run, g))


def _pulled(run: Run, g: Any) -> list:
    """The products of a cotangent with the Jacobians of a run."""
    ys, gs = leaves_of(run.y), leaves_of(g)
    if not ys:
        raise TypeError(f"the function gives no floating numbers to differentiate, but {run.y!r:.60}")
    if len(ys) != len(gs):
        raise ValueError(f"the function gives {len(ys)} array(s) or floating number(s), so a cotangent has as many; "
                         f"got {len(gs)}")
    for y, c in zip(ys, gs, strict=True):
        if np.shape(c) != np.shape(y):
            raise ValueError(f"a cotangent has the shape of the result, {np.shape(y)}; got {np.shape(c)}")

    def pull() -> list:
        first, *more = [run.gradients(y, c) for y, c in zip(ys, gs, strict=True)]
        for found in more:
            first = [a + b for a, b in zip(first, found, strict=True)]
        return first
    return run.pulled(pull)


def _holds_tensors(x: Any) -> bool:
    return any(isinstance(leaf, Tensor) for leaf in leaves_of(x))


def _check_function(name: str, f: Any, example: str) -> None:
    if not callable(f):
        raise TypeError(f"{name} takes a function, got {f!r:.60}; write {example}")


def _run(f: Callable, args: Sequence, kwargs: dict, argnum: Argnum) -> Run:
    return Run(f, args, places_of(argnum, len(args)), kwargs)


def make_vjp(f: Callable[..., Any], argnum: int = 0) -> Callable[..., tuple[Callable[[Any], Any], Any]]:
    """`make_vjp(f)(*args)` is `(pullback, f(*args))` in argument `argnum`.

    >>> from autograd import make_vjp
    >>> pullback, y = make_vjp(lambda x: x ** 2)(3.0)
    >>> pullback(1.0), y
    (6.0, 9.0)
    """
    _check_function("make_vjp", f, "make_vjp(f)(x)")

    @wraps(f)
    def made(*args: Any, **kwargs: Any) -> tuple[Callable[[Any], Any], Any]:
        run = _run(f, args, kwargs, argnum)
        return (lambda g: _pulled(run, g)[0]), run.value(plain=not _holds_tensors(args))
    return made


def make_jvp(f: Callable[..., Any], argnum: int = 0) -> Callable[..., Callable[[Any], tuple[Any, Any]]]:
    """`make_jvp(f)(*args)(t)` is `(f(*args), J t)` in argument `argnum`: forward mode.

    >>> from autograd import make_jvp
    >>> make_jvp(lambda x: x ** 2)(3.0)(1.0)
    (9.0, 6.0)
    """
    _check_function("make_jvp", f, "make_jvp(f)(x)(t)")

    @wraps(f)
    def made(*args: Any, **kwargs: Any) -> Callable[[Any], tuple[Any, Any]]:
        of_one, x = _of_one(f, args, kwargs, argnum)
        return lambda t: jvp(of_one, (x,), (t,))
    return made


def _of_one(f: Callable, args: Sequence, kwargs: dict, argnum: int) -> tuple[Callable[[Any], Any], Any]:
    """f as a function of one of its arguments, and that argument."""
    (place,) = places_of(argnum, len(args))
    x = argument_of(f, args, place)
    place %= len(args)
    return (lambda x: f(*args[:place], x, *args[place + 1:], **kwargs)), x


def jacobian(f: Callable[..., Any], argnum: int = 0) -> Callable[..., Any]:
    """The Jacobian of a function of arrays, d result / d argument: shape (*result.shape, *argument.shape).

    One run of f, and one backward pass for each entry of its result. Of an argument that is a container, a container.

    >>> import numpy as np
    >>> from autograd import jacobian
    >>> jacobian(lambda x: x ** 2)(np.array([1.0, 2.0]))
    array([[2., 0.],
           [0., 4.]])
    """
    _check_function("jacobian", f, "jacobian(f)(x)")

    @wraps(f)
    def rows(*args: Any, **kwargs: Any) -> Any:
        run = _run(f, args, kwargs, argnum)
        shape, dtype = shape_and_dtype(getattr(run.y, "_value", run.y))
        if dtype.kind != "f":
            raise TypeError(f"jacobian is for functions that return floating numbers, got {run.y!r:.60}")
        size = int(np.prod(shape, dtype=int))
        units = np.eye(size, dtype=dtype).reshape(size, *shape) if shape else [dtype_of(dtype).type(1)]
        found = [_pulled(run, g)[0] for g in units]
        run.close()
        argument = run.arguments[0]
        columns = zip(*map(leaves_of, found), strict=True) if found else [[] for _ in leaves_of(argument)]
        joined = [_joined([*column], shape, np.shape(x))
                  for column, x in zip(columns, leaves_of(argument), strict=True)]
        return rebuilt(found[0] if found else argument, joined, as_gradient=True)
    return rows


def _joined(rows: list, shape: tuple, of_argument: tuple) -> Any:
    if not shape:
        return rows[0]
    if not rows:
        return np.zeros(shape + of_argument)
    whole = stack(rows) if any(isinstance(r, Tensor) for r in rows) else np.stack([*map(np.asarray, rows)])
    return np.reshape(whole, shape + of_argument)


def hessian(f: Callable[..., Any], argnum: int = 0) -> Callable[..., Any]:
    """The Hessian of a function with one number as result: shape (*argument.shape, *argument.shape).

    >>> import numpy as np
    >>> from autograd import hessian
    >>> hessian(lambda x: x[0] ** 2 * x[1])(np.array([1.0, 3.0]))
    array([[6., 2.],
           [2., 0.]])
    """
    return jacobian(grad(f, argnum), argnum)


def elementwise_grad(f: Callable[..., Any], argnum: int = 0) -> Callable[..., Any]:
    """The derivative of a function that acts on each entry of its argument alone, in the argument's shape: the gradient
    of the sum of the results.

    >>> import numpy as np
    >>> from autograd import elementwise_grad
    >>> elementwise_grad(lambda x: x ** 2)(np.array([1.0, 2.0]))
    array([2., 4.])
    """
    _check_function("elementwise_grad", f, "elementwise_grad(f)(x)")

    @wraps(f)
    def derivative(*args: Any, **kwargs: Any) -> Any:
        run = _run(f, args, kwargs, argnum)
        found = _pulled(run, rebuilt(run.y, [_ones(y) for y in leaves_of(run.y)]))
        run.close()
        return found[0]
    return derivative


def _ones(y: Any) -> Any:
    shape, dtype = shape_and_dtype(getattr(y, "_value", y))
    return np.ones(shape, dtype) if shape else dtype.type(1)


def deriv(f: Callable[..., Any], argnum: int = 0) -> Callable[..., Any]:
    """The derivative of f along the tangent 1 in argument `argnum`, in one run forward; the result may be an array.

    >>> from autograd import deriv
    >>> deriv(lambda x: x ** 3)(2.0)
    12.0
    """
    with_value = make_jvp(f, argnum)

    @wraps(f)
    def derivative(*args: Any, **kwargs: Any) -> Any:
        x = argument_of(f, args, *places_of(argnum, len(args)))
        return with_value(*args, **kwargs)(rebuilt(x, [_ones(leaf) for leaf in leaves_of(x)]))[1]
    return derivative


def grad_and_aux(f: Callable[..., tuple[Any, Any]], argnum: Argnum = 0) -> Callable[..., tuple[Any, Any]]:
    """For a function that returns `(number, anything)`: a function that returns `(gradient, anything)`.

    >>> from autograd import grad_and_aux
    >>> grad_and_aux(lambda x: (x ** 2, "seen"))(3.0)
    (6.0, 'seen')
    """
    _check_function("grad_and_aux", f, "grad_and_aux(f)(x)")

    @wraps(f)
    def differentiated(*args: Any, **kwargs: Any) -> tuple[Any, Any]:
        beside: list[Any] = []

        def first(*args: Any, **kwargs: Any) -> Any:
            y, aux = f(*args, **kwargs)
            beside.append(aux)
            return y
        return grad(first, argnum)(*args, **kwargs), _cut_all(beside[0])
    return differentiated


def _cut_all(x: Any) -> Any:
    """A container, its Tensors without their graph."""
    return rebuilt(x, [y.detach() if isinstance(y, Tensor) and y.requires_grad else y for y in leaves_of(x)])


def grad_named(f: Callable[..., Any], argname: str) -> Callable[..., Any]:
    """The gradient in the argument of this name.

    >>> from autograd import grad_named
    >>> def area(width, height): return width * height
    >>> grad_named(area, "height")(2.0, 3.0)
    2.0
    """
    names = [*inspect.signature(f).parameters]
    if argname not in names:
        raise ValueError(f"{getattr(f, '__name__', f)} has no argument {argname!r}; there are {', '.join(names)}")
    return grad(f, names.index(argname))


def multigrad_dict(f: Callable[..., Any]) -> Callable[..., dict[str, Any]]:
    """The gradients in all arguments, as a dict {name: gradient}.

    >>> from autograd import multigrad_dict
    >>> def area(width, height): return width * height
    >>> multigrad_dict(area)(2.0, 3.0)
    {'width': 3.0, 'height': 2.0}
    """
    signature = inspect.signature(f)

    @wraps(f)
    def gradients_by_name(*args: Any, **kwargs: Any) -> dict[str, Any]:
        bound = signature.bind(*args, **kwargs)
        bound.apply_defaults()
        names = [*bound.arguments]
        return dict(zip(names, grad(lambda *xs: f(**dict(zip(names, xs, strict=True))), range(len(names)))(
            *bound.arguments.values()), strict=True))
    return gradients_by_name


def tensor_jacobian_product(f: Callable[..., Any], argnum: int = 0) -> Callable[..., Any]:
    """`tensor_jacobian_product(f)(*args, g)`: the product gᵀ J of a cotangent with the Jacobian in argument `argnum`.

    >>> import numpy as np
    >>> from autograd import tensor_jacobian_product
    >>> tensor_jacobian_product(lambda x: x ** 2)(np.array([1.0, 2.0]), np.array([1.0, 1.0]))
    array([2., 4.])
    """
    made = make_vjp(f, argnum)

    @wraps(f)
    def product(*args: Any, **kwargs: Any) -> Any:
        *args, g = args                                     # type: ignore[assignment]
        return made(*args, **kwargs)[0](g)
    return product


def hessian_tensor_product(f: Callable[..., Any], argnum: int = 0) -> Callable[..., Any]:
    """`hessian_tensor_product(f)(*args, t)`: the product H t of the Hessian in argument `argnum` with a tangent.

    Forward over backward, at a few times the cost of f.

    >>> import numpy as np
    >>> from autograd import hessian_tensor_product
    >>> hessian_tensor_product(lambda x: (x ** 3).sum())(np.array([1.0, 2.0]), np.array([1.0, 1.0]))
    array([ 6., 12.])
    """
    gradient = make_jvp(grad(f, argnum), argnum)

    @wraps(f)
    def product(*args: Any, **kwargs: Any) -> Any:
        *args, t = args                                     # type: ignore[assignment]
        return gradient(*args, **kwargs)(t)[1]
    return product


vector_jacobian_product, hessian_vector_product = tensor_jacobian_product, hessian_tensor_product


def make_hvp(f: Callable[..., Any], argnum: int = 0) -> Callable[..., tuple[Callable[[Any], Any], Any]]:
    """`make_hvp(f)(*args)` is `(hvp, gradient)`; `hvp(t)` is the product H t. The gradient's graph is built once.

    >>> from autograd import make_hvp
    >>> hvp, slope = make_hvp(lambda x: x ** 3)(2.0)
    >>> hvp(1.0), slope
    (12.0, 12.0)
    """
    return make_vjp(grad(f, argnum), argnum)


def half_norm(y: Any) -> Any:
    """½ Σ y² over the last axis."""
    return 0.5 * np.sum(y ** 2, axis=-1)


def make_ggnvp(f: Callable[..., Any], g: Callable[[Any], Any] = half_norm, f_argnum: int = 0
               ) -> Callable[..., Callable[[Any], Any]]:
    """`make_ggnvp(f, g)(*args)(t)`: the product Jᵀ H J t of the generalised Gauss-Newton matrix of g(f(x)) with a
    tangent: J is f's Jacobian, H the Hessian of g at f(x) (Schraudolph 2002). g gives one number, by default half the
    squared norm.

    >>> import numpy as np
    >>> from autograd import make_ggnvp
    >>> make_ggnvp(lambda x: 3 * x)(np.array([1.0, 2.0]))(np.array([1.0, 0.0]))
    array([9., 0.])
    """
    _check_function("make_ggnvp", f, "make_ggnvp(f)(x)(t)")

    @wraps(f)
    def made(*args: Any, **kwargs: Any) -> Callable[[Any], Any]:
        of_one, x = _of_one(f, args, kwargs, f_argnum)
        y, pullback = vjp(of_one, x)
        return lambda t: pullback(hessian_tensor_product(g)(y, jvp(of_one, (x,), (t,))[1]))[0]
    return made


def holomorphic_grad(f: Callable[..., Any], argnum: int = 0) -> Callable[..., Any]:
    """The derivative of a holomorphic function of a complex number: not available, Tensors hold real numbers."""
    raise TypeError("Tensors hold real numbers: there is no derivative in a complex one. Write the function of the "
                    "real and the imaginary part, and use grad or jacobian")
