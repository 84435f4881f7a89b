"""This very `neurons` as a wheel, made from its files without a build: pip installs it, here or in a browser."""

from collections.abc import Iterable, Mapping
from pathlib import Path

import neurons
from neurons.pages import zipped

PACKAGE = Path(neurons.__file__).parent
REQUIRES = (  # as in setup.cfg
    "matplotlib >= 3.8",
    "mistune >= 3.0",
    "numpy >= 1.26",
    "pooch >= 1.8",
    "scipy >= 1.12",
    "threadpoolctl >= 3.1",
    "tqdm >= 4.66",
)
WHEEL = f"neurons_by_hand-{neurons.__version__}-py3-none-any.whl"  # its name, as pip reads it


def neurons_wheel(requires: Iterable[str] = REQUIRES, shared: Mapping[str, bytes] | None = None) -> bytes:
    """The wheel, which asks pip for what it `requires`; `shared` are files for the folder share/neurons."""
    stem = WHEEL.removesuffix("-py3-none-any.whl")
    files = {f"neurons/{name}": (PACKAGE / name).read_bytes() for name in installed_files()}
    files |= {f"{stem}.data/data/share/neurons/{name}": content for name, content in (shared or {}).items()}
    needs = "".join(f"Requires-Dist: {need}\n" for need in requires)
    about = f"Metadata-Version: 2.1\nName: neurons-by-hand\nVersion: {neurons.__version__}\nRequires-Python: >=3.10\n"
    info = f"{stem}.dist-info"
    files[f"{info}/METADATA"] = (about + needs).encode()
    files[f"{info}/WHEEL"] = b"Wheel-Version: 1.0\nGenerator: neurons\nRoot-Is-Purelib: true\nTag: py3-none-any\n"
    files[f"{info}/RECORD"] = "".join(f"{name},,\n" for name in [*files, f"{info}/RECORD"]).encode()
    return zipped(files)


def installed_files() -> list[str]:
    """The names of the package's files, without what Python and Node leave beside them, and the editor's workshop."""
    names = [path.relative_to(PACKAGE).as_posix() for path in sorted(PACKAGE.rglob("*")) if path.is_file()]
    left_out = ("__pycache__/", "node_modules/", "web/editor/")
    return [name for name in names if not any(part in name for part in left_out)]
