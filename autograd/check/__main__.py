"""`python -m autograd.check module:op ...`: check ops from the shell.

Exit status: 0 if all pass, 1 if one does not, 2 if an argument is wrong or a package is missing."""
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
    """Print the report of an op and return it as plain data. An error in its kernel or rule is a failure too."""
    try:
        report = check_op(op, examples=options.examples, seed=options.seed, order=options.order, raises=False)
    except Exception as error:
        text = "\n".join([f"ERROR: {op.name} raised {type(error).__name__}: {error}", *getattr(error, "__notes__", ())])
        print(text)
        return {"verdict": "ERROR", "passed": False, "name": op.name, "message": text}
    print(report)
    return report.to_dict()


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser("python -m autograd.check",
                                     description="Check the gradients of ops declared with @primitive.")
    parser.add_argument("target", nargs="+", help="module:op for one op, module for all that it declares")
    parser.add_argument("--examples", type=_whole(1), default=25, metavar="N",
                        help="draw N calls of each op (default 25)")
    parser.add_argument("--seed", type=_whole(0), metavar="N", help="draw other calls; the same N draws the same ones")
    parser.add_argument("--order", type=int, default=2, choices=(1, 2),
                        help="check first derivatives only, or second ones too (default 2)")
    parser.add_argument("--json", type=Path, metavar="FILE", help="also write the reports to FILE")
    return parser


def _whole(least: int):
    def number(text: str) -> int:
        if not text.isdecimal() or int(text) < least:
            raise argparse.ArgumentTypeError(f"must be a whole number from {least} on, got {text!r}")
        return int(text)
    return number


if __name__ == "__main__":
    sys.exit(main())
