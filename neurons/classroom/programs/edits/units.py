"""What a repair may change: the functions of the program that ran, and the loop's body; and one change of these."""

import ast
import copy
import re
from collections.abc import Callable, Iterator
from typing import Any, NamedTuple

from neurons.classroom.programs.text.program import Program

SLOPE_NAMES = r"deriv|prime|_d$|^d_?(sig|tanh|relu|act)|grad|slope|back"
LONGEST = 45  # characters of an operand
MOST_NAMES = 40
MOST_ITEMS = 16
SHORT = 3  # statements
MOST_ABOVE = 12  # statements before a loop
OPERANDS = (ast.Name, ast.Attribute, ast.Subscript)
NO_OPERANDS = {"np", "numpy", "math", "self", "range", "len", "sum", "random", "print", "enumerate", "zip", "reversed"}


class Unit:
    """A function of the program, or the body of the loop: what edits change."""

    def __init__(self, file: int, name: str, line: int, tree: Any, owner: str, source_file: str) -> None:
        self.file = file  # -1 for the loop's body
        self.name, self.line = name, line  # by which the sandbox knows it
        self.tree = tree  # ast.FunctionDef, or ast.Module of the body
        self.owner = owner  # the class of a method
        self.source_file = source_file
        self.data: list[str] = []  # what may stand for an operand
        self.slopes: list[str] = []  # the program's own functions that may be slopes
        self.functions: list[str] = []  # of one number, which may be missing
        self.keys: list[str] = []  # under which the program keeps things in dicts
        self.members: list[str] = []  # the attributes of objects other than self
        self.counts = counts_in(tree)  # by which it may divide
        self.numbers: list[float] = []  # the constants of the program
        self.named_numbers: list[str] = []  # those that have a name at the top
        self.above: list[Any] = []  # of the loop's body: the statements before the loop, the nearest first
        self.loop_line = 0
        self.is_short = file >= 0 and len(tree.body) <= SHORT
        self.is_lambda = name.startswith("<lambda>")
        if file >= 0:
            tree.decorator_list = []
        self.refresh()

    def refresh(self) -> None:
        """Note where each statement stands in the text: most edits change the text of one alone."""
        self.lines = ast.unparse(self.tree).split("\n")
        again = ast.parse("\n".join(self.lines))
        copied = again if self.file < 0 else again.body[0]
        mine, theirs = statements_in(self.tree), statements_in(copied)  # an edit's -1 is read again as - and 1
        self.places = {
            id(one): (other.lineno - 1, other.end_lineno or other.lineno, other.col_offset)
            for one, other in zip(mine, theirs, strict=True)
        }

    def text(self, statement: Any = None, new: Any = None) -> str:
        """The function as it is now, at its own line; with another statement in the place of one."""
        if statement is None:
            lines = ast.unparse(self.tree).split("\n")
        else:
            start, end, indent = self.places[id(statement)]
            own = [" " * indent + line for line in ast.unparse(new or statement).split("\n")]
            lines = [*self.lines[:start], *own, *self.lines[end:]]
        if self.file < 0:
            return "\n".join(lines)
        if self.owner:
            lines = [f"class {self.owner}:", *(f"    {line}" for line in lines)]
        return "\n" * (self.line - (2 if self.owner else 1)) + "\n".join(lines)

    def shown(self, statement: Any) -> str:
        """A statement's own line; of a lambda, the lambda."""
        line = first_line(statement)
        return line.replace("return", f"lambda {ast.unparse(self.tree.args)}:", 1) if self.is_lambda else line


def part_at(at: tuple[Any, str, int | None]) -> Any:
    """The part that is there now."""
    owner, field, place = at
    found = getattr(owner, field)
    return found if place is None else found[place]


def statements_in(tree: ast.AST) -> list[ast.stmt]:
    """All statements of a tree."""
    return [node for node in ast.walk(tree) if isinstance(node, ast.stmt)]


