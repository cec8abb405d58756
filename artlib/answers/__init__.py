"""Answers about many pictures: which ones are asked about, and where each answer is kept as soon as it is known."""
