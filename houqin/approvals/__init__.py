"""The approval chain: routes are data, a request runs through rounds of steps, each decision is history."""
