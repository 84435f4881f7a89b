"""The statements of a function: which lines belong to each, its text, and what it computes and assigns.

A statement is what the syntax tree says, however many lines it takes; a comprehension is part of its statement; of an
`if`, a loop or a `with` it is the head. Several statements on one line count as one.
"""

import ast
import linecache
import os.path
from types import CodeType
from typing import Any

from neurons.inspection.recording.calculations import begun_in, calculates
from neurons.inspection.recording.expressions import Expression

TRIES = (ast.Try, getattr(ast, "TryStar", ast.Try))  # `except*` came with Python 3.11
HEADS = (ast.If, ast.While, ast.For, ast.AsyncFor, ast.With, ast.AsyncWith, ast.Match, *TRIES)
LOOPS = (ast.For, ast.AsyncFor)
WAITS = (ast.Await, ast.Yield, ast.YieldFrom, ast.AsyncFor, ast.AsyncWith)
DEFINITIONS = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)
SIGNS: dict[type, tuple[str, int]] = {  # of augmented assignments, and how strongly they bind
    ast.BitOr: ("|", 1),
    ast.BitXor: ("^", 2),
    ast.BitAnd: ("&", 3),
    ast.LShift: ("<<", 4),
    ast.RShift: (">>", 4),
    ast.Add: ("+", 5),
    ast.Sub: ("-", 5),
    ast.Mult: ("*", 6),
    ast.MatMult: ("@", 6),
    ast.Div: ("/", 6),
    ast.FloorDiv: ("//", 6),
    ast.Mod: ("%", 6),
    ast.Pow: ("**", 7),
}


class Statement:
    """One statement, or the head of a compound one, or several that share a line."""

    def __init__(self, nodes, first, last, lines, begun):
        self.node = node = nodes[0]
        self.calculates = any(calculates(node, begun) for node in nodes)
        self.is_shared = len(nodes) > 1
        # A loop on one line: how Python goes round is not the same in each version
        self.goes_round = self.is_shared and any(isinstance(node, (*LOOPS, ast.While)) for node in nodes)
        self.first, self.last = first, last  # lines
        self.source = source_of(nodes, first, last, lines)
        self.body: Any = lines_of(getattr(node, "body", [])) if isinstance(node, HEADS) else None
        self.targets = [target for node in nodes for target in targets_of(node)]
        self.returns = any(type(node) is ast.Return for node in nodes)
        self.is_loop = isinstance(node, LOOPS) and not self.is_shared
        if self.is_loop:
            self.iterated = iterated_by(node)
            self.is_plain_loop = first == last and all(map(is_plain, node.body))
            self.inner_targets = [target for inner in node.body for target in targets_of(inner)]
        self.is_condition = isinstance(node, (ast.If, ast.While, ast.Assert)) and not self.is_shared
        self.is_docstring = isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)
        self.is_with = isinstance(node, (ast.With, ast.AsyncWith))
        self.waits = any(isinstance(part, WAITS) for part in [node, *inner_parts(node)])
        self.list_appended_to = list_appended_to(node)
        value = value_of(node)
        self.is_constant = value is not None and is_written_number(value) and not isinstance(node, ast.AugAssign)
        self.old: Any = None
        self.expression: Any = None
        if self.is_shared and (self.is_constant or not isinstance(node, (ast.If, ast.While))):
            return  # what one computes from another is not known before
        if isinstance(node, ast.AugAssign):
            self.sign, strength = SIGNS[type(node.op)]
            binds = SIGNS[type(node.value.op)][1] if isinstance(node.value, ast.BinOp) else 9
            is_loose = isinstance(node.value, (ast.BoolOp, ast.Compare, ast.IfExp, ast.Lambda, ast.NamedExpr))
            self.brackets = is_loose or binds <= strength
            self.old = Expression(node.target, lines, in_arithmetic=True, is_target=True)
        if value is not None and not self.is_loop:
            self.expression = Expression(value, lines, in_arithmetic=self.old is not None)

    @property
    def has_number(self):
        """True for `total = 0.0`: a number although none is filled in."""
        return self.is_constant and isinstance(self.node, (ast.Assign, ast.AnnAssign, ast.Return))


