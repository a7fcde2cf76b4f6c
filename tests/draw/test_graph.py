"""The picture as data: what is in it, in which order, and that making it changes nothing."""
import numpy as np
import pytest

from autograd import GraphError, Tensor, concatenate, draw, no_grad, relu
from autograd.draw.graph.collapse import limited
from autograd.draw.graph.picture import magnitude, picture


def leaf(value, name):
    return Tensor(value, requires_grad=True, name=name)


def by_name(graph):
    return {v.name: v for v in graph.vertices if v.name}


def test_square_has_two_edges_with_their_own_contributions():
    x = leaf(3.0, "x")
    graph = picture(x * x, grad=True)
    assert [(e.source, e.target, e.place, e.contribution) for e in graph.edges] == [(0, 1, 0, 3.0), (0, 1, 1, 3.0)]
    assert by_name(graph)["x"].grad == 6.0


def test_kinds():
    x, w, b = Tensor([1.0, 2.0], name="x"), leaf([1.0, 2.0], "w"), Tensor([0.0, 1.0])
    graph = picture(((x * w + b) * 2.0).sum())
    assert [v.kind for v in graph.vertices] == ["input", "parameter", "op", "input", "op", "constant", "op", "result"]


def test_no_gradients_before_backward_and_zero_is_not_unknown():
    x = leaf(-1.0, "x")
    y = relu(x)
    before = picture(y)
    assert not before.seeded and all(v.grad is None for v in before.vertices)
    assert all(e.contribution is None for e in before.edges)
    y.backward()
    assert by_name(picture(y))["x"].grad == 0.0


def test_shows_what_backward_left_including_accumulation():
    x = leaf(3.0, "x")
    y = x * x
    y.backward()
    y.backward()
    vertex = by_name(picture(y))["x"]
    assert (vertex.grad, vertex.arrived) == (12.0, 6.0)


@pytest.mark.parametrize("grad", [None, True, False])
def test_changes_nothing(grad):
    x, w = leaf([[1.0, 2.0]], "x"), leaf([[1.0], [3.0]], "w")
    y = (x @ w).tanh().sum()
    y.backward()
    before = x.grad.numpy(), w.grad.numpy(), x.numpy(), y.item()
    picture(y, grad=grad)
    after = x.grad.numpy(), w.grad.numpy(), x.numpy(), y.item()
    assert all(np.array_equal(a, b) for a, b in zip(before, after, strict=True))
    y.backward()
    assert np.array_equal(x.grad.numpy(), 2 * before[0])


def test_own_gradient_leaves_no_grad_behind():
    x = leaf(2.0, "x")
    picture(x * x, grad=True)
    assert x.grad is None


def test_gradients_equal_the_engines_and_contributions_add_up():
    rng = np.random.default_rng(0)
    x, w = leaf(rng.normal(size=(4, 3)), "x"), leaf(rng.normal(size=(3, 3)), "w")
    h = (x @ w).tanh()
    y = (concatenate([h, h * x]) @ w).sigmoid().mean()
    graph = picture(y, grad=True)
    y.backward()
    for vertex, node in zip(graph.vertices, graph.nodes, strict=True):
        if node.grad is not None:
            assert np.array_equal(np.asarray(vertex.grad), node.grad.data)
    used = graph.out_of()
    for vertex in graph.vertices:
        terms = [graph.edges[e].contribution for e in used[vertex.id]]
        if terms and terms[0] is not None:
            np.testing.assert_allclose(sum(terms), vertex.grad, rtol=1e-12)


def test_steps_go_forward_then_back():
    a, b = leaf(2.0, "a"), leaf(3.0, "b")
    graph = picture(a * b + a, grad=True)
    there = [("forward", 2, [0, 1]), ("forward", 3, [2, 3])]
    back = [("seed", 3, []), ("backward", 3, [2, 3]), ("backward", 2, [0, 1])]
    assert [(s.kind, s.vertex, s.edges) for s in graph.steps()] == there + back
    assert [s.kind for s in picture(a * b).steps()] == ["forward"]


def test_a_vertex_comes_after_its_inputs():
    x = leaf([1.0, 2.0], "x")
    y = ((x + x.sum()) * x.exp()).mean()
    assert all(e.source < e.target for e in picture(y).edges)


