"""Modules: layers, activations, containers and networks of them."""
