"""Training: the split, the recipes, and the run that makes a model of them."""
