"""The checker in pytest, on HTML pages, and for PyTorch and JAX."""
