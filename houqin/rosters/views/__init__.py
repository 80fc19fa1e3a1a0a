"""Pages of the rosters, a file a subject."""
