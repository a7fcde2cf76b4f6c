"""Module: what it finds in its attributes, and that models survive copying and pickling."""
import copy
import dataclasses
import gc
import pickle
import types
from collections import UserDict, UserList, deque

import numpy as np
import pytest

from autograd import Tensor
from nn import (
    MLP,
    SGD,
    BatchNorm1d,
    Buffer,
    Dropout,
    Linear,
    LSTMCell,
    Module,
    Parameter,
    Sequential,
    cross_entropy_loss,
    fit,
)


class Nested(Module):
    def __init__(self):
        self.first = Linear(2, 2, rng=0)
        self.listed = [Linear(2, 2, rng=1), (Parameter([1.0]),)]
        self.named = {"a": Linear(2, 2, bias=False, rng=2)}
        self.again = self.first
        self.kept = Buffer([0.0])
        self.plain = Tensor([3.0], requires_grad=True)

    def forward(self, x):
        return self.first(x)


NAMES = ["first.weight", "first.bias", "listed.0.weight", "listed.0.bias", "listed.1.0", "named.a.weight"]


def test_parameters_are_found_in_lists_tuples_dicts_and_modules_each_once():
    assert sorted(name for name, _ in Nested().named_parameters()) == sorted(NAMES)


def test_order_is_that_of_the_attributes():
    assert [name for name, _ in MLP([1, 2, 3]).named_parameters()] == [
        "layers.0.weight", "layers.0.bias", "layers.1.weight", "layers.1.bias"]


def test_buffers_are_kept_apart_from_parameters():
    assert [name for name, _ in Nested().named_buffers()] == ["kept"]


def test_a_module_that_holds_its_parent_does_not_loop():
    child, parent = Nested(), Nested()
    child.parent, parent.child = parent, child
    assert len(parent.parameters()) == 2 * len(NAMES)


def test_named_modules_give_parents_before_children():
    assert [name for name, _ in Nested().named_modules()] == ["", "first", "listed.0", "named.a"]


def test_train_and_eval_reach_every_module():
    model = Nested()
    assert model.eval() is model and not any(m.training for _, m in model.named_modules())
    assert all(m.training for _, m in model.train().named_modules())


def test_apply_visits_every_module():
    seen = []
    Nested().apply(seen.append)
    assert [type(m).__name__ for m in seen] == ["Nested", "Linear", "Linear", "Linear"]


def test_zero_grad_forgets_gradients():
    model = MLP([2, 3, 1], rng=0)
    model(np.ones((4, 2))).sum().backward()
    assert all(p.grad is not None for p in model.parameters())
    model.zero_grad()
    assert all(p.grad is None for p in model.parameters())


def test_hooks_see_calls_until_removed():
    model, seen = MLP([2, 3, 1], rng=0), []
    remove = [model.before_call(lambda m, xs: seen.append("before")),
              model.on_call(lambda m, xs, y: seen.append(y.shape))]
    model(np.ones((4, 2)))
    for each in remove:
        each()
    model(np.ones((4, 2)))
    assert seen == ["before", (4, 1)]


def test_forward_missing_says_so():
    with pytest.raises(NotImplementedError, match="Module has no forward"):
        Module()(1)


def test_repr_is_a_tree():
    assert repr(MLP([2, 3, 1])).splitlines() == [
        "MLP(sizes=[2, 3, 1], activation='relu')", "  layers.0: Linear(inputs=2, outputs=3)",
        "  layers.1: Linear(inputs=3, outputs=1)"]


def test_parameter_is_slim_and_floating():
    assert not hasattr(Parameter([1.0]), "__dict__") and Parameter([1.0]).requires_grad
    assert not Parameter([1.0], requires_grad=False).requires_grad
    with pytest.raises(TypeError, match="dtype=float"):
        Parameter([1, 2])


def trained():
    model = MLP([3, 4, 2], rng=0)
    optimizer = SGD(model.parameters(), lr=0.1, momentum=0.9)
    cross_entropy_loss(model(np.ones((5, 3))), [0, 1, 0, 1, 1]).backward()
    optimizer.step()
    return model, optimizer


