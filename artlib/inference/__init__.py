"""Fast inference: prepared pixels, frozen features, and the engine that runs a network."""
