"""The page in an exported notebook, and the README's picture of it.

After a change of the page, `python tests/test_page_in_a_notebook.py` takes the picture again; look at it then.
"""

import os
import subprocess
import sys
from pathlib import Path

import nbconvert
import nbformat
import pytest
from browsers import browser_named

from neurons import Model, datasets

PICTURE = Path(__file__).parents[1] / "notebooks" / "pictures" / "page.png"
NOTEBOOK = """from neurons import Model, datasets
Model.from_sizes([2, 4, 1], seed=0).page(*datasets.xor(), learning_rate=1.0)"""


@pytest.mark.slow
def test_in_a_notebook_executed_and_exported(tmp_path):
    """The frame is in the export, and both modes work in it with the network cut."""
    notebook = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(NOTEBOOK)])
    nbformat.write(notebook, tmp_path / "page.ipynb")
    command = [sys.executable, "-m", "nbconvert", "--to", "html", "--execute", "page.ipynb"]
    folders = {name: str(tmp_path / name) for name in ("IPYTHONDIR", "JUPYTER_CONFIG_DIR", "JUPYTER_RUNTIME_DIR")}
    # nbconvert's templates lie beside it, also where this environment borrows the packages of another
    shares = [parent / "share" / "jupyter" for parent in Path(nbconvert.__file__).parents]
    folders["JUPYTER_PATH"] = str(next(share for share in shares if (share / "nbconvert").is_dir()))
    result = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, env={**os.environ, **folders})
    assert result.returncode == 0, result.stderr
    with browser_named("chromium") as browser:
        context = browser.launched.new_context(viewport={"width": 1280, "height": 1000}, offline=True)
        page = context.new_page()
        complaints, requests = [], []
        page.goto((tmp_path / "page.html").as_uri(), wait_until="domcontentloaded")
        element = page.locator("iframe").element_handle()
        frame = element.content_frame()
        page.on("request", lambda request: requests.append(request.url) if request.frame == frame else None)
        page.on("pageerror", lambda error: complaints.append(str(error)))
        frame.wait_for_selector("body[data-ready='1'] #picture svg")
        element.scroll_into_view_if_needed()
        for _ in range(3):
            frame.click("text=Next ›")
        assert frame.evaluate("document.getElementById('numbers').textContent.length") > 8
        frame.click("#mode-live")
        frame.wait_for_selector("#examples tr")
        assert frame.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth")
        assert (complaints, requests) == ([], [])
        context.close()


def take_picture(browser, path):
    """The README's: a share of the blame on its way back, in the middle of the backward pass."""
    page = Model.from_sizes([2, 4, 1], seed=3).page(*datasets.xor(), learning_rate=1.0, epochs=300, seed=0)
    text = path.with_suffix(".html")
    text.write_text(page.html(), encoding="utf-8")
    shown = browser.open(text)
    shown.wait_for("() => document.body.dataset.ready === '1'")
    shown.evaluate(
        "() => { window.page.app.line = window.page.app.events.findIndex(e => e.result === 's:2:0:2') - 1; }"
    )
    shown.press("ArrowRight")
    shown.wait_for("() => new Promise(done => setTimeout(() => done(true), 250))")
    shown.screenshot(path)
    shown.close()
    text.unlink()


def test_the_picture_in_the_readme_can_be_taken_again(tmp_path):
    with browser_named("chromium") as browser:
        take_picture(browser, tmp_path / "page.png")
    header = (tmp_path / "page.png").read_bytes()[:24]
    assert header[:8] == b"\x89PNG\r\n\x1a\n" and header == PICTURE.read_bytes()[:24]  # and as wide and high


if __name__ == "__main__":
    with browser_named("chromium") as chromium:
        take_picture(chromium, PICTURE)
