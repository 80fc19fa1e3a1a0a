"""Set Django up, then run the module of this package that is named; its answer is printed as JSON."""

from __future__ import annotations

import json
import sys
from importlib import import_module

import django

if __name__ == "__main__":
    django.setup()
    task = import_module(f"tests.bench.within.{sys.argv[1]}")
    json.dump(task.main(*sys.argv[2:]), sys.stdout)
