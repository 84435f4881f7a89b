"""JupyterLite beside the site: JupyterLab in the browser, with `neurons` and the notebooks, served from one folder.

It is built by PyPI's jupyterlite-core and jupyterlite-pyodide-kernel (the extra `lab`). What a kernel needs in the
browser lies beside it, so that nobody is asked for anything: Pyodide, NumPy, matplotlib, neurons and IPython.
"""

import hashlib
import io
import json
import re
import subprocess
import sys
import tempfile
import zipfile
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import neurons
from neurons import NeuronsError
from neurons.datasets.mnist_small import NAME as MNIST_SMALL
from neurons.pages import zipped
from neurons.web.classroom.page import PACKAGE
from neurons.web.pyodide import LOCK, files_of

KERNEL = ["ipython", "micropip", "jedi", "comm"]  # what JupyterLite's kernel loads in the browser, by pip's names
# Pyodide is the one beside it, and what is not there is not looked for elsewhere.
SETTINGS = {
    "jupyter-lite-schema-version": 0,
    "jupyter-config-data": {
        "litePluginSettings": {
            "@jupyterlite/pyodide-kernel-extension:kernel": {
                "pyodideUrl": "./static/pyodide/pyodide.mjs",
                "disablePyPIFallback": True,
            }
        }
    },
}
NEEDED = ("jupyterlite_core", "jupyterlite_pyodide_kernel", "jupyter_server")


def check_lab() -> None:
    """Raise `NeuronsError` where JupyterLite is not installed: known before the work."""
    if not all(map(find_spec, NEEDED)):
        raise NeuronsError("--lab needs JupyterLite: pip install 'neurons-by-hand[lab]', or, in a checkout, '.[lab]'")


def write_lab(
    folder: Path, notebooks: dict[str, dict[str, Any]], beside: dict[str, bytes], pyodide: str | None
) -> None:
    """Build JupyterLite into `folder`, with the notebooks and the files `beside` them.

    If mnist_small.zip is among those, the notebooks take it for MNIST, which a browser cannot download.
    `NeuronsError` says what went wrong.
    """
    with tempfile.TemporaryDirectory() as name:
        place = Path(name)
        files = files_of(["matplotlib"], pyodide)
        files.update(kernel_wheels(place / "wheels"))
        wheel = f"neurons_by_hand-{neurons.__version__}-py3-none-any.whl"
        files[wheel] = neurons_wheel()
        lock = json.loads(files[LOCK])
        for file in files:
            if file.endswith(".whl") and not any(one["file_name"] == file for one in lock["packages"].values()):
                entry = lock_entry(file, files[file])
                lock["packages"].setdefault(entry["name"], entry)
        files[LOCK] = json.dumps(lock).encode()
        (place / "lite" / "static" / "pyodide").mkdir(parents=True)
        (place / "lite" / "files").mkdir()
        for file, content in files.items():
            (place / "lite" / "static" / "pyodide" / file).write_bytes(content)
        for notebook_name, notebook in notebooks.items():
            text = json.dumps(notebook, ensure_ascii=False)
            if MNIST_SMALL in beside:
                text = text.replace("datasets.mnist()", "datasets.mnist_small()")
            (place / "lite" / "files" / f"{notebook_name}.ipynb").write_text(text, encoding="utf-8")
        (place / "lite" / "jupyter-lite.json").write_text(json.dumps(SETTINGS), encoding="utf-8")
        for other, content in beside.items():
            (place / "lite" / "files" / other).write_bytes(content)
        output = ["--output-dir", str(folder.resolve()), "--no-sourcemaps", "--force"]
        called("jupyterlite_core", "build", "--lite-dir", str(place / "lite"), *output)


def kernel_wheels(folder: Path) -> dict[str, bytes]:
    """The wheels that the kernel needs, as pip finds them for the browser's Python."""
    for_browser = ["--only-binary=:all:", "--python-version", "3.14", "--implementation", "py", "--abi", "none"]
    called("pip", "download", "--quiet", "--dest", str(folder), *for_browser, "--platform", "any", *KERNEL)
    return {path.name: path.read_bytes() for path in sorted(folder.glob("*.whl"))}


def called(module: str, *arguments: str) -> None:
    """Run a module of this Python; what it says is shown only where it fails."""
    result = subprocess.run([sys.executable, "-m", module, *arguments], capture_output=True, text=True)
    if result.returncode:
        raise NeuronsError(f"{module} {arguments[0]} failed: {(result.stderr or result.stdout).strip()[-600:]}")


def neurons_wheel() -> bytes:
    """This very `neurons` as a wheel, all rooms of it."""
    info = f"neurons_by_hand-{neurons.__version__}.dist-info"
    files = {
        f"neurons/{path.relative_to(PACKAGE).as_posix()}": path.read_bytes()
        for path in PACKAGE.rglob("*")
        if path.is_file() and "__pycache__" not in path.parts and "node_modules" not in path.parts
    }
    requires = "".join(f"Requires-Dist: {name}\n" for name in ("numpy", "matplotlib"))
    files[f"{info}/METADATA"] = (
        f"Metadata-Version: 2.1\nName: neurons-by-hand\nVersion: {neurons.__version__}\n{requires}".encode()
    )
    files[f"{info}/WHEEL"] = b"Wheel-Version: 1.0\nGenerator: neurons\nRoot-Is-Purelib: true\nTag: py3-none-any\n"
    files[f"{info}/RECORD"] = "".join(f"{name},,\n" for name in [*files, f"{info}/RECORD"]).encode()
    return zipped(files)


def lock_entry(file: str, content: bytes) -> dict[str, Any]:
    """What Pyodide's lock file says about a wheel."""
    with zipfile.ZipFile(io.BytesIO(content)) as wheel:
        names = wheel.namelist()
        (metadata,) = [name for name in names if re.fullmatch(r"[^/]+\.dist-info/METADATA", name)]
        lines = wheel.read(metadata).decode("utf-8", "replace").split("\n\n", 1)[0].splitlines()
    needs = [line.partition(": ")[2] for line in lines if line.startswith("Requires-Dist: ")]
    # Requirements under a condition are for other systems, other Pythons, or extras.
    depends = [normal(re.match(r"[\w.-]+", need)[0]) for need in needs if ";" not in need]  # type: ignore[index]
    tops = {name.partition("/")[0].removesuffix(".py") for name in names if name.endswith(".py")}
    return {
        "name": normal(file.split("-")[0]),
        "version": file.split("-")[1],
        "file_name": file,
        "sha256": hashlib.sha256(content).hexdigest(),
        "install_dir": "site",
        "package_type": "package",
        "unvendored_tests": False,
        "imports": sorted(top for top in tops if top.isidentifier()),
        "depends": depends,
    }


def normal(name: str) -> str:
    """A package's name as lock files write it."""
    return re.sub(r"[-_.]+", "-", name).lower()
