"""Checking gradients against what they claim to be."""
