"""Special functions that NumPy does not have, elementwise."""
import math
from functools import lru_cache

import numpy as np

from ..core.dtypes import float16_in_float32, wide
from ..core.primitive import ELEMENTWISE, primitive
from ..core.values import asanyarray
from .exponential import exp


@primitive(vjp=(lambda g, y, x: g * 2 / math.sqrt(math.pi) * exp(-wide(x) * wide(x)),), jvp=ELEMENTWISE,
           scalar=math.erf, latex=r"\operatorname{erf}(%s)")
@float16_in_float32
def erf(x):
    """Error function 2/√π ∫₀ˣ e^-u² du, elementwise, to double precision.

    NumPy has none: SciPy's is used where it is installed, else the standard library's, entry by entry."""
    return _erf()(x)


@lru_cache(maxsize=1)
def _erf():
    try:
        from scipy.special import erf
    except ImportError:
        each = np.frompyfunc(math.erf, 1, 1)

        def erf(x):
            x = asanyarray(x)
            return each(x.reshape(-1)).astype(x.dtype).reshape(x.shape)
    return erf


def normal_cdf(x):
    """Φ(x) = (1 + erf(x / √2)) / 2."""
    return 0.5 * (1 + erf(x / math.sqrt(2)))
