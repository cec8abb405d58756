"""Keeping: a workspace is worked on in a local folder, and kept elsewhere as a few large files.

Google Drive and other network folders are slow on many small files, and a Colab machine loses its files at the end.
"""
