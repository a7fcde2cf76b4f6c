# %% [markdown]
"""From sums in a loop to one matrix product: Z = X W + b.

A neuron adds up weight times feature. A layer does that for each of its neurons, and training does it for each sample:
three loops around one multiplication. Together they are a matrix product. Put the samples in the rows of X and the
neurons in the columns of W: then Z = X W + b holds the sum of each neuron for each sample. The gradients are products
too, dW = Xᵀ dZ, and db is the sum of dZ over the samples. The numbers are the same. The time is not.

Many textbooks put samples in columns instead, and then every matrix is the transpose of ours: Z = W X + b, with b a
column. Both are right; mixing them is not. If in doubt, write the shapes under the letters.

    python demos/17_one_matrix.py           takes a few seconds
"""
# %%
import time

import numpy as np
from common import keep
from matplotlib.patches import Rectangle
from threadpoolctl import threadpool_limits

from autograd import Tensor
from nn import plot

FEATURES, NEURONS = 20, 10
rng = np.random.default_rng(0)
W, b = rng.normal(size=(FEATURES, NEURONS)), rng.normal(size=NEURONS)


# %% [markdown]
# The same sums four times: all loops by hand; a product of vectors for each sum; of a vector and the matrix for each
# sample; of two matrices

# %%
def three_loops(X):
    Z = np.empty((len(X), NEURONS))
    for i in range(len(X)):
        for k in range(NEURONS):
            total = b[k]
            for j in range(FEATURES):
                total += X[i, j] * W[j, k]
            Z[i, k] = total
    return Z


def two_loops(X):
    return np.array([[sample @ W[:, k] + b[k] for k in range(NEURONS)] for sample in X])


def one_loop(X):
    return np.array([sample @ W + b for sample in X])


def matrix(X):
    return X @ W + b


WAYS = {"three loops": three_loops, "two loops": two_loops, "a loop over samples": one_loop, "X W + b": matrix}
X = rng.normal(size=(100, FEATURES))
results = {name: way(X) for name, way in WAYS.items()}
largest_gap = max(np.abs(Z - results["X W + b"]).max() for Z in results.values())
print(f"X {X.shape} times W {W.shape} plus b {b.shape} is Z {results['X W + b'].shape}; "
      f"the four ways differ by at most {largest_gap:.1g}")


# %% [markdown]
# The time of each, the best of five: of one core, the same when the machine is busy

# %%
def seconds(way, X):
    def once():
        start = time.thread_time()
        way(X)
        return time.thread_time() - start
    with threadpool_limits(1):
        return min(once() for _ in range(5))


SIZES = (1, 10, 100, 1_000, 10_000)
LARGEST = {"three loops": 100, "two loops": 1_000}  # more would take too long, which is the point
times = {name: {n: seconds(way, rng.normal(size=(n, FEATURES))) for n in SIZES if n <= LARGEST.get(name, n)}
         for name, way in WAYS.items()}
print("\nmicroseconds per sample" + "".join(f"{n:>9,}" for n in SIZES))
for name, measured in times.items():
    print(f"{name:>23}" + "".join(f"{1e6 * measured[n] / n:>9.2f}" if n in measured else f"{'–':>9}" for n in SIZES))

# %% [markdown]
# Backwards as well. The engine's gradients of a sum over all samples, then the formula, then the loop that adds up
# one outer product for each sample

# %%
tW, tb, dZ = Tensor(W, requires_grad=True), Tensor(b, requires_grad=True), rng.normal(size=(100, NEURONS))
(X @ tW + tb).backward(dZ)
by_engine = tW.grad.numpy(), tb.grad.numpy()
by_formula = X.T @ dZ, dZ.sum(axis=0)
by_loop = sum(np.outer(sample, dz) for sample, dz in zip(X, dZ, strict=True)), sum(dZ)
for name, engine, formula, loop in zip(("dW", "db"), by_engine, by_formula, by_loop, strict=True):
    print(f"{name} {engine.shape}: engine and formula differ by {np.abs(engine - formula).max():.1g}, "
          f"engine and loop by {np.abs(engine - loop).max():.1g}")

# %% [markdown]
# Samples in columns: each matrix is the transpose of the one above, and so is each result

# %%
Xc, Wc, bc = X.T, Tensor(W.T, requires_grad=True), Tensor(b[:, None], requires_grad=True)
Zc = Wc @ Xc + bc                                   # (10, 20) times (20, 100) plus (10, 1)
Zc.backward(dZ.T)                                   # dW = dZ Xᵀ, db = the sum of dZ along its rows
print(f"\nin columns: W {Wc.shape} times X {Xc.shape} plus b {bc.shape} is Z {Zc.shape}; the transpose of ours: "
      f"{np.allclose(Zc.data.T, results['X W + b']) and np.allclose(Wc.grad.data.T, by_formula[0])}")


# %% [markdown]
# Both layouts drawn to scale, one colour for each matrix, and the times

# %%
def boxes(ax, y, items):
    left = 0.0
    for text, (height, width), colour in items:
        if colour:
            ax.add_patch(Rectangle((left, y - height / 2), width, height, facecolor=colour, alpha=0.35))
        ax.text(left + width / 2, y, text, ha="center", va="center")
        left += width + 2


with plot.style():
    fig = plot.figure(12, 4.6)
    shapes, speed = fig.subplots(1, 2, width_ratios=(1.1, 1))
    blue, orange, green, pink = plot.COLOURS[:4]
    cross, plus, equals = ((sign, (0, 2), None) for sign in "×+=")
    boxes(shapes, 64, [("X\n40 × 20", (40, 20), blue), cross, ("W\n20 × 16", (20, 16), orange), plus,
                       ("b  16", (4, 16), green), equals, ("Z\n40 × 16", (40, 16), pink)])
    boxes(shapes, 18, [("W\n16 × 20", (16, 20), orange), cross, ("X\n20 × 40", (20, 40), blue), plus,
                       ("b", (16, 4), green), equals, ("Z\n16 × 40", (16, 40), pink)])
    shapes.text(0, 87, "40 samples in rows: Z = X W + b")
    shapes.text(0, 31, "40 samples in columns: Z = W X + b")
    shapes.set(xlim=(-1, 124), ylim=(0, 92), aspect="equal")
    shapes.axis("off")
    for (name, measured), dash, marker in zip(times.items(), plot.DASHES, "osD^", strict=True):
        speed.plot(measured.keys(), [1e6 * t / n for n, t in measured.items()], dash + marker, label=name, markersize=5)
    speed.set(xscale="log", yscale="log", xlabel="samples at once", title="time of a layer",
              ylabel="microseconds per sample")
    speed.legend(loc="lower left")
keep(fig, "17_one_matrix.png")
