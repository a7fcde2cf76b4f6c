"""fit: it learns, records, stops, resumes after SIGKILL bit for bit, and explains divergence."""
import csv
import os
import signal
import subprocess
import sys
import time

import numpy as np
import pytest

from autograd import Tensor
from nn import (
    LBFGS,
    MLP,
    SGD,
    Adam,
    BatchNorm1d,
    Dataset,
    Diverged,
    Dropout,
    EarlyStopping,
    History,
    Linear,
    LSTMCell,
    Module,
    Sequential,
    cross_entropy_loss,
    evaluate,
    fit,
    mse_loss,
    schedule,
)

X = np.random.default_rng(0).normal(size=(60, 3))
Y = (X @ [1.0, -2.0, 0.5] > 0).astype(int)


def accuracy(output, y):
    return np.mean(output.argmax(axis=1) == y)


def trained(epochs=5, **options):
    model = MLP([3, 8, 2], dropout=0.2, norm="batch", rng=0)
    optimizer = Adam(model.parameters(), lr=0.02)
    options = {"rng": 0, "progress": False, "batch_size": 16} | options
    return model, fit(model, (X, Y), cross_entropy_loss, optimizer, epochs, **options)


def weights(model):
    return np.concatenate([a.ravel() for a in model.state_dict().values()])


def test_it_learns_and_records_every_epoch():
    model, history = trained(30, validation=(X, Y), metrics={"accuracy": accuracy})
    assert list(history) == ["loss", "accuracy", "val_loss", "val_accuracy", "lr", "grad_norm", "seconds"]
    assert all(len(history[name]) == 30 for name in history)
    assert history.last("loss") < 0.5 * history["loss"][0] and history.last("val_accuracy") > 0.9
    assert history.last("val_loss") == evaluate(model, (X, Y), cross_entropy_loss, batch_size=16)["loss"]


def test_one_seed_one_result_whatever_ran_before():
    first = weights(trained()[0])
    np.random.default_rng(5).normal(size=7), np.random.seed(1)
    assert np.array_equal(first, weights(trained()[0])) and not np.array_equal(first, weights(trained(rng=1)[0]))


def test_the_recorded_loss_is_the_average_over_rows():
    """With rate 0 nothing moves, so unequal batches must average to the loss of the whole set."""
    model = MLP([3, 4, 2], rng=0)
    history = fit(model, (X, Y), cross_entropy_loss, SGD(model.parameters(), lr=0.0), 1, batch_size=16, progress=False)
    assert history.last("loss") == pytest.approx(cross_entropy_loss(model(X), Y).item(), rel=1e-13)


def test_several_inputs_and_batches_of_ones_own():
    class Sum(Linear):
        def forward(self, a, b):
            return super().forward(a) + b
    batch = (X, X[:, :1], X[:, 1:2])
    for data in (batch, [batch, batch]):
        model = Sum(3, 1, rng=0)
        history = fit(model, data, mse_loss, SGD(model.parameters(), lr=0.1), 20, progress=False, rng=0)
        assert history.last("loss") < 0.1 * history["loss"][0]


def test_models_of_several_outputs():
    model, targets = LSTMCell(3, 1, rng=0), X[:, :1]
    options = {"validation": (X, targets), "progress": False, "rng": 0}
    data, loss, optimizer = (X, targets), lambda state, y: mse_loss(state[0], y), SGD(model.parameters(), lr=0.1)
    history = fit(model, data, loss, optimizer, 5, **options)
    assert history.last("loss") < history["loss"][0] and len(history["val_loss"]) == 5
    with pytest.raises(TypeError, match=r"models with one output.*tuple"):
        fit(model, data, loss, optimizer, 1, metrics={"accuracy": accuracy}, **options)


def test_evaluate_changes_neither_mode_nor_statistics():
    model = Sequential(BatchNorm1d(3), Dropout(0.5, rng=0), Linear(3, 2, rng=0))
    before = weights(model)
    one, other = (evaluate(model, (X, Y), cross_entropy_loss, batch_size=7)["loss"] for _ in range(2))
    assert one == other and np.array_equal(before, weights(model)) and all(m.training for _, m in model.named_modules())


