"""Both tables to the digits that the book prints."""

import pytest

ONE = {1: "13.5 2.0", 2: "3.5 1.0", 3: "1.0 1.5", 4: ".375 1.25", 5: ".2188 1.375", 6: ".1797 1.3125",
       10: ".1667 1.3320", 100: ".1667 1.3333"}
TWO = {1: "13.5 2.0 .7", 2: "6.09 .65 .26", 3: "2.761 1.545 .583", 4: "1.265 .936 .394", 5: ".592 1.335 .547",
       6: ".288 1.059 .47", 10: ".044 1.127 .556", 20: ".018 1.109 .678", 233: "0 1 1"}


def same_to_printed_digits(values, printed, most):
    """Equal to the printed number after rounding to the table's decimals."""
    for value, text in zip(values, printed.split(), strict=True):
        assert value == pytest.approx(float(text), abs=0.5000001 * 10.0 ** -most), (value, text)


@pytest.mark.parametrize("step", ONE)
def test_one_parameter(demo, step):
    same_to_printed_digits(demo["one"][step - 1, [0, 2]], ONE[step], 4)


@pytest.mark.parametrize("step", TWO)
def test_weight_and_bias(demo, step):
    same_to_printed_digits(demo["two"][step - 1, [0, 3, 4]], TWO[step], 3)


def test_first_gradient(demo):
    assert demo["two"][0, 1:3].tolist() == [-20.0, -7.0]


def test_picture(demo, wrote):
    wrote(".png")
