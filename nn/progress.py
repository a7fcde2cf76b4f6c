"""Progress of training: a bar in a terminal or notebook, plain lines in a log; the same numbers in both."""
import sys
from collections.abc import Mapping
from typing import Any


def formatted(row: Mapping[str, float]) -> dict[str, str]:
    """The numbers of an epoch as they are shown."""
    return {name: f"{value:.4g}" for name, value in row.items() if name != "seconds"}


class Progress:
    """Shows epochs as they finish. Without tqdm, or where the output is no terminal, one plain line each."""

    def __init__(self, epochs: int, done: int, shown: bool):
        self.epochs, self.shown = epochs, shown
        self.bar = bar(total=epochs, initial=done, unit="epoch") if shown else None

    def show(self, epoch: int, row: Mapping[str, float]) -> None:
        if self.bar is not None:
            self.bar.update()
            self.bar.set_postfix(formatted(row))
        elif self.shown:
            numbers = "  ".join(f"{name} {text}" for name, text in formatted(row).items())
            print(f"epoch {epoch}/{self.epochs}  {numbers}  {row['seconds']:.2f} s", flush=True)

    def close(self) -> None:
        if self.bar is not None:
            self.bar.close()


def bar(**options: Any) -> Any:
    """A tqdm bar with these options; None without tqdm, or where the output is no terminal or notebook."""
    if not (sys.stderr.isatty() or "ipykernel" in sys.modules):
        return None
    try:
        from tqdm.auto import tqdm
    except ImportError:
        return None
    return tqdm(**options)
