"""Where pictures come from: one module per source."""
