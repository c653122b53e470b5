"""Tables of a whole district or province: read from Parquet, Arrow, CSV and JSON lines, and assessed as columns."""
