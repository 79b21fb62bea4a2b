"""Runs every benchmark and prints one table: ``make bench``.

Each module's ``run()`` gives rows of (what, value, remark). Values are ratios
against a baseline that was measured in the same run, or bytes; wall times alone
say more about the machine than about the program.
"""

import importlib
import sys

MODULES = ("startup", "screen", "keys", "ingest", "poll", "memory", "forecast", "nab")


def main(names: list[str]) -> int:
    """Run the named benchmarks, or all; 2 for an unknown name."""
    unknown = [name for name in names if name not in MODULES]
    if unknown:
        print(f"no benchmark {unknown[0]!r}; there are: {', '.join(MODULES)}")
        return 2
    print(f"{'what':<64} {'value':>10}  remark")
    for name in names or MODULES:
        module = importlib.import_module(f"benchmarks.{name}")
        for label, value, remark in module.run():
            print(f"{label:<64} {value:>10,.2f}  {remark}", flush=True)
    return 0


sys.exit(main(sys.argv[1:]))
