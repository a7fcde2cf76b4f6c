"""Ratios, not seconds: everything is timed against its rival in the same run, in turns, and medians are compared.

Machines are noisy; a ratio of interleaved rounds is not. A round repeats its program often enough to be read, the
garbage collector is emptied before each round and left on during it (what reference cycles cost is a cost of the
design that makes them), and BLAS is held to one thread. `python -m benchmarks.bench`, or `make bench`.
"""
import gc
import statistics
import sys
import threading
import time
from collections.abc import Callable, Sequence

from autograd import Tensor

from . import networks, scalars


def seconds(run: Callable, repeat: int) -> float:
    gc.collect()
    start = time.perf_counter()
    for _ in range(repeat):
        run()
    return (time.perf_counter() - start) / repeat


def medians(programs: Sequence[Callable], rounds: int, repeat: int) -> list[float]:
    """Median seconds of each program, measured in turns."""
    for run in programs:
        seconds(run, repeat)
    table = [[seconds(run, repeat) for run in programs] for _ in range(rounds)]
    return [statistics.median(column) for column in zip(*table, strict=True)]


def report(name: str, ours: float, *rivals: float, target: str) -> None:
    cells = "".join(f"{1e6 * rival:>13.1f}{ours / rival:>7.2f}" for rival in rivals)
    print(f"{name:<44}{1e6 * ours:>10.1f}{cells}   {target}", flush=True)


def head(title: str, *rivals: str) -> None:
    print(f"\n{title:<44}{'ours, µs':>10}{''.join(f'{rival:>13}{chr(247):>7}' for rival in rivals)}   target")


def bench_networks() -> None:
    head("one training step", "textbook", "tuned")
    for name, (sizes, activation, n) in networks.CASES.items():
        repeat = 20 if sizes[0] > 100 else 200
        report(name, *medians(networks.steps(sizes, activation, n), rounds=31, repeat=repeat), target="≤ 1.10")


def bench_scalars() -> None:
    try:
        from micrograd.engine import Value
    except ImportError:
        print("\nscalar graphs: pip install micrograd to compare")
        return
    head("scalar graph, build and backward", "micrograd")
    leaf = lambda value: Tensor(value, requires_grad=True)
    for name, program, rounds, repeat in (("one sample through a 2-16-16-1 MLP", scalars.mlp_program, 21, 50),
                                          ("random graph of 100 000 nodes", scalars.dag_program, 5, 1)):
        report(name, *medians((program(leaf), program(Value, 0)), rounds, repeat), target="≤ 0.33")


def main() -> None:
    bench_networks()
    sys.setrecursionlimit(10 ** 6)                                          # micrograd's sweep recurses
    threading.stack_size(512 * 1024 * 1024)
    thread = threading.Thread(target=bench_scalars)
    thread.start()
    thread.join()


if __name__ == "__main__":
    main()
