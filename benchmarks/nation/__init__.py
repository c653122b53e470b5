"""A nation of 563,000 cadres: made-up tables, and other ways to score them, for comparison."""
