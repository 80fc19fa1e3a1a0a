"""The pages of checklists, checks and findings."""
