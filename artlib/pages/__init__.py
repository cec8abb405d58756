"""Pages for a browser: each is one HTML file with its pictures inside, loads nothing else and fits a phone."""
