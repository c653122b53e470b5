"""The plan on columns: the formulas that score one cadre score a whole province, with the same exact numbers."""
