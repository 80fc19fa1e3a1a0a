"""What is only seen or done from inside the program: run as `python -m tests.bench.within NAME ARGUMENT…`."""