@pytest.mark.parametrize("copied", [copy.deepcopy, lambda x: pickle.loads(pickle.dumps(x))], ids=["deepcopy", "pickle"])
def test_models_and_optimisers_copy_together_after_training(copied):
    model, optimizer = trained()
    twin, its_optimizer = copied((model, optimizer))
    for (name, p), (other, q) in zip(model.named_parameters(), twin.named_parameters(), strict=True):
        assert name == other and type(q) is Parameter and q.requires_grad
        np.testing.assert_array_equal(p.data, q.data)
        np.testing.assert_array_equal(p.grad.data, q.grad.data)
        assert not np.shares_memory(p.data, q.data)
    before = [p.numpy() for p in model.parameters()]
    its_optimizer.step()                                    # moves the twin, not the original
    assert all(np.array_equal(p.data, old) for p, old in zip(model.parameters(), before, strict=True))
    assert not any(np.array_equal(q.data, old) for q, old in zip(twin.parameters(), before, strict=True))
    optimizer.step()
    for p, q in zip(model.parameters(), twin.parameters(), strict=True):
        np.testing.assert_array_equal(p.data, q.data)


def test_a_training_step_leaves_no_garbage_for_the_collector():
    model, optimizer = trained()
    x = np.ones((5, 3))
    gc.collect()
    gc.disable()
    try:
        for _ in range(3):
            optimizer.zero_grad()
            cross_entropy_loss(model(x), [0, 1, 0, 1, 1]).backward()
            optimizer.step()
        assert gc.collect() == 0
    finally:
        gc.enable()


# ---- other values in the place of the parameters ---------------------------------------------------------------------

def test_with_parameters_computes_with_the_given_values_and_changes_nothing():
    model, x = MLP([2, 3, 1], rng=0), np.ones((4, 2))
    before = [p.numpy() for p in model.parameters()]
    values = [Tensor(w * 2.0, requires_grad=True) for w in before]
    other = MLP([2, 3, 1], rng=1)
    for p, v in zip(other.parameters(), values, strict=True):
        p.assign(v.data)
    result = model.with_parameters(values)(x)
    np.testing.assert_array_equal(result.data, other(x).data)
    result.sum().backward()
    assert all(v.grad is not None for v in values) and all(p.grad is None for p in model.parameters())
    assert all(np.array_equal(p.data, w) for p, w in zip(model.parameters(), before, strict=True))


def test_with_parameters_by_name_keeps_the_others():
    model = Nested()
    twin = model.with_parameters({"first.bias": [5.0, 6.0]})
    np.testing.assert_array_equal((twin(np.zeros((1, 2))) - model(np.zeros((1, 2)))).data, [[5.0, 6.0]])
    assert twin.first.weight is model.first.weight and twin.kept is model.kept


@pytest.mark.parametrize("values, message", [([], "0 values for 4 parameters: layers.0.weight"),
                                             ({"w": [1.0]}, "no parameter is named 'w'"),
                                             ({"layers.1.bias": [1.0, 2.0]}, r"needs shape \(1,\), got \(2,\)")])
def test_with_parameters_that_do_not_fit(values, message):
    with pytest.raises(ValueError, match=message):
        MLP([2, 3, 1]).with_parameters(values)


# ---- state -----------------------------------------------------------------------------------------------------------

def test_state_round_trip_copies():
    one, other = MLP([2, 3, 1], norm="batch", rng=0), MLP([2, 3, 1], norm="batch", rng=1)
    one(np.random.default_rng(0).normal(size=(5, 2)))               # moves the running statistics
    state = one.state_dict()
    other.load_state_dict(state)
    x = np.ones((1, 2))
    np.testing.assert_array_equal(one.eval()(x).data, other.eval()(x).data)
    state["layers.0.bias"] += 1.0
    assert not np.array_equal(state["layers.0.bias"], one.state_dict()["layers.0.bias"])


