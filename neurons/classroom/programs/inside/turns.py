"""One turn of a loop of the program, run again and again: from the same state, with numbers and examples of ours.

`explore` runs the program once and keeps a copy of its variables where each loop begins. A candidate is such a loop
with the variables that hold its data.
"""

import ast
import copy
import time
from typing import Any

from . import examples, state
from .loading import Loader, reset
from .watching import SEE, TURN, Deadline, TooLong, Watch, Watched

MOST_LOOPS = 60
QUIET = 0.4  # seconds of work without a loop that is new: the program only goes on training
TURN_SECONDS, CHANGED_SECONDS = 1.0, (0.03, 0.2)  # of the program's own turn, and of one that we changed
LONGER = 20  # times as long as its own turn took, a changed one may take, within these


class Snapshot:
    """The variables where a loop begins its first turn."""

    def __init__(self, spaces, loop, frame_locals):
        memo: dict[int, Any] = {}
        self.loop = loop
        self.locals = None if frame_locals is None else state.copied(frame_locals, memo)
        self.spaces = {
            file: state.copied({name: value for name, value in space.items() if kept(name, value)}, memo)
            for file, space in spaces.items()
        }
        names = [*(frame_locals or {}).values()]
        names += [value for space in spaces.values() for name, value in space.items() if kept(name, value)]
        self.cells = [(cell, state.copied({"": cell.cell_contents}, memo)[""]) for cell in state.all_cells(names)]


def kept(name, value):
    """True for the variables of a module that a copy is kept of."""
    return not name.startswith("__") and name not in (SEE, TURN) and state.is_data(value)


