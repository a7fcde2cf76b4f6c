"""Tables: columns by name, texts as classes, what is missing or mixed, and the same form for a second file."""
import io
import sys

import numpy as np
import pytest

from nn import MLP, Adam, Sequential, StandardScaler, bce_with_logits_loss, fit
from nn.datasets import read_csv

CARS = """\
name,power,colour,doors,old,sold
a,100,red,3,True,yes
b,75.5,blue,5,False,no
c,,green,5,True,no
d,60,red,3,False,yes
"""


def csv(content, *args, **options):
    pytest.importorskip("pandas")
    return read_csv(io.StringIO(content), *args, **options)


def test_numbers_texts_and_truth_values(tmp_path):
    pytest.importorskip("pandas")
    (tmp_path / "cars.csv").write_text(CARS)
    table = read_csv(tmp_path / "cars.csv", "sold", columns=["old", "colour", "doors"])
    assert table.features == ("old", "colour=blue", "colour=green", "colour=red", "doors")
    assert table.x.tolist() == [[1, 0, 0, 1, 3], [0, 1, 0, 0, 5], [1, 0, 1, 0, 5], [0, 0, 0, 1, 3]]
    assert table.x.dtype == float and table.y.tolist() == [1, 0, 0, 1] and table.y.dtype == np.int64
    assert table.classes == ("no", "yes")


def test_ids_and_numbers_that_are_classes():
    table = csv(CARS, columns=["colour", "doors"], categorical=["doors"], text="ids")
    assert table.x.tolist() == [[2, 0], [0, 1], [1, 1], [2, 0]] and table.y is None
    assert csv("doors\n10\n5\n", categorical=["doors"]).features == ("doors=5", "doors=10")


def test_targets():
    assert csv(CARS, "doors", columns=["old"]).y.tolist() == [3, 5, 5, 3]
    table = csv(CARS, ["doors", "power"], columns=["old"], missing="drop")
    assert table.y.tolist() == [[3, 100], [5, 75.5], [3, 60]]
    assert csv("a,b,c\n1,2,3\n", "b").columns == ("a", "c")
    with pytest.raises(ValueError, match=r"must be numbers, got \['colour'\]"):
        csv(CARS, ["doors", "colour"], columns=["old"])


def test_missing_values():
    with pytest.raises(ValueError, match=r"missing in power \(1\) of 4 rows: .*drop"):
        csv(CARS, "sold", columns=["power", "doors"])
    table = csv(CARS, "sold", columns=["power"], missing="drop")
    assert table.x.tolist() == [[100], [75.5], [60]] and table.y.tolist() == [1, 0, 1]
    assert len(csv(CARS, "sold", columns=["doors"]).x) == 4                 # a column that is not used may be empty


@pytest.mark.parametrize("content, options, message", [
    (CARS, {"target": "price"}, r"no column 'price'; the columns are name, power"),
    (CARS, {"columns": ["colour"], "categorical": ["door"]}, "no column 'door'"),
    (CARS.replace(",", ";"), {"target": "sold"}, 'sep=";"'),
    ("a\n1\n?\n3\n", {}, r"column 'a' mixes numbers and texts such as '\?'.*na_values=\['\?'\]"),
    ("a\n" + "\n".join(f"n{i}" for i in range(30)), {}, r"30 different texts in 30 rows.*categorical=\['a'\]"),
    (CARS, {"columns": ["doors"], "text": "one_hot"}, '"one-hot" or "ids"'),
    (CARS, {"columns": ["doors"], "missing": "mean"}, '"error" or "drop"')])
def test_what_is_refused(content, options, message):
    with pytest.raises(ValueError, match=message):
        csv(content, **options)


def test_refusals_have_remedies_that_work():
    assert csv("a\n1\n?\n3\n", na_values=["?"], missing="drop").x.ravel().tolist() == [1, 3]
    assert csv("a\n1\nb2\n", categorical=["a"]).features == ("a=1", "a=b2")
    assert csv("a;b\n1,5;x\n", sep=";", decimal=",").x.tolist() == [[1.5, 1]]
    assert csv("a\n" + "\n".join(f"n{i}" for i in range(30)), categorical=["a"]).x.shape == (30, 30)


def test_a_second_file_takes_the_form_of_the_first():
    train = csv(CARS, "sold", columns=["colour", "doors"])
    test = train.read(io.StringIO("doors,colour,sold\n4,blue,yes\n"))
    assert test.x.tolist() == [[1, 0, 0, 4]] and test.y.tolist() == [1] and test.features == train.features
    assert train.read(io.StringIO("doors,colour\n4,blue\n")).y is None
    for text, message in [("doors,colour\n4,pink\n", "column 'colour' holds 'pink', unknown"),
                          ("colour\nblue\n", "no column 'doors'"),
                          ("colour,doors\nred,many\n", "read as texts.*'many'")]:
        with pytest.raises(ValueError, match=message):
            train.read(io.StringIO(text))


def test_a_frame_that_was_prepared_with_pandas():
    pandas = pytest.importorskip("pandas")
    frame = pandas.read_csv(io.StringIO(CARS)).fillna({"power": 0})
    before = frame.copy()
    assert read_csv(frame, "sold", columns=["power"]).x.ravel().tolist() == [100, 75.5, 0, 60]
    assert frame.equals(before)


def test_from_a_file_to_a_network(tmp_path):
    pandas = pytest.importorskip("pandas")
    rng = np.random.default_rng(0)
    size, colour = rng.normal(170, 10, 300), rng.choice(["red", "blue"], 300)
    answer = np.where((size > 170) == (colour == "red"), "in", "out")
    pandas.DataFrame({"size": size, "colour": colour, "answer": answer}).to_csv(tmp_path / "t.csv", index=False)
    table = read_csv(tmp_path / "t.csv", "answer")
    model = Sequential(StandardScaler().fit(table.x), MLP([3, 16, 1], rng=0))
    fit(model, (table.x, table.y[:, None]), bce_with_logits_loss, Adam(model.parameters(), 0.02), 40, rng=0,
        progress=False)
    assert np.mean((model(table.x).data[:, 0] > 0) == table.y) > 0.95


def test_without_pandas_it_says_what_to_install(monkeypatch):
    monkeypatch.setitem(sys.modules, "pandas", None)
    with pytest.raises(ImportError, match="pip install pandas"):
        read_csv("cars.csv")
