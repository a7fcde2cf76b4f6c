"""Figures of training and of what a network decides. Needs matplotlib."""
