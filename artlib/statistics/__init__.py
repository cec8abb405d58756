"""Figures with intervals, folds, and the small classifier for estimates."""
