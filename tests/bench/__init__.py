"""`make bench`: how fast we are, as ratios to the least code that could do the same on the same machine."""