def test_clipping_bounds_the_gradient():
    _, history = trained(3, clip_norm=0.01)
    assert max(history["grad_norm"]) <= 0.01 * (1 + 1e-12)


# ---- stopping --------------------------------------------------------------------------------------------------------

def test_early_stopping_restores_the_best_parameters():
    seen = []
    stopper = EarlyStopping("val_loss", patience=2)
    watch = [stopper, lambda training: seen.append(weights(training.model))]
    model, history = trained(100, validation=(X[:5], 1 - Y[:5]), callbacks=watch)
    best = int(np.argmin(history["val_loss"]))
    assert history.epochs == best + 1 + 3 and stopper.best_epoch == best + 1
    np.testing.assert_array_equal(weights(model), seen[best])


def test_early_stopping_can_watch_what_grows():
    stopper = EarlyStopping("score", patience=0, best="max", restore=False)
    scores = iter([1.0, 2.0, 2.0, 5.0])
    _, history = trained(10, metrics={"score": lambda output, y: next(scores)}, callbacks=[stopper])
    assert history["score"] == [1.0, 2.0, 2.0]
    with pytest.raises(KeyError, match=r"no column is named 'val_score'.*loss.*validation=\(x, y\)"):
        trained(1, callbacks=[EarlyStopping("val_score")])
    with pytest.raises(ValueError, match='"min" or "max"'):
        EarlyStopping(best="lowest")
    with pytest.raises(ValueError, match="patience must be a whole number of at least 0, got '3'"):
        EarlyStopping(patience="3")


def test_one_early_stopping_may_serve_one_training_after_the_other():
    """What it remembers of the first must not stop the second, nor end up in its model."""
    used, fresh = EarlyStopping("val_loss", patience=2), EarlyStopping("val_loss", patience=2)
    trained(100, validation=(X, Y), callbacks=[used])
    hard = {"validation": (X[:5], 1 - Y[:5])}
    one, history = trained(100, callbacks=[used], **hard)
    two, same = trained(100, callbacks=[fresh], **hard)
    assert history["loss"] == same["loss"] and used.best_epoch == fresh.best_epoch
    np.testing.assert_array_equal(weights(one), weights(two))

    def interrupt(output, y):
        raise KeyboardInterrupt
    model = MLP([3, 8, 2], dropout=0.2, norm="batch", rng=5)
    before = weights(model)
    fit(model, (X, Y), interrupt, SGD(model.parameters()), 5, callbacks=[used], progress=False)
    assert np.array_equal(weights(model)[:10], before[:10])     # parameters; statistics of batch norm come last


def test_ctrl_c_ends_cleanly_with_the_history_so_far():
    def interrupt(training):
        if training.epoch == 3:
            raise KeyboardInterrupt
    _, history = trained(10, callbacks=[interrupt])
    assert history.interrupted and history.epochs == 3


def test_divergence_names_step_and_layer_and_the_cure():
    model = Sequential(Linear(3, 4, rng=0), Linear(4, 1, rng=1))
    message = r"at update \d+ \(epoch \d+\), first in the output of layers\.1 Linear\. Lower the rate \(now 1e\+160\)"
    with np.errstate(all="ignore"), pytest.raises(Diverged, match=message):
        fit(model, (X, X[:, :1]), mse_loss, SGD(model.parameters(), lr=1e160), 50, progress=False)


def test_bad_data_is_told_from_divergence():
    x = X.copy()
    x[7, 1] = np.nan
    model = MLP([3, 2], rng=0)
    before = weights(model)
    with pytest.raises(Diverged, match="the data hold nan or inf"):
        fit(model, (x, Y), cross_entropy_loss, SGD(model.parameters(), lr=0.1), 1, batch_size=60, progress=False)
    assert np.array_equal(before, weights(model))


