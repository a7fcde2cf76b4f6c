"""Write the tables of docs/numpy.md from the declarations: `make coverage-table`. A test holds them current."""
import re
from pathlib import Path

import numpy as np

import autograd.numpy  # noqa: F401       declares what stands for NumPy's functions
from autograd.core.constants import CONSTANT_FUNCTIONS, REFUSED
from autograd.core.primitive import NUMPY, ZERO
from autograd.support.clashes import CLASHES

PAGE = Path(__file__).parent / "numpy.md"


def clashes() -> str:
    """Names that mean one thing in NumPy and another in PyTorch."""
    rows = [f"| `{name}` | {c.numpys} | {c.torchs} | {c.write} |" for name, c in sorted(CLASHES.items())]
    return "\n".join(["| name | here and in NumPy | in PyTorch | for PyTorch's write |", "|---|---|---|---|", *rows])


KINDS = {
    "differentiable": "gradients flow through it, to any order",
    "constant": "gives what NumPy gives, outside the graph: truth values, places, counts, rounded numbers",
    "of plain values": "creates arrays, or reads files, types and settings: takes no Tensor, and NumPy's own serves",
    "refused": "raises, and says what to write",
}
PLAIN = {
    "arange", "array", "asanyarray", "asarray", "asarray_chkfinite", "ascontiguousarray", "asfortranarray",
    "bartlett", "base_repr", "binary_repr", "bitwise_count", "blackman", "broadcast_shapes", "busday_count",
    "busday_offset", "datetime_as_string", "datetime_data", "diag_indices", "einsum_path", "fftfreq",
    "format_float_positional", "format_float_scientific", "from_dlpack", "frombuffer", "fromfile", "fromfunction",
    "fromiter", "frompyfunc", "fromregex", "fromstring", "full", "genfromtxt", "geomspace", "get_include",
    "get_printoptions", "getbufsize", "geterr", "geterrcall", "hamming", "hanning", "indices", "info", "is_busday",
    "isdtype", "isfortran", "isnat", "isscalar", "issubdtype", "iterable", "ix_", "kaiser", "linspace", "load",
    "loadtxt", "logspace", "mask_indices", "min_scalar_type", "mintypecode", "nested_iters", "printoptions",
    "promote_types", "require", "rfftfreq", "set_printoptions", "setbufsize", "seterr", "seterrcall",
    "show_config", "show_runtime", "tri", "tril_indices", "triu_indices", "typename",
}

FORMS = {"shape", "ndim", "size", "result_type", "copyto"}


def kind_of(function) -> str:
    """What a public function of NumPy is on Tensors, by our declarations."""
    ours = NUMPY.get(function)
    if function.__name__ in REFUSED:
        return "refused"
    if ours is not None and function.__name__ not in FORMS:
        rules = getattr(ours, "vjp_rules", (1,))
        flows = rules is not None and (not isinstance(rules, tuple) or any(r not in (None, ZERO) for r in rules))
        return "differentiable" if flows else "constant"
    if ours is not None or function in CONSTANT_FUNCTIONS:
        return "constant"
    return "of plain values" if function.__name__ in PLAIN else "refused"


def public(module) -> dict:
    """The public functions of a module of NumPy's by their names."""
    names = getattr(module, "__all__", dir(module))
    return {name: f for name in sorted(names) if name[0] != "_" and hasattr(f := getattr(module, name), "__name__")
            and callable(f) and not isinstance(f, type)}


def coverage() -> str:
    """Every public function of NumPy, its linalg and its fft, by what it is on Tensors."""
    rows = []
    for module in (np, np.linalg, np.fft):
        functions = public(module)
        for kind, meaning in KINDS.items():
            names = [_shown(name, f, kind) for name, f in functions.items() if kind_of(f) == kind]
            if names:
                rows += [f"**`{module.__name__}`, {kind}** ({len(names)}): {meaning}.", "", ", ".join(names), ""]
    return f"Of NumPy {np.__version__}.\n\n" + "\n".join(rows).rstrip()


def _shown(name: str, function, kind: str) -> str:
    remedy = REFUSED.get(function.__name__) if kind == "refused" else None
    return f"`{name}` ({remedy})" if remedy else f"`{name}`"


TABLES = {"clashes": clashes, "coverage": coverage}


def current(page: str) -> str:
    """The page with each table between its marks as the declarations say now."""
    for name, table in TABLES.items():
        marks = f"<!-- table: {name} -->", "<!-- end -->"
        page = re.sub(f"{marks[0]}.*?{marks[1]}", lambda _, t=table, m=marks: f"{m[0]}\n\n{t()}\n\n{m[1]}", page,
                      flags=re.DOTALL)
    return page


if __name__ == "__main__":
    PAGE.write_text(current(PAGE.read_text()))
