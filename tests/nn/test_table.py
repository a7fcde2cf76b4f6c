"""Tables: columns by name, texts as classes, what is missing or mixed, and the same form for a second file."""
import importlib.util
import io
import sys

import numpy as np
import pytest

from nn import MLP, Adam, Sequential, StandardScaler, bce_with_logits_loss, fit, one_hot
from nn.datasets import read_csv

CARS = """\
name,power,colour,doors,old,sold
a,100,red,3,True,yes
b,75.5,blue,5,False,no
c,,green,5,True,no
d,60,red,3,False,yes
"""


def csv(content, *args, **options):
    return read_csv(io.StringIO(content), *args, **options)


def test_numbers_texts_and_truth_values(tmp_path):
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
    (CARS, {"columns": ["doors"], "missing": "mean"}, '"error" or "drop"'),
    (CARS, {"target": []}, "target is an empty list"),
    (CARS, {"decimal": ","}, "decimal is ',', and so is sep"),
    (CARS, {"decimal": ",", "sep": ";", "thousands": ","}, "decimal is ',', and so is thousands")])
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
        read_csv("https://example.org/cars.csv")
    with pytest.raises(ImportError, match="pip install pandas"):
        read_csv("cars.csv", nrows=5)


# ---- columns that are neither numbers nor classes --------------------------------------------------------------------

def both(name, cells):
    """The same column as a CSV file and as a DataFrame, with a column of numbers beside it."""
    lines = [f'"{cell}",{i}' for i, cell in enumerate(cells)]
    yield io.StringIO("\n".join([f"{name},n", *lines]))
    if importlib.util.find_spec("pandas"):
        import pandas
        yield pandas.DataFrame({name: cells, "n": range(len(cells))})


@pytest.mark.parametrize("cells, message", [
    (["2024-01-05", "2024-01-06"], "dates or times, such as '2024-01-05'.*weekdays.*categorical"),
    (["05.01.2024", "06.01.2024"] * 9, "dates or times"),
    (["1/2/24", "1/3/24"] * 9, "dates or times"),
    (["12 Jan 2020", "3 Feb 2021"] * 9, "dates or times"),
    (["2024-01-05T10:30:00Z", "2024-01-06 10:30:00+02:00"] * 9, "dates or times"),
    (["10:30", "22:15:01.5"] * 9, "dates or times"),
    (["9:30 AM", "11:05 pm"] * 9, "dates or times"),
    ([f"name {i}" for i in range(10)], "10 different texts in 10 rows.*leave it out of columns"),
    ([f"name {i}" for i in range(19)] + ["name 0"], "19 different texts in 20 rows"),
    (["1,5", "2,25", "3,0"], r"comma, such as '1,5': pass decimal=\",\""),
    (["1,5", "2", "3"], "comma, such as '1,5'"),
    (["1.234,5", "2,0"], "comma, such as '1.234,5'"),
    (["12%", "7 %"] * 9, "numbers in another writing, such as '12%'"),
    (["$3.50", "$12"] * 9, "numbers in another writing"),
    (["1 200", "12 500"] * 9, "numbers in another writing"),
    (["1\u202f200", "1'200"] * 9, "numbers in another writing"),
    (["(3.50)", "(12)"] * 9, "numbers in another writing"),
    (["\u22125", "\u22127"] * 9, "numbers in another writing"),
    (["Mon, 05 Jan 2020 10:00:00 GMT", "Tue, 06 Jan 2020 10:00:00 GMT"] * 9, "dates or times"),
    (["Jan 2020", "Feb 2020"] * 9, "dates or times"),
    (["1", "two"], "mixes numbers and texts such as 'two'")])
def test_texts_that_are_no_classes_are_named_in_files_and_frames(cells, message):
    for source in both("a", cells):
        with pytest.raises(ValueError, match=f"column 'a'.*{message}"):
            read_csv(source)


@pytest.mark.parametrize("cells", [["Mon", "Tue"], ["Market 2020", "Market 2021"], ["1-2", "3-4"], ["2XL", "XL"],
                                   ["v1.2", "v1.3"], ["10:a", "10:b"]])
