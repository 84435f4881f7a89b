"""Settings for all tests, and the packages that several of them install."""

import itertools
import os
import random
import subprocess
import sys
import venv
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

from neurons import checks

# The same examples every time, and no test that fails because the machine is slow. A failure prints how to repeat it.
settings.register_profile(
    "neurons", deadline=None, derandomize=True, print_blob=True, suppress_health_check=[HealthCheck.too_slow]
)
settings.load_profile("neurons")

ROOT = Path(__file__).parent.parent


def run(*command, cwd=ROOT, **environment):
    """Run a command; return what it printed, and fail with that if it failed."""
    result = subprocess.run(
        command, cwd=cwd, capture_output=True, text=True, timeout=600, env={**os.environ, **environment}
    )
    assert result.returncode == 0, f"{command}\n{result.stdout}\n{result.stderr}"
    return result.stdout


def tracked_files():
    """The files that git knows, or all where there is no git."""
    if not (ROOT / ".git").exists():
        pytest.skip("not a checkout: there is no .git to ask for the files")
    return run("git", "ls-files").splitlines()


@pytest.fixture(scope="session")
def packages(tmp_path_factory):
    """A wheel, an sdist and the copy of the checkout they were built from, so that the checkout stays clean."""
    folder = tmp_path_factory.mktemp("packages")
    copy = folder / "copy"
    for name in tracked_files():
        if (ROOT / name).exists():
            target = copy / name
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_bytes((ROOT / name).read_bytes())
    run(sys.executable, "-m", "build", "--outdir", str(folder / "dist"), str(copy), cwd=folder)
    (wheel,) = (folder / "dist").glob("*.whl")
    (sdist,) = (folder / "dist").glob("*.tar.gz")
    return wheel, sdist, copy


@pytest.fixture(scope="session", params=["wheel", "sdist", "editable"])
def installed_python(request, packages, tmp_path_factory):
    """The Python of an environment that holds nothing but `neurons`, without its dependencies."""
    folder = tmp_path_factory.mktemp(request.param)
    venv.create(folder / "environment", with_pip=True)
    python = str(folder / "environment" / ("Scripts" if os.name == "nt" else "bin") / "python")
    wheel, sdist, copy = packages
    source = {"wheel": [str(wheel)], "sdist": [str(sdist)], "editable": ["-e", str(copy)]}[request.param]
    run(python, "-m", "pip", "install", "--quiet", "--no-deps", *source, cwd=folder)
    return python


@pytest.fixture(autouse=True)
def the_same_numbers_every_time(monkeypatch):
    """Without a seed each training draws another order, and one in some hundreds is flat: no test fails by chance."""
    seeds = itertools.count(1)
    monkeypatch.setattr(checks, "fresh", lambda: random.Random(next(seeds)))


@pytest.fixture
def with_patience(monkeypatch):
    """A busy machine may take longer than a user would wait: no search in a program ends because the time is over."""
    from neurons.classroom.programs import budget
    from neurons.classroom.programs.calls import search
    from neurons.classroom.programs.judging import judge, judge_differences
    from neurons.classroom.programs.numbers import candidate, naming, session

    for module, names in {
        budget: ("WHOLE",),
        judge: ("REPAIRING", "MOST_SECONDS"),
        judge_differences: ("REPAIRING",),
        naming: ("SECONDS",),
        candidate: ("READING",),
        search: ("EXPLORING", "GUESSING", "HALFWAY", "SEARCHING", "COMPARING"),
        session: ("SECONDS",),
    }.items():
        for name in names:
            monkeypatch.setattr(module, name, 10.0 * getattr(module, name))
    monkeypatch.setattr(session, "PACE", 5.0)  # of the work within: programs that do not end take all of it
    monkeypatch.setattr(session, "LIMITS", session.LIMITS._replace(seconds=120.0, cpu_seconds=120))
