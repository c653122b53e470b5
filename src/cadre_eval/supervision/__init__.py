"""Supervision (监督): what follows from transfers, work lists, visits, attendance and decisions. Pure; proposes, never decides."""
