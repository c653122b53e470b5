"""Signals (核对线索): what two records say differently, or one record against a declared limit. Statements, never verdicts."""
