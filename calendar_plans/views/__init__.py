"""The pages of the plans, by subject."""
