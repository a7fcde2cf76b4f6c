"""Linear algebra on matrices and stacks of them: solving, decompositions, norms."""
