"""`python -m autograd.check module:op ...`: check ops from the shell. Exit status 0 if all pass, 1 if not, 2 if the
arguments make no sense or something is missing."""
import argparse
import json
import sys
from pathlib import Path

from ..core.primitive import Primitive
from ..support.files import check_writable, write_file
from .declared_ops import check_op
from .integrations.op_lookup import NotFound, ops_named


def main(arguments: list[str] | None = None) -> int:
    """Check the named ops, print a report each, return the exit status."""
    parser = _parser()
    options = parser.parse_args(arguments)
    sys.path.insert(0, "")                      # as `python -m` would for the module itself
    try:
        if options.json:
            check_writable(options.json)        # now, not when all is done
        from .generate import strategies  # noqa: F401  loads Hypothesis
        ops = {op.name: op for target in options.target for op in ops_named(target)}
    except (OSError, NotFound, ValueError, ImportError) as error:
        parser.error(str(error))
    found = {name: _examined(op, options) for name, op in ops.items()}
    if options.json:
        write_file(options.json, json.dumps(found, indent=1))
    return 0 if all(result["passed"] for result in found.values()) else 1


def _examined(op: Primitive, options: argparse.Namespace) -> dict:
    """The report of an op, printed, as plain data. An error that its kernel or rule raises is a failure like others."""
    try:
        report = check_op(op, examples=options.examples, seed=options.seed, order=options.order, raises=False)
    except Exception as error:
        text = "\n".join([f"ERROR: {op.name} raised {type(error).__name__}: {error}", *getattr(error, "__notes__", ())])
        print(text)
        return {"verdict": "ERROR", "passed": False, "name": op.name, "message": text}
    print(report)
    return report.to_dict()


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser("python -m autograd.check", description="Check the gradients of declared ops.")
    parser.add_argument("target", nargs="+", help="module:op, or module for all ops declared in it")
    parser.add_argument("--examples", type=_whole(1), default=25, metavar="N", help="calls drawn per op (default 25)")
    parser.add_argument("--seed", type=_whole(0), metavar="N", help="draw others than the usual ones")
    parser.add_argument("--order", type=int, default=2, choices=(1, 2))
    parser.add_argument("--json", type=Path, metavar="FILE", help="write the reports there as well")
    return parser


def _whole(least: int):
    def number(text: str) -> int:
        if not text.isdecimal() or int(text) < least:
            raise argparse.ArgumentTypeError(f"must be a whole number from {least} on, got {text!r}")
        return int(text)
    return number


if __name__ == "__main__":
    sys.exit(main())
