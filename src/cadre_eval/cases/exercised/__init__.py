"""Which rules no case has exercised."""