def test_seed_array_for_a_result_that_is_not_one_number():
    x = leaf([1.0, 2.0], "x")
    assert by_name(picture(x * x, grad=np.array([1.0, 10.0])))["x"].grad.tolist() == [2.0, 40.0]
    with pytest.raises(ValueError, match="gradient"):
        picture(x * x, grad=True)


def test_a_tensor_without_graph_is_one_vertex():
    with no_grad():
        graph = picture(Tensor([1.0, 2.0]) * 2)
    assert len(graph.vertices) == 1 and not graph.edges and graph.steps() == []


def test_names_from_a_dict_and_from_locals():
    w, data = Tensor(1.0, requires_grad=True), Tensor([1.0, 2.0])
    y = (w * data).sum()
    assert {v.name for v in picture(y, names={"w": w}).vertices} == {"w", None}
    assert {v.name for v in picture(y, names=locals()).vertices} == {"w", "data", "y", None}
    with pytest.raises(TypeError, match="names must be"):
        picture(y, names=[w])


def test_a_name_given_for_the_picture_wins():
    w = leaf(1.0, "weight")
    assert picture(w * 2, names={"w": w}).vertices[0].name == "w"


def test_names_of_a_models_parameters():
    class Model:
        def __init__(self):
            self.w = Tensor(1.0, requires_grad=True)

        def named_parameters(self):
            return {"layer.w": self.w}.items()
    model = Model()
    assert picture(model.w * 2, names=model).vertices[0].name == "layer.w"
    assert picture(model.w * 2, names={"net": model}).vertices[0].name == "net.layer.w"


# ---- several results -----------------------------------------------------------------------------------------------

def two_results():
    x, w = Tensor([1.0, 2.0], name="x"), leaf([0.5, -0.5], "w")
    score = (x * w).tanh()
    return x, w, score.sum(), (score * score).mean()


def test_several_results_in_one_picture():
    _x, w, first, second = two_results()
    graph = picture([first, second])
    assert [v.kind for v in graph.vertices].count("result") == 2 == len(graph.results)
    assert len(graph.vertices) == 7 and not graph.seeded
    assert {v.name for v in picture({"a": first, 2: second}).vertices if v.kind == "result"} == {"a", "2"}
    assert all(e.source < e.target for e in graph.edges) and w.grad is None


def test_gradients_of_several_results_add_up():
    _x, w, first, second = two_results()
    both = picture([first, second], grad=True)
    (first + second).backward()
    assert np.allclose(by_name(both)["w"].grad, w.grad.data, rtol=1e-15)
    assert [s.kind for s in both.steps()].count("seed") == 2


@pytest.mark.parametrize("grad", [[True, False], (np.array(1.0), None), {"a": True}])
def test_gradients_only_where_asked(grad):
    _x, w, first, second = two_results()
    y = {"a": first, "b": second} if isinstance(grad, dict) else [first, second]
    graph = picture(y, grad=grad)
    first.backward()
    assert np.array_equal(by_name(graph)["w"].grad, w.grad.data)
    assert [graph.vertices[v].grad for v in graph.results] == [1.0, None]


def test_of_several_results_backward_shows_where_it_was_called():
    _x, w, first, second = two_results()
    assert not picture([first, second]).seeded
    second.backward()
    graph = picture([first, second])
    assert [graph.vertices[v].grad for v in graph.results] == [None, 1.0]
    assert np.array_equal(by_name(graph)["w"].arrived, w.grad.data)


def test_a_result_within_the_other_is_not_started_from_twice():
    x = leaf(2.0, "x")
    inner = x * 3.0
    outer = inner * inner
    outer.backward()
    graph = picture([inner, outer])
    assert by_name(graph)["x"].arrived == 36.0 and by_name(graph)["x"].grad == 36.0


def test_a_result_that_is_no_part_of_the_graph_may_stand_beside():
    _x, _w, first, _ = two_results()
    graph = picture({"loss": first, "accuracy": Tensor(0.9)}, grad=True)
    assert by_name(graph)["accuracy"].grad is None and by_name(graph)["w"].grad is not None


