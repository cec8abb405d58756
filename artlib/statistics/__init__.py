"""Figures with intervals, folds, and the small classifiers that estimates are made with."""
