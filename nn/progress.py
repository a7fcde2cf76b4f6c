"""Progress of training: a bar in a terminal or notebook, of which one line remains; plain lines in a log."""
import sys
from collections.abc import Mapping
from typing import Any


def formatted(row: Mapping[str, float]) -> dict[str, str]:
    """The numbers of an epoch as they are shown."""
    return {name: f"{value:.4g}" for name, value in row.items() if name != "seconds"}


class Progress:
    """Shows epochs as they finish. Without tqdm, or where the output is no terminal, one plain line each. A bar goes
    when training ends; the line of the last epoch, with the seconds of all, stays."""

    def __init__(self, epochs: int, done: int, shown: bool):
        self.epochs, self.shown = epochs, shown
        self.bar = bar(total=epochs, initial=done, unit="epoch", leave=False) if shown else None
        self.line, self.seconds = "", 0.0

    def show(self, epoch: int, row: Mapping[str, float]) -> None:
        numbers = formatted(row)
        self.seconds += row["seconds"]
        self.line = f"epoch {epoch}/{self.epochs}  {'  '.join(f'{name} {text}' for name, text in numbers.items())}"
        if self.bar is not None:
            self.bar.update()
            self.bar.set_postfix(numbers)
        elif self.shown:
            print(f"{self.line}  {row['seconds']:.2f} s", flush=True)

    def close(self) -> None:
        if self.bar is not None:
            self.bar.close()
            if self.line:
                print(f"{self.line}  {self.seconds:.2f} s", flush=True)


def bar(**options: Any) -> Any:
    """A tqdm bar with these options; None without tqdm, or where the output is no terminal or notebook.

    It is text in notebooks too: of a widget, a saved notebook keeps "0/20".
    """
    if not (sys.stderr.isatty() or "ipykernel" in sys.modules):
        return None
    try:
        from tqdm import tqdm
    except ImportError:
        return None
    return tqdm(**options)