@pytest.mark.parametrize("packed", [lambda y: {"mean": y}, lambda y: [y, None]], ids=["dict", "list"])
def test_divergence_is_explained_whatever_the_model_gives(packed):
    class Packed(Module):
        def __init__(self):
            self.layer = Linear(3, 1, rng=0)

        def forward(self, x):
            return packed(self.layer(x) * 1e300 * 1e300)
    model = Packed()
    with pytest.raises(Diverged, match="first in the output of Packed"), np.errstate(over="ignore"):
        fit(model, (X, X[:, :1]), lambda y, t: mse_loss(next(iter(y.values() if isinstance(y, dict) else y)), t),
            SGD(model.parameters()), 1, progress=False)


@pytest.mark.parametrize("bad", [np.nan, np.inf])
def test_bad_targets_are_told_from_divergence(bad):
    model, y = MLP([3, 1], rng=0), X[:, :1].copy()
    y[3] = bad
    with pytest.raises(Diverged, match="the data hold nan or inf"):
        fit(model, (X, y), mse_loss, SGD(model.parameters(), lr=0.1), 1, batch_size=60, progress=False)


def test_a_dataset_is_cut_into_batches_as_its_columns_are():
    want = fitted((X, Y))
    assert fitted(Dataset(X, Y))["loss"] == fitted([X.tolist(), Y.tolist()])["loss"] == want["loss"]
    assert fitted((X, Y), validation=Dataset(X, Y))["val_loss"] == fitted((X, Y), validation=(X, Y))["val_loss"]


def fitted(data, **options):
    model = MLP([3, 4, 2], rng=0)
    return fit(model, data, cross_entropy_loss, SGD(model.parameters(), lr=0.1), 2, rng=0, progress=False, **options)


@pytest.mark.parametrize("data", [X, (X,), [X.tolist()], Tensor(X), {"x": X, "y": Y}], ids=lambda d: type(d).__name__)
def test_data_without_targets_are_refused(data):
    with pytest.raises(TypeError, match=r"arrays \(x, y\)"):
        fitted(data)


@pytest.mark.parametrize("loss", [lambda z, y: cross_entropy_loss(z, y, reduction="none"), lambda z, y: 1.0,
                                  lambda z, y: z.data.mean()], ids=["vector", "float", "array"])
def test_a_loss_gives_one_number_as_a_tensor(loss):
    model = MLP([3, 2], rng=0)
    with pytest.raises(TypeError, match="one number, as a Tensor"):
        fit(model, (X, Y), loss, SGD(model.parameters()), 1, progress=False)


@pytest.mark.parametrize("callbacks", [EarlyStopping(), [EarlyStopping], ["stop"]], ids=["bare", "class", "text"])
def test_callbacks_are_a_list_of_functions(callbacks):
    with pytest.raises(TypeError, match="callbacks must be a list"):
        fitted((X, Y), callbacks=callbacks)


def test_metrics_do_not_take_the_names_of_other_columns():
    with pytest.raises(ValueError, match="column 'lr' already"):
        fitted((X, Y), metrics={"lr": accuracy})


def test_a_generator_as_data_is_explained():
    model = MLP([3, 2], rng=0)
    with pytest.raises(ValueError, match="run through only once"):
        fit(model, ((X, Y) for _ in range(1)), cross_entropy_loss, SGD(model.parameters()), 2, progress=False)


# ---- checkpoints -----------------------------------------------------------------------------------------------------

CALLBACKS = {"validation": (X, Y), "schedule": schedule.cosine(0.02, 40)}


def test_training_in_two_parts_is_training_in_one(tmp_path):
    def parts(path, *epochs):
        for n in epochs:
            model, history = trained(n, checkpoint=path, callbacks=[EarlyStopping(patience=50)], **CALLBACKS)
        return weights(model), history
    one, history = parts(tmp_path / "one", 10)
    two, continued = parts(tmp_path / "two", 4, 7, 10)
    assert np.array_equal(one, two)
    assert all(history[name] == continued[name] for name in history if name != "seconds")


