"""Values at every threshold and one unit either side."""
