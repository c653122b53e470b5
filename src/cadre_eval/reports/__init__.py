"""Results as people and programs want them: JSON, tables, sheets, texts."""