class Edit(NamedTuple):
    """A change of one statement: `apply` puts it in, and returns what takes it out."""

    rank: int
    unit: Unit
    statement: Any
    apply: Callable[[], Callable[[], None]]
    new_statement: Any = None  # that takes the place of this one
    told: str | None = None  # of a block of statements that changes: what happens to this one, "" where it goes
    at: tuple[Any, str, int | None] | None = None  # of a part of a statement: its owner, the field, its place there

    def text(self) -> str:
        """The unit with this edit."""
        if self.new_statement is not None:
            return self.unit.text(self.statement, self.new_statement)
        undo = self.apply()
        try:
            return self.unit.text(self.statement if self.told is None else None)
        finally:
            undo()

    def described(self) -> tuple[str, int, str, str]:
        """(file, line, old text, new text); the edit must not be applied."""
        file, line, old = self.unit.source_file, self.statement.lineno, self.unit.shown(self.statement)
        if self.told is not None:
            return file, line, old, self.told
        if self.new_statement is not None:
            return file, line, old, self.unit.shown(self.new_statement)
        if self.at is not None and getattr(part_at(self.at), "lineno", line) > line:
            return file, *self.described_part()
        undo = self.apply()
        new = self.unit.shown(self.statement)
        undo()
        return file, line, old, new

    def described_part(self) -> tuple[int, str, str]:
        """(line, old text, new text) of what begins in the line of the part, where a statement has several."""
        assert self.at is not None
        part = part_at(self.at)
        begun = [node for node in ast.walk(self.statement) if getattr(node, "lineno", 0) == part.lineno]
        whole: Any = next(node for node in begun if any(inside is part for inside in ast.walk(node)))
        old = ast.unparse(whole)
        undo = self.apply()
        new = ast.unparse(part_at(self.at) if whole is part else whole)
        undo()
        return part.lineno, old, new


def first_line(statement: Any) -> str:
    """A statement's own line: of a loop, that of the loop."""
    return ast.unparse(statement).split("\n")[0]


def units_of(program: Program, lines: set[tuple[int, int]], loop: tuple[int, int], parameters: set[str]) -> list[Unit]:
    """The functions that ran (their lines were seen), and the loop's body; `parameters` are the last names of these."""
    found: list[Unit] = []
    for place, file in enumerate(program.files):
        tree = ast.parse(program.texts[file])
        ran = {line for one, line in lines if one == place}
        begin = loop[1] if place == loop[0] else 0  # of the function that holds the loop, the loop's body alone runs
        taken: list[range] = []
        own = list(functions_of(tree))
        for owner, function in own:
            if ran & own_lines(function) and begin not in span_of(function) and function.name != "__init__":
                taken.append(span_of(function))
                found.append(Unit(place, function.name, first_line_of(function), function, owner, file))
        outer = {id(function) for _, function in own}
        for node in ast.walk(tree):  # what is inside of other functions, or of no function
            if not hasattr(node, "lineno") or any(node.lineno in span for span in taken):
                continue
            if node.lineno == begin and isinstance(node, (ast.For, ast.While)):
                taken.append(span_of(node))
                body = ast.Module(copy.deepcopy(node.body), [])
                unit = Unit(-1, "", 0, body, owner_of(tree, begin), file)
                unit.above, unit.loop_line = above(tree, begin), begin
                found.append(unit)
            elif isinstance(node, ast.FunctionDef) and id(node) not in outer and ran & set(span_of(node)):
                found.append(Unit(place, node.name, first_line_of(node), copy.deepcopy(node), "", file))
            elif isinstance(node, ast.Lambda) and ran & set(span_of(node)):
                name = f"<lambda> {node.body.col_offset}"
                found.append(Unit(place, name, node.body.lineno, named_lambda(node), "", file))
        for unit in found:
            if unit.source_file == file:
                completed(unit, tree, parameters)
    return found


def span_of(node: Any) -> range:
    """The lines of a part of a tree."""
    return range(node.lineno, (node.end_lineno or node.lineno) + 1)


def own_lines(function: ast.FunctionDef) -> set[int]:
    """The lines of a function without those of the functions in it, which may run when it runs no more."""
    inner = [span_of(node) for node in ast.walk(function) if isinstance(node, ast.FunctionDef)]
    return set(span_of(function)).difference(*inner[1:])


def completed(unit: Unit, tree: ast.Module, parameters: set[str]) -> Unit:
    """The unit with what may stand for an operand in it."""
    own = [f"self.{name}" for name in methods_like_slopes(tree, unit.owner)] if unit.owner else []
    unit.slopes = unique(own + slope_functions(tree))
    unit.numbers = numbers_in(tree)
    unit.counts += whole_numbers_in(tree)
    unit.keys, unit.members = keys_in(tree), members_in(tree)
    unit.named_numbers = named_numbers(tree)
    unit.functions = functions_of_one_number(tree)
    given = [one.arg for one in unit.tree.args.args] if isinstance(unit.tree, ast.FunctionDef) else []
    found = (
        names_in(unit.tree)
        + [name for name in given if name != "self"]
        + items_of(unit.tree, parameters)
        + rows_of(unit.tree, tree)
    )
    found += attributes_of(tree, unit.owner)
    unit.data = unique(found + parts_elsewhere(unit.tree, tree))
    return unit


