"""The statements of a function: which lines belong to each, and its text with the numbers filled in.

A statement is what the syntax tree says, however many lines it takes; a comprehension is part of its statement; of an
`if`, a loop or a `with` it is the head. Several statements on one line count as one. Numbers are read without running
any code of the object's: no properties, no `__getattr__`, no `__getitem__` but that of lists, tuples and dictionaries.
"""

import ast
import linecache
import os.path
from functools import cached_property
from types import CodeType, MemberDescriptorType
from typing import Any

LONGEST_LIST = 4
GAP = "   "
ROUNDING = 4e-6  # about what rounding two factors to six digits does to their product

GETTERS = (property, cached_property)

MISSING: Any = object()  # what cannot be read, or is no number

TRIES = (ast.Try, getattr(ast, "TryStar", ast.Try))  # `except*` came with Python 3.11
HEADS = (ast.If, ast.While, ast.For, ast.AsyncFor, ast.With, ast.AsyncWith, ast.Match, *TRIES)
LOOPS = (ast.For, ast.AsyncFor)
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

# ---- numbers in words


def as_number(value):
    """`value` as a plain Python number if it is a number, Python's or NumPy's; else MISSING."""
    kind = type(value)
    if kind is float or kind is int or kind is bool:
        return value
    if issubclass(kind, float):
        return float.__float__(value)
    if issubclass(kind, int):
        return int.__int__(value)
    if kind.__module__ == "numpy" and any(base.__name__ == "generic" for base in kind.__mro__):
        number = value.item()
        return number if type(number) in (float, int, bool) else MISSING
    return MISSING


def is_array(value):
    """True for NumPy's arrays, found without importing NumPy."""
    return type(value).__module__ == "numpy" and type(value).__name__ == "ndarray"


def factor(number):
    """A number that something is computed from: six digits, so that a calculator finds the result that is printed."""
    return f"{number + 0.0:.6g}" if type(number) is float else whole(number)  # -0.0 + 0.0 is 0.0


def outcome(number):
    """A number that was computed: four digits, and all of them before the point.

    Where the factors' six digits do not say which way to round the fourth, there is a fifth.
    """
    if type(number) is not float:
        return whole(number)
    if 1e4 <= abs(number) < 1e6:
        return f"{number:.0f}"
    text = f"{number * (1 - ROUNDING) + 0.0:.4g}"
    return text if text == f"{number * (1 + ROUNDING) + 0.0:.4g}" else f"{number:.5g}"


def whole(number):
    """An int or a bool; a long int as a float."""
    if -(10**15) < number < 10**15:
        return str(number)
    digits = number.bit_length() * 0.30103
    return f"{number:.6g}" if digits < 300 else f"an int of about {digits:.0f} digits"


def in_words(value, number_text):
    """A number, or a list of numbers, cut short; MISSING for anything else."""
    number = as_number(value)
    if number is not MISSING:
        return number_text(number)
    kind = type(value)
    if is_array(value) and value.ndim == 1:
        count, first = len(value), value[:LONGEST_LIST].tolist()
    elif kind is list or kind is tuple:
        count, first = len(value), value[:LONGEST_LIST]
    else:
        return MISSING
    if count and all(as_number(element) is MISSING for element in first):
        return MISSING
    texts = [number_text(number) if number is not MISSING else "..." for number in map(as_number, first)]
    if count > LONGEST_LIST:
        texts[-1] = f"... {count - LONGEST_LIST + 1} more"
    left, right = "()" if kind is tuple else "[]"
    return left + ", ".join(texts) + ("," if kind is tuple and count == 1 else "") + right


# ---- reading without running anything