KILLED = """
import sys, numpy as np
from nn import MLP, Adam, cross_entropy_loss, fit
rng = np.random.default_rng(0)
x, y = rng.normal(size=(200, 3)), rng.integers(0, 2, 200)
model = MLP([3, 16, 2], dropout=.3, norm="batch", rng=1)
fit(model, (x, y), cross_entropy_loss, Adam(model.parameters(), lr=.01), 40, rng=2, progress=False,
    checkpoint=sys.argv[1] if len(sys.argv) > 2 else None)
np.save(sys.argv[1] + ".npy", np.concatenate([a.ravel() for a in model.state_dict().values()]))
"""


def test_killed_at_any_moment_it_resumes_bit_for_bit(tmp_path):
    """SIGKILL comes again and again, at moments that move through the epochs, until one run reaches the end."""
    subprocess.run([sys.executable, "-c", KILLED, str(tmp_path / "whole")], check=True)
    path, kills = tmp_path / "run", 0
    for attempt in range(60):
        before = path.stat().st_mtime_ns if path.exists() else None
        process = subprocess.Popen([sys.executable, "-c", KILLED, str(path), "keep"])
        while process.poll() is None and (not path.exists() or path.stat().st_mtime_ns == before):
            time.sleep(0.001)
        time.sleep(0.0007 * (attempt % 40))
        if process.poll() is None:
            os.kill(process.pid, signal.SIGKILL)
            kills += 1
        if process.wait() == 0:
            break
    assert kills >= 2 and process.returncode == 0
    assert np.array_equal(np.load(f"{tmp_path}/whole.npy"), np.load(f"{path}.npy"))


def test_a_checkpoint_of_another_training_is_refused(tmp_path):
    path = tmp_path / "kept"
    trained(1, checkpoint=path)
    with pytest.raises(ValueError, match="other callbacks or another model"):
        trained(2, checkpoint=path, callbacks=[print])
    model = MLP([3, 9, 2], dropout=0.2, norm="batch", rng=0)
    with pytest.raises(ValueError, match="does not fit MLP"):
        fit(model, (X, Y), cross_entropy_loss, Adam(model.parameters()), 2, checkpoint=path, progress=False)
    model = MLP([3, 8, 2], dropout=0.2, norm="batch", rng=7)
    before = weights(model)
    with pytest.raises(ValueError, match="belongs to Adam, not to SGD"):
        fit(model, (X, Y), cross_entropy_loss, SGD(model.parameters()), 2, checkpoint=path, progress=False)
    assert np.array_equal(weights(model), before)                              # nothing of it is loaded
    path.write_bytes(b"junk")
    with pytest.raises(ValueError, match="damaged"):
        trained(2, checkpoint=path)
    with pytest.raises(FileNotFoundError, match="make it first"):
        trained(1, checkpoint=tmp_path / "none" / "kept")


# ---- history and progress --------------------------------------------------------------------------------------------

def test_history_to_csv_and_figure(tmp_path):
    _, history = trained(3, validation=(X, Y), metrics={"accuracy": accuracy})
    history.to_csv(tmp_path / "h.csv")
    rows = list(csv.DictReader((tmp_path / "h.csv").read_text().splitlines()))
    assert [row["epoch"] for row in rows] == ["1", "2", "3"]
    assert [float(row["val_loss"]) for row in rows] == history["val_loss"]
    loss, panel = history.plot().axes
    assert (loss.get_ylabel(), loss.get_yscale(), panel.get_ylabel()) == ("loss", "log", "accuracy")
    assert [line.get_label() for line in loss.get_lines()] == ["train", "validation"]


def test_plain_lines_where_there_is_no_terminal(capsys):
    _, history = trained(2, progress=True)
    lines = capsys.readouterr().out.splitlines()
    assert [line.split()[:2] for line in lines] == [["epoch", "1/2"], ["epoch", "2/2"]]
    assert f"loss {history['loss'][0]:.4g} " in lines[0]


def test_a_column_that_comes_later_stays_beside_its_epochs(tmp_path):
    """A training resumed with validation data that it did not have before."""
    history = History({"loss": [3.0, 2.0]})
    history.add({"loss": 1.0, "val_loss": 4.0})
    history.add({"val_loss": 5.0})
    np.testing.assert_array_equal(history["val_loss"], [np.nan, np.nan, 4.0, 5.0])
    np.testing.assert_array_equal(history["loss"], [3.0, 2.0, 1.0, np.nan])
    history.to_csv(tmp_path / "history.csv")
    assert (tmp_path / "history.csv").read_text().splitlines()[3] == "3,1.0,4.0"