def test_a_state_that_does_not_fit_lists_every_difference_and_changes_nothing():
    model = MLP([2, 3, 1], rng=0)
    before, state = model.state_dict(), MLP([2, 3, 1], rng=1).state_dict()
    state["layers.0.wieght"] = state.pop("layers.0.weight")
    state["layers.1.weight"] = np.zeros((1, 3))
    state["layers.1.bias"] = np.array(["a"])
    with pytest.raises(ValueError) as error:
        model.load_state_dict(state)
    assert str(error.value).splitlines() == [
        "the state does not fit MLP, nothing was loaded:",
        "  dtype       layers.1.bias: <U1 is not a dtype of real numbers",
        "  missing     layers.0.weight (2, 3), called layers.0.wieght there?",
        "  shape       layers.1.weight: (3, 1) in the model, (1, 3) in the state: mirrored, as PyTorch stores it; "
        'then pass layout="torch"',
        "  unexpected  layers.0.wieght (2, 3)"]
    assert all(np.array_equal(a, before[name]) for name, a in model.state_dict().items())


@pytest.mark.parametrize("renamed, suggested", [
    ({"layers.1.weight": "layers.1.wieght", "layers.1.bias": None, "layers.0.weight": None},
     {"layers.1.weight": "layers.1.wieght"}),                               # one name there is suggested once
    ({"layers.0.weight": "net.0.weight", "layers.1.weight": "net.1.weight"},
     {"layers.0.weight": "net.0.weight", "layers.1.weight": "net.1.weight"}),
    ({"layers.0.weight": "k"}, {}),                                         # nothing like it
])
def test_each_missing_entry_is_told_its_own_likely_name_or_none(renamed, suggested):
    model = MLP([2, 3, 1], rng=0)
    state = model.state_dict()
    for name, other in renamed.items():
        value = state.pop(name)
        if other is not None:
            state[other] = value
    with pytest.raises(ValueError) as error:
        model.load_state_dict(state)
    lines = {line.split()[1]: line for line in str(error.value).splitlines() if line.startswith("  missing")}
    assert lines.keys() == renamed.keys()
    assert {name: line.split("called ")[1].split()[0] for name, line in lines.items() if "called" in line} == suggested


def test_astype_changes_parameters_where_they_are():
    model = MLP([2, 3, 1], norm="batch", rng=0)
    optimizer = SGD(model.parameters(), lr=0.1, momentum=0.9)
    assert model.astype(np.float32) is model
    assert {x.dtype for x in model.state_dict().values()} == {np.dtype(np.float32)}
    x = np.ones((4, 2), np.float32) * np.arange(4, dtype=np.float32)[:, None]
    for _ in range(3):
        optimizer.zero_grad()
        loss = model(x).sum()
        loss.backward()
        optimizer.step()
    assert loss.dtype == np.float32 and {p.dtype for p in model.parameters()} == {np.dtype(np.float32)}
    with pytest.raises(TypeError, match="floating"):
        model.astype(int)


def test_a_module_may_know_the_one_it_is_in():
    model = Sequential(Linear(2, 1, rng=0))
    model[0].parent = model
    assert [name for name, _ in model.named_parameters()] == ["layers.0.weight", "layers.0.bias"]
    assert repr(model).splitlines()[1:] == ["  layers.0: Linear(inputs=2, outputs=1)", "    parent: ..."]
    assert copy.deepcopy(model)[0].parent is not model


def test_names_that_would_lose_a_tensor_are_refused():
    class Keyed(Module):
        def __init__(self):
            self.heads = {1: Linear(2, 2), "1": Linear(2, 2)}
    with pytest.raises(ValueError, match=r"Keyed are called 'heads\.1\.weight'.*rename"):
        Keyed().state_dict()


# ---- frozen modules --------------------------------------------------------------------------------------------------

def frozen_in_the_middle():
    layers = [Linear(3, 4, rng=0), BatchNorm1d(4), Dropout(0.5, rng=1)]
    return Sequential(Sequential(*layers).freeze(), Linear(4, 2, rng=2))


