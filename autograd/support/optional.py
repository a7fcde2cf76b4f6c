"""Packages that only parts of this one need: imported where they are used, each absence one line that says what to
install, by the name that pip knows."""
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.util import find_spec

DISTRIBUTIONS = {"PIL": "pillow", "sklearn": "scikit-learn"}
"""What pip calls a package whose import name is another."""


@contextmanager
def optional(package: str, use: str) -> Iterator[None]:
    """Around imports from an optional package. `use` says who needs it, as in "figures need".

    Raises:
        ModuleNotFoundError: the package is not installed.
        ImportError: something else is found under its name, or it is broken or too old.

    >>> with optional("no_such_package", "submarines need"):
    ...     import no_such_package
    Traceback (most recent call last):
    ModuleNotFoundError: submarines need no_such_package: pip install no_such_package
    """
    try:
        yield
    except ImportError as error:
        if (error.name or "").partition(".")[0] != package:             # another one is missing: it speaks for itself
            raise
        name, spec = DISTRIBUTIONS.get(package, package), find_spec(package)
        if spec is None:
            raise ModuleNotFoundError(f"{use} {name}: pip install {name}", name=package) from None
        place = spec.origin or next(iter(spec.submodule_search_locations or ()), "?")
        raise ImportError(f"{use} {name}, and what Python finds under that name, in {place}, does not do ({error}): "
                          f"pip install --upgrade {name}, or rename that file if it is yours", name=package) from error
