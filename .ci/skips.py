"""Fails if a test was skipped for a reason that is not listed here: python skips.py report.xml ..."""

import os
import re
import sys
import xml.etree.ElementTree

# Regular expressions for "module.test: reason". Everything is installed first; only Pyodide has to be brought along.
ALLOWED: list[str] = [] if os.environ.get("NEURONS_PYODIDE") else [r": .*NEURONS_PYODIDE names no folder with Pyodide"]

skips = []
for report in sys.argv[1:]:
    for case in xml.etree.ElementTree.parse(report).iter("testcase"):
        for skip in case.iter("skipped"):
            skips.append(f"{case.get('classname')}.{case.get('name')}: {skip.get('message')}")
unlisted = [skip for skip in skips if not any(re.search(pattern, skip) for pattern in ALLOWED)]
print(f"{len(skips)} skipped, {len(unlisted)} of them not listed in .ci/skips.py", *unlisted, sep="\n  ")
sys.exit(bool(unlisted))