class Names:
    """The names that a frame sees: its locals and globals, and the class that its private names belong to."""

    def __init__(self, frame, class_name):
        self.globals = frame.f_globals
        self.class_name = class_name
        self.read(frame)

    def read(self, frame):
        """Take the locals as they are now."""
        self.locals = frame.f_locals

    def mangled(self, name):
        """`__x` inside of a class is `_Class__x`."""
        if name.startswith("__") and not name.endswith("__") and self.class_name:
            return f"_{self.class_name.lstrip('_')}{name}"
        return name

    def value(self, node):
        """What the expression `node` is worth, if that can be read from names, attributes and indices; else MISSING."""
        kind = type(node)
        if kind is ast.Name:
            name = self.mangled(node.id)
            value = self.locals.get(name, MISSING)
            return self.globals.get(name, MISSING) if value is MISSING else value
        if kind is ast.Attribute:
            owner = self.value(node.value)
            return MISSING if owner is MISSING else attribute(owner, self.mangled(node.attr))
        if kind is ast.Subscript:
            container = self.value(node.value)
            if container is MISSING:
                return MISSING
            return item(container, self.value(node.slice))
        if kind is ast.Constant:
            return node.value
        if kind is ast.UnaryOp and type(node.op) is ast.USub:
            index = self.value(node.operand)
            return -index if type(index) is int else MISSING
        if kind is ast.BinOp and type(node.op) in (ast.Add, ast.Sub):
            left, right = self.value(node.left), self.value(node.right)
            if type(left) is not int or type(right) is not int:
                return MISSING
            return left + right if type(node.op) is ast.Add else left - right
        if kind is ast.Tuple:
            values = tuple(map(self.value, node.elts))
            return MISSING if any(value is MISSING for value in values) else values
        return MISSING

    def getter(self, node):
        """(id of the object, name) where `node` asks a property, else None: its value comes when it has returned."""
        if type(node) is not ast.Attribute:
            return None
        owner = self.value(node.value)
        if owner is MISSING or not isinstance(class_attribute(type(owner), node.attr), GETTERS):
            return None
        return id(owner), node.attr


def class_attribute(kind, name):
    for base in kind.__mro__:
        if name in base.__dict__:
            return base.__dict__[name]
    return MISSING


def instance_attributes(owner):
    """The `__dict__` of an object, without asking its class's code; empty where there is none."""
    try:
        attributes = object.__getattribute__(owner, "__dict__")
    except Exception:
        return {}
    return attributes if type(attributes) is dict else {}


def attribute(owner, name):
    """`owner.name` from the instance, its slots, or a plain number or text of its class."""
    found = class_attribute(type(owner), name)
    if type(found) is MemberDescriptorType:
        try:
            return found.__get__(owner)
        except Exception:  # a slot that is not filled
            return MISSING
    if isinstance(found, property):
        return MISSING
    value = instance_attributes(owner).get(name, MISSING)
    if value is MISSING and type(found) in (float, int, bool, str):
        return found
    return value


def item(container, index):
    """`container[index]` of a list, a tuple, a dictionary or an array."""
    kind = type(container)
    try:
        if kind is list or kind is tuple:
            return container[index] if type(as_number(index)) is int else MISSING
        if kind is dict:
            return container.get(index, MISSING) if type(index) in (str, int, bool) else MISSING
        if is_array(container):
            indices = index if type(index) is tuple else (index,)
            return container[index] if all(type(as_number(index)) is int for index in indices) else MISSING
    except IndexError:  # the statement itself will say so
        pass
    return MISSING


# ---- the text of an expression, with holes for numbers


class Hole:
    """A place in a text where a number may stand instead of the words."""

    __slots__ = ("node", "start", "end", "in_arithmetic", "takes_list", "inner")

    def __init__(self, node, start, end, in_arithmetic, takes_list, inner):
        self.node, self.start, self.end = node, start, end
        self.in_arithmetic, self.takes_list, self.inner = in_arithmetic, takes_list, inner


class Text:
    """An expression as it was written, on one line, with its holes."""

    def __init__(self, node, lines, in_arithmetic=False, is_target=False):
        if node.lineno == node.end_lineno:
            self.bytes = lines[node.lineno - 1].encode()[node.col_offset : node.end_col_offset]
            offset = node.col_offset
        else:
            self.bytes = ast.unparse(node).encode()
            node = ast.parse(b"(" + self.bytes + b")").body[0].value
            offset = 1
            if type(node) is ast.Tuple:
                node.col_offset = offset
        self.node = node
        self.words = self.bytes.decode()
        bound = {inner.id for inner in ast.walk(node) if type(inner) is ast.Name and type(inner.ctx) is not ast.Load}
        if is_target:  # of an augmented assignment, which reads it first
            bound = set()
        self.holes = holes(node, offset, bound, in_arithmetic, takes_list=False)

    def filled(self, names):
        """The text with the numbers of this moment: pieces that are strings, or (getter, hole's words) to come."""
        pieces: list[Any] = []
        fill(pieces, self.bytes, 0, len(self.bytes), self.holes, names)
        return pieces


