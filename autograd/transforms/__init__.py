"""Functions to functions: from f, its gradient, Jacobian, products with these, and its values with tangents."""
from typing import TYPE_CHECKING

from ..support.on_demand import on_demand
from .containers import flatten
from .gradient import grad, gradients, value_and_grad

__all__ = ["deriv", "elementwise_grad", "flatten", "grad", "grad_and_aux", "grad_named", "gradients", "hessian",
           "hessian_tensor_product", "hessian_vector_product", "holomorphic_grad", "jacobian", "jvp", "make_ggnvp",
           "make_hvp", "make_jvp", "make_vjp", "multigrad_dict", "tensor_jacobian_product", "value_and_grad",
           "vector_jacobian_product", "vjp", "vmap"]

if TYPE_CHECKING:
    from .batch import vmap
    from .forward import jvp
    from .products import (
        deriv,
        elementwise_grad,
        grad_and_aux,
        grad_named,
        hessian,
        hessian_tensor_product,
        hessian_vector_product,
        holomorphic_grad,
        jacobian,
        make_ggnvp,
        make_hvp,
        make_jvp,
        make_vjp,
        multigrad_dict,
        tensor_jacobian_product,
        vector_jacobian_product,
        vjp,
    )
else:
    __getattr__, __dir__ = on_demand(__name__, {
        "batch": ["vmap"], "forward": ["jvp"], "products": set(__all__) - vars().keys() - {"vmap", "jvp"}})
