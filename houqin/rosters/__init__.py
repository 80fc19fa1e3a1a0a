"""值班: who is on duty when and where; rosters, swaps, and what was written down on duty."""