def holes(node, offset, bound, in_arithmetic, takes_list):
    """The holes in `node`, in the order of the text; names in `bound` are a comprehension's, or change on the way."""
    kind = type(node)
    if kind in (ast.Lambda, ast.JoinedStr) or kind.__name__ == "TemplateStr":
        return []
    if kind is ast.Name:
        if node.id in bound:
            return []
        return [hole_of(node, offset, in_arithmetic, takes_list, [])]
    if kind is ast.Attribute or kind is ast.Subscript:
        inner = []
        if not isinstance(node.value, (ast.Name, ast.Attribute)):
            inner += holes(node.value, offset, bound, True, False)
        if kind is ast.Subscript and not isinstance(node.slice, (ast.Slice, ast.Tuple)):
            inner += holes(node.slice, offset, bound, False, False)
        if any(type(part) is ast.Name and part.id in bound for part in ast.walk(node)):
            return inner
        return [hole_of(node, offset, in_arithmetic, takes_list, inner)]
    found = []
    if kind is ast.Call:
        if isinstance(node.func, ast.Attribute) and not isinstance(node.func.value, (ast.Name, ast.Attribute)):
            found += holes(node.func.value, offset, bound, True, False)
        for argument in [*node.args, *[keyword.value for keyword in node.keywords]]:
            found += holes(argument, offset, bound, False, True)
    elif kind is ast.NamedExpr:
        found += holes(node.value, offset, bound, False, False)
    else:
        arithmetic = kind in (ast.BinOp, ast.UnaryOp)
        for child in ast.iter_child_nodes(node):
            found += holes(child, offset, bound, arithmetic, kind is ast.Tuple)
    return sorted(found, key=lambda hole: hole.start)


def hole_of(node, offset, in_arithmetic, takes_list, inner):
    start, end = node.col_offset - offset, node.end_col_offset - offset
    return Hole(node, start, end, in_arithmetic, takes_list, sorted(inner, key=lambda hole: hole.start))


def fill(pieces, text, start, end, holes, names):
    """Add the text from `start` to `end` to `pieces`, with numbers in its holes where there are any."""
    for hole in holes:
        pieces.append(text[start : hole.start].decode())
        value = names.value(hole.node)
        words = MISSING
        if value is not MISSING:
            if hole.takes_list:
                words = in_words(value, factor)
            else:
                number = as_number(value)
                words = MISSING if number is MISSING else factor(number)
        if words is not MISSING:
            pieces.append(f"({words})" if hole.in_arithmetic and words[0] == "-" else words)
        elif getter := names.getter(hole.node):
            pieces.append((getter, hole.in_arithmetic, text[hole.start : hole.end].decode()))
        else:
            fill(pieces, text, hole.start, hole.end, hole.inner, names)
        start = hole.end
    pieces.append(text[start:end].decode())


def joined(pieces, getters):
    """The pieces as one text; `getters` has what the properties returned."""
    asked = [piece[0] for piece in pieces if type(piece) is tuple]
    if not asked:
        return "".join(pieces)
    coming = {getter: list(getters.get(getter, ())) for getter in asked}
    texts = []
    for piece in pieces:
        if type(piece) is tuple:
            getter, in_arithmetic, words = piece
            is_complete = len(getters.get(getter, ())) == asked.count(getter)  # else: which of them was it?
            number = as_number(coming[getter].pop(0)) if is_complete else MISSING
            piece = words if number is MISSING else factor(number)
            if number is not MISSING and in_arithmetic and piece[0] == "-":
                piece = f"({piece})"
        texts.append(piece)
    return "".join(texts)


# ---- statements


