"""Ratios, not seconds: everything is timed against its rival in the same run, in turns, and medians are compared.

Machines are noisy; a ratio of interleaved rounds is not. A round repeats its program often enough to be read, the
garbage collector is emptied before each round and left on during it (the cost of a graph with reference cycles is a cost
of that design), and BLAS is held to one thread. `python -m benchmarks.bench`, or `make bench`.
"""
import os

for _name in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"):
    os.environ[_name] = "1"

import gc                                                                   # noqa: E402
import statistics                                                           # noqa: E402
import sys                                                                  # noqa: E402
import threading                                                            # noqa: E402
import time                                                                 # noqa: E402
from collections.abc import Callable                                        # noqa: E402

from autograd import Tensor                                                 # noqa: E402

from . import networks, scalars                                             # noqa: E402


def seconds(run: Callable, repeat: int) -> float:
    gc.collect()
    start = time.perf_counter()
    for _ in range(repeat):
        run()
    return (time.perf_counter() - start) / repeat


def versus(ours: Callable, rival: Callable, rounds: int, repeat: int) -> tuple[float, float]:
    """Median seconds of each, measured in turns."""
    seconds(ours, repeat), seconds(rival, repeat)
    pairs = [(seconds(ours, repeat), seconds(rival, repeat)) for _ in range(rounds)]
    return statistics.median(a for a, _ in pairs), statistics.median(b for _, b in pairs)


def report(name: str, ours: float, rival: float, target: str) -> None:
    print(f"{name:<48}{1e6 * ours:>12.1f}{1e6 * rival:>12.1f}{ours / rival:>9.2f}   {target}", flush=True)


def bench_networks() -> None:
    print(f"\n{'one training step':<48}{'ours, µs':>12}{'by hand, µs':>12}{'ratio':>9}   target")
    for name, (sizes, activation, n) in networks.CASES.items():
        repeat = 20 if sizes[0] > 100 else 200
        report(name, *versus(*networks.steps(sizes, activation, n), rounds=31, repeat=repeat), "≤ 1.10")


def bench_scalars() -> None:
    try:
        from micrograd.engine import Value
    except ImportError:
        print("\nscalar graphs: pip install micrograd to compare")
        return
    print(f"\n{'scalar graph, build and backward':<48}{'ours, µs':>12}{'micrograd':>12}{'ratio':>9}   target")
    leaf = lambda value: Tensor(value, requires_grad=True)
    for name, program, rounds, repeat in (("one sample through a 2-16-16-1 MLP", scalars.mlp_program, 21, 50),
                                          ("random graph of 100 000 nodes", scalars.dag_program, 5, 1)):
        report(name, *versus(program(leaf), program(Value, 0), rounds, repeat), "≤ 0.33")


def main() -> None:
    bench_networks()
    sys.setrecursionlimit(10 ** 6)                                          # micrograd's sweep recurses
    threading.stack_size(512 * 1024 * 1024)
    thread = threading.Thread(target=bench_scalars)
    thread.start()
    thread.join()


if __name__ == "__main__":
    main()
