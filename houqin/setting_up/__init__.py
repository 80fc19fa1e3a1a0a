"""From an empty school to a live one: the steps in the browser, and whether phones get in."""
