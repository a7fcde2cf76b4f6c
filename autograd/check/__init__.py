"""Checking gradients against what they claim to be."""
from .check import GradcheckError, Report, Verdict, check_jvp, check_vjp, gradcheck
from .ops import check_all, check_op

__all__ = ["GradcheckError", "Report", "Verdict", "check_all", "check_jvp", "check_op", "check_vjp", "given_inputs",
           "gradcheck"]


def __getattr__(name: str):
    """`given_inputs` needs Hypothesis, which is loaded when it is first asked for."""
    if name == "given_inputs":
        from .strategies import given_inputs
        return given_inputs
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
