"""Run as a child, `python -m tests.confined MODULE …`: the limits, surroundings and Django of MODULE."""

from __future__ import annotations

import io
import json
import os
import resource
import runpy
import sys
from contextlib import redirect_stdout, suppress

LIMITS = {"memory": resource.RLIMIT_AS, "seconds": resource.RLIMIT_CPU, "core": resource.RLIMIT_CORE}


def main() -> None:
    """Let the module do its work, whatever becomes of it, and tell what surrounds it and what it loaded."""
    sys.argv = sys.argv[1:]
    with suppress(Exception, SystemExit), redirect_stdout(io.TextIOWrapper(io.BytesIO())):
        runpy.run_module(sys.argv[0], run_name="__main__", alter_sys=True)
    limits = {name: resource.getrlimit(limit)[1] for name, limit in LIMITS.items()}
    django = sorted(name for name in sys.modules if name.partition(".")[0] == "django")
    sys.stdout.write(json.dumps({**limits, "environ": sorted(os.environ), "django": django}))


if __name__ == "__main__":
    main()
