"""The engine: declarations, nodes, recording, the backward pass, and Tensor. README.md tells the life of a call."""
