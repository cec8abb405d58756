"""Corrections: artists' names, and what was collected by mistake."""