def test_texts_that_repeat_are_classes(cells):
    for source in both("a", cells * 3):
        assert read_csv(source, "n").features == tuple(f"a={c}" for c in cells)


def test_texts_that_are_refused_can_be_named_as_classes():
    for source in both("day", ["2024-01-05", "2024-01-06"]):
        assert read_csv(source, "n", categorical="day").features == ("day=2024-01-05", "day=2024-01-06")


def test_dates_and_objects_of_a_frame_are_named():
    pandas = pytest.importorskip("pandas")
    for cells, message in [(pandas.to_datetime(["2024-01-05", "2024-01-06"]), "dates or times"),
                           (pandas.to_timedelta([1, 2], unit="h"), "dates or times"),
                           ([[1], [2]], "objects of type list"), ([1 + 2j, 3], "objects of type complex")]:
        with pytest.raises(ValueError, match=f"column 'a' holds {message}"):
            read_csv(pandas.DataFrame({"a": cells}))


def test_texts_of_digits():
    """All-digit texts of a DataFrame raised IndexError."""
    pandas = pytest.importorskip("pandas")
    frame = pandas.DataFrame({"zip": ["01234", "99999"], "y": [0, 1]})
    with pytest.raises(ValueError, match=r"'zip' holds numbers as texts, such as '01234'.*astype.*categorical=\['zip"):
        read_csv(frame, "y")
    assert read_csv(frame, "y", categorical=["zip"]).categories == {"zip": ("01234", "99999")}
    assert read_csv(frame.astype({"zip": "category"}), "y").features == ("zip=01234", "zip=99999")
    assert csv("zip,y\n01234,0\n99999,1\n", "y", categorical=["zip"]).features == ("zip=01234", "zip=99999")


# ---- exact numbers ---------------------------------------------------------------------------------------------------

@pytest.mark.parametrize("number", [2 ** 53 + 1, -2 ** 53 - 1, 2 ** 63 - 1])
def test_integers_that_float64_would_change_are_no_feature_but_a_target(number):
    for source in both("id", [number, 1]):
        with pytest.raises(ValueError, match=rf"'id' holds integers such as {number}, which float64"):
            read_csv(source, "n")
    for source in both("id", [number, 1]):
        assert read_csv(source, "id").y.tolist() == [number, 1]


@pytest.mark.parametrize("number", [2 ** 63, 2 ** 64 - 1, 10 ** 30, -2 ** 63 - 1])
def test_integers_that_int64_cannot_hold_are_named(number):
    for source in both("id", [number, 1]):
        with pytest.raises(ValueError, match=rf"'id' holds integers such as {number}, which int64"):
            read_csv(source, "id")
    for source in both("id", [number, 1]):
        assert read_csv(source, "n", categorical=["id"]).features == tuple(f"id={n}" for n in sorted([1, number]))


def test_large_integers_among_numbers_with_a_point_are_named_too():
    with pytest.raises(ValueError, match="'id' holds integers such as 9007199254740993, which float64"):
        csv("id\n9007199254740993\n1.5\n")


def test_large_integers_that_floats_hold_stay():
    assert csv("a\n9007199254740992\n1\n").x.ravel().tolist() == [2 ** 53, 1]


def test_numbers_beyond_float64_and_with_separators():
    with pytest.raises(ValueError, match="'a' holds '1e999', which is larger than float64"):
        csv("a\n1e999\n2\n")
    assert csv("a\ninf\n2\n").x.ravel().tolist() == [np.inf, 2]
    with pytest.raises(ValueError, match="mixes numbers and texts such as '1_000'"):
        csv("a\n1_000\n2\n")
    assert csv("a\n\"1,234.5\"\n2\n", thousands=",").x.ravel().tolist() == [1234.5, 2]
    assert csv("a;b\n1.234,5;1\n2;2\n", sep=";", thousands=".", decimal=",").x.tolist() == [[1234.5, 1], [2, 2]]
    with pytest.raises(ValueError, match="mixes"):
        csv("a;b\n1,5;1\n2.5;2\n", sep=";", decimal=",")                    # a point is no decimal comma


