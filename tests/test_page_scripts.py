"""The numeric modules of the page, tested in Node where it is installed: tests/page/*.test.mjs."""

import shutil
import subprocess
from pathlib import Path

import pytest

TESTS = sorted(Path(__file__).with_name("page").glob("*.test.mjs"))


@pytest.mark.skipif(shutil.which("node") is None, reason="Node is not installed")
@pytest.mark.parametrize("path", TESTS, ids=lambda path: path.name)
def test_in_node(path):
    done = subprocess.run(["node", "--test", str(path)], capture_output=True, text=True, timeout=120)
    assert done.returncode == 0, done.stdout + done.stderr
