"""Training on arrays of other libraries that speak NumPy's protocols: no value is asked for but where `fit` reports."""
import copy
import inspect

import numpy as np
import pytest
from glass import FixedGlass, Glass, glass, inside

import nn
from autograd import Tensor
from autograd.core import values
from nn import losses, optim

RNG = np.random.default_rng(0)
ROWS, IMAGES, POSITIVE = RNG.normal(size=(4, 3)), RNG.normal(size=(2, 3, 6, 5)), RNG.uniform(0.1, 0.9, (4, 3))
LABELS, WEIGHTS = np.array([0, 2, 1, 1]), np.array([1.0, 0.0, 2.0, 0.5])


def is_glass(x):
    return isinstance(getattr(x, "_value", x), Glass)


def moved(model, kind):
    """A copy of a model whose parameters and buffers are Glass."""
    model = copy.deepcopy(model)
    for x in (*model.parameters(), *(b for _, b in model.named_buffers())):
        x.assign(kind(x.numpy()))
    return model


def same(found, expected, rtol=0.0):
    for x, e in zip(found, expected, strict=True):
        assert is_glass(x)
        np.testing.assert_allclose(inside(x), np.asarray(getattr(e, "_value", e)), rtol=rtol, atol=rtol)


# ---- layers --------------------------------------------------------------------------------------------------------

MODULES = {
    nn.Linear: (nn.Linear(3, 2, rng=0), ROWS), nn.MLP: (nn.MLP([3, 4, 2], "gelu", norm="layer", rng=0), ROWS),
    nn.Conv2d: (nn.Conv2d(3, 2, 3, stride=(2, 1), padding=1, rng=0), IMAGES), nn.MaxPool2d: (nn.MaxPool2d(2), IMAGES),
    nn.AvgPool2d: (nn.AvgPool2d((2, 1)), IMAGES), nn.RNNCell: (nn.RNNCell(3, 2, rng=0), ROWS),
    nn.LSTMCell: (nn.LSTMCell(3, 2, rng=0), ROWS), nn.Embedding: (nn.Embedding(5, 2, rng=0), np.array([[0, 4]])),
    nn.Dropout: (nn.Dropout(0.5, rng=0), ROWS), nn.LayerNorm: (nn.LayerNorm(3), ROWS),
    nn.StandardScaler: (nn.StandardScaler().fit(ROWS), ROWS),
    nn.MinMaxScaler: (nn.MinMaxScaler().fit(ROWS), ROWS),
    nn.BatchNorm1d: (nn.BatchNorm1d(3), ROWS), nn.PReLU: (nn.PReLU(), ROWS), nn.Perceptron: (nn.Perceptron(3), ROWS),
    nn.Sequential: (nn.Sequential(nn.Linear(3, 4, rng=0), nn.Tanh(), np.exp), ROWS), nn.Flatten: (nn.Flatten(), IMAGES),
    **{cls: (cls(), ROWS) for cls in (nn.Identity, nn.ReLU, nn.Sigmoid, nn.Tanh, nn.GELU, nn.SiLU, nn.SELU, nn.Softplus,
                                      nn.LeakyReLU, nn.ELU, nn.Hardtanh, nn.Softmax, nn.LogSoftmax)},
}
WRITE = {nn.Conv2d, nn.MaxPool2d, nn.AvgPool2d, nn.LSTMCell, nn.Embedding}
"""Layers whose derivative adds at an index, which is a write into memory."""


def test_no_layer_is_missing():
    layers = {x for x in vars(nn).values() if inspect.isclass(x) and issubclass(x, nn.Module)}
    assert layers - MODULES.keys() == {nn.Module, nn.ModuleList}


@pytest.mark.parametrize("training", [True, False])
@pytest.mark.parametrize("layer, kind", [(m, k) for m in MODULES for k in (Glass, FixedGlass)
                                         if k is Glass or m not in WRITE], ids=lambda x: x.__name__)
