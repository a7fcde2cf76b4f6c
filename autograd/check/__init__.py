"""Checking gradients against what they claim to be."""
from .check import GradcheckError, Report, Verdict, check_jvp, check_vjp, gradcheck

__all__ = ["GradcheckError", "Report", "Verdict", "check_jvp", "check_vjp", "gradcheck"]
