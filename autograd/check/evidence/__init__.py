"""What speaks for or against a gradient: exact identities, measured differences, and the cause of an error."""