def test_a_history_tells_its_columns():
    history = History({"loss": [1.0, 0.5]})
    assert repr(history) == "<History of 2 epochs: loss=0.5>" and dict(history) == {"loss": [1.0, 0.5]}


def test_a_bar_with_the_same_numbers_in_a_terminal(capsys, monkeypatch):
    monkeypatch.setattr(sys.stderr, "isatty", lambda: True, raising=False)
    _, history = trained(2, progress=True)
    shown = capsys.readouterr()
    assert "2/2" in shown.err and f"loss={history.last('loss'):.4g}" in shown.err
    assert shown.out.count("\n") == 1 and f"epoch 2/2  loss {history.last('loss'):.4g}" in shown.out      # what remains


# ---- what cannot be trained ------------------------------------------------------------------------------------------

def test_an_optimizer_of_another_model_is_refused():
    model, other = MLP([3, 2], rng=0), MLP([3, 2], rng=0)
    with pytest.raises(ValueError, match="none of the model's parameters"):
        fit(model, (X, Y), cross_entropy_loss, SGD(other.parameters()), 1, progress=False)
    last = SGD(model.layers[0].parameters()[1:], lr=0.1)                       # a part of them is fine
    assert fit(model, (X, Y), cross_entropy_loss, last, 1, progress=False).epochs == 1


def test_lbfgs_has_a_loop_of_its_own():
    model = MLP([3, 2], rng=0)
    with pytest.raises(TypeError, match=r"optimizer\.step\(closure\)"):
        fit(model, (X, Y), cross_entropy_loss, LBFGS(model.parameters()), 1, progress=False)


@pytest.mark.parametrize("options, message", [
    ({"loss": "mse"}, r"such as nn\.cross_entropy_loss, got 'mse'"),
    ({"metrics": ["accuracy"]}, "metrics must be {name"),
    ({"metrics": {"accuracy": "accuracy"}}, "metrics must be {name"),
    ({"schedule": 0.1}, r"such as nn\.schedule\.cosine\(0\.1, steps=1000\), got 0\.1; a constant rate is"),
    ({"model": MLP}, r"the model must be a Module, such as MLP\(\[2, 16, 2\]\), got <class"),
    ({"optimizer": SGD}, r"such as SGD\(model\.parameters\(\), lr=0\.1\), got <class"),
    ({"data": None}, r"data must be arrays \(x, y\).*, got None"),
    ({"data": (X, None)}, r"data must be arrays \(x, y\).*, got \(ndarray, NoneType\)"),
    ({"validation": 0.2}, r"data must be arrays \(x, y\).*, got 0\.2"),
    ({"epochs": "3"}, "epochs must be a whole number of at least 0, got '3'"),
    ({"epochs": 2.5}, r"got 2\.5"),
    ({"epochs": -1}, "got -1"),
    ({"clip_norm": -1}, "clip_norm must be a number greater than 0, or None, got -1"),
    ({"clip_norm": float("nan")}, "got nan"),
    ({"checkpoint": "."}, r"\. is a folder: name a file in it")])
def test_what_cannot_be_an_argument_is_named_with_what_can(options, message):
    model = MLP([3, 2], rng=0)
    error = ValueError if options.keys() & {"epochs", "clip_norm", "checkpoint"} else TypeError
    before = model.state_dict()
    given = {"model": model, "data": (X, Y), "loss": cross_entropy_loss, "epochs": 1, "progress": False,
             "optimizer": SGD(model.parameters())}
    with pytest.raises(error, match=message):
        fit(**given | options)
    if "loss" in options:
        with pytest.raises(error, match=message):
            evaluate(model, (X, Y), **options)
    assert model.training and all(np.array_equal(a, model.state_dict()[name]) for name, a in before.items())
