"""Suggestions: which collected pictures are probably no works, and why. Each rule was measured (docs/set_apart.md)."""
