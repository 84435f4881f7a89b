"""The house is in order: style, types, what lies where, and packages that work in an empty environment."""

import configparser
import email
import inspect
import os
import re
import subprocess
import sys
import tarfile
import zipfile

import pytest
from conftest import ROOT, run, tracked_files

import neurons

OF_THE_CARD = {
    "setup.cfg",
    "README.md",
    "neurons",
    "tests",
    "notebooks",
    "examples",
    "pyproject.toml",
    "LICENSE",
    "CHANGELOG.md",
}
# What checks and tests the pages' scripts with Node lies beside them and stays out of the wheel.
FOR_NODE = (".d.ts", "tsconfig.json", "package.json", "package-lock.json", "eslint.config.js", ".test.js")


def test_the_linter_is_content():
    run(sys.executable, "-m", "ruff", "check", "--no-cache", ".")


def test_the_formatter_would_change_nothing():
    run(sys.executable, "-m", "ruff", "format", "--no-cache", "--check", ".")


def test_the_types_fit():
    run(sys.executable, "-m", "mypy", "--cache-dir", os.devnull)


def public_functions():
    """(name, function) for each function and method that a user can call."""
    publics = [getattr(room, name) for room in (neurons, neurons.datasets) for name in room.__all__]
    for public in [*publics, neurons.health.check]:
        if inspect.isfunction(public):
            yield f"{public.__module__}.{public.__name__}", public
        elif inspect.isclass(public):
            for name, member in vars(public).items():
                function = getattr(member, "__func__", getattr(member, "fget", member))  # of a classmethod, a property
                if inspect.isfunction(function) and (name == "__init__" or not name.startswith("_")):
                    yield f"{public.__name__}.{name}", function


def test_the_public_functions_say_their_types():
    """Every argument and what comes back is annotated, so that an editor can show it."""
    functions = dict(public_functions())
    assert {"Neuron.backward_pass", "Model.from_sizes", "neurons.datasets.toy.xor", "neurons.health.check"} <= set(
        functions
    )
    untyped = []
    for name, function in functions.items():
        signature = inspect.signature(function)
        for parameter in signature.parameters.values():
            if parameter.annotation is parameter.empty and parameter.name not in ("self", "cls"):
                untyped.append(f"{name}: {parameter.name}")
        if signature.return_annotation is signature.empty:
            untyped.append(f"{name}: what it returns")
    assert untyped == []


@pytest.mark.slow
def test_the_type_checker_takes_what_is_right_and_finds_what_is_wrong(tmp_path):
    """The annotations take what users write, examples in lists, tuples and arrays, and refuse what they should not."""
    program = tmp_path / "program.py"
    program.write_text(
        "from neurons import Adam, Model, datasets, relu\n"
        "inputs, labels = datasets.xor()\n"
        "model = Model.from_sizes([2, 3, 1], hidden=relu, seed=1)\n"
        "history = model.fit(inputs, labels, epochs=3, learning_rate=0.1, optimiser=Adam())\n"
        "losses: list[float] = history.loss\n"
        "model.predict(((0.0, 1.0),))\n"
        "digits = datasets.digits()\n"
        "Model.from_sizes([64, 10]).predict(digits.test_inputs)\n"
        "model.predict(5)\n",
        encoding="utf-8",
    )
    check = [sys.executable, "-m", "mypy", "--strict", "--config-file", os.devnull, "--follow-imports", "silent"]
    result = subprocess.run(
        [*check, "--cache-dir", os.devnull, str(program)], cwd=ROOT, capture_output=True, text=True, timeout=600
    )
    assert result.returncode == 1, result.stdout
    assert re.findall(r"program\.py:(\d+): error: .*predict", result.stdout) == ["9"]
    assert "Found 1 error" in result.stdout


def test_only_what_the_card_names_lies_at_the_top():
    top = {name.split("/")[0] for name in tracked_files()}
    assert {name for name in top if not name.startswith(".")} <= OF_THE_CARD


def test_the_version_is_that_of_the_changelog():
    changelog = (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")
    assert re.search(r"^## (\S+)", changelog, re.MULTILINE).group(1) == neurons.__version__


def test_the_declared_pythons():
    settings = configparser.ConfigParser()
    settings.read(ROOT / "setup.cfg", encoding="utf-8")
    assert settings["options"]["python_requires"] == ">=3.10"
    for minor in range(10, 15):
        assert f"Programming Language :: Python :: 3.{minor}\n" in settings["metadata"]["classifiers"] + "\n"


@pytest.mark.slow
def test_the_wheel_holds_the_package_and_its_data(packages):
    names = set(zipfile.ZipFile(packages[0]).namelist())
    expected = {name for name in tracked_files() if name.startswith("neurons/") and not name.endswith(".gitignore")}
    for_node = (*FOR_NODE, "neurons/web/editor/")  # the last is made into classroom/editor.min.js
    expected = {name for name in expected if not (name.endswith(for_node) or name.startswith(for_node))}
    assert expected <= names
    parts = {f"neurons_by_hand-{neurons.__version__}.{kind}" for kind in ("data", "dist-info")}
    assert {name.split("/")[0] for name in names} == {"neurons", *parts}


@pytest.mark.slow
def test_the_wheel_says_what_it_is_and_needs(packages):
    with zipfile.ZipFile(packages[0]) as archive:
        metadata = email.message_from_bytes(archive.read(f"neurons_by_hand-{neurons.__version__}.dist-info/METADATA"))
    assert (metadata["Name"], metadata["Version"]) == ("neurons-by-hand", neurons.__version__)
    assert "MIT" in (metadata["License-Expression"], metadata["License"])
    assert metadata["License-File"] == "LICENSE"
    assert metadata["Requires-Python"] == ">=3.10"
    needed = {re.match(r"[\w-]+", line).group() for line in metadata.get_all("Requires-Dist") if "extra ==" not in line}
    assert needed == {"matplotlib", "mistune", "numpy", "pooch", "scipy", "threadpoolctl", "tqdm"}
    assert set(metadata.get_all("Provides-Extra")) == {"test", "lab", "bench", "compiled"}
    assert metadata.get_payload().startswith("# neurons")


@pytest.mark.slow
def test_the_sdist_holds_what_its_build_needs(packages):
    with tarfile.open(packages[1]) as archive:
        names = {name.split("/", 1)[1] for name in archive.getnames() if "/" in name}
    assert {"setup.cfg", "pyproject.toml", "README.md", "LICENSE", "neurons/datasets/data/digits.csv.gz"} <= names


@pytest.mark.slow
def test_an_installed_package_solves_xor_in_an_empty_environment(installed_python, tmp_path):
    """Without its dependencies: the command needs the standard library alone."""
    printed = run(installed_python, "-I", "-m", "neurons", "xor", "--seed", "0", cwd=tmp_path)
    assert "XOR is solved" in printed
    where = run(installed_python, "-I", "-c", "import neurons; print(neurons.__file__)", cwd=tmp_path)
    assert not where.startswith(str(ROOT))
