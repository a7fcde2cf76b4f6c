"""`python -m tests.check.tables [seeds]`: both galleries as tables, beside the peers that are installed.

A cell says how many of the seeds a checker got right: a planted bug refused (ours also with the right verdict), a
correct function accepted. Exit status 1 if ours missed one.
"""
import importlib.util
import sys
import warnings

import numpy as np

from autograd.check import Verdict

from .gallery import BUGS, NASTY, Exhibit, fresh
from .gallery2 import MORE_BUGS, MORE_NASTY
from .tracker_bugs import TRACKER_BUGS
from .tracker_functions import TRACKER_FUNCTIONS
from .tracker_more import MORE_TRACKER_BUGS, MORE_TRACKER_FUNCTIONS


def ours(exhibit: Exhibit, seed: int) -> bool:
    report = exhibit.check(seed)
    return report.verdict is exhibit.verdict if exhibit.verdict is not Verdict.OK else bool(report)


def torch_gradcheck(exhibit: Exhibit, seed: int) -> bool:
    """torch.autograd.gradcheck with its default tolerances, on the same NumPy code in a Function."""
    import torch
    vjp, inputs = fresh(exhibit.vjp), exhibit.draw(np.random.default_rng(seed))

    class Wrapped(torch.autograd.Function):
        @staticmethod
        def forward(ctx, *xs):
            ctx.save_for_backward(*xs)
            return torch.as_tensor(exhibit.forward(*(x.detach().numpy() for x in xs)))

        @staticmethod
        def backward(ctx, g):
            c = vjp(g.numpy(), *(x.detach().numpy() for x in ctx.saved_tensors))
            return tuple(map(torch.as_tensor, c)) if isinstance(c, tuple) else torch.as_tensor(c)
    tensors = [torch.tensor(np.array(x, float), requires_grad=True) for x in inputs]
    return accepted(lambda: torch.autograd.gradcheck(Wrapped.apply, tensors)) is (exhibit.verdict is Verdict.OK)


def jax_check(exhibit: Exhibit, seed: int) -> bool:
    """jax.test_util.check_vjp, on NumPy code as it is."""
    import jax
    from jax.test_util import check_vjp
    vjp, inputs = fresh(exhibit.vjp), [np.array(x, float) for x in exhibit.draw(np.random.default_rng(seed))]

    def both(*xs):
        def pull(g):
            c = vjp(np.array(g), *map(np.array, xs))
            return c if isinstance(c, tuple) else (c,)
        return exhibit.forward(*map(np.array, xs)), pull
    def forward(*xs):
        return exhibit.forward(*map(np.array, xs))
    with jax.enable_x64(True):
        passed = accepted(lambda: check_vjp(forward, both, tuple(inputs)) or True)
    return passed is (exhibit.verdict is Verdict.OK)


def accepted(check) -> bool:
    """Whether a check passes; any exception counts as a refusal."""
    try:
        return bool(check())
    except Exception:
        return False


PEERS = {"torch": torch_gradcheck, "jax": jax_check}


def table(title: str, exhibits: list[Exhibit], checkers: dict, seeds: int) -> bool:
    """Print one table; whether ours got everything right."""
    print(f"\n{title:<36}" + "".join(f"{name:>10}" for name in checkers))
    totals = dict.fromkeys(checkers, 0)
    for exhibit in exhibits:
        cells = []
        for name, check in checkers.items():
            if exhibit.vjp is None and name != "ours":
                cells.append("-")                       # a rule of our engine
                continue
            right = sum(check(exhibit, seed) for seed in range(seeds))
            totals[name] += right == seeds
            cells.append(f"{right}/{seeds}")
        print(f"{exhibit.name:<36}" + "".join(f"{cell:>10}" for cell in cells), flush=True)
    print(f"{'right under every seed':<36}" + "".join(f"{f'{n} of {len(exhibits)}':>10}" for n in totals.values()))
    return totals["ours"] == len(exhibits)


def main() -> int:
    warnings.simplefilter("ignore")
    np.seterr(all="ignore")
    seeds = int(sys.argv[1]) if len(sys.argv) > 1 else 10
    checkers = {"ours": ours, **{name: check for name, check in PEERS.items() if importlib.util.find_spec(name)}}
    missing = sorted(set(PEERS) - set(checkers))
    right = [table("planted bugs, found", BUGS + MORE_BUGS + TRACKER_BUGS + MORE_TRACKER_BUGS, checkers, seeds),
             table("correct, accepted", NASTY + MORE_NASTY + TRACKER_FUNCTIONS + MORE_TRACKER_FUNCTIONS, checkers,
            seeds)]
    print(f"\nnot installed here: {', '.join(missing)}" if missing else "")
    return 0 if all(right) else 1


if __name__ == "__main__":
    sys.exit(main())
