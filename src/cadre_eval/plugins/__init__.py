"""Plugins: what they may bring, how they are found. The only place that knows pluggy."""
