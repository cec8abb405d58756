"""Evaluating: how good a model is on new pictures, how far to trust the figures, and a report of both."""
