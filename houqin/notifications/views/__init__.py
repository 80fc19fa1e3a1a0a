"""The pages of notices, channels and messages."""
