"""Formats: how files are read back, and checked like what comes from outside."""
