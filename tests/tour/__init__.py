"""`make tour`: the program looked at as every role, on a phone and at a desk, by a real browser."""
