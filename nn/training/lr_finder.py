"""Which learning rate? Try them all, from tiny to huge, in one short run."""
import math
from collections.abc import Callable, Iterator
from typing import Any

import numpy as np

from autograd import Tensor

from ..checks import check, generator
from ..init import Rng
from ..module import Module, copied
from ..optim import Optimizer
from ..sizes import positive_int
from .arguments import check_data, check_functions, check_parts
from .fit import NO_DATA, batches_of
from .history import History
from .training import Diverged, Training


def lr_range_test(model: Module, data, loss: Callable[[Any, Any], Tensor], optimizer: Optimizer, *, low: float = 1e-6,
                  high: float = 1.0, steps: int = 100, batch_size: int = 32, rng: Rng = None) -> History:
    """The loss at each of `steps` updates while the rate grows evenly, on a logarithmic scale, from low to high.

    A good rate is somewhat below the one at which the loss falls fastest (Smith 2017, §3.3). Ends early when the loss
    diverges or is four times its least. Model and optimiser are trained as copies: both stay as they are.

    Args as those of `fit`. Returns a `History` with one row per update: "lr" and "loss".

    >>> import numpy as np
    >>> from nn import MLP, SGD, lr_range_test, mse_loss
    >>> x, model = np.ones((8, 2)), MLP([2, 1], rng=0)
    >>> history = lr_range_test(model, (x, x[:, :1]), mse_loss, SGD(model.parameters()), high=0.1, steps=5, rng=0)
    >>> [f"{rate:.0e}" for rate in history["lr"]]
    ['1e-06', '2e-05', '3e-04', '6e-03', '1e-01']
    """
    check_parts(model, optimizer)
    check_functions(loss, {})
    check_data(data)
    positive_int(steps=steps, batch_size=batch_size)
    check("low", low, lambda v: 0 < v < math.inf, "greater than 0")
    check("high", high, lambda v: low <= v < math.inf, f"at least low, which is {low}")
    rates = np.geomspace(low, high, steps)
    twin, its_optimizer = copied((model, optimizer))
    training = Training(twin.train(), loss, its_optimizer, {}, generator(rng), schedule=lambda i: rates[i])
    history = History()
    for rate, batch in zip(rates.tolist(), _endless(data, batch_size, training.rng), strict=False):
        try:
            value, *_ = training.step(batch)
        except Diverged:
            break
        history.add({"lr": rate, "loss": value})
        if value > 4 * min(history["loss"]):
            break
    return history


def _endless(data, size: int, rng: np.random.Generator) -> Iterator:
    """The batches of one run through the data after the other."""
    while True:
        empty = True
        for batch in batches_of(data, size, rng):
            empty = False
            yield batch
        if empty:
            raise ValueError(NO_DATA)
