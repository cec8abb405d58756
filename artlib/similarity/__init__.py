"""How similar two pictures are: perceptual hashes, cosines, and the rules for near-duplicates and copies."""
