"""Random generators in a trace: each draw is a call of the Program, on the generator itself."""
from typing import Any

import numpy as np

from .symbol import Tape


class TracedGenerator(np.random.Generator):
    """Stands for a Generator while a function is traced. What it draws are Symbols; the generator stays where it is."""

    def __init__(self, generator: np.random.Generator, tape: Tape):
        super().__init__(np.random.PCG64(0))                    # for the shapes and dtypes of what is drawn
        self.generator, self.tape = generator, tape


def _traced(name: str) -> Any:
    def draw(self: TracedGenerator, *args: Any, **params: Any) -> Any:
        example = getattr(np.random.Generator, name)(self, *args, **params)
        return self.tape.draw(getattr(self.generator, name), example, args, params)
    draw.__name__ = name
    return draw


for _name in ("random", "normal", "standard_normal", "uniform", "integers", "permutation", "permuted", "exponential",
              "standard_exponential", "poisson", "binomial", "gamma", "beta", "laplace", "gumbel", "choice"):
    setattr(TracedGenerator, _name, _traced(_name))