def test_every_layer_gives_what_it_gives_of_numpys_arrays(layer, kind, training):
    module, x = MODULES[layer]
    own, other = copy.deepcopy(module).train(training), moved(module, kind).train(training)
    found, expected = results(other, kind(x)), results(own, x)
    same(found, expected)
    same([b for _, b in other.named_buffers()], [b for _, b in own.named_buffers()])


def results(module, x):
    """What a module gives, and the gradients in its input and parameters."""
    x = Tensor(x, requires_grad=x.dtype.kind == "f")
    y = module(x)
    y = y[0] if isinstance(y, tuple) else y
    if y.requires_grad:
        (y * y).sum().backward()
    return [t for t in (y, x.grad, *(p.grad for p in module.parameters())) if t is not None]


# ---- losses --------------------------------------------------------------------------------------------------------

LOSSES = {
    losses.mse_loss: (ROWS, POSITIVE), losses.mae_loss: (ROWS, POSITIVE), losses.huber_loss: (ROWS, POSITIVE),
    losses.quantile_loss: (ROWS, POSITIVE), losses.poisson_loss: (ROWS, POSITIVE),
    losses.hinge_loss: (ROWS, np.sign(ROWS)), losses.bce_loss: (POSITIVE, (ROWS > 0) * 1),
    losses.bce_with_logits_loss: (ROWS, POSITIVE), losses.kl_div_loss: (np.log(POSITIVE), POSITIVE),
    losses.cross_entropy_loss: (ROWS, LABELS), losses.nll_loss: (np.log(POSITIVE), LABELS),
}
PENALTIES = {losses.l1_penalty, losses.l2_penalty, losses.elastic_net_penalty}
OPTIONS = [{}, {"reduction": "sum"}, {"reduction": "none"}, {"sample_weight": WEIGHTS},
           {"sample_weight": WEIGHTS, "reduction": "sum"}, {"sample_weight": WEIGHTS, "reduction": "none"}]
OF_CROSS_ENTROPY = [{"label_smoothing": 0.1}, {"class_weight": np.array([1.0, 2.0, 0.5])},
                    {"class_weight": np.array([1.0, 2.0, 0.5]), "label_smoothing": 0.1, "sample_weight": WEIGHTS}]
CALLS = [(loss, options) for loss in LOSSES for options in OPTIONS] \
    + [(losses.cross_entropy_loss, options) for options in OF_CROSS_ENTROPY]


def test_no_loss_is_missing():
    assert {getattr(losses, name) for name in losses.__all__} - PENALTIES == LOSSES.keys()


@pytest.mark.parametrize("loss, options", CALLS, ids=lambda x: "-".join(x) if isinstance(x, dict) else x.__name__)
def test_every_loss_gives_what_it_gives_of_numpys_arrays(loss, options):
    check_loss(loss, *LOSSES[loss], options, 1e-14 if options else 0.0)         # rows of weight 0 are left out there


@pytest.mark.parametrize("size", [1.0, 1000.0])
def test_cross_entropy_takes_no_branch_and_gives_the_same(size):
    check_loss(losses.cross_entropy_loss, size * ROWS, LABELS, {}, 0.0)


def test_cross_entropy_of_probabilities():
    t = POSITIVE / POSITIVE.sum(axis=1, keepdims=True)
    check_loss(losses.cross_entropy_loss, ROWS, t, {"label_smoothing": 0.1}, 0.0)


def check_loss(loss, x, target, options, rtol):
    own, other = Tensor(x, requires_grad=True), Tensor(Glass(x), requires_grad=True)
    expected = loss(own, target, **options)
    found = loss(other, Glass(target), **{name: glass(v) for name, v in options.items()})
    expected.sum().backward(), found.sum().backward()
    same([found, other.grad], [expected, own.grad], rtol)


