"""Bad calls of the functions on arrays and Tensors, of `grad` and its kin, of modes and of the door for new ops."""
GOOD = """
    ag.clip(x, 0, 1) + ag.where([True, False, True], x, 0.0)
    ag.stack([x, [1, 2, 3]], axis=-1).sum(axis=(0, 1))
    ag.grad(lambda a, b: (a * b).sum(), (0, 1))(np.ones(2), np.ones(2))
    ag.moveaxis(w, 0, -1), ag.expand_dims(x, 1), ag.broadcast_to(x, (2, 3))
    ag.primitive(vjp=(lambda g, y, x: g,), name="fine_for_this_test")(lambda x: x + 0)(x)
    ag.as_tensor(5), ag.as_tensor([True]), ag.as_tensor(np.float32(1))
"""

_UNARY = (
    "absolute", "cos", "elu", "erf", "exp", "expm1", "gelu", "hardtanh", "leaky_relu", "log", "log1p", "negative",
    "positive", "relu", "selu", "sigmoid", "sign", "silu", "sin", "softplus", "sqrt", "square", "tanh", "isfinite",
    "isnan", "isinf", "signbit", "logical_not", "ceil", "floor", "rint", "trunc",
    "arccos", "arccosh", "arcsin", "arcsinh", "arctan", "arctanh", "cbrt", "cosh", "exp2", "log10", "log2", "sinc",
    "sinh", "tan",
)
_BINARY = (
    "add", "subtract", "multiply", "divide", "power", "maximum", "minimum", "equal", "not_equal", "less",
    "less_equal", "greater", "greater_equal", "logical_and", "logical_or", "logical_xor", "floor_divide", "remainder",
    "arctan2", "fmod", "hypot", "logaddexp",
)
_REDUCTIONS = (
    "sum", "mean", "var", "std", "max", "min", "argmax", "argmin", "logsumexp",
)


def _home(name: str) -> str:
    import autograd
    return "ag" if name in autograd.__all__ else "ag.numpy"


_ELEMENTWISE = {name: f"""
        {_home(name)}.{name}(None) | numbers
        {_home(name)}.{name}("text") | numbers
        {_home(name)}.{name}(ragged) | ragged
        {_home(name)}.{name}() | {name}
        {_home(name)}.{name}(x, typo=1) | {name}
    """ for name in _UNARY}
_PAIRS = {name: f"""
        {_home(name)}.{name}(x, [1.0, 2.0]) | {name} cannot take shapes x: (3,), (2,)
        {_home(name)}.{name}(np.ones(3), np.ones(2)) | {name} cannot take shapes (3,), (2,)
        {_home(name)}.{name}(x, None) | numbers
        {_home(name)}.{name}("text", x) | numbers
        {_home(name)}.{name}(1.0, None) | numbers
        {_home(name)}.{name}(x) | {name}
    """ for name in _BINARY}
_OVER_AXES = {name: f"""
        {_home(name)}.{name}(x, axis=1) | axis=1
        {_home(name)}.{name}(np.ones(3), axis=-2) | axis=-2
        {_home(name)}.{name}(x, axis="rows") | axis='rows'
        {_home(name)}.{name}(x, axis=0.5) | axis=0.5
        {_home(name)}.{name}(None) | numbers
        {_home(name)}.{name}(ragged) | ragged
        {_home(name)}.{name}(x, typo=1) | {name}
    """ for name in _REDUCTIONS}
for _name in ("max", "min", "argmax", "argmin"):
    _OVER_AXES[_name] += f"        {_home(_name)}.{_name}([]) | {_name} cannot take\n"

_NUMPYS = (
    "apply_along_axis", "corrcoef", "cov", "float_power", "polyval", "real", "trim_zeros", "unwrap", "vander",
    "append", "average", "block", "choose", "column_stack", "compress", "convolve", "copysign", "correlate", "cross",
    "cumprod", "cumsum", "deg2rad", "delete", "diag", "diagflat", "diagonal", "diff", "dsplit", "dstack", "ediff1d",
    "extract", "fabs", "flip", "fliplr", "flipud", "fmax", "fmin", "frexp", "gradient", "heaviside", "hstack", "inner",
    "insert", "interp", "kron", "ldexp", "logaddexp2", "matrix_transpose", "median", "modf", "nan_to_num",
    "nancumprod", "nancumsum", "nanmax", "nanmean", "nanmedian", "nanmin", "nanpercentile", "nanprod", "nanquantile",
    "nanstd", "nansum", "nanvar", "outer", "pad", "partition", "percentile", "prod", "ptp", "quantile", "rad2deg",
    "reciprocal", "repeat", "resize", "roll", "rollaxis", "rot90", "select", "sort", "take", "take_along_axis", "tile",
    "trace", "trapezoid", "unique", "vdot", "vstack",
)
_OF_ANY_NUMBER = ("atleast_1d", "atleast_2d", "atleast_3d", "broadcast_arrays", "einsum", "meshgrid")
_SIGNATURES = {name: f"""
        {_home(name)}.{name}() | {name}
        {_home(name)}.{name}(x, typo=1) | {name}
    """ for name in _NUMPYS}