def above(tree: ast.Module, line: int) -> list[Any]:
    """The simple statements that run before the loop in this line, in the blocks around it: the nearest first."""
    blocks = [getattr(node, "body", None) for node in ast.walk(tree)]
    found = [
        part
        for block in blocks
        if isinstance(block, list) and any(line in span_of(part) for part in block)
        for part in block
        if part.lineno < line and isinstance(part, (ast.Assign, ast.AugAssign, ast.Expr))
    ]
    return sorted(found, key=lambda part: -part.lineno)[:MOST_ABOVE]


def first_line_of(function: ast.FunctionDef) -> int:
    """The line where a function begins, with its decorators."""
    return min([function.lineno, *(mark.lineno for mark in function.decorator_list)])


def named_lambda(node: ast.Lambda) -> ast.FunctionDef:
    """A lambda as a function, which the sandbox puts in its place."""
    function: Any = ast.parse(f"def _lambda_({ast.unparse(node.args)}): return 0").body[0]
    function.body[0].value = copy.deepcopy(node.body)
    function.body[0].lineno = node.body.lineno
    return function


def functions_of_one_number(tree: ast.Module) -> list[str]:
    """The program's own functions with one parameter, and those of a library that bend a number."""
    own = [node.name for node in tree.body if isinstance(node, ast.FunctionDef) and len(node.args.args) == 1]
    called = [ast.unparse(node.func) for node in ast.walk(tree) if isinstance(node, ast.Call) and len(node.args) == 1]
    return unique([*own, *(text for text in called if re.search(r"\.(tanh|exp|sqrt|_*sigmoid|_*relu)$", text))])[:6]


def parts_elsewhere(part: Any, tree: ast.Module) -> list[str]:
    """params["W2"], c.neuron.output: what other functions use of the variables of this one."""
    used = {getattr(node, "id", getattr(node, "arg", None)) for node in ast.walk(part)} - NO_OPERANDS
    fixed = re.compile(r"^(\w+)(\.\w+|\['\w+'\])+$")
    return [text for text in names_in(tree) if (found := fixed.match(text)) and found[1] in used]


def whole_numbers_in(tree: ast.Module) -> list[str]:
    """The whole numbers of a program, one of which may be its number of examples."""
    found = [node.value for node in ast.walk(tree) if isinstance(node, ast.Constant) and type(node.value) is int]
    return list(dict.fromkeys(str(number) for number in found if number > 2))[:4]


def keys_in(tree: ast.Module) -> list[str]:
    """The words under which a program keeps things in dicts."""
    slices = [node.slice for node in ast.walk(tree) if isinstance(node, ast.Subscript)]
    return unique([part.value for part in slices if isinstance(part, ast.Constant) and isinstance(part.value, str)])[
        :12
    ]


def members_in(tree: ast.Module) -> list[str]:
    """The attributes of objects other than self that a program uses as data."""
    called = {id(node.func) for node in ast.walk(tree) if isinstance(node, ast.Call)}
    nodes = [node for node in ast.walk(tree) if isinstance(node, ast.Attribute) and id(node) not in called]
    return unique([node.attr for node in nodes if ast.unparse(node.value) not in NO_OPERANDS and node.attr != "T"])[:12]


def numbers_in(tree: ast.Module) -> list[float]:
    """The constants of a program between 0 and 1."""
    found = [node.value for node in ast.walk(tree) if isinstance(node, ast.Constant) and type(node.value) is float]
    return list(dict.fromkeys(number for number in found if 0.0 < number < 1.0))[:6]


def functions_of(tree: ast.Module) -> Iterator[tuple[str, ast.FunctionDef]]:
    """(class or "", function) for all at the top and in classes."""
    for node in tree.body:
        if isinstance(node, ast.FunctionDef):
            yield "", node
        elif isinstance(node, ast.ClassDef):
            for part in node.body:
                if isinstance(part, ast.FunctionDef):
                    yield node.name, part