@pytest.mark.parametrize("label", [3, -1])
def test_labels_out_of_range_are_refused(label):
    with pytest.raises(ValueError, match="invalid entry"):
        losses.cross_entropy_loss(Glass(ROWS), Glass(np.array([0, label, 2, 1])), reduction="none")


def test_weights_beside_it_may_be_numpys():
    y = losses.cross_entropy_loss(Glass(ROWS), Glass(LABELS), class_weight=[1, 2, 1], sample_weight=WEIGHTS)
    assert is_glass(y)


@pytest.mark.parametrize("penalty", PENALTIES, ids=lambda f: f.__name__)
def test_every_penalty(penalty):
    own, other = nn.Parameter(ROWS), nn.Parameter(Glass(ROWS))
    expected, found = penalty([own]), penalty([other])
    expected.backward(), found.backward()
    same([found, other.grad], [expected, own.grad])


# ---- optimisers ----------------------------------------------------------------------------------------------------

OPTIMISERS = [
    lambda p: nn.SGD(p, lr=0.1), lambda p: nn.SGD(p, lr=0.1, momentum=0.9, nesterov=True, weight_decay=0.1),
    lambda p: nn.Adam(p, weight_decay=0.1), lambda p: nn.AdamW(p), lambda p: nn.Adagrad(p), lambda p: nn.Lion(p),
    lambda p: nn.RMSprop(p, momentum=0.5), lambda p: nn.ProximalSGD(p, l1=0.1),
]


def test_no_optimiser_is_missing():
    kinds = {x for x in vars(optim).values() if inspect.isclass(x) and issubclass(x, nn.Optimizer)}
    assert kinds == {type(make([nn.Parameter(ROWS)])) for make in OPTIMISERS} | {nn.Optimizer}


@pytest.mark.parametrize("kind", [Glass, FixedGlass])
@pytest.mark.parametrize("dtype", [np.float64, np.float32, np.float16])
@pytest.mark.parametrize("make", OPTIMISERS)
def test_every_optimiser_takes_the_same_steps(make, dtype, kind):
    own, other = ([nn.Parameter(wrap(a.astype(dtype))) for a in (ROWS, ROWS[0], np.array(0.5))]
                  for wrap in (np.asarray, kind))
    for params in (own, other):
        optimiser = make(params)
        for _ in range(3):
            optimiser.zero_grad()
            sum((p * p).sum() for p in params).backward()
            optimiser.step()
    assert all(p.dtype == dtype for p in other)
    same(other, own, 0.0 if dtype is np.float64 else 1e-3)
    assert [[inside(a).tolist() for a in slots] for slots in optimiser.state[:2]]


def test_a_step_changes_nothing_that_others_hold():
    a = Glass(ROWS)
    p = nn.Parameter(a)
    view, data = p.reshape(-1), p.data
    p.grad = Glass(ROWS)
    nn.SGD([p], lr=1.0).step()
    assert all(np.array_equal(np.ravel(inside(x)), ROWS.ravel()) for x in (a, view, data)) and not p.numpy().any()


def test_the_state_of_an_optimiser_is_numpys_and_comes_back():
    params = [nn.Parameter(Glass(ROWS)), nn.Parameter(Glass(0.5))]
    optimiser, twin = nn.Adam(params), nn.Adam(params)
    sum((p * p).sum() for p in params).backward()
    optimiser.step()
    state = optimiser.state_dict()
    assert all(type(a) is np.ndarray for slots in state["slots"] for a in slots)
    twin.load_state_dict(state)
    assert all(is_glass(a) for slots in twin.state for a in slots)


def test_lbfgs_takes_its_steps_on_the_host():
    p = nn.Parameter(Glass([3.0, -2.0]))
    optimiser = nn.LBFGS([p])

    def closure():
        optimiser.zero_grad()
        loss = (p[0] - 1) ** 2 + 10 * (p[1] - 2) ** 2
        loss.backward()
        return loss
    for _ in range(20):
        optimiser.step(closure)
    assert is_glass(p)
    np.testing.assert_allclose(p.numpy(), [1, 2], rtol=1e-6)