class Program:
    """The program, explored; its candidates."""

    def __init__(self, texts, main, is_eased, sizes, order):
        self.watch = Watch()
        self.loader = Loader(texts, main, self.watch, is_eased, sizes, order)
        self.snapshots = {}
        self.own = set()  # the loops that the program entered by itself
        self.candidates = []
        self.codes, self.functions = {}, {}
        self.last_code: Any = None, None, None  # of the body tried last: it runs on several cases
        self.is_changed = False
        self.chance = 0  # which random numbers its turns have
        self.usual = 0.0  # seconds that its own turns take
        self.kept_body = None  # a change of the loop's body that stays
        self.whole = ""  # "data" or "parameters": in their arrays, whole numbers stay whole numbers
        self.quiet = Deadline(QUIET)

    # exploring

    def explore(self, seconds):
        """Run the program as it is."""
        reset()
        self.watch.entered = self.entered
        self.quiet = Deadline(QUIET)
        try:
            self.loader.run_main(seconds)
        finally:
            self.watch.entered = None
            self.own = set(self.snapshots)

    def run_text(self, text, seconds):
        """Run statements of ours after those of the program; return what kept them from running."""
        reset()
        loader, main = self.loader, self.loader.main
        count = len(loader.notes)
        for loop in [loop for loop in self.snapshots if loop not in self.own]:
            del self.snapshots[loop]  # of the statements before, which may have had other data
        self.watch.entered = self.entered
        self.quiet = Deadline(QUIET)
        watched = Watched(self.watch, loader.files.index(main))
        try:
            for statement in ast.parse(text).body:
                loader.run(watched, statement, main, loader.spaces[main], seconds)
                if len(loader.notes) > count:
                    break
        finally:
            self.watch.entered = None
        new, loader.notes[count:] = loader.notes[count:], []
        return new

    def entered(self, loop, frame):
        """Keep a copy of the variables where a loop begins."""
        if loop >= 0 and loop not in self.snapshots and len(self.snapshots) < MOST_LOOPS:
            inside = frame.f_locals is not frame.f_globals
            names = {n: v for n, v in frame.f_locals.items() if not n.startswith(".")} if inside else None
            self.snapshots[loop] = Snapshot(self.loader.spaces, loop, names)
            self.quiet = Deadline(QUIET)
        elif not self.watch.is_patient and self.quiet.left <= 0.0:
            raise TooLong
        return False

    # one turn

    def fresh(self, snapshot, names=None):
        """The variables as they were, put back; returns those with these names, or all."""
        memo: dict[int, Any] = {}
        for file, own in snapshot.spaces.items():
            space = self.loader.spaces[file]
            for name in [name for name in space if name not in own and kept(name, space[name])]:
                del space[name]
            space.update(state.copied(own, memo))
        for cell, contents in snapshot.cells:
            cell.cell_contents = state.copied({"": contents}, memo)[""]
        inner = None if snapshot.locals is None else state.copied(snapshot.locals, memo)
        return self.root(snapshot, inner, names), inner

    def root(self, snapshot, inner, names=None):
        """The variables that a turn can see, by name: all, or those with these names."""
        own = self.loader.files[self.watch.loops[snapshot.loop][0]]
        spaces = [space for file, space in self.loader.spaces.items() if file != own]
        spaces = [inner or {}, self.loader.spaces[own], *spaces]  # the first that has a name counts
        if names is not None:
            held = {name: [space[name] for space in spaces if name in space] for name in names}
            return {name: values[0] for name, values in held.items() if values}
        found: dict[str, Any] = {}
        for space in reversed(spaces[2:]):
            found.update({name: value for name, value in space.items() if kept(name, value)})
        found.update({name: value for name, value in spaces[1].items() if kept(name, value)})
        found.update({name: value for name, value in spaces[0].items() if state.is_data(value)})
        return found

    def place(self, snapshot, inner, name, value):
        """Give a variable another value, where it lives."""
        file = self.loader.files[self.watch.loops[snapshot.loop][0]]
        if inner is not None and name in inner:
            inner[name] = value
            return
        for space in (self.loader.spaces[file], *self.loader.spaces.values()):
            if name in space:
                space[name] = value
                return

    def code_of(self, snapshot, names, body=None):
        """The turn as code: a function of the local variables, or statements of the module."""
        is_kept = body is None or body is self.kept_body
        key = (snapshot.loop, tuple(names) if names is not None else None, id(body))
        if is_kept and key in self.codes:
            return self.codes[key]
        if self.last_code[0] is body and self.last_code[1] == key:
            return self.last_code[2]
        file, loop, owner, declared = self.watch.loops[snapshot.loop]
        path = self.loader.files[file]
        turn: Any = ast.parse("for _once in (0,): pass").body[0]
        turn.body = without_yields(body if body is not None else loop.body)
        if names is None:
            tree = ast.Module([turn], [])
            made = compile(ast.fix_missing_locations(tree), path, "exec", dont_inherit=True)
        else:
            names = [name for name in names if name not in (declared or ()) and name.isidentifier()]
            head = f"def _body_({', '.join(names)}):\n"
            head += f"    global {', '.join(sorted(set(declared)))}\n" if declared else ""
            head += "    try:\n        pass\n    finally:\n        _out_(locals())\n"
            text = f"class {owner}:\n" + "".join(f"    {line}\n" for line in head.split("\n")) if owner else head
            top: Any = ast.parse(text).body[0]
            function = top.body[0] if owner else top
            function.body[-1].body = [turn]
            made = compile(ast.fix_missing_locations(ast.Module([top], [])), path, "exec", dont_inherit=True)
        if is_kept:
            self.codes[key] = made
        else:
            self.last_code = body, key, made
        return made

    def turn(self, snapshot, inner, body=None, names=None):
        """Run it; return all variables afterwards, or those with these names, and the local ones."""
        file = self.loader.files[self.watch.loops[snapshot.loop][0]]
        space = self.loader.spaces[file]
        body = self.kept_body if body is None else body
        code = self.code_of(snapshot, None if inner is None else list(inner), body)
        state.fixed_chance(3 + self.chance)  # among the first numbers of 3, some are near 0, and some near 1
        state.move_on([*space.values(), *(inner or {}).values()], self.chance)
        is_own = body is None and not self.is_changed
        seconds, begun = TURN_SECONDS, time.process_time()
        if not is_own:
            seconds = min(max(LONGER * self.usual, CHANGED_SECONDS[0]), CHANGED_SECONDS[1])
        try:
            with self.loader.guarded(seconds):
                inner = self.run(snapshot, inner, code, space)
                return self.root(snapshot, inner, names), inner
        finally:
            if is_own:
                self.usual = max(self.usual, time.process_time() - begun)

    def run(self, snapshot, inner, code, space):
        """Run the code of a turn; return its local variables afterwards."""
        if inner is None:
            exec(code, space)
            return None
        held: dict[str, Any] = {}
        outs: list[dict[str, Any]] = []
        space["_out_"] = outs.append
        exec(code, space, held)
        owner, declared = self.watch.loops[snapshot.loop][2], self.watch.loops[snapshot.loop][3] or ()
        function = vars(held[owner])["_body_"] if owner else held["_body_"]
        function(**{name: value for name, value in inner.items() if name not in declared and name.isidentifier()})
        return {**inner, **(outs[-1] if outs else {})}

    def with_data(self, candidate, rows, labels, root, inner):
        """Put examples in the place of the data."""
        snapshot, pair, count = candidate["snapshot"], candidate["pair"], candidate["count"]
        if "twins" not in candidate:
            candidate["twins"], candidate["aliases"] = examples.twins(root, pair), examples.aliases(root, pair)
        if len(rows) == 1 and count > 1:
            rows, labels = rows * count, labels * count
        for holder, own in zip(pair, (rows, labels), strict=True):
            if holder is None:
                continue
            path, form = holder[0], holder[1]
            if form.startswith("scalars "):
                for name, number in zip(form.split()[1:], own[0], strict=True):
                    self.place(snapshot, inner, name, float(number))
                    root[name] = float(number)
                continue
            old = state.get(root, path)
            new = examples.filled(form, old, own, labels)
            new = examples.of_its_type(new, old) if self.whole == "data" else new
            self.put(snapshot, root, inner, path, new)
        for path, place in candidate["aliases"]:
            self.put(snapshot, root, inner, path, state.get(root, pair[place][0]))
        for path, like in candidate["twins"]:
            self.put(snapshot, root, inner, path, examples.filled_twin(like, rows))

    def put(self, snapshot, root, inner, path, value):
        """Let a value lie at the end of a path, in what a turn sees."""
        if len(path) == 1:
            self.place(snapshot, inner, path[0][1], value)
            root[path[0][1]] = value
        else:
            state.put(root, path, value)
            if isinstance(root[path[0][1]], tuple):
                self.place(snapshot, inner, path[0][1], root[path[0][1]])

    def observe(self, number, rows, labels, writes, record, body=None, turns=1):
        """The leaves after one turn, or the last of several, given numbers for them before: a list per leaf."""
        return self.follow(number, [(rows, labels)] * turns, writes, record, body)[-1]

    def follow(self, number, turns, writes, record=False, body=None, is_counting=False, first=()):
        """The leaves after each of some turns on examples of its own: (rows, labels).

        Each turn begins with the same numbers, the first with those in `first` too; what else was kept stays as it is.
        With `is_counting` the loop's counter goes on.
        """
        candidate = self.candidates[number]
        snapshot = candidate["snapshot"]
        names = candidate.setdefault("names", self.names_of(candidate))
        root, inner = self.fresh(snapshot, names)
        found: list[Any] = []
        for rows, labels in turns:
            if is_counting and found:
                self.count(snapshot, inner)
            for place, numbers in writes if found else (*writes, *first):
                for path in candidate["leaves"][int(place)]["paths"]:
                    state.write(root, path, numbers, self.whole == "parameters")
                    self.rebind(snapshot, inner, root, path)
            self.with_data(candidate, rows, labels, root, inner)
            if record:
                self.watch.recording()
            try:
                root, inner = self.turn(snapshot, inner, body, names)
            finally:
                self.watch.is_recording = False
            found.append([state.read(root, leaf["paths"][0]) for leaf in candidate["leaves"]])
        return found

    def count(self, snapshot, inner):
        """Add 1 to the variable of the loop that counts its turns, if it has one."""
        file, loop, *_ = self.watch.loops[snapshot.loop]
        target = getattr(loop, "target", None)
        first = target.elts[0] if isinstance(target, ast.Tuple) else target
        name = getattr(first, "id", "")
        space = inner if inner is not None and name in inner else self.loader.spaces[self.loader.files[file]]
        if type(space.get(name)) is int:
            space[name] += 1

    def names_of(self, candidate):
        """The variables in which a candidate's numbers lie."""
        paths = [path for leaf in candidate["leaves"] for path in leaf["paths"]]
        paths += [holder[0] for holder in candidate["pair"] if holder is not None]
        paths += [path for path, _ in candidate["twins"] + candidate["aliases"]]
        return {path[0][1] for path in paths}

    def rebind(self, snapshot, inner, root, path):
        """A variable that is a number or a tuple is not changed in place."""
        if len(path) == 1 or isinstance(state.get(root, path[:1]), tuple):
            self.place(snapshot, inner, path[0][1], root[path[0][1]])


def without_yields(body):
    """The statements of a loop as they run in a turn: where a generator hands something over, it goes on."""
    if not any(isinstance(node, ast.Yield) for statement in body for node in ast.walk(statement)):
        return body
    return [HandingOver().visit(copy.deepcopy(statement)) for statement in body]


class HandingOver(ast.NodeTransformer):
    """Leaves the value of each `yield` as it is."""

    def visit_Yield(self, node):
        return self.visit(node.value) if node.value is not None else ast.copy_location(ast.Constant(None), node)

    def visit_FunctionDef(self, node):
        return node
