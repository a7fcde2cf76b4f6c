"""Programs printed in a language: NumPy."""
