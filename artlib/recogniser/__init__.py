"""The trained model: how it is built, what is kept of it, and what turns its outputs into a decision."""
