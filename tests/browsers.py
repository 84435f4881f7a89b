"""Real browsers behind one interface: Chromium through Playwright, Firefox through WebDriver BiDi, its own protocol.

    with browser_named("firefox") as browser:
        page = browser.open(path, width=1280, height=800)
        page.click("#run")
        page.wait_for("() => document.title === 'done'")
        assert page.complaints == []

Files are opened with the network cut. `complaints` is what the console said, `requests` every address asked for.
"""

import asyncio
import base64
import json
import re
import shutil
import subprocess
import tempfile
import threading
import time
from contextlib import contextmanager, suppress
from importlib import resources
from pathlib import Path

import pytest
from playwright.sync_api import sync_playwright
from tornado.websocket import websocket_connect

BROWSERS = ["chromium", "firefox"]
PATIENCE = 60.0  # seconds: longer than a busy machine takes
NAMES = {"chromium": ("chromium", "chromium-browser", "google-chrome"), "firefox": ("firefox-esr", "firefox")}
CHROMIUM_ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
# Firefox calls home in many ways; behind a proxy that does not exist it reaches nobody, and neither does the page.
FIREFOX_SETTINGS = {
    "network.proxy.type": 1,
    "network.proxy.http": "127.0.0.1",
    "network.proxy.http_port": 9,
    "network.proxy.ssl": "127.0.0.1",
    "network.proxy.ssl_port": 9,
    "network.proxy.no_proxies_on": "127.0.0.1",
    "app.update.enabled": False,
    "browser.shell.checkDefaultBrowser": False,
    "browser.startup.page": 0,
    "datareporting.policy.dataSubmissionEnabled": False,
    "dom.disable_beforeunload": True,
    "remote.active-protocols": 1,
    "toolkit.startup.max_resumed_crashes": -1,
}


def path_of(name):
    """Where the browser is installed; the test is skipped if it is not."""
    path = next(filter(None, map(shutil.which, NAMES[name])), None)
    if path is None:
        pytest.skip(f"{name} is not installed: apt-get install {NAMES[name][0]}")
    return path


@contextmanager
def browser_named(name, dark=False):
    """The browser, started without a window; `dark` for somebody who likes pages dark."""
    with {"chromium": chromium, "firefox": firefox}[name](path_of(name), dark) as browser:
        yield browser


@contextmanager
def chromium(path, dark):
    with sync_playwright() as playwright:
        launched = playwright.chromium.launch(executable_path=path, args=CHROMIUM_ARGUMENTS)
        yield Chromium(launched, dark)
        launched.close()


@contextmanager
def firefox(path, dark):
    with tempfile.TemporaryDirectory(prefix="firefox-", ignore_cleanup_errors=True) as profile:
        settings = {**FIREFOX_SETTINGS, "layout.css.prefers-color-scheme.content-override": 0 if dark else 1}
        lines = [f"user_pref({json.dumps(name)}, {json.dumps(value)});" for name, value in settings.items()]
        Path(profile, "user.js").write_text("\n".join(lines), encoding="utf-8")
        command = [path, "--headless", "--no-remote", "--profile", profile, "--remote-debugging-port", "0"]
        process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True)
        try:
            for line in process.stderr:
                if found := re.search(r"WebDriver BiDi listening on (ws://\S+)", line):
                    break
            else:
                raise RuntimeError("Firefox did not start")
            threading.Thread(target=process.stderr.read, daemon=True).start()  # else it waits on a full pipe
            connection = Connection(found[1] + "/session")
            try:
                yield Firefox(connection)
            finally:
                with suppress(Exception):
                    connection.ask("browser.close")
                connection.close()
        finally:
            process.terminate()
            process.wait(PATIENCE)
            process.stderr.close()


class Chromium:
    """A Chromium that has been started."""

    def __init__(self, launched, dark):
        self.launched, self.scheme = launched, "dark" if dark else "light"

    def open(self, path, width=1280, height=800):
        """The file, or the address on this machine, in a page with a storage of its own."""
        is_file = "://" not in str(path)
        context = self.launched.new_context(
            viewport={"width": width, "height": height}, offline=is_file, color_scheme=self.scheme
        )
        return ChromiumPage(context, Path(path).absolute().as_uri() if is_file else path)


