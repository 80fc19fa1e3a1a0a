"""The pages of places: the tree, the door."""
