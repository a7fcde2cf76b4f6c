"""`python -m autograd.check module:op ...`: check ops from the shell. Exit status 0 if all pass, 1 if not, 2 if the
arguments make no sense."""
import argparse
import importlib
import json
import sys
from pathlib import Path

from ..files import check_writable, write_file
from ..primitive import REGISTRY, Primitive
from .ops import check_op


def main(arguments: list[str] | None = None) -> int:
    """Check the named ops, print a report each, return the exit status."""
    parser = argparse.ArgumentParser("python -m autograd.check", description="Check the gradients of declared ops.")
    parser.add_argument("target", nargs="+", help="module:op, or module for all ops declared in it")
    parser.add_argument("--examples", type=int, default=25, help="calls drawn per op (default 25)")
    parser.add_argument("--seed", type=int, help="draw others than the usual ones")
    parser.add_argument("--order", type=int, default=2, choices=(1, 2))
    parser.add_argument("--json", type=Path, metavar="FILE", help="write the reports there as well")
    options = parser.parse_args(arguments)
    if options.json:
        _verify(options.json, parser)
    sys.path.insert(0, "")                      # as `python -m` would for the module itself
    reports = {}
    for op in [op for target in options.target for op in named(target, parser)]:
        report = check_op(op, examples=options.examples, seed=options.seed, order=options.order, raises=False)
        reports[op.name] = report
        print(report)
    if options.json:
        write_file(options.json, json.dumps({name: r.to_dict() for name, r in reports.items()}, indent=1))
    return 0 if all(reports.values()) else 1


def _verify(path: Path, parser: argparse.ArgumentParser) -> None:
    """Before the checks, not after them: that the reports can be written."""
    try:
        check_writable(path)
    except (OSError, ValueError) as error:
        parser.error(f"--json: {error}")


def named(target: str, parser: argparse.ArgumentParser) -> list[Primitive]:
    """The ops that `module:op` or `module` stands for."""
    module, _, name = target.partition(":")
    try:
        home = importlib.import_module(module)
    except ImportError as error:
        parser.error(f"cannot import {module!r}: {error}")
    if not name:
        found = [op for op in REGISTRY.values() if op.kernel.__module__ == home.__name__ and op.differentiable]
        return found or parser.error(f"{module} declares no differentiable op")
    op = getattr(home, name, REGISTRY.get(name))
    if not isinstance(op, Primitive):
        parser.error(f"{target} is not an op: decorate it with @primitive(vjp=...)")
    return [op]


if __name__ == "__main__":
    sys.exit(main())
