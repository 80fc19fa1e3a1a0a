"""The pages of the approval chain."""
