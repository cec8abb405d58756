"""Tracing: is a picture a copy of a known work, or of a part of one, and what was done to it."""
