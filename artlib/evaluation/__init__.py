"""Evaluating: how good a model is on pictures it never saw, how far to trust it, and a report that says so."""
