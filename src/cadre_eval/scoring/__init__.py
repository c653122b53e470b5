"""Pure scoring: a plan and facts in; scores, grades, ranks and their reasons out."""
