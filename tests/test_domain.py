"""Domains are plain data: compared by value, fixed, shown as they are made."""
import copy
import pickle

import pytest

from autograd import domain
from autograd.domain import AnyShape, Axes, Axis, Boolean, Choice, Distinct, Exactly, Flag, Labels, Real, Shape

MADE = [Real(), Real(-1, 1, (0,)), Distinct(0, 2), Boolean(), Labels(), Labels(1), Flag(), Choice((1, 2)), Axis(),
        Axis(extra=1), Axes(), Shape("broadcast"), AnyShape(1, 2)]


def test_each_kind_is_equal_to_itself_alone():
    for i, a in enumerate(MADE):
        for j, b in enumerate(map(copy.deepcopy, MADE)):
            assert (a == b) is (i == j) and (hash(a) == hash(b)) is (i == j)


def test_what_has_no_values_is_told_apart_by_its_class():
    assert Flag() != Boolean() and Flag() == Flag() and Flag() != None  # noqa: E711


@pytest.mark.parametrize("made", MADE, ids=repr)
def test_repr_makes_it_again_and_so_does_pickle(made):
    assert eval(repr(made), vars(domain)) == made == pickle.loads(pickle.dumps(made))


def test_values_cannot_be_changed():
    where = Real(0, 1)
    with pytest.raises(AttributeError, match=r"Real\(low=0, high=1, avoid=\(\)\) cannot be changed"):
        where.low = -1
    assert where.low == 0


def test_values_that_a_kind_does_not_have_are_refused():
    with pytest.raises(TypeError):
        Boolean(low=0)
    with pytest.raises(TypeError):
        Real(lowest=0)


@pytest.mark.parametrize("bounds", [(1, 0), (0, float("inf")), (float("nan"), 1), ("0", 1)])
@pytest.mark.parametrize("kind", [Real, Distinct])
def test_bounds_are_finite_numbers_in_order(kind, bounds):
    with pytest.raises(ValueError):
        kind(*bounds)


def test_exactly_is_a_signature():
    assert Exactly("(n)->()") == "(n)->()"
