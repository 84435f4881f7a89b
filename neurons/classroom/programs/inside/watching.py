"""The program's tree, changed so that the numbers it computes pass by, and so that no loop goes on for ever."""

import ast
import sys
import time
import types
from typing import Any

SEE, TURN = "_see_", "_turn_"
MOST_NUMBERS = 400  # of one value; a larger array belongs to no network that is looked at
LARGEST = 20_000
MOST_SEEN = 60_000
PATIENCE = 3.0  # times as long as its own work a part may take on the clock, on a busy machine
PACE = 1.0  # times as long as on a usual machine its work may take; the session says it


class TooLong(BaseException):
    """Raised in the program's code when its time is over."""


class Deadline:
    """When a part of the program has worked for so many seconds; or has waited too long for the machine."""

    def __init__(self, seconds):
        seconds *= PACE
        self.work, self.clock = time.process_time() + seconds, time.monotonic() + PATIENCE * seconds

    @property
    def left(self):
        """The seconds of work that are left."""
        return 0.0 if time.monotonic() > self.clock else self.work - time.process_time()


class Watch:
    """What was seen, and how long the program may still run."""

    def __init__(self):
        self.places = []  # of each expression: (file, line, column, end line, end column)
        self.loops = []  # of each loop: (file, its tree, name of its class or "", its function's global names)
        self.numbers, self.owners = [], []
        self.is_recording = False
        self.deadline = Deadline(0.0)
        self.is_patient = False  # whether a statement may take its time
        self.turns = 0
        self.entered = None  # what to do with the frame of a loop, while the program is explored

    def see(self, place, value):
        """Each expression passes its value through here."""
        if self.is_recording:
            self.note(place, value, 0)
        return value

    def note(self, place, value, depth):
        """Remember the numbers of a value."""
        if isinstance(value, float):
            if len(self.numbers) < MOST_SEEN:
                self.numbers.append(float(value))
                self.owners.append(place)
        elif isinstance(value, types.ModuleType):  # among them what stands in for something that is not here
            pass
        elif hasattr(value, "tolist") and hasattr(value, "dtype"):
            if value.size <= MOST_NUMBERS and value.dtype.kind in "fO" and depth < 4:
                self.note(place, value.tolist(), depth)
            elif value.size <= LARGEST and value.dtype.kind == "f":  # of equal examples
                self.note(place, list(dict.fromkeys(value.ravel().tolist())), depth)
        elif isinstance(value, (list, tuple)) and depth < 4 and len(value) <= MOST_NUMBERS:
            for item in value:
                self.note(place, item, depth + 1)

    def turn(self, loop):
        """Asked at the beginning of each turn of each loop; True ends the loop."""
        self.turns += 1
        if self.turns & 63 == 0 and self.deadline.left <= 0.0:
            raise TooLong
        return self.entered is not None and self.entered(loop, sys._getframe(1))

    def recording(self):
        """Begin to remember."""
        self.numbers, self.owners = [], []
        self.is_recording = True


class Watched(ast.NodeTransformer):
    """Passes the value of each expression through `see`, and asks `turn` in each turn of a loop."""

    def __init__(self, watch, file, is_own=True):
        self.watch, self.file = watch, file
        self.is_own = is_own  # of what stands in for a library only the loops matter
        self.classes: list[str] = []
        self.globals: list[Any] = [None]

    def seen(self, node, at=None):
        """The expression, passed through `see`."""
        if not self.is_own:
            return node
        at = at or node
        self.watch.places.append((self.file, at.lineno, at.col_offset, at.end_lineno, at.end_col_offset))
        call = ast.Call(ast.Name(SEE, ast.Load()), [ast.Constant(len(self.watch.places) - 1), node], [])
        return ast.fix_missing_locations(ast.copy_location(call, at))

    def visit_expression(self, node):
        self.generic_visit(node)
        return self.seen(node)

    visit_BinOp = visit_UnaryOp = visit_IfExp = visit_ListComp = visit_expression

    def visit_Call(self, node):
        self.generic_visit(node)
        plain = isinstance(node.func, ast.Name) and node.func.id in ("print", "super", "locals", "len", "range")
        return node if plain else self.seen(node)

    def visit_Subscript(self, node):
        self.generic_visit(node)
        return self.seen(node) if isinstance(node.ctx, ast.Load) else node

    def visit_JoinedStr(self, node):
        return node

    def visit_arguments(self, node):
        return node

    def visit_AnnAssign(self, node):
        if node.value is not None:
            node.value = self.visit(node.value)
        return node

    def visit_match_case(self, node):
        node.body = [part for statement in node.body for part in as_list(self.visit(statement))]
        return node

    def after(self, node, target):
        """The statement, and then the value that its target has."""
        loaded = ast.parse(ast.unparse(target), mode="eval").body
        for part in ast.walk(loaded):
            ast.copy_location(part, node)
        return [node, ast.copy_location(ast.Expr(self.seen(loaded, node)), node)]

    def visit_AugAssign(self, node):
        node.value = self.visit(node.value)
        is_part = isinstance(node.target, ast.Subscript) and isinstance(node.target.slice, ast.Tuple)
        return self.after(node, node.target.value if is_part else node.target)

    def visit_Assign(self, node):
        self.generic_visit(node)
        target = node.targets[0]
        if isinstance(target, ast.Subscript) and isinstance(target.value, (ast.Name, ast.Attribute)):
            return self.after(node, target.value)
        return node

    def visit_Return(self, node):
        self.generic_visit(node)
        if isinstance(node.value, (ast.Name, ast.Attribute)):
            node.value = self.seen(node.value)
        return node

    def visit_ClassDef(self, node):
        self.classes.append(node.name)
        self.generic_visit(node)
        self.classes.pop()
        return node

    def visit_FunctionDef(self, node):
        declared = [name for part in ast.walk(node) if isinstance(part, ast.Global) for name in part.names]
        self.globals.append(declared)
        node.body = [part for statement in node.body for part in as_list(self.visit(statement))]
        self.globals.pop()
        return node

    def visit_Lambda(self, node):
        node.body = self.visit(node.body)
        return node

    def visit_loop(self, node):
        self.generic_visit(node)
        name = self.classes[-1] if self.classes else ""
        self.watch.loops.append((self.file, node, name, self.globals[-1]))
        return asking(node, len(self.watch.loops) - 1)

    visit_For = visit_While = visit_loop


def limited(tree):
    """The tree, whose loops only ask whether the time is over: for changed text, whose numbers nobody watches."""
    for node in list(ast.walk(tree)):
        if isinstance(node, (ast.For, ast.While)):
            asking(node, -1)
    return tree


def asking(loop, place):
    """The loop, which asks at the beginning of each turn whether to go on."""
    ask = ast.parse(f"if {TURN}({place}): break").body[0]
    for part in ast.walk(ask):
        ast.copy_location(part, loop)
    loop.body = [ask, *loop.body]
    return loop


def as_list(found):
    """What a visit returns, as a list of statements."""
    return found if isinstance(found, list) else [] if found is None else [found]
