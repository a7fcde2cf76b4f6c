"""A failing call as a short program that repeats it."""
import sys

import numpy as np

from ...core.primitive import Primitive


def source(value) -> str:
    """A value as Python source, given `import numpy as np`."""
    if isinstance(value, np.ndarray):
        if not value.size:
            return f"np.zeros({value.shape}, {value.dtype.name!r})"
        return f"np.array({value.tolist()!r})" if value.dtype in (float, int, bool) \
            else f"np.array({value.tolist()!r}, {value.dtype.name!r})"
    if isinstance(value, tuple | list):
        inner = ", ".join(map(source, value)) + ("," if isinstance(value, tuple) and len(value) == 1 else "")
        return f"({inner})" if isinstance(value, tuple) else f"[{inner}]"
    if isinstance(value, np.dtype):
        return f"np.dtype({value.name!r})"
    return repr(value.item() if isinstance(value, np.generic) else value)


def arguments(inputs, params: dict | None = None) -> str:
    """Inputs and metadata as the text between the brackets of a call."""
    return ", ".join([*map(source, inputs), *(f"{name}={source(value)}" for name, value in (params or {}).items())])


def call_of(op: Primitive, inputs, params: dict) -> str:
    """A program that checks op on these inputs."""
    home, name = op.kernel.__module__, op.__name__
    importable = getattr(sys.modules.get(home), name, None) is op
    where = "" if home in (None, "__main__") else f"from {home} import {name}\n" if importable else \
        f"import {home}\nfrom autograd.core.primitive import REGISTRY\n\n{name} = REGISTRY[{op.name!r}]"
    call = f"check_op({name}, {arguments(inputs, params)})"
    return f"import numpy as np\nfrom autograd.check import check_op\n{where}\n{call}"