def test_unsigned_and_nullable_integers_of_a_frame():
    pandas = pytest.importorskip("pandas")
    frame = pandas.DataFrame({"a": np.array([2 ** 64 - 1, 1], np.uint64),
                              "b": pandas.array([2 ** 53 + 1, None], "Int64")})
    with pytest.raises(ValueError, match="18446744073709551615, which int64"):
        read_csv(frame, columns=["a"])
    with pytest.raises(ValueError, match="9007199254740993, which float64"):
        read_csv(frame, columns=["b"], missing="drop")


# ---- names -----------------------------------------------------------------------------------------------------------

def test_two_features_of_one_name_are_refused():
    with pytest.raises(ValueError, match="two features would be named 'colour=red'"):
        csv("colour,colour=red\nred,1\nblue,2\n")


@pytest.mark.parametrize("options, message", [
    ({}, "2 columns are named 'a'"), ({"columns": ["b", "b"]}, "'b' is chosen twice"),
    ({"columns": ["b"], "target": "b"}, "'b' is chosen twice"), ({"columns": ["a"]}, "2 columns are named 'a'")])
def test_names_that_are_not_one_column(options, message):
    pandas = pytest.importorskip("pandas")
    for source in (io.StringIO("a,a,b\n1,2,3\n"), pandas.DataFrame([[1, 2, 3]], columns=["a", "a", "b"])):
        with pytest.raises(ValueError, match=message):
            read_csv(source, **options)


def test_names_twice_do_not_matter_where_they_are_not_used():
    assert csv("a,a,b\n1,2,3\n", columns="b").x.tolist() == [[3]]


def test_integers_as_names_of_columns():
    pandas = pytest.importorskip("pandas")
    frame = pandas.DataFrame([[1.5, "x", 0], [2.5, "y", 1]])
    table = read_csv(frame, 2)
    assert table.features == ("0", "1=x", "1=y") and table.y.tolist() == [0, 1] and table.columns == (0, 1)
    assert read_csv(frame, [2]).y.tolist() == [[0], [1]]
    assert read_csv(frame, 1).classes == ("x", "y")
    assert read_csv(frame, 2, columns=frame.columns[:1]).x.tolist() == [[1.5], [2.5]]
    with pytest.raises(ValueError, match="no column '2'; the columns are 0, 1, 2"):
        read_csv(frame, "2")
    frame.columns = pandas.MultiIndex.from_tuples([("a", "b"), ("a", "c"), ("d", "e")])
    with pytest.raises(ValueError, match="several lines of names: join them"):
        read_csv(frame)


def test_columns_without_a_name():
    for content in (",a\n0,5\n1,6\n", "Unnamed: 0,a\n0,5\n1,6\n"):
        with pytest.raises(ValueError, match=r"column 1 has no name.*index=False"):
            csv(content)
        assert csv(content, columns=["a"]).x.tolist() == [[5], [6]]


# ---- what is missing -------------------------------------------------------------------------------------------------

def test_classes_of_rows_that_were_dropped_are_no_classes():
    for missing in ("", "NA"):
        table = csv(f"a,colour\n1,red\n{missing},green\n2,blue\n", "a", missing="drop")
        assert table.features == ("colour=blue", "colour=red")


@pytest.mark.parametrize("cells", [("1", "2"), ("True", "False"), ("x", "y"), ("1.5", "2")])
@pytest.mark.parametrize("categorical", [(), ("a",)])
@pytest.mark.parametrize("as_frame", [False, True])
@pytest.mark.parametrize("gap_in_train", [False, True])
def test_a_gap_in_one_file_changes_no_kind(cells, categorical, as_frame, gap_in_train):
    """pandas makes integers beside a gap floats, and truth values objects."""
    whole, gap = ("\n".join(f"{cell},0" for cell in rows) for rows in (("a", *cells), ("a", *cells, "")))
    if as_frame:
        pandas = pytest.importorskip("pandas")
        whole, gap = (pandas.read_csv(io.StringIO(text)) for text in (whole, gap))
    else:
        whole, gap = io.StringIO(whole), io.StringIO(gap)
    train, test = (gap, whole) if gap_in_train else (whole, gap)
    first = read_csv(train, "a", categorical=categorical, missing="drop")
    second = first.read(test, missing="drop")
    assert second.y.dtype == first.y.dtype
    assert second.y.tolist() == first.y.tolist()


