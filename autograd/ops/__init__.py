"""The declared ops, by what they do."""