def test_a_frozen_part_stays_through_a_whole_training():
    """A BatchNorm in eval mode went back to training, and its statistics moved, at the next fit."""
    model = frozen_in_the_middle()
    body, before = model[0], model[0].state_dict()
    x, y = np.random.default_rng(0).normal(size=(30, 3)), np.arange(30) % 2
    optimizer = SGD(model.parameters(), lr=0.1, momentum=0.9, weight_decay=0.1)
    fit(model, (x, y), cross_entropy_loss, optimizer, 3, validation=(x, y), progress=False, rng=0)
    assert all(np.array_equal(a, body.state_dict()[name]) for name, a in before.items())
    assert not any(m.training for _, m in body.named_modules())
    assert not np.array_equal(model[1].weight.data, Linear(4, 2, rng=2).weight.data)


def test_freezing_ends_when_told_and_takes_pending_gradients_away():
    model = frozen_in_the_middle()
    head = model[1]
    head(np.ones((2, 4))).sum().backward()
    head.freeze()
    assert head.weight.grad is None and not head.weight.requires_grad and not head.train().training
    head.freeze(False)
    assert head.weight.requires_grad and not head.training and head.train().training
    assert not model[0].train().training


def test_a_frozen_model_is_copied_frozen():
    for twin in (copy.deepcopy(frozen_in_the_middle()), pickle.loads(pickle.dumps(frozen_in_the_middle()))):
        assert twin[0].frozen and not twin.train()[0][1].training


# ---- containers ------------------------------------------------------------------------------------------------------

@dataclasses.dataclass
class Held:
    layer: Linear
    again: object = None


@dataclasses.dataclass(slots=True)
class Slotted:
    layer: Linear


@pytest.mark.parametrize("put, name", [
    (lambda layer: deque([layer]), "0"), (lambda layer: UserList([layer]), "0"),
    (lambda layer: types.MappingProxyType({"a": layer}), "a"), (lambda layer: UserDict(a=[layer]), "a.0"),
    (Held, "layer"), (lambda layer: [Held(layer)], "0.layer"), (Slotted, "layer")])
def test_layers_are_found_in_every_container_that_keeps_an_order(put, name):
    """Layers in a deque, a dataclass or a mapping that is no dict were not trained."""
    model, layer = Module(), Linear(2, 1, rng=0)
    model.inside = put(layer)
    assert [n for n, _ in model.named_modules()] == ["", f"inside.{name}"]
    assert model.parameters() == [layer.weight, layer.bias]


def test_a_container_that_holds_itself_does_not_loop():
    model, held = Module(), Held(Linear(2, 1, rng=0))
    held.again = model.listed = [held]
    model.listed.append(model.listed)
    assert len(model.parameters()) == 2


def test_a_state_that_need_not_be_complete_tells_what_was_left_out():
    model = MLP([2, 3, 1], rng=0)
    before = model.state_dict()
    result = model.load_state_dict({"layers.1.bias": [5.0], "head.weight": [1.0]}, strict=False)
    assert result.missing_keys == ["layers.0.weight", "layers.0.bias", "layers.1.weight"]
    assert result.unexpected_keys == ["head.weight"]
    assert model.layers[1].bias.data == 5 and np.array_equal(model.layers[0].weight.data, before["layers.0.weight"])
    assert model.load_state_dict(before) == ([], [])


def test_shapes_must_fit_also_in_a_state_that_need_not_be_complete():
    model = MLP([2, 3, 1], rng=0)
    before = model.state_dict()
    with pytest.raises(ValueError, match=r"shape +layers.1.bias: \(1,\) in the model, \(7,\) in the state"):
        model.load_state_dict({"layers.0.bias": np.ones(3), "layers.1.bias": np.ones(7)}, strict=False)
    assert all(np.array_equal(a, before[name]) for name, a in model.state_dict().items())


def test_mirrored_shapes_are_named():
    with pytest.raises(ValueError, match=r'weight: \(3, 2\) in the model, \(2, 3\) .*mirrored.* layout="torch"'):
        Linear(3, 2).load_state_dict({"weight": np.ones((2, 3)), "bias": np.ones(2)})


