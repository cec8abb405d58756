"""Suggestions: which pictures a person should look at first, because they are probably no works. Nothing is decided."""

from artlib.sort.suggestions.report import SuggestionReport
from artlib.sort.suggestions.run import find_suggestions

__all__ = ["SuggestionReport", "find_suggestions"]