def test_a_second_file_reads_categories_as_the_first_does():
    first = csv("a,n\n1,0\n2,1\n", "n", categorical=["a"])
    assert first.read(io.StringIO("a,n\n2.0,1\n")).x.tolist() == [[0, 1]]
    with pytest.raises(ValueError, match="'a' holds 'two', unknown"):
        first.read(io.StringIO("a,n\ntwo,1\n"))


def test_words_for_what_is_missing():
    content = "country,n\nNA,1\nDE,2\nNA,3\n"
    with pytest.raises(ValueError, match=r"country \(2\).*keep_default_na=False"):
        csv(content, "n")
    assert csv(content, "n", keep_default_na=False).features == ("country=DE", "country=NA")
    assert csv("a\n-999\n1\n-999.0\n", na_values=-999, missing="drop").x.tolist() == [[1]]
    assert csv("a,b\n-1,-1\n2,3\n", na_values={"a": ["-1"]}, missing="drop").x.tolist() == [[2, 3]]


@pytest.mark.parametrize("content, message", [
    ("", "it is empty"), ("\n\n", "it is empty"), ("a,b\n", "the table has no rows"),
    ("a,b\n1,\n,2\n", r"no row is complete.*a \(1\), b \(1\) of 2"),
    ("a,b\n1,2\n3\n", "line 3 of the file has 1 fields for 2 names"),
    ("a,b\n1,2,3\n", "line 2 of the file has 3 fields for 2 names"),
    ("5.1,3.5\n4.9,3.0\n", "first line of the file holds numbers such as 5.1"),
    ("<!DOCTYPE html>\n<html></html>\n", "is a web page"),
    ("a;b\n1;2\n", 'pass sep=";"'), ("a\tb\n1\t2\n", r'pass sep="\\t"'),
    ('a,b\n"1,2\n3,4\n', "line 3 of the file is damaged"), ('a\n"x"y\n', "line 2 of the file is damaged"),
    ("a\n" + "x" * 200_000 + "\n", "line 2 of the file is damaged")])
def test_files_that_are_no_table(content, message):
    with pytest.raises(ValueError, match=message):
        csv(content, missing="drop")


def test_a_separator_at_the_end_of_lines_moves_no_column():
    """pandas takes the first column for row names then, and shifts all others."""
    assert csv("a,b\n1,2,\n3,4,\n", "b").x.tolist() == [[1], [3]]
    table = csv("a,b,\n1,2,\n3,4,\n")
    assert table.features == ("a", "b") and table.x.tolist() == [[1, 2], [3, 4]]


def test_encodings_and_sources(tmp_path):
    path = tmp_path / "t.csv"
    path.write_bytes("\ufeffä, b\n1, 2\n".encode())
    assert read_csv(path).features == ("ä", "b")
    assert read_csv(str(path), encoding="utf-8").features == ("ä", "b")
    path.write_bytes("ä,b\n1,2\n".encode("latin-1"))
    with pytest.raises(ValueError, match=r"not text of this encoding.*latin-1"):
        read_csv(path)
    assert read_csv(path, encoding="latin-1").features == ("ä", "b")
    with pytest.raises(ValueError, match="unknown encoding: klingon"):
        read_csv(path, encoding="klingon")
    with open(path, "rb") as file, pytest.raises(ValueError, match="not text of this encoding"):
        read_csv(file)
    with open(path, "rb") as file:
        assert read_csv(file, encoding="latin-1").x.tolist() == [[1, 2]]
    with pytest.raises(FileNotFoundError):
        read_csv(tmp_path / "none.csv")
    for source in (5, None, [[1, 2]]):
        with pytest.raises(TypeError, match=r"path, an open file or a pandas DataFrame is needed, got (int|None|list)"):
            read_csv(source)


def test_many_classes_take_the_memory_of_their_result_alone():
    assert one_hot([1_999_999]).shape == (1, 2_000_000)
