"""Where pictures come from: one module a source."""
