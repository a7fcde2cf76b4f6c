"""Pictures of computational graphs: drawn, stepped through, derived. `graph.py` is the model they all read."""
