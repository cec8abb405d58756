"""The doctor: looks at the machine, at each file of a workspace and at its models, and says what is wrong with them."""
