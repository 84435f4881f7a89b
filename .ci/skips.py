"""Fails if a test was skipped for a reason that is not listed here: python skips.py report.xml"""

import re
import sys
import xml.etree.ElementTree

ALLOWED: list[str] = []  # regular expressions for "module.test: reason"; empty, since everything is installed first

skips = []
for case in xml.etree.ElementTree.parse(sys.argv[1]).iter("testcase"):
    for skip in case.iter("skipped"):
        skips.append(f"{case.get('classname')}.{case.get('name')}: {skip.get('message')}")
unlisted = [skip for skip in skips if not any(re.search(pattern, skip) for pattern in ALLOWED)]
print(f"{len(skips)} skipped, {len(unlisted)} of them not listed in .ci/skips.py", *unlisted, sep="\n  ")
sys.exit(bool(unlisted))