class ChromiumPage:
    def __init__(self, context, address):
        self.context = context
        self.complaints, self.requests = [], []
        self.page = context.new_page()
        self.page.set_default_timeout(PATIENCE * 1000)
        self.page.on("console", lambda message: self.complaints.append(message.text))
        self.page.on("pageerror", lambda error: self.complaints.append(str(error)))
        context.on("request", lambda request: self.requests.append(request.url))
        self.goto(address)

    def goto(self, address):
        self.page.goto(address)

    def reload(self):
        self.page.reload()

    def evaluate(self, function, *arguments):
        return self.page.evaluate(f"arguments => ({function})(...arguments)", list(arguments))

    def wait_for(self, function, patience=PATIENCE):
        self.page.wait_for_function(function, timeout=patience * 1000)

    def click(self, selector):
        self.page.click(selector)

    def type(self, selector, text):
        self.page.locator(selector).press_sequentially(text)

    def insert(self, text):
        """At once, where the focus is: as if pasted."""
        self.page.keyboard.insert_text(text)

    def press(self, key):
        self.page.keyboard.press(key)

    def drag(self, start, places):
        self.page.mouse.move(*start)
        self.page.mouse.down()
        for place in places:
            self.page.mouse.move(*place, steps=4)
        self.page.mouse.up()

    def give_file(self, selector, path):
        self.page.set_input_files(selector, str(path))

    def resize(self, width, height):
        self.page.set_viewport_size({"width": width, "height": height})

    def screenshot(self, path):
        self.page.screenshot(path=str(path))

    def close(self):
        self.context.close()


def axe_findings(page):
    """What axe-core, the rules for pages that everybody can use, finds in a page of Chromium."""
    axe = resources.files(pytest.importorskip("axe_playwright_python")) / "axe.min.js"
    page.page.evaluate(axe.read_text(encoding="utf-8"))
    return page.evaluate(
        "() => axe.run().then(({violations}) => violations.map(({id, nodes}) => [id, nodes.map(node => node.html)]))"
    )


class Connection:
    """WebDriver BiDi over a socket, kept in a thread with a loop of its own: Playwright keeps one in this thread."""

    def __init__(self, address):
        self.loop = asyncio.new_event_loop()
        self.thread = threading.Thread(target=self.loop.run_forever, daemon=True)
        self.thread.start()
        self.answers, self.listeners, self.number = {}, [], 0
        self.socket = self.wait(lambda: websocket_connect(address, max_message_size=2**28))
        self.reading = asyncio.run_coroutine_threadsafe(self.read(), self.loop)
        self.ask("session.new", capabilities={})

    def wait(self, begun, patience=PATIENCE):
        async def awaited():
            return await begun()

        return asyncio.run_coroutine_threadsafe(awaited(), self.loop).result(patience)

    async def read(self):
        while (text := await self.socket.read_message()) is not None:
            message = json.loads(text)
            if message.get("type") == "event":
                for listener in self.listeners:
                    listener(message["method"], message["params"])
            elif message.get("id") in self.answers:
                self.answers.pop(message["id"]).set_result(message)

    async def asked(self, method, parameters):
        self.number += 1
        answer = self.answers[self.number] = self.loop.create_future()
        await self.socket.write_message(json.dumps({"id": self.number, "method": method, "params": parameters}))
        return await answer

    def ask(self, method, patience=PATIENCE, **parameters):
        answer = self.wait(lambda: self.asked(method, parameters), patience)
        if answer["type"] != "success":
            raise RuntimeError(f"{method}: {answer['error']}: {answer['message']}")
        return answer["result"]

    def close(self):
        async def end():
            self.socket.close()

        self.wait(end)
        with suppress(Exception):
            self.reading.result(5.0)
        self.loop.call_soon_threadsafe(self.loop.stop)
        self.thread.join(5.0)
        self.loop.close()


class Firefox:
    """A Firefox that has been started."""

    def __init__(self, connection):
        self.connection = connection
        events = ["log.entryAdded", "network.beforeRequestSent"]
        connection.ask("session.subscribe", events=events)

    def open(self, path, width=1280, height=800):
        """The file, or the address on this machine, in a page with a storage of its own."""
        user = self.connection.ask("browser.createUserContext")["userContext"]
        address = str(path) if "://" in str(path) else Path(path).absolute().as_uri()
        return FirefoxPage(self.connection, user, address, width, height)


KEYS = {
    "ArrowLeft": "\ue012",
    "ArrowUp": "\ue013",
    "ArrowRight": "\ue014",
    "ArrowDown": "\ue015",
    "Backspace": "\ue003",
    "Control": "\ue009",
    "Delete": "\ue017",
    "End": "\ue010",
    "Enter": "\ue007",
    "Escape": "\ue00c",
    "Home": "\ue011",
    "Shift": "\ue008",
    "Space": " ",
    "Tab": "\ue004",
}


