"""Check gradients: gradcheck, check_vjp, check_layer, check_op and their reports."""
from typing import TYPE_CHECKING

from ..support.on_demand import on_demand
from .api import GradcheckError, Report, Verdict, check_jvp, check_vjp, gradcheck
from .declared_ops import check_all, check_op
from .layers import check_layer

__all__ = ["GradcheckError", "Report", "Verdict", "check_all", "check_jvp", "check_layer", "check_op", "check_vjp",
            "given_inputs",
           "gradcheck"]

if TYPE_CHECKING:
    from .generate.decorator import given_inputs
else:
    __getattr__, _ = on_demand(__name__, {"generate.decorator": ["given_inputs"]})
    # dir() leaves it out: `help` asks for all that it names, and this one needs Hypothesis
