"""Neural networks as graphs."""