def iterated_by(loop):
    """What a `for` goes through: the list, also where it is counted with enumerate."""
    node = loop.iter
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "enumerate":
        return node.args[0] if len(node.args) == 1 else node
    return node


def is_plain(node):
    """True for an assignment that calls nothing."""
    if not isinstance(node, (ast.Assign, ast.AugAssign, ast.AnnAssign)):
        return False
    return not any(isinstance(part, (ast.Call, ast.Await, ast.Yield, ast.YieldFrom)) for part in ast.walk(node))


def is_written_number(value):
    """True for a number as it is written, with or without a sign."""
    if isinstance(value, ast.UnaryOp):
        value = value.operand
    return isinstance(value, ast.Constant) and type(value.value) in (float, int, bool)


def value_of(node):
    """The expression that a statement computes."""
    if isinstance(node, (ast.If, ast.While, ast.Assert)):
        return node.test
    if isinstance(node, ast.Match):
        return node.subject
    if list_appended_to(node) is not None:
        return node.value.args[0]
    if isinstance(node, (ast.Assign, ast.AnnAssign, ast.AugAssign, ast.Return, ast.Expr)):
        return node.value
    return None


def list_appended_to(node):
    """The list of `outputs.append(...)` as a statement; None for another statement."""
    is_call = isinstance(node, ast.Expr) and isinstance(node.value, ast.Call) and len(node.value.args) == 1
    if is_call and isinstance(node.value.func, ast.Attribute) and node.value.func.attr == "append":
        return node.value.func.value
    return None


def targets_of(node):
    """The places that a statement assigns to, tuples taken apart."""
    if isinstance(node, ast.Assign):
        targets = list(node.targets)
    elif isinstance(node, ast.AnnAssign) and node.value is None:
        return []  # `self.bias: float` alone
    elif isinstance(node, (ast.AnnAssign, ast.AugAssign, *LOOPS)):
        targets = [node.target]
    else:
        return []
    single = []
    while targets:
        target = targets.pop(0)
        if isinstance(target, (ast.Tuple, ast.List)):
            targets[:0] = target.elts
        else:
            single.append(target.value if isinstance(target, ast.Starred) else target)
    return single


def inner_parts(node):
    """The parts of a statement, or of the head of a compound one."""
    roots = head_parts(node) if isinstance(node, (*HEADS, *DEFINITIONS)) else [node]
    return [part for root in roots for part in ast.walk(root)]


def source_of(nodes, first, last, lines):
    """The text of a statement without comments, on one line; of a compound one, its head."""
    node = nodes[0]
    if len(nodes) > 1 and first == last:
        end = max(node.end_col_offset for node in nodes if node.end_lineno == last)
        return lines[first - 1].encode()[node.col_offset : end].decode()
    if len(nodes) > 1:
        return "; ".join(" ".join(ast.unparse(node).split()) for node in nodes if not inside_another(node, nodes))
    if isinstance(node, (*HEADS, *DEFINITIONS)):
        if first == last:
            text = lines[first - 1].strip()
            end = head_end(node)
            colon = text.find(":", len(lines[first - 1].encode()[: end[1]].decode().strip()) if end else 0)
            return text[: colon + 1]
        return ast.unparse(node).splitlines()[0]
    if node.lineno == node.end_lineno:
        return lines[node.lineno - 1].encode()[node.col_offset : node.end_col_offset].decode()
    text = ast.unparse(node)
    return " ".join(text.split()) if "\n" in text else text


def inside_another(node, nodes):
    """True for a statement that is part of another one of `nodes`."""
    return any(node is inner for other in nodes if other is not node for inner in ast.walk(other))


