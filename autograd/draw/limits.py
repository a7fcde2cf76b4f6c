"""What gradients and local derivatives are called: vanishing, exploding, saturated. All limits stand here."""

VANISHING = 1e-6
"""A gradient is vanishing below this share of the largest, in drawings and in figures of layers."""

EXPLODING = 1e6
"""A gradient is exploding above so many times the seed, in drawings, which know the seed."""

EXPLODING_NORM = 1e3
"""The norm of a layer's gradient is exploding above this, in figures, which know norms alone."""

SATURATED, AMPLIFYING = 1e-3, 1e3
"""The local derivatives of one op are remarked upon if all lie below the first, or one lies above the second."""