class Statement:
    """One statement, or the head of a compound one, or several that share a line."""

    def __init__(self, nodes, first, last, lines):
        self.node = node = nodes[0]
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
        self.is_with = isinstance(node, (ast.With, ast.AsyncWith))
        value = value_of(node)
        self.is_constant = value is not None and is_constant(value) and not isinstance(node, ast.AugAssign)
        self.old: Any = None
        self.text: Any = None
        if self.is_shared and (self.is_constant or not isinstance(node, (ast.If, ast.While))):
            return  # what one computes from another is not known before
        if isinstance(node, ast.AugAssign):
            self.sign, strength = SIGNS[type(node.op)]
            binds = SIGNS[type(node.value.op)][1] if isinstance(node.value, ast.BinOp) else 9
            is_loose = isinstance(node.value, (ast.BoolOp, ast.Compare, ast.IfExp, ast.Lambda, ast.NamedExpr))
            self.brackets = is_loose or binds <= strength
            self.old = Text(node.target, lines, in_arithmetic=True, is_target=True)
        if value is not None and not self.is_loop:
            self.text = Text(value, lines, in_arithmetic=self.old is not None)

    def before(self, names):
        """The expression with the numbers of this moment, before the statement runs: pieces for `joined`."""
        if self.text is None:
            return None
        pieces = self.text.filled(names)
        if self.old is None:
            return pieces
        if as_number(names.value(self.old.node)) is MISSING and not names.getter(self.old.node):
            return None
        left, right = (" (", ")") if self.brackets else (" ", "")
        return [*self.old.filled(names), f" {self.sign}", left, *pieces, right]

    def after(self, pieces, getters, names, came_to, returned=MISSING):
        """The text that follows the statement's once it ran: its numbers and what came out; "" if there are none.

        `came_to` is the line that is executed next, None where the function is left; `returned` is what it returns.
        """
        if self.is_loop:
            return self.loop_variables(names) if came_to in self.body else ""
        expression = "" if pieces is None else joined(pieces, getters)
        if expression and expression == self.text.words and self.old is None:
            expression = ""  # no number in it
        if self.is_condition:
            verdict = came_to in self.body if self.body is not None else True
            return f"{expression} is {'true' if verdict else 'false'}" if expression else ""
        results = self.results(names, returned, outcome)
        if self.is_shared:
            return ", ".join([expression] * bool(expression) + results)
        if not results:
            return expression
        if self.is_constant:
            return ""
        exact = ", ".join(self.results(names, returned, factor))
        if exact == self.text.words and self.old is None:
            return ""  # it stands there already
        if not expression or expression.strip("()") == exact.strip("()"):
            return exact
        return f"{expression} = {', '.join(results)}"

    def results(self, names, returned, number_text):
        """The numbers that were assigned or returned, in words."""
        if self.returns and returned is not MISSING:
            words = in_words(returned, number_text)
            return [] if words is MISSING else [words]
        if self.is_shared:
            texts = [(ast.unparse(target), in_words(names.value(target), number_text)) for target in self.targets]
            return [f"{target} = {words}" for target, words in texts if words is not MISSING]
        if not isinstance(self.node, (ast.Assign, ast.AnnAssign, ast.AugAssign)):
            return []
        targets = self.node.targets if isinstance(self.node, ast.Assign) else [self.node.target]
        for target in targets:  # a = b = 1 assigns the same number twice
            parts = target.elts if isinstance(target, (ast.Tuple, ast.List)) else [target]
            texts = [in_words(names.value(part), number_text) for part in parts]
            if MISSING not in texts:
                return texts
        return []

    def loop_variables(self, names):
        """weight_idx = 0, weight = 0.15"""
        texts = [(ast.unparse(target), in_words(names.value(target), factor)) for target in self.targets]
        return ", ".join(f"{target} = {words}" for target, words in texts if words is not MISSING)

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


def is_constant(value):
    if isinstance(value, ast.UnaryOp):
        value = value.operand
    return isinstance(value, ast.Constant) and as_number(value.value) is not MISSING


def value_of(node):
    """The expression that a statement computes."""
    if isinstance(node, (ast.If, ast.While, ast.Assert)):
        return node.test
    if isinstance(node, ast.Match):
        return node.subject
    if isinstance(node, (ast.Assign, ast.AnnAssign, ast.AugAssign, ast.Return, ast.Expr)):
        return node.value
    return None


def targets_of(node):
    """The places that a statement assigns to, tuples taken apart."""
    if isinstance(node, ast.Assign):
        targets = list(node.targets)
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
    return " ".join(ast.unparse(node).split())


def inside_another(node, nodes):
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
    first = min([nodes[0].lineno, *[part.lineno for part in getattr(nodes[0], "decorator_list", [])]])
    return range(first, nodes[-1].end_lineno + 1)


def statements_of(function, lines):
    """{line: Statement} for the lines of a function's body."""
    blocks = []  # (first line, last line, node), in the order of the text

    def visit(nodes):
        for node in nodes:
            first, last = node.lineno, node.end_lineno
            if isinstance(node, (*HEADS, *DEFINITIONS)):
                end = head_end(node)
                last = end[0] if end else first
            if isinstance(node, DEFINITIONS):
                first = min([first, *[part.lineno for part in node.decorator_list]])
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
    while blocks:
        first, last, node = blocks.pop(0)
        nodes = [node]
        while blocks and blocks[0][0] <= last:
            last = max(last, blocks[0][1])
            nodes.append(blocks.pop(0)[2])
        statement = Statement(nodes, first, last, lines)
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
        lines, functions = read(code.co_filename)
        function, class_name = functions.get((code.co_firstlineno, code.co_name), (None, None))
        plans[key] = None if function is None else Plan(code, function, class_name, lines)
    return plans[key]


def read(filename):
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
    for node in ast.iter_child_nodes(tree):
        if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)):
            first = min([node.lineno, *[part.lineno for part in node.decorator_list]])
            functions[first, node.name] = node, class_name
        collect(node, node.name if isinstance(node, ast.ClassDef) else class_name, functions)
