"""From a fresh clone to the first page: installing, starting and watching over the program."""
