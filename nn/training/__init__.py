"""The training loop and what belongs to it: callbacks, history, checkpoints, signals."""
