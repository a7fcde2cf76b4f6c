"""What may happen after each epoch: any function of the `Training`, and early stopping."""
import math
from typing import TYPE_CHECKING, Any

from ..checks import at_least_0, check_flags, check_state
from ..module import Module
from ..sizes import whole
from ..state import fitting

if TYPE_CHECKING:
    from .training import Training


class EarlyStopping:
    """Stops when a column of the history has not improved for some epochs, and restores the best parameters.

    Each training begins anew: one object may serve one after the other.

    Args:
        monitor: name of the column. patience: epochs without improvement that are tolerated.
        least: improvements smaller than this do not count. best: "min" or "max", which end of the column is good.
        restore: whether the model gets back its parameters of the best epoch.

    Attributes:
        best_epoch: from 1; 0 before the first.
    """

    def __init__(self, monitor: str = "val_loss", patience: int = 5, least: float = 0.0, best: str = "min",
                 restore: bool = True):
        if best not in ("min", "max"):
            raise ValueError(f'best must be "min" or "max", got {best!r}')
        if not isinstance(monitor, str):
            raise TypeError(f"monitor must be the name of a column of the history, such as 'val_loss', got {monitor!r}")
        whole("patience", patience)
        at_least_0(least=least)
        check_flags(restore=restore)
        self.monitor, self.patience, self.least, self.restore = monitor, patience, least, restore
        self.sign = 1 if best == "min" else -1
        self._forget()

    def _forget(self) -> None:
        self.best, self.best_epoch = math.inf, 0
        self.best_state: dict[str, Any] = {}

    def __call__(self, training: "Training") -> None:
        if training.epoch == 1:
            self._forget()
        value = self.sign * training.history.last(self.monitor)
        if value < self.best - self.least:
            self.best, self.best_epoch = value, training.epoch
            self.best_state = training.model.state_dict() if self.restore else {}
        training.stop |= self.is_over(training.epoch)

    def is_over(self, epoch: int) -> bool:
        """Whether the epochs without improvement are more than the patience."""
        return epoch - self.best_epoch > self.patience

    def finish(self, training: "Training") -> None:
        """Called when training ends, however it does."""
        if self.best_state and training.epoch:                  # else it is that of another training
            training.model.load_state_dict(self.best_state)

    def state_dict(self) -> dict[str, Any]:
        return {"best": self.best, "best_epoch": self.best_epoch, "best_state": self.best_state}

    def load_state_dict(self, state: dict[str, Any]) -> None:
        """ValueError, and nothing changed, for a state that is none of EarlyStopping's."""
        check_state("EarlyStopping", state, "best", "best_epoch", "best_state")
        best, epoch, kept = state["best"], state["best_epoch"], state["best_state"]
        whole("best_epoch", epoch)
        if not isinstance(best, int | float) or not isinstance(kept, dict):
            raise ValueError(f"the best value must be a number and best_state a dict, got {best!r} and {kept!r:.40}")
        self.best, self.best_epoch, self.best_state = best, epoch, kept

    def check_model(self, model: Module) -> None:
        """ValueError if the best parameters are those of another model."""
        if self.best_state:
            fitting(model._tensors(), self.best_state, "the best parameters of EarlyStopping", strict=True, layout=None,
                    rules={})