@pytest.mark.parametrize("y, grad, error", [
    ([], None, TypeError), ({}, None, TypeError), ([[1.0]], None, TypeError), ([leaf(1.0, "x"), 2.0], None, TypeError),
    ([leaf(1.0, "x"), leaf(1.0, "w")], [True], ValueError), ([leaf(1.0, "x")], np.ones(1), ValueError),
    ([leaf([1.0, 2.0], "x")], True, ValueError), ([Tensor(1.0)], [True], GraphError)])
def test_several_results_and_errors(y, grad, error):
    with pytest.raises(error):
        picture(y, grad=grad)


@pytest.mark.parametrize("wrong", [3.0, np.ones(2), "y", None])
def test_what_is_not_a_tensor_is_refused(wrong):
    with pytest.raises(TypeError, match="needs a Tensor"):
        picture(wrong)


def test_of_a_freed_graph_is_shown_what_is_known_but_no_new_gradient():
    y = leaf(1.0, "x") * 2
    y.backward(retain_graph=False)
    (vertex,) = picture(y).vertices
    assert vertex.value == 2.0
    assert vertex.notes == ["its inputs are gone: backward(retain_graph=False)"]
    with pytest.raises(GraphError, match="freed"):
        picture(y, grad=True)


def test_a_graph_that_is_freed_in_part_is_shown_up_to_there():
    x = leaf(3.0, "x")
    (a := x * x).backward(retain_graph=False)
    graph = picture(a * leaf(2.0, "w"))
    assert [v.name or v.label for v in graph.vertices] == ["×", "w", "×"]
    assert [bool(v.notes) for v in graph.vertices] == [True, False, False]
    with pytest.raises(GraphError, match="freed"):
        picture(a * 2.0, grad=True)


def test_after_an_update_old_values_held_gradients_and_a_note_are_shown():
    w, x = leaf(3.0, "w"), leaf(2.0, "x")
    y = w * x
    y.backward()
    w.assign(2.5)
    graph = picture(y)
    assert [(v.name, v.value, v.grad) for v in graph.vertices] == [("w", 2.5, 2.0), ("x", 2.0, 3.0), (None, 6.0, 1.0)]
    assert [bool(v.notes) for v in graph.vertices] == [True, False, False]
    assert all(e.contribution is None for e in graph.edges)
    assert "assigned since it was used" in draw(y).source
    assert [v.grad for v in picture(y, grad=False).vertices] == [None] * 3
    with pytest.raises(GraphError, match="assigned a new value"):
        picture(y, grad=True)


def test_an_update_before_the_graph_is_no_change():
    w = leaf(3.0, "w")
    w.assign(2.0)
    y = w * w
    y.backward()
    assert not any(v.notes for v in picture(y).vertices)
    assert all(e.contribution is not None for e in picture(y).edges)


def test_depth_does_not_matter():
    y = x = leaf(1.0, "x")
    for _ in range(20_000):
        y = y + 1.0
    graph = limited(picture(y, grad=True), 10)
    assert len(graph.vertices) == 10
    assert "19 995 more ops" in graph.vertices[0].label
    assert graph.vertices[0].notes[:2] == ["19995 +", "1 parameter (1 value)"]
    assert x.grad is None


def test_folded_edges_keep_their_sum():
    x = leaf(2.0, "x")
    graph = limited(picture((x * x) * (x * x * x), grad=True), 3)
    assert [v.kind for v in graph.vertices] == ["summary", "op", "result"]
    assert all(e.source < e.target for e in graph.edges)
    with pytest.raises(ValueError, match="at least 2"):
        limited(graph, 1)


@pytest.mark.parametrize("value, size", [(3.0, 3.0), ([3.0, 4.0], 12.5 ** 0.5), ([], 0.0), ([1e200, 1e200], 1e200),
                                         ([1.0, np.inf], np.inf), ([0.0, 0.0], 0.0), ([1e-300, 1e-300], 1e-300)])
def test_magnitude(value, size):
    assert magnitude(value) == pytest.approx(size, rel=1e-12)


def test_magnitude_of_nan_is_nan():
    assert np.isnan(magnitude([1.0, np.nan]))