@pytest.mark.parametrize("size", [1.0, 1e-300, 1e300])
@pytest.mark.parametrize("limit", [0.5, 1e9])
def test_clipping(size, limit):
    own, other = nn.Parameter(ROWS), nn.Parameter(Glass(ROWS))
    own.grad, other.grad = size * ROWS, Glass(size * ROWS)
    norms = nn.clip_grad_norm([own], limit), nn.clip_grad_norm([other], limit)
    assert isinstance(norms[1], Glass)
    np.testing.assert_allclose([inside(norms[1]), nn.grad_norm([other])], [norms[0], nn.grad_norm([own])], rtol=1e-14)
    same([other.grad], [own.grad], 1e-14)
    for p in (own, other):
        nn.clip_grad_value([p], 0.1)
    same([other.grad], [own.grad], 1e-14)


# ---- fit -----------------------------------------------------------------------------------------------------------

@pytest.fixture
def left(monkeypatch):
    """The sizes of what has left Glass."""
    sizes = []
    known = values.to_host.dispatch(Glass)
    values.to_host.register(Glass)(lambda x: (sizes.append(x.size), known(x))[1])
    yield sizes
    values.to_host.register(Glass)(known)


def trained(kind, **options):
    model = moved(nn.MLP([3, 4, 2], "tanh", dropout=0.2, norm="layer", rng=0), kind)
    batches = [(kind(x), kind(t)) for x, t in ((ROWS, np.array([0, 1, 1, 0])), (2 * ROWS, np.array([1, 1, 0, 0])))]
    history = nn.fit(model, batches, nn.cross_entropy_loss, nn.Adam(model.parameters(), lr=0.1), 3, rng=0,
                     progress=False, **options)
    return model, history


@pytest.mark.parametrize("kind", [Glass, FixedGlass])
def test_fit_learns_the_same_and_only_the_loss_leaves(kind, left):
    options = {"clip_norm": 0.5, "schedule": nn.schedule.cosine(0.1, 6)}
    model, history = trained(kind, **options)
    assert left == [1, 1, 1] * 3                        # of two batches the loss, and a norm for the history
    own, expected = trained(np.asarray, **options)
    np.testing.assert_allclose(history["loss"], expected["loss"], rtol=1e-14)
    same(model.parameters(), own.parameters(), 1e-12)


def test_metrics_and_validation_see_numpys_arrays():
    def accuracy(output, target):
        assert type(output) is type(target) is np.ndarray
        return nn.metrics.accuracy(output, target)
    _, history = trained(Glass, metrics={"accuracy": accuracy},
                         validation=[(Glass(ROWS), Glass(np.array([0, 1, 1, 0])))])
    _, expected = trained(np.asarray, metrics={"accuracy": nn.metrics.accuracy},
                          validation=[(ROWS, np.array([0, 1, 1, 0]))])
    assert history["accuracy"] == expected["accuracy"] and history["val_accuracy"] == expected["val_accuracy"]


def test_a_divergence_is_explained():
    model = moved(nn.Linear(3, 1, rng=0), Glass)
    with np.errstate(all="ignore"), pytest.raises(nn.Diverged, match="the data hold nan or inf"):
        nn.fit(model, [(Glass(ROWS * np.nan), Glass(ROWS[:, :1]))], nn.mse_loss, nn.SGD(model.parameters()), 1,
               progress=False)


def test_a_state_is_numpys_and_goes_back_to_where_the_model_is():
    model = moved(nn.MLP([3, 2], rng=0), Glass)
    state = model.state_dict()
    assert all(type(a) is np.ndarray for a in state.values())
    model.load_state_dict(state)
    assert all(map(is_glass, model.parameters()))
