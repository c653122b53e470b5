"""YAML text to typed records, with the place of every value."""
