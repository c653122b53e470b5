"""A ruleset's YAML layers, merged, checked and compiled to a plan."""
