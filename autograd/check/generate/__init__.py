"""Inputs to check on, made from declarations, and the script that repeats a failing call."""
