"""The scalar graphs that are timed: programs over any class of scalars with operators, `relu` and `backward`."""
import random
from collections.abc import Callable
from itertools import pairwise


def mlp_program(scalar: Callable, no_grad=None) -> Callable:
    """One sample through a 2-16-16-1 ReLU network of scalars, forward and backward; no_grad: what `.grad` starts as."""
    rng = random.Random(0)
    sizes = [2, 16, 16, 1]
    layers = [[([scalar(rng.uniform(-1, 1)) for _ in range(n)], scalar(0.0)) for _ in range(m)]
              for n, m in pairwise(sizes)]
    parameters = [p for layer in layers for w, b in layer for p in (*w, b)]

    def run():
        for p in parameters:
            p.grad = no_grad
        x = [0.5, -0.3]
        for layer in layers:
            x = [sum((wi * xi for wi, xi in zip(w, x, strict=True)), b) for w, b in layer]
            if layer is not layers[-1]:
                x = [z.relu() for z in x]
        x[0].backward()
        return x[0]
    return run


def dag_program(scalar: Callable, no_grad=None, n: int = 100_000) -> Callable:
    """A random graph of about n nodes in which each depends on two of the 40 before it, forward and backward."""
    rng = random.Random(1)
    plan = [(rng.random(), rng.randrange(max(0, i - 40), i), rng.randrange(max(0, i - 40), i)) for i in range(10, n)]

    def run():
        nodes = [scalar(0.1 * i - 0.5) for i in range(10)]
        for kind, i, j in plan:
            a, b = nodes[i], nodes[j]
            nodes.append(a * b if kind < 0.4 else (a - b) * 0.5 if kind < 0.9 else (a + b).relu())
        nodes[-1].backward()
        return nodes[-1]
    return run
