"""The command: arguments, exit codes, printing. No rules of assessment live here."""
