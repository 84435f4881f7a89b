"""Pyodide's files: found in a folder, or downloaded once, each with the published checksum."""

import hashlib
import http.server
import json
import threading

import pytest

from neurons import FileError
from neurons.web import pyodide
from neurons.web.pyodide import LOCK, files_of, known, lock_of

NAMES = ["a.mjs", "b.wasm"]
CONTENT = {"a.mjs": b"one", "b.wasm": b"two", "c.whl": b"three"}


@pytest.fixture
def release(monkeypatch):
    """A release of three small files on a server of this machine, and what was asked of it."""
    asked, answers = [], dict(CONTENT)

    class Handler(http.server.BaseHTTPRequestHandler):
        def do_GET(self):
            asked.append(self.path)
            content = answers.get(self.path.rpartition("/")[2])
            self.send_response(200 if content is not None else 404)
            self.end_headers()
            self.wfile.write(content or b"")

        def log_message(self, *_):
            pass

    sums = {name: hashlib.sha256(content).hexdigest() for name, content in CONTENT.items()}
    package = {"depends": [], "file_name": "c.whl", "sha256": sums["c.whl"]}
    facts = {
        "version": "1.2.3",
        "core": {name: sums[name] for name in NAMES},
        "lock": {"info": {}, "packages": {"c": package, "other": {**package, "file_name": "other.whl"}}},
    }
    monkeypatch.setattr(pyodide, "known", lambda: facts)
    monkeypatch.delenv("NEURONS_PYODIDE", raising=False)
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        monkeypatch.setattr(pyodide, "RELEASES", [f"http://127.0.0.1:{server.server_port}/v{{version}}/"])
        yield asked, answers
        server.shutdown()
        thread.join()


def test_downloaded_once_and_kept(release, tmp_path, monkeypatch):
    asked, answers = release
    monkeypatch.setenv("NEURONS_CACHE", str(tmp_path))
    files = files_of(["c"])
    assert {name: files[name] for name in CONTENT} == CONTENT
    assert list(json.loads(files[LOCK])["packages"]) == ["c"]
    assert sorted(asked) == [f"/v1.2.3/{name}" for name in sorted(CONTENT)]
    answers.clear()  # from now on the cache has to do
    assert files_of(["c"]) == files and len(asked) == 3


def test_a_wrong_file_is_refused_and_a_server_that_has_none_is_named(release, tmp_path, monkeypatch):
    _, answers = release
    monkeypatch.setenv("NEURONS_CACHE", str(tmp_path))
    answers["b.wasm"] = b"changed"
    with pytest.raises(FileError, match="wrong checksum"):
        files_of(["c"])
    del answers["b.wasm"]
    with pytest.raises(FileError, match=r"could not be downloaded \(127.0.0.1:\d+: answered 404\): .*--pyodide DIR"):
        files_of(["c"])


def test_a_folder_is_used_and_checked(release, tmp_path, monkeypatch):
    asked, _ = release
    for name, content in CONTENT.items():
        (tmp_path / name).write_bytes(content)
    assert files_of(["c"], str(tmp_path))["c.whl"] == b"three" and asked == []
    monkeypatch.setenv("NEURONS_PYODIDE", str(tmp_path))
    assert files_of([])["a.mjs"] == b"one" and asked == []
    (tmp_path / "a.mjs").write_bytes(b"another")
    with pytest.raises(FileError, match=r"a\.mjs is not the file of Pyodide 1\.2\.3: download"):
        files_of([])


def test_the_lock_lists_what_a_package_needs_and_no_more():
    assert set(lock_of(["numpy"])["packages"]) == {"numpy"}
    needed = lock_of(["matplotlib"])["packages"]
    assert needed.keys() == known()["lock"]["packages"].keys()
    for package in needed.values():
        assert set(package["depends"]) <= needed.keys()
