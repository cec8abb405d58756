"""Pages to look at in a browser: one self-contained HTML file each, which requests nothing and fits a phone."""
