"""Ratios, not seconds: everything is timed against its rival in the same run, in turns, and medians are compared.

Machines are noisy; a ratio of interleaved rounds is not. A round repeats its program often enough to be read, the
garbage collector is emptied before each round and left on during it (what reference cycles cost is a cost of the
design that makes them), and BLAS is held to one thread. `python -m benchmarks.bench`, or `make bench`.
"""
import gc
import os
import platform
import statistics
import sys
import threading
import time
from collections.abc import Callable, Sequence

import numpy as np

from autograd import Tensor, grad

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


def report(name: str, ours: float, *rivals: float | None, target: str) -> None:
    cells = "".join(f"{'':>18}" if rival is None else f"{1e6 * rival:>12.1f}{ours / rival:>6.2f}" for rival in rivals)
    print(f"{name:<52}{1e6 * ours:>10.1f}{cells}   {target}", flush=True)


def head(title: str, *rivals: str) -> None:
    print(f"\n{title:<52}{'ours, µs':>10}{''.join(f'{rival:>14}{chr(247):>4}' for rival in rivals)}   target")


def machine() -> str:
    """Date, processor and versions: what a measured figure belongs to."""
    cpu = next((line.partition(":")[2].strip() for line in _lines("/proc/cpuinfo") if line.startswith("model name")),
               platform.processor() or platform.machine())
    return (f"{time.strftime('%Y-%m-%d')}, {cpu}, {os.cpu_count()} cores; Python {platform.python_version()}, "
            f"NumPy {np.__version__}, one BLAS thread")


def _lines(path: str) -> list[str]:
    try:
        with open(path) as file:
            return file.readlines()
    except OSError:
        return []


RIVALS = "plain", "preallocated", "textbook"
COMPILED_RIVALS = "plain", "preallocated", "ours"


def bench_networks() -> None:
    """`plain`, straightforward NumPy by hand, is the rival of the targets."""
    head("one training step", *RIVALS)
    measured = {}
    for name, case in networks.CASES.items():
        for place, dtype in enumerate((np.float32, np.float64)):
            programs = networks.steps(case, dtype)
            repeat = max(1, round(0.01 / seconds(programs["ours"], 3)))
            times = dict(zip(programs, medians([*programs.values()], rounds=31, repeat=repeat), strict=True))
            report(f"{name}, {np.dtype(dtype)}", times["ours"], *map(times.get, RIVALS), target=f"≤ {case.target:.2f}")
            measured[f"{name}, {np.dtype(dtype)}"] = times, case.compiled[place]
    head("the same step, compiled", *COMPILED_RIVALS)
    for name, (times, target) in measured.items():
        report(name, times["compiled"], *map(times.get, COMPILED_RIVALS), target=f"≤ {target:.2f}")


def bench_convolution() -> None:
    head("one training step", "plain")
    for dtype in (np.float32, np.float64):
        ours, plain = medians([*networks.convolution_steps(dtype).values()], rounds=31, repeat=5)
        report(f"{networks.CONVOLUTION}, {np.dtype(dtype)}", ours, plain, target="")


def bench_ops() -> None:
    """What an op call costs on a small array, and what one costs forward and back in a chain of twenty."""
    x, b, a = Tensor(np.ones(8), requires_grad=True), Tensor(np.ones(8)), np.ones(8)

    def chain():
        y = x
        for _ in range(20):
            y = y + b
        y.backward(a)
    head("one op on 8 entries", "NumPy's x + b")
    numpy, tracked, there_and_back = medians([lambda: a + a, lambda: x + b, chain], rounds=31, repeat=1000)
    report("x + b, recorded", tracked, numpy, target="≤ 0.90 µs")
    report("x + b in a chain, forward and back", there_and_back / 20, numpy, target="≤ 2.2 µs")


def bench_inner_gradients() -> None:
    """`grad` of a function of a number that hangs on a long graph: its cost must not."""
    head("grad(a * a * w) at 3.0, w after", "no ops")
    w = Tensor(2.0, requires_grad=True)
    programs = []
    for n in (0, 20_000, 200_000):
        below = w
        for _ in range(n):
            below = below * 1.0
        programs.append(lambda w=below: grad(lambda a: a * a * w)(3.0))
    none, some, many = medians(programs, rounds=31, repeat=100)
    report("20 000 ops", some, none, target="≤ 1.10")
    report("200 000 ops", many, none, target="≤ 1.10")


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
    print(machine())
    bench_networks()
    bench_convolution()
    bench_ops()
    bench_inner_gradients()
    sys.setrecursionlimit(10 ** 6)                                          # micrograd's sweep recurses
    threading.stack_size(512 * 1024 * 1024)
    thread = threading.Thread(target=bench_scalars)
    thread.start()
    thread.join()


if __name__ == "__main__":
    main()