_SIGNATURES |= {name: f"""
        {_home(name)}.{name}(x, typo=1) | {name}
    """ for name in _OF_ANY_NUMBER}

ROWS = {
    **_ELEMENTWISE, **_PAIRS, **_OVER_AXES, **_SIGNATURES,
    "max": _OVER_AXES["max"] + """
        ag.numpy.max(w, axis=(0, 0)) | axis=(0, 0)
    """,
    "elu": _ELEMENTWISE["elu"] + """
        ag.elu(x, alpha="a") | alpha='a'
        ag.elu(x, alpha=None) | alpha=None
    """,
    "leaky_relu": _ELEMENTWISE["leaky_relu"] + """
        ag.leaky_relu(x, slope="a") | slope='a'
    """,
    "hardtanh": _ELEMENTWISE["hardtanh"] + """
        ag.hardtanh(x, "a", "b") | low='a'
    """,
    "prelu": """
        ag.prelu(x, [1.0, 2.0]) | prelu cannot take shapes
        ag.prelu(x) | prelu takes 2
        ag.prelu(None, 0.1) | numbers
    """,
    "clip": """
        ag.clip(x, "a", 1) | low='a'
        ag.clip(x, 0, [1.0, 2.0]) | clip cannot take
        ag.clip(None, 0, 1) | numbers
        ag.clip(x, 0, c) | no gradient flows
        ag.clip(x, typo=1) | clip
    """,
    "where": """
        ag.where([True, False], x, x) | where cannot take shapes
        ag.where(None, "a", x) | numbers
    """,
    "matmul": """
        ag.matmul(w, w) | matmul cannot take shapes
        ag.matmul(np.ones((2, 3)), np.ones((2, 3))) | matmul cannot take shapes (2, 3), (2, 3)
        ag.matmul(1.0, 2.0) | matmul cannot take shapes
        ag.matmul(x, None) | numbers
        ag.matmul(x) | matmul takes 2
    """,
    "dot": """
        ag.numpy.dot(w, w) | cannot take shapes
        ag.numpy.dot(x, None) | numbers
    """,
    "linear": """
        ag.linear(rows, w, [1.0]) | linear cannot take shapes
        ag.linear(rows, None, None) | numbers
        ag.linear(rows, w) | linear takes 3
    """,
    "softmax": """
        ag.softmax(w, axis=2) | axis=2
        ag.softmax(w, axis="a") | axis='a'
        ag.softmax(None) | numbers
        ag.softmax([]) | softmax cannot take
    """,
    "log_softmax": """
        ag.log_softmax(w, axis=-3) | axis=-3
        ag.log_softmax("text") | numbers
    """,
    "softmax_cross_entropy": """
        ag.softmax_cross_entropy(logits, [0, 1, 2, 3]) | [0, 3)
        ag.softmax_cross_entropy(logits, [0.0, 1.0, 2.0, 0.0]) | astype
        ag.softmax_cross_entropy(logits, [0, 1]) | (4, 3) and (2,)
        ag.softmax_cross_entropy(logits, None) | numbers
        ag.softmax_cross_entropy(logits, "text") | numbers
    """,
    "mean_cross_entropy": """
        ag.mean_cross_entropy(logits, [0, -1, 2, 0]) | [0, 3)
        ag.mean_cross_entropy(logits, 5) | (n)
        ag.mean_cross_entropy(None, labels) | numbers
    """,
    "bce_with_logits": """
        ag.bce_with_logits(x, [1.0, 0.0]) | bce_with_logits cannot take shapes
        ag.bce_with_logits(x, "text") | numbers
    """,
    "reshape": """
        ag.reshape(x, (2, 2)) | shape=(2, 2)
        ag.reshape(x, (-1, -1)) | shape=(-1, -1)
        ag.reshape(x, "a") | shape='a'
        ag.reshape(x, None) | shape=None
        ag.reshape(x, (1.5, 2)) | shape=(1.5, 2)
        ag.reshape(None, (1,)) | numbers
        ag.reshape(x) | shape
    """,
    "broadcast_to": """
        ag.broadcast_to(x, (2,)) | shape=(2,)
        ag.broadcast_to(x, "a") | shape='a'
        ag.broadcast_to(x, (-1, 3)) | shape=(-1, 3)
        ag.broadcast_to(None, (2,)) | numbers
    """,
    "transpose": """
        ag.transpose(w, (0, 0)) | axes=(0, 0)
        ag.transpose(w, (0, 1, 2)) | axes=(0, 1, 2)
        ag.transpose(w, "a") | axes='a'
        ag.transpose(ragged) | ragged
    """,
    "swapaxes": """
        ag.swapaxes(w, 0, 5) | axis 5
        ag.swapaxes(w, 0, "a") | swapaxes cannot take
        ag.swapaxes(None, 0, 1) | swapaxes cannot take
        ag.swapaxes(w, 0.5, 1) | swapaxes cannot take
    """,
    "moveaxis": """
        ag.moveaxis(w, 0, 2) | axis
        ag.moveaxis(w, (0, 0), (0, 1)) | axis
        ag.moveaxis(w, (0, 1), 0) | axis
        ag.moveaxis(w, "a", 0) | axis
        ag.moveaxis(None, 0, 0) | moveaxis cannot take
    """,
    "expand_dims": """
        ag.expand_dims(w, 4) | axis
        ag.expand_dims(w, "a") | expand_dims cannot take
        ag.expand_dims(w, (0, 0)) | axis
        ag.expand_dims(None, 0) | numbers
    """,
    "squeeze": """
        ag.squeeze(w, 0) | axis
        ag.squeeze(w, 7) | axis
        ag.squeeze(w, "a") | squeeze cannot take
        ag.squeeze(w, 2**70) | squeeze cannot take
        ag.squeeze(None) | numbers
    """,
    "ravel": """
        ag.numpy.ravel(None) | numbers
        ag.numpy.ravel(ragged) | ragged
    """,
    "concatenate": """
        ag.concatenate([]) | got no arrays
        ag.concatenate([w, x]) | concatenate cannot take shapes
        ag.concatenate(5) | sequence of arrays
        ag.concatenate(None) | sequence of arrays
        ag.concatenate([w, w], axis=2) | axis=2
        ag.concatenate([w, w], axis="a") | axis='a'
        ag.concatenate([1.0, 2.0]) | concatenate cannot take shapes
        ag.concatenate([x, None]) | numbers
        ag.concatenate("text") | numbers
    """,
    "stack": """
        ag.stack([]) | got no arrays
        ag.stack([x, [1.0]]) | stack cannot take shapes
        ag.stack(5) | sequence of arrays
        ag.stack(None) | sequence of arrays
        ag.stack([x, x], axis=3) | axis=3
        ag.stack([x, x], axis=None) | axis=None
        ag.stack([None, None]) | numbers
        ag.stack([ragged, x]) | ragged
    """,
    "windows": """
        ag.windows(images, size=(9, 9)) | windows
        ag.windows(images, size=0) | size
        ag.windows(images, size=(2, 2), stride=0) | stride
        ag.windows(images, size="a") | size
        ag.windows(x, size=(2, 2)) | windows
        ag.windows(None, size=(2, 2)) | numbers
    """,
    "overlap_add": """
        ag.overlap_add(x, shape=(2, 2), stride=1, padding=0) | overlap_add
        ag.overlap_add(None, shape=(2, 2), stride=1, padding=0) | numbers
    """,
    "as_tensor": """
        ag.as_tensor(None) | numbers
        ag.as_tensor("text") | numbers
        ag.as_tensor(ragged) | ragged
        ag.as_tensor([x, x]) | stack
        ag.as_tensor({}) | numbers
        ag.as_tensor([1j]) | real numbers
        ag.as_tensor(Thing) | numbers
        ag.as_tensor([None, 1.0]) | numbers
    """,
    "to_host": """
        ag.to_host([[1], [1, 2]]) | ragged
    """,
    "compile": """
        ag.compile(5) | compile takes a function
        ag.compile(None) | compile takes a function
        ag.compile(lambda a: a)({1, 2}) | arrays, Tensors, numbers
    """,
    "grad": """
        ag.grad(5) | function
        ag.grad(None) | function
        ag.grad(lambda a: a * 2)(np.ones(2)) | shape (2,)
        ag.grad(lambda a: a * 2)(3) | 1.0 instead of 1
        ag.grad(lambda a: None)(3.0) | None
        ag.grad(lambda a: "text")(3.0) | number
        ag.grad(lambda a: (a, a))(3.0) | number
        ag.grad(lambda a: a, 1)(3.0) | positional argument 1
        ag.grad(lambda a: a, -2)(3.0) | argument
        ag.grad(lambda a: a, "a")(3.0) | argnum
        ag.grad(lambda a: a, 0.5)(3.0) | argnum
        ag.grad(lambda a: a, None)(3.0) | argnum
        ag.grad(lambda a: a, ())(3.0) | argnum
        ag.grad(lambda a: a, (0, 0))(3.0) | argnum
        ag.grad(lambda a: a)("text") | numbers
        ag.grad(lambda a: a)(None) | numbers
        ag.grad(lambda a: a)(ragged) | one real number
        ag.grad(lambda a: a)([]) | holds no floating numbers
        ag.grad(lambda a: a)({"a": 1}) | holds no floating numbers
        ag.grad(lambda a: a)() | positional argument 0
    """,
    "jvp": """
        ag.jvp(5, (1.0,), (1.0,)) | jvp takes a function
        ag.jvp(ag.sin, 1.0, 1.0) | in tuples
        ag.jvp(ag.sin, (1,), (1,)) | floating
        ag.jvp(ag.sin, (1.0,), ()) | a tangent for each
        ag.jvp(ag.sin, (np.ones(2),), (np.ones(3),)) | shape of its primal
        ag.jvp(lambda a: float(a), (1.0,), (1.0,)) | x.detach()
    """,
    "vmap": """
        ag.vmap(5) | vmap takes a function
        ag.vmap(ag.sin)(2.0) | number of examples
        ag.vmap(ag.sin, in_axes=3)(np.ones(2)) | axis 3
        ag.vmap(ag.sin, in_axes="x")(np.ones(2)) | in_axes
        ag.vmap(lambda a, b: a)(np.ones(2), np.ones(3)) | number of examples
        ag.vmap(lambda a: a if a > 0 else -a)(np.ones(2)) | where
    """,
    "vjp": """
        ag.vjp(5, 1.0) | vjp takes a function
        ag.vjp(ag.sin, 1) | 1.0 instead of 1
        ag.vjp(ag.sin, np.ones(2))[1](np.ones(3)) | shape of the result
        ag.vjp(ag.sin, np.ones(2))[1]((1.0, 1.0)) | a cotangent has as many
        ag.vjp(lambda a: "text", 1.0)[1](1.0) | no floating numbers
    """,
    "make_vjp": """
        ag.make_vjp(5) | function
        ag.make_vjp(ag.sin)(1) | 1.0 instead of 1
    """,
    "make_jvp": """
        ag.make_jvp(5) | function
        ag.make_jvp(ag.sin)(1) | 1.0 instead of 1
    """,
    "jacobian": """
        ag.jacobian(5) | function
        ag.jacobian(ag.sin)(1) | 1.0 instead of 1
    """,
    "hessian": """
        ag.hessian(5) | function
        ag.hessian(ag.sin)(1) | 1.0 instead of 1
    """,
    "elementwise_grad": """
        ag.elementwise_grad(5) | function
        ag.elementwise_grad(ag.sin)(1) | 1.0 instead of 1
    """,
    "deriv": """
        ag.deriv(5) | function
        ag.deriv(ag.sin)(1) | 1.0 instead of 1
    """,
    "grad_and_aux": """
        ag.grad_and_aux(5) | function
        ag.grad_and_aux(ag.sin)(1) | 1.0 instead of 1
    """,
    "tensor_jacobian_product": """
        ag.tensor_jacobian_product(5) | function
        ag.tensor_jacobian_product(ag.sin)(1, 1.0) | 1.0 instead of 1
        ag.tensor_jacobian_product(ag.sin)(1.0) | positional argument 0
    """,
    "hessian_tensor_product": """
        ag.hessian_tensor_product(5) | function
        ag.hessian_tensor_product(ag.sin)(1, 1.0) | 1.0 instead of 1
        ag.hessian_tensor_product(ag.sin)(1.0) | positional argument 0
    """,
    "make_hvp": """
        ag.make_hvp(5) | function
        ag.make_hvp(ag.sin)(1) | 1.0 instead of 1
    """,
    "make_ggnvp": """
        ag.make_ggnvp(5) | function
        ag.make_ggnvp(ag.sin)(1) | 1.0 instead of 1
    """,
    "grad_named": """
        ag.grad_named(lambda a: a, "b") | no argument 'b'
    """,
    "multigrad_dict": """
        ag.multigrad_dict(lambda a: a)(1) | 1.0 instead of 1
    """,
    "holomorphic_grad": """
        ag.holomorphic_grad(ag.sin) | real numbers
    """,
    "flatten": """
        ag.flatten([1.0, 2.0])[1](np.ones(3)) | a vector of 2 numbers
    """,
    "export": """
        ag.export(5, "step.py") | autograd.compile returned
        ag.export(ag.compile(ag.sin), "step.py") | no program yet
        ag.export(ag.compile(ag.sin), "step.txt") | ends in .py
    """,
    "value_and_grad": """
        ag.value_and_grad(5) | function
        ag.value_and_grad(lambda a: [a])(3.0) | number
        ag.value_and_grad(lambda a: a.sum(axis=0))(np.ones((2, 2))) | shape (2,)
        ag.value_and_grad(lambda a: a, "a")(3.0) | argnum
    """,
    "primitive": """
        ag.primitive(vjp=lambda g, y, x: g, name="no_tuple")(lambda x: x) | write vjp=(rule,)
        ag.primitive(vjp=(lambda g, y, x: g,), name="of_two")(lambda x, w: x) | 2 array inputs but 1 vjp rules
        ag.primitive(vjp=(lambda g, y, x: g,), name="exp")(lambda x: x) | is declared in
        ag.primitive(vjp=5, name="five")(lambda x: x) | vjp
        ag.primitive(vjp="text", name="words")(lambda x: x) | vjp
        ag.primitive(vjp=(5,), name="five_in_tuple")(lambda x: x) | vjp
        ag.primitive(vjp=(None,), jvp="typo", name="jvp_typo")(lambda x: x) | jvp
        ag.primitive(vjp=(lambda g, y, x: g,), name=5)(lambda x: x) | name
        ag.primitive(vjp=(lambda g, y, x: g,), name="no_kernel")(5) | kernel
        ag.primitive(lambda x: x) | positional argument
        ag.primitive() | missing 1 required keyword-only argument
        ag.primitive(vjp=(lambda g, y, x: g,), name="gives_none")(lambda x: None)(x) | gives_none
        ag.primitive(vjp=(lambda g, y, x: g,), name="gives_text")(lambda x: "text")(x) | gives_text
        ag.primitive(vjp=(lambda g, y, x: g,), name="gives_pair")(lambda x: (x, x))(x) | gives_pair
    """,
    "Primitive.__call__": """
        ag.numpy.sum(x, 0, None, 5, 6, 7, 8) | sum
        ag.numpy.sum(x, 0, axis=0) | sum takes 1
        ag.prelu.__call__() | prelu takes 2
    """,
    "no_grad": """
        ag.no_grad()(5) | function
        ag.no_grad()(None) | function
        ag.no_grad(5) | takes 0 positional arguments
    """,
    **{name: f"""
        ag.{name}(5) | takes 0 positional arguments
        ag.{name}()("text") | function
    """ for name in ("enable_grad", "record_lines", "detect_anomaly")},
    "round": """
        ag.numpy.round(None) | numbers
        ag.numpy.round(x, "a") | round
    """,
    "divmod": """
        ag.numpy.divmod(x, [1.0, 2.0]) | cannot take shapes
        ag.numpy.divmod(x, None) | numbers
    """,
    "full_like": """
        ag.numpy.full_like(x, "text") | full_like cannot take
    """,
    "split": """
        ag.numpy.split(x, 2) | equal division
        ag.numpy.split(x, 0) | at least one part
        ag.numpy.split(x, "a") | split
        ag.numpy.split(None, 2) | numbers
    """,
    "array_split": """
        ag.numpy.array_split(x, 0) | at least one part
        ag.numpy.array_split(x, 2, axis=3) | axis
    """,
    "hsplit": """
        ag.numpy.hsplit(x, 2) | equal division
        ag.numpy.hsplit(None, 2) | numbers
    """,
    "vsplit": """
        ag.numpy.vsplit(x, 2) | equal division
        ag.numpy.vsplit(None, 2) | numbers
    """,
    "tril": """
        ag.numpy.tril(w, "a") | tril
        ag.numpy.tril(None) | numbers
    """,
    "triu": """
        ag.numpy.triu(w, "a") | triu
        ag.numpy.triu(None) | numbers
    """,
    "tensordot": """
        ag.numpy.tensordot(w, w, axes=1) | cannot take shapes
        ag.numpy.tensordot(w, None) | tensordot cannot pair
        ag.numpy.tensordot(w, w, axes="a") | tensordot cannot pair
    """,
}