def owner_of(tree: ast.Module, line: int) -> str:
    """The class in which a line stands, or ""."""
    for node in tree.body:
        if isinstance(node, ast.ClassDef) and node.lineno <= line <= (node.end_lineno or 0):
            return node.name
    return ""


def named_numbers(tree: ast.Module) -> list[str]:
    """The names of the constants at the top of a file."""
    return [
        target.id
        for node in tree.body
        if isinstance(node, ast.Assign) and isinstance(node.value, ast.Constant) and type(node.value.value) is float
        for target in node.targets
        if isinstance(target, ast.Name)
    ][:6]


def slope_functions(tree: ast.Module) -> list[str]:
    """The program's functions of one number that may be slopes."""
    return [
        node.name
        for node in tree.body
        if isinstance(node, ast.FunctionDef) and re.search(SLOPE_NAMES, node.name, re.I) and len(node.args.args) == 1
    ][:3]


def methods_like_slopes(tree: ast.Module, owner: str) -> list[str]:
    """The same among the methods of a class."""
    return [
        function.name
        for name, function in functions_of(tree)
        if name == owner and re.search(SLOPE_NAMES, function.name, re.I) and len(function.args.args) == 2
    ][:3]


def attributes_of(tree: ast.Module, owner: str) -> list[str]:
    """self.x for all attributes that the methods of a class use as data."""
    found = []
    methods = {function.name for name, function in functions_of(tree) if name == owner}
    for name, function in functions_of(tree):
        if owner and name == owner:
            for node in ast.walk(function):
                if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name) and node.value.id == "self":
                    if node.attr not in methods:
                        found.append(f"self.{node.attr}")
    return found


def items_of(tree: Any, parameters: set[str]) -> list[str]:
    """neuron.weights[j], where neuron and j are variables of a function that uses other attributes of it."""
    objects = {
        node.value.id
        for node in ast.walk(tree)
        if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name) and node.value.id not in NO_OPERANDS
    }
    counters = {
        node.target.id
        for node in ast.walk(tree)
        if isinstance(node, ast.For) and isinstance(node.target, ast.Name) and "range" in ast.unparse(node.iter)
    }
    own = names_in(tree)
    found = [f"{one}.{name}[{i}]" for one in sorted(objects) for name in sorted(parameters) for i in sorted(counters)]
    return [text for text in found if text not in own and text.split(".")[0] not in counters][:12]


def rows_of(part: Any, tree: ast.Module) -> list[str]:
    """self.a[i] for each list of the program that it takes by one counter, and each counter of a function."""
    indexed = [node for node in ast.walk(tree) if isinstance(node, ast.Subscript) and isinstance(node.slice, ast.Name)]
    known = {node.id for node in ast.walk(part) if isinstance(node, ast.Name)}
    counters = unique(
        [node.slice.id for node in indexed if isinstance(node.slice, ast.Name) and node.slice.id in known]
    )
    rows = [
        ast.unparse(node.value)
        for node in indexed
        if isinstance(node.value, ast.Attribute) or isinstance(node.value, ast.Name) and node.value.id in known
    ]
    return [f"{row}[{i}]" for row in unique(rows) for i in counters][:MOST_ITEMS]


def names_in(tree: Any) -> list[str]:
    """The variables, attributes and items that a function uses as data, by their text."""
    called = {id(node.func) for node in ast.walk(tree) if isinstance(node, ast.Call)}
    found = []
    for node in ast.walk(tree):
        if isinstance(node, OPERANDS) and id(node) not in called:
            text = ast.unparse(node)
            is_shape = isinstance(node, ast.Attribute) and node.attr in ("T", "shape", "size", "append")
            if len(text) <= LONGEST and text not in NO_OPERANDS and not is_shape and not text.startswith("np."):
                found.append(text)
    return found


def counts_in(tree: Any) -> list[str]:
    """The numbers of examples that a function asks for: len(x), x.shape[0]."""
    found = [ast.unparse(node) for node in ast.walk(tree) if isinstance(node, (ast.Call, ast.Subscript))]
    return list(dict.fromkeys(text for text in found if re.fullmatch(r"len\(\w[\w.]*\)|[\w.]+\.shape\[\d\]", text)))


def unique(names: list[str]) -> list[str]:
    """Each once, in order."""
    return list(dict.fromkeys(names))[:MOST_NAMES]
