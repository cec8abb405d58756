"""Works by other artists: from which a recogniser learns whose hand it does not know."""
