"""Measurements: each prints a ratio against a named peer or limit, taken in the same run."""