def head_parts(node):
    """The expressions in the head of a compound statement or a definition."""
    if isinstance(node, LOOPS):
        return [node.target, node.iter]
    if isinstance(node, (ast.With, ast.AsyncWith)):
        parts = [part for item in node.items for part in (item.context_expr, item.optional_vars)]
        return [part for part in parts if part is not None]
    if isinstance(node, ast.ClassDef):
        return [*node.bases, *[keyword.value for keyword in node.keywords]]
    if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)):
        arguments = [part for part in ast.walk(node.args) if hasattr(part, "end_lineno")]
        return arguments + ([node.returns] if node.returns else [])
    value = value_of(node)
    return [] if value is None else [value]


def head_end(node):
    """(line, column) where the last expression of a head ends; None for a head without any, such as `try`."""
    return max(((part.end_lineno, part.end_col_offset) for part in head_parts(node)), default=None)


def lines_of(nodes):
    """The range of lines of a block."""
    if not nodes:
        return range(0)
    return range(first_line(nodes[0]), nodes[-1].end_lineno + 1)


def first_line(node):
    """Where a statement begins: a definition with its first decorator."""
    return min([node.lineno, *[part.lineno for part in getattr(node, "decorator_list", [])]])


def statements_of(function, lines):
    """{line: Statement} for the lines of a function's body."""
    blocks = []  # (first line, last line, node), in the order of the text

    def visit(nodes):
        for node in nodes:
            first, last = first_line(node), node.end_lineno
            if isinstance(node, (*HEADS, *DEFINITIONS)):
                end = head_end(node)
                last = end[0] if end else node.lineno
            # `try` and `while True` compute nothing, and not every Python stops there
            is_endless = isinstance(node, ast.While) and isinstance(node.test, ast.Constant)
            if not isinstance(node, TRIES) and not (is_endless and node.body[0].lineno > last):
                blocks.append((first, last, node))
            if isinstance(node, DEFINITIONS):
                continue
            for inner in (node, *getattr(node, "handlers", []), *getattr(node, "cases", [])):
                visit(getattr(inner, "body", []))
            visit(getattr(node, "orelse", []))
            visit(getattr(node, "finalbody", []))

    visit(function.body)
    statements: dict[int, Statement] = {}
    begun = begun_in(function)
    while blocks:
        first, last, node = blocks.pop(0)
        nodes = [node]
        while blocks and blocks[0][0] <= last:
            last = max(last, blocks[0][1])
            nodes.append(blocks.pop(0)[2])
        statement = Statement(nodes, first, last, lines, begun)
        for line in range(first, last + 1):
            statements[line] = statement
    return statements


class Plan:
    """What there is to know of one function's code: its statements by line, and how it is called."""

    def __init__(self, code, function, class_name, lines):
        self.code = code
        self.class_name = class_name
        self.qualname = f"{class_name}.{code.co_name}" if class_name else code.co_name
        self.filename = os.path.basename(code.co_filename)
        self.statements = statements_of(function, lines)


files: dict[str, tuple[list[str], dict]] = {}  # the functions of each file that was read
plans: dict[tuple[str, CodeType], Plan | None] = {}


def plan_of(code):
    """The `Plan` of a code object, None where its source cannot be found."""
    key = code.co_filename, code
    if key not in plans:
        lines, functions = read_code(code.co_filename)
        function, class_name = functions.get((code.co_firstlineno, code.co_name), (None, None))
        plans[key] = None if function is None else Plan(code, function, class_name, lines)
    return plans[key]


def read_code(filename):
    """The lines of a file, a notebook's cell or typed-in text, and {(first line, name): (function, its class)}."""
    linecache.checkcache(filename)
    lines = linecache.getlines(filename)
    if filename not in files or files[filename][0] != lines:
        try:
            tree = ast.parse("".join(lines))
        except (SyntaxError, ValueError):
            tree = ast.Module([], [])
        functions: dict[tuple[int, str], tuple[ast.AST, str | None]] = {}
        collect(tree, None, functions)
        files[filename] = lines, functions
    return files[filename]


def collect(tree, class_name, functions):
    """Add the functions in `tree`, those inside of others too, to `functions`, with the class each is written in."""
    for node in ast.iter_child_nodes(tree):
        if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)):
            functions[first_line(node), node.name] = node, class_name
        collect(node, node.name if isinstance(node, ast.ClassDef) else class_name, functions)
