"""Predicting: from a picture to a verdict with its evidence."""
