"""Pages of the partners: one room a subject."""
