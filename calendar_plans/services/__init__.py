"""Every write of the plans, by subject: the plan itself, its items, and readings of plans."""
