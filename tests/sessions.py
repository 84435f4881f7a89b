"""Real debuggers with somebody at the keyboard: pdb in a terminal, debugpy as VS Code drives it, a notebook."""

import json
import os
import queue
import re
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path

ROOT = Path(__file__).parent.parent
PATIENCE = 60  # seconds
PROMPT = "(Pdb) "
SURROUNDINGS = {  # no colours, no wrapped lines, no .pdbrc of the user's
    "TERM": "dumb",
    "NO_COLOR": "1",
    "PYTHON_COLORS": "0",
    "COLUMNS": "1000",
    "HOME": os.devnull,
    "PYTHONPATH": os.pathsep.join([str(ROOT), *filter(None, sys.path)]),
}


def in_a_terminal(arguments, lines, width=1000, **environment):
    """Run Python in a terminal of its own and type the lines, one at each prompt; return [(line, answer), ...].

    The first pair has no line: what came before the first prompt. Paths are those from the top of the project.
    """
    import pexpect

    environment = {**os.environ, **SURROUNDINGS, **environment}
    child = pexpect.spawn(
        sys.executable,
        list(map(str, arguments)),
        cwd=str(ROOT),
        env=environment,
        timeout=PATIENCE,
        encoding="utf-8",
        dimensions=(50, width),
    )
    answers = []
    try:
        for line in ["", *lines]:
            if line:
                child.sendline(line)
            child.expect([re.escape(PROMPT), pexpect.EOF])
            answer = child.before.replace("\r\n", "\n").replace("\r", "")
            answers.append((line, answer.removeprefix(line + "\n").replace(f"{ROOT}{os.sep}", "").strip("\n")))
    finally:
        child.kill(signal.SIGKILL)  # close() alone waits a tenth of a second and raises for a child not gone by then
        child.wait()
        child.close()
    return answers


class VSCode:
    """As much of VS Code as a debugging session needs: the Debug Adapter Protocol, spoken with debugpy's adapter."""

    def __init__(self, configuration):
        """Start a configuration of .vscode/launch.json with its variables filled in."""
        self.programs = []
        self.adapter = subprocess.Popen(
            [sys.executable, "-m", "debugpy.adapter"], stdin=subprocess.PIPE, stdout=subprocess.PIPE
        )
        self.messages = queue.Queue()
        threading.Thread(target=self.listen, daemon=True).start()
        self.number = 0
        self.kept = []  # messages that nobody has asked for yet
        self.ask("initialize", adapterID="debugpy", pathFormat="path", supportsRunInTerminalRequest=True)
        self.launched = self.send("launch", **configuration, python=[sys.executable])
        self.wait_for(lambda message: message.get("event") == "initialized")

    def listen(self):
        stream = self.adapter.stdout
        while header := stream.readline():
            length = int(header.split(b":")[1])
            stream.readline()
            self.messages.put(json.loads(stream.read(length)))

    def send(self, command, **arguments):
        self.number += 1
        self.write({"seq": self.number, "type": "request", "command": command, "arguments": arguments})
        return self.number

    def write(self, message):
        body = json.dumps(message).encode()
        self.adapter.stdin.write(b"Content-Length: %d\r\n\r\n" % len(body) + body)
        self.adapter.stdin.flush()

    def wait_for(self, is_wanted):
        for message in self.kept:
            if is_wanted(message):
                self.kept.remove(message)
                return message
        deadline = time.monotonic() + PATIENCE
        while True:
            message = self.messages.get(timeout=max(0.1, deadline - time.monotonic()))
            if message.get("command") == "runInTerminal" and message["type"] == "request":
                self.run_in_terminal(message)
            elif is_wanted(message):
                return message
            else:
                self.kept.append(message)

    def run_in_terminal(self, message):
        wanted = message["arguments"]
        environment = {**os.environ, **SURROUNDINGS, **(wanted.get("env") or {})}
        program = subprocess.Popen(
            wanted["args"], cwd=wanted["cwd"], env=environment, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL
        )
        self.programs.append(program)
        self.number += 1
        answer = {"seq": self.number, "type": "response", "request_seq": message["seq"], "success": True}
        self.write({**answer, "command": "runInTerminal", "body": {"processId": program.pid}})

    def ask(self, command, **arguments):
        """Send a request; return the answer's body, or the error's text for an expression that raised."""
        number = self.send(command, **arguments)
        answer = self.wait_for(lambda message: message.get("request_seq") == number)
        if not answer["success"]:
            assert command == "evaluate", answer
            return {"error": answer["message"]}
        return answer.get("body") or {}

    def break_at(self, path, line, condition=None, hits=None):
        """Stop at this line where the condition is true, and from the time number `hits` on."""
        breakpoint = {"line": line}
        if condition is not None:
            breakpoint["condition"] = condition
        if hits is not None:
            breakpoint["hitCondition"] = str(hits)
        (set_one,) = self.ask("setBreakpoints", source={"path": str(path)}, breakpoints=[breakpoint])["breakpoints"]
        assert set_one["verified"] and set_one["line"] == line, set_one

    def run(self):
        """All breakpoints are set: run to the first."""
        self.ask("configurationDone")
        self.stop()

    def go_on(self):
        self.ask("continue", threadId=self.thread)
        self.stop()

    def stop(self):
        event = self.wait_for(lambda message: message.get("event") in ("stopped", "terminated"))
        assert event["event"] == "stopped", event
        self.thread = event["body"]["threadId"]
        self.stack = self.ask("stackTrace", threadId=self.thread)["stackFrames"]

    def variables(self):
        """{name: text} of the local variables where it stopped."""
        scopes = self.ask("scopes", frameId=self.stack[0]["id"])["scopes"]
        (reference,) = [scope["variablesReference"] for scope in scopes if scope["name"] == "Locals"]
        listed = self.ask("variables", variablesReference=reference)["variables"]
        return {variable["name"]: variable["value"] for variable in listed}

    def watch(self, expression, frame=0):
        """The value of a watch expression in a frame of the call stack, 0 for the innermost; or its error."""
        answer = self.ask("evaluate", expression=expression, frameId=self.stack[frame]["id"], context="watch")
        return answer.get("result", answer.get("error"))

    def close(self):
        for program in self.programs:
            program.kill()
            program.wait(PATIENCE)
        self.adapter.kill()
        self.adapter.wait(PATIENCE)
        self.adapter.stdin.close()
        self.adapter.stdout.close()


class Notebook:
    """A kernel as JupyterLab uses it: cells run, and who is asked for input types an answer."""

    def __init__(self):
        from jupyter_client.manager import start_new_kernel

        self.manager, self.client = start_new_kernel(kernel_name="python3", cwd=str(ROOT))

    def run(self, cell, *answers):
        """Run a cell and answer its questions; return what it showed, the answers among it."""
        left, shown = list(answers), []

        def show(message):
            kind, content = message["msg_type"], message["content"]
            if kind == "stream":
                shown.append(content["text"])
            elif kind == "error":
                shown.append(f"{content['ename']}: {content['evalue']}")

        def answer(message):
            shown.append(message["content"]["prompt"] + left[0] + "\n")
            self.client.input(left.pop(0))

        self.client.execute_interactive(
            cell, allow_stdin=True, output_hook=show, stdin_hook=answer, timeout=PATIENCE, store_history=False
        )
        assert not left, f"nobody asked for {left}: {shown}"
        return re.sub(r"\x1b\[[\d;]*m", "", "".join(shown))

    def close(self):
        self.client.stop_channels()
        self.manager.shutdown_kernel(now=True)
        self.manager.cleanup_resources()
