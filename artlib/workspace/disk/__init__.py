"""Disk: how files are written, by one command at a time, and what is said when the disk does not."""