# Where to click on an element: once it has stood still for three frames, as after a change of size or a scroll.
# It is looked up in each frame, for a page that draws anew puts another in its place.
# The point is one that nothing covers: the element's middle, or else a corner.
POINT_OF = """async selector => {
    let found = document.querySelector(selector);
    found.scrollIntoView({block: "nearest", behavior: "instant"});
    let box = found.getBoundingClientRect();
    for (let still = 0; still < 3;) {
        await new Promise(requestAnimationFrame);
        found = document.querySelector(selector) ?? found;
        const now = found.getBoundingClientRect();
        still = now.x === box.x && now.y === box.y ? still + 1 : 0;
        box = now;
    }
    const middle = [box.x + box.width / 2, box.y + box.height / 2];
    const points = [middle, [box.x + 4, box.y + 4], [box.right - 4, box.bottom - 4]];
    return points.find(([x, y]) => found.contains(document.elementFromPoint(x, y))) ?? middle;
}"""


class FirefoxPage:
    def __init__(self, connection, user, address, width, height):
        self.connection, self.user = connection, user
        self.complaints, self.requests = [], []
        self.context = connection.ask("browsingContext.create", type="tab", userContext=user)["context"]
        connection.listeners.append(self.happened)
        self.resize(width, height)
        self.goto(address)

    def happened(self, method, parameters):
        if method == "log.entryAdded" and parameters["source"].get("context") == self.context:
            self.complaints.append(parameters["text"])
        if method == "network.beforeRequestSent" and parameters.get("context") == self.context:
            self.requests.append(parameters["request"]["url"])

    def goto(self, address):
        self.connection.ask("browsingContext.navigate", context=self.context, url=address, wait="complete")

    def reload(self):
        self.connection.ask("browsingContext.reload", context=self.context, wait="complete")

    def evaluate(self, function, *arguments):
        text = ", ".join(map(json.dumps, arguments))
        answer = self.connection.ask(
            "script.evaluate",
            expression=f"(async () => JSON.stringify(await ({function})({text})))()",
            target={"context": self.context},
            awaitPromise=True,
            userActivation=True,
        )
        if answer["type"] == "exception":
            raise RuntimeError(answer["exceptionDetails"]["text"])
        return json.loads(answer["result"]["value"]) if answer["result"]["type"] == "string" else None

    def wait_for(self, function, patience=PATIENCE):
        end = time.monotonic() + patience
        while not self.evaluate(f"async () => Boolean(await ({function})())"):
            if time.monotonic() > end:
                raise TimeoutError(f"not within {patience:g} seconds: {function}")
            time.sleep(0.05)

    def act(self, kind, actions, **more):
        source = {"type": kind, "id": kind, "actions": actions, **more}
        self.connection.ask("input.performActions", context=self.context, actions=[source])

    def click(self, selector):
        self.wait_for(f"() => document.querySelector({json.dumps(selector)})")
        x, y = self.evaluate(POINT_OF, selector)
        self.drag((x, y), [])

    def drag(self, start, places):
        actions = [pointer_to(*start), {"type": "pointerDown", "button": 0}]
        for place in places:
            actions.append(pointer_to(*place, duration=40))
        self.act("pointer", [*actions, {"type": "pointerUp", "button": 0}])

    def type(self, selector, text):
        self.evaluate("selector => document.querySelector(selector).focus()", selector)
        actions = [{"type": kind, "value": letter} for letter in text for kind in ("keyDown", "keyUp")]
        self.act("key", actions)

    def insert(self, text):
        """At once, where the focus is: pasted."""
        self.evaluate("text => navigator.clipboard.writeText(text)", text)
        self.press("Control+v")

    def press(self, key):
        values = [KEYS.get(part, part) for part in key.split("+")]
        down = [{"type": "keyDown", "value": value} for value in values]
        up = [{"type": "keyUp", "value": value} for value in reversed(values)]
        self.act("key", [*down, *up])

    def give_file(self, selector, path):
        node = self.connection.ask(
            "script.evaluate",
            expression=f"document.querySelector({json.dumps(selector)})",
            target={"context": self.context},
            awaitPromise=False,
        )["result"]
        self.connection.ask(
            "input.setFiles", context=self.context, element={"sharedId": node["sharedId"]}, files=[str(path)]
        )

    def resize(self, width, height):
        self.connection.ask(
            "browsingContext.setViewport", context=self.context, viewport={"width": width, "height": height}
        )

    def screenshot(self, path):
        data = self.connection.ask("browsingContext.captureScreenshot", context=self.context)["data"]
        Path(path).write_bytes(base64.b64decode(data))

    def close(self):
        self.connection.listeners.remove(self.happened)
        self.connection.ask("browser.removeUserContext", userContext=self.user)


def pointer_to(x, y, duration=0):
    return {"type": "pointerMove", "x": round(x), "y": round(y), "duration": duration}
