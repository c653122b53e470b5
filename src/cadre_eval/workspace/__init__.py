"""A district's folder: configuration, roster, dossiers; rulesets and their cases; writing results."""
