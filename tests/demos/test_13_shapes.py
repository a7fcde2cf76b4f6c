"""The trap is refused with the fix in the message, and does the harm that is claimed."""

import numpy as np
import pytest


@pytest.mark.parametrize("loss", ["mse_loss", "mae_loss", "bce_with_logits_loss"])
def test_losses_refuse_it_and_tell_the_fix(demo, loss):
    message = demo["messages"][loss]
    assert "(3, 1)" in message and "(3,)" in message and "target.reshape(-1, 1)" in message
    assert demo["fixed"].item() == 0


def test_parameters_refuse_a_gradient_of_another_shape(demo):
    message = demo["messages"]["gradient"]
    assert "(3, 1)" in message and "(3,)" in message and "'w'" in message
    assert demo["p"].grad is None


def test_what_the_trap_costs(demo):
    assert np.all(np.diff(demo["trapped_losses"]) < 1e-9)                   # it looks like training
    assert abs(demo["trapped"].weight.item()) < 0.01                        # and learns the mean of all labels
    assert demo["trapped"].bias.item() == pytest.approx(demo["labels"].mean(), abs=0.01)
    assert demo["right"].weight.item() == pytest.approx(2, abs=0.1)
    assert demo["right"].bias.item() == pytest.approx(1, abs=0.1)


def test_picture(demo, wrote):
    wrote(".png")
