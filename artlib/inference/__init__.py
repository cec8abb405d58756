"""From images to numbers, fast: prepared pixels, frozen features, the engine that runs a network."""
