"""Questions to a student's file, answered with plain numbers; it knows no answer itself."""

import json
import os
import sys

MOST_NUMBERS = 1_000_000  # in one answer
MOST_TEXT = 300  # characters of a student's error message


def plain(value, objects, room):
    """`value` as numbers and lists of numbers; anything else as {"object": its number} for later questions."""
    if isinstance(value, bool) or value is None or isinstance(value, (str, bytes, complex)):
        return {"not_numeric": "None" if value is None else f"the {type(value).__name__} {value!r}"[:60]}
    if isinstance(value, (int, float)):
        number = float(value)
        return number if number - number == 0.0 else {"not_numeric": f"the number {number}"}
    if hasattr(value, "tolist") and hasattr(value, "dtype"):
        if value.dtype.kind not in "iuf":
            return {"not_numeric": f"an array of {value.dtype}"}
        return plain(value.tolist(), objects, room)
    if isinstance(value, (list, tuple)):
        room[0] -= len(value) + 1
        if room[0] < 0:
            return {"not_numeric": "more than a million numbers"}
        return [plain(item, objects, room) for item in value]
    objects.append(value)
    return {"object": len(objects) - 1, "type": type(value).__name__[:60]}


def described_error(error, file):
    """A student's exception: its type, its message, and the last line of the student's file that it went through."""
    line, trace = 0, error.__traceback__
    while trace is not None:
        if trace.tb_frame.f_code.co_filename == file:
            line = trace.tb_lineno
        trace = trace.tb_next
    answer = {"raised": type(error).__name__[:60], "message": "", "line": line}
    try:
        answer["message"] = str(error)[:MOST_TEXT]
    except Exception:  # the student's own message
        answer["message"] = "(its message cannot be printed)"
    return answer


class Channel:
    """The two pipes, and those of the student's objects that the parent has asked for."""

    def __init__(self, requests, answers, file):
        self.requests = requests
        self.answers = answers
        self.file = file
        self.objects = []

    def send(self, answer):
        line = json.dumps(answer).encode("ascii") + b"\n"
        while line:
            line = line[os.write(self.answers, line) :]

    def read(self):
        line = self.requests.readline()
        if not line:  # the parent has finished
            os._exit(0)
        return json.loads(line)

    def value(self, argument):
        """What the parent sent: numbers and lists as they are, objects by number, arrays, functions to call."""
        if isinstance(argument, list):
            return [self.value(item) for item in argument]
        if not isinstance(argument, dict):
            return argument
        if "object" in argument:
            return self.objects[argument["object"]]
        if "lent" in argument:
            return self.value(argument["lent"])
        if "array" in argument:
            import numpy as np

            if "bytes" in argument:
                from base64 import b64decode

                array = np.frombuffer(b64decode(argument["bytes"]), np.uint8).reshape(argument["array"])
                return array / np.float32(argument["divisor"])
            return np.array(argument["array"], dtype=float)
        number = argument["callback"]

        def ask(*arguments):
            self.send({"callback": number, "arguments": plain(arguments, self.objects, [MOST_NUMBERS])})
            return self.value(self.read()["value"])

        return ask

    def answer(self, question, module):
        """Do what the question says; return the answer."""
        owner = module if question["of"] is None else self.objects[question["of"]]
        name = question["name"]
        if question["do"] == "set":
            setattr(owner, name, self.value(question["value"]))
            return {"value": 0.0}
        missing = object()
        if name is None:
            found = owner
        else:
            found = getattr(owner, name, missing)
            if found is missing:
                return {"missing": name, "in": "" if owner is module else type(owner).__name__[:60]}
        if question["do"] == "delete":
            delattr(owner, name)
            return {"value": 0.0}
        if question["do"] == "get":
            if callable(found):
                return {"function": name}
            return {"value": plain(found, self.objects, [MOST_NUMBERS])}
        arguments = [self.value(argument) for argument in question["arguments"]]
        answer = {"value": plain(found(*arguments), self.objects, [MOST_NUMBERS])}
        for encoded, argument in zip(question["arguments"], arguments, strict=True):
            if isinstance(encoded, dict) and "lent" in encoded:
                answer.setdefault("lent", []).append(plain(argument, self.objects, [MOST_NUMBERS]))
                if encoded["reused"]:  # its owner writes other numbers into it
                    argument[:] = [0.0] * len(argument)
        return answer

    def serve(self, module):
        """Answer questions until the parent has finished."""
        while True:
            question = self.read()
            try:
                self.send(self.answer(question, module))
            except BaseException as error:  # SystemExit too: the student's code does not decide when to stop
                self.send(described_error(error, self.file))


def compiled_file(source, path):
    """The code of a student's file."""
    return compile(source, path, "exec", dont_inherit=True)


def load(path, channel, compiled=compiled_file):
    """The student's file as a module; what keeps it from being one is told."""
    try:
        with open(path, "rb") as file:
            source = file.read()
        code = compiled(source, path)
    except (SyntaxError, ValueError, RecursionError, MemoryError, OverflowError) as error:
        line = getattr(error, "lineno", None) or 0
        message = getattr(error, "msg", None) or str(error)
        channel.send({"syntax": f"{type(error).__name__}: {message}"[:MOST_TEXT], "line": line})
        return None
    module = type(sys)("student")
    module.__file__ = path
    sys.modules["student"] = sys.modules["__main__"] = module  # the second is where `doctest` looks
    try:
        exec(code, module.__dict__)
    except BaseException as error:
        channel.send(described_error(error, path))
        return None
    return module
