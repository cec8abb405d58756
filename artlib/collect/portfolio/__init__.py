"""The works of one artist, fetched from the web into the catalog."""