def test_states_of_pytorch_are_turned():
    """Square ones were loaded transposed."""
    rng = np.random.default_rng(0)
    for inputs in (2, 3):
        layer, w, b = Linear(inputs, 2), rng.normal(size=(2, inputs)), rng.normal(size=2)
        layer.load_state_dict({"weight": w, "bias": b}, layout="torch")
        x = rng.normal(size=(4, inputs))
        np.testing.assert_allclose(layer(x).data, x @ w.T + b)


def test_a_state_in_our_layout_is_not_taken_for_pytorchs():
    layer = Linear(3, 2, rng=0)
    with pytest.raises(ValueError, match=r"transposed as PyTorch's, does not fit"):
        layer.load_state_dict(layer.state_dict(), layout="torch")
    with pytest.raises(ValueError, match="layout must be"):
        layer.load_state_dict(layer.state_dict(), layout="keras")


def test_the_gates_of_pytorchs_lstm_are_put_in_our_order():
    """Against its documented formula: i, f, g, o = W_ih x + b_ih + W_hh h + b_hh; c' = f c + i g; h' = o tanh(c')."""
    rng, sigmoid = np.random.default_rng(0), lambda z: 1 / (1 + np.exp(-z))
    w, u, b = rng.normal(size=(12, 4)), rng.normal(size=(12, 3)), rng.normal(size=12)
    x, h, c = rng.normal(size=(2, 4)), rng.normal(size=(2, 3)), rng.normal(size=(2, 3))
    i, f, g, o = np.split(x @ w.T + h @ u.T + b, 4, axis=1)
    expected = sigmoid(f) * c + sigmoid(i) * np.tanh(g)
    cell = LSTMCell(4, 3)
    cell.load_state_dict({"weight": w, "recurrent": u, "bias": b}, layout="torch")
    new_h, new_c = cell(x, (h, c))
    np.testing.assert_allclose(new_c.data, expected)
    np.testing.assert_allclose(new_h.data, sigmoid(o) * np.tanh(expected))


class Counter(Module):
    def __init__(self):
        self.seen, self.weight = Buffer(np.array([1, 2])), Parameter([1.0])


def test_numbers_are_not_cut_to_integers():
    model = Counter()
    with pytest.raises(ValueError, match=r"dtype +seen: float64 would be cut to int64"):
        model.load_state_dict({"seen": [1.5, 2.5], "weight": [3.0]})
    assert model.weight.data == 1


def test_numbers_that_are_too_large_change_nothing():
    """They became inf, or where warnings are errors, the first parameters were assigned, the others not."""
    model = MLP([2, 2, 2], rng=0).astype(np.float32)
    before = model.state_dict()
    with pytest.raises(ValueError, match=r"layers\.1\.weight holds numbers too large for float32; nothing was loaded"):
        model.load_state_dict({name: np.full(a.shape, 1e300 if "1" in name else 5.0) for name, a in before.items()})
    assert all(np.array_equal(a, before[name]) for name, a in model.state_dict().items())


def test_a_state_of_very_deep_names_is_compared_at_once():
    model = Linear(2, 2, rng=0)
    for _ in range(300):
        model = Sequential(model)
    with pytest.raises(ValueError, match="missing"):
        model.load_state_dict({f"{'x.' * 1000}{i}": np.ones(2) for i in range(300)})


def test_modules_nested_deep_are_printed_and_copies_refused():
    """Python's limit of recursion came through."""
    model = Linear(2, 2, rng=0)
    for _ in range(300):
        model = Sequential(model)
    assert repr(model).splitlines()[-1] == f"{'  ' * 300}layers.0: Linear(inputs=2, outputs=2)"
    with pytest.raises(ValueError, match="nested too deep to be copied"):
        model.with_parameters(model.parameters())


def test_a_module_that_prints_in_its_own_way_does_so_inside():
    class Own(Linear):
        def __repr__(self):
            return "first\nsecond"
    assert repr(Sequential(Own(2, 2), Linear(2, 2))) == (
        "Sequential()\n  layers.0: first\n  second\n  layers.1: Linear(inputs=2, outputs=2)")
