"""Small tools that know nothing about graphs: arguments, files, optional packages, the caller's line."""
