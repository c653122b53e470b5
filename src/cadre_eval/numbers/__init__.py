"""Exact numbers: what formulas may do with them, rationals, intervals, ranges, and how they are written."""
