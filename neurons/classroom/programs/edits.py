"""Small changes of the program's own text: another operand, a factor more or less, a sign, a statement moved.

An edit changes the tree of one function, or of the loop's body, for as long as it is applied.
"""

import ast
import copy
import re
from collections.abc import Callable, Iterator
from functools import cache, partial
from typing import Any, NamedTuple

from neurons.classroom.programs.program import Program

SLOPE_NAMES = r"deriv|prime|_d$|^d_?(sig|tanh|relu|act)|grad|slope|back"
FORWARD_NAMES = r"forward|feed|predict|activate|init|think|query"
BACKWARD_NAMES = r"back|delta|error|grad|update|train|prop|learn|adjust|fit|step"
LONGEST = 45  # characters of an operand
MOST_NAMES = 40


class Unit:
    """A function of the program, or the body of the loop: what edits change."""

    def __init__(
        self,
        file: int,
        name: str,
        line: int,
        tree: Any,
        owner: str,
        source_file: str,
        data: list[str],
        slopes: list[str],
    ) -> None:
        self.file = file  # -1 for the loop's body
        self.name, self.line = name, line  # by which the sandbox knows it
        self.tree = tree  # ast.FunctionDef, or ast.Module of the body
        self.owner = owner  # the class of a method
        self.source_file = source_file
        self.data = data  # what may stand for an operand
        self.slopes = slopes  # the program's own functions that may be slopes
        self.numbers: list[float] = []  # the constants of the program
        self.named_numbers: list[str] = []  # those that have a name at the top
        if file >= 0:
            tree.decorator_list = []
        self.refresh()

    def refresh(self) -> None:
        """Note where each statement stands in the text: most edits change the text of one alone."""
        self.lines = ast.unparse(self.tree).split("\n")
        again = ast.parse("\n".join(self.lines))
        copied = again if self.file < 0 else again.body[0]
        self.places = {
            id(mine): (other.lineno - 1, other.end_lineno or other.lineno, other.col_offset)
            for mine, other in zip(ast.walk(self.tree), ast.walk(copied), strict=True)
            if isinstance(mine, ast.stmt) and isinstance(other, ast.stmt)
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


class Edit(NamedTuple):
    """A change: `set_` puts it in, and returns what takes it out."""

    rank: int
    unit: Unit
    statement: Any
    apply: Callable[[], Callable[[], None]]
    moved_to: Any = None  # the statement after which a moved one comes
    is_left_out: bool = False
    new_statement: Any = None  # that takes the place of this one

    def text(self) -> str:
        """The unit with this edit."""
        if self.new_statement is not None:
            return self.unit.text(self.statement, self.new_statement)
        undo = self.apply()
        try:
            return self.unit.text(None if self.is_left_out or self.moved_to is not None else self.statement)
        finally:
            undo()

    def described(self) -> tuple[str, int, str, str]:
        """(file, line, old text, new text); the edit must not be applied."""
        old = ast.unparse(self.statement).split("\n")[0]
        if self.is_left_out:
            return self.unit.source_file, self.statement.lineno, old, ""
        if self.moved_to is not None:
            return self.unit.source_file, self.statement.lineno, old, f"moved below line {self.moved_to.lineno}"
        if self.new_statement is not None:
            new = ast.unparse(self.new_statement).split("\n")[0]
            return self.unit.source_file, self.statement.lineno, old, new
        undo = self.apply()
        new = ast.unparse(self.statement).split("\n")[0]
        undo()
        return self.unit.source_file, self.statement.lineno, old, new


def units_of(program: Program, lines: set[tuple[int, int]], loop: tuple[int, int], parameters: set[str]) -> list[Unit]:
    """The functions that ran (their lines were seen), and the loop's body; `parameters` are the last names of these."""
    found: list[Unit] = []
    for place, file in enumerate(program.files):
        tree = ast.parse(program.texts[file])
        numbers = [
            node.value
            for node in ast.walk(tree)
            if isinstance(node, ast.Constant) and type(node.value) is float and 0.0 < node.value < 1.0
        ]
        slopes = slope_functions(tree)
        for owner, function in functions_of(tree):
            span = range(function.lineno, (function.end_lineno or function.lineno) + 1)
            ran = any(place == f and line in span for f, line in lines)
            ran = ran and not (place == loop[0] and loop[1] in span)  # the loop's body runs in its place
            if ran and function.name != "__init__":
                line = min([function.lineno, *(mark.lineno for mark in function.decorator_list)])
                own = [f"self.{name}" for name in methods_like_slopes(tree, owner)] if owner else []
                data = names_in(function) + items_of(function, parameters) + attributes_of(tree, owner)
                unit = Unit(place, function.name, line, function, owner, file, unique(data), unique(own + slopes))
                found.append(unit)
        for node in ast.walk(tree):
            if (place, getattr(node, "lineno", 0)) == loop and isinstance(node, (ast.For, ast.While)):
                body = ast.Module(copy.deepcopy(node.body), [])
                owner = owner_of(tree, node.lineno)
                own = [f"self.{name}" for name in methods_like_slopes(tree, owner)] if owner else []
                data = unique(names_in(body) + items_of(body, parameters) + attributes_of(tree, owner))
                found.append(Unit(-1, "", 0, body, "", file, data, unique(own + slopes)))
        for unit in found:
            unit.numbers = unit.numbers or list(dict.fromkeys(numbers))[:6]
            unit.named_numbers = unit.named_numbers or named_numbers(tree)
    return found


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


OPERANDS = (ast.Name, ast.Attribute, ast.Subscript)
NO_OPERANDS = {"np", "numpy", "math", "self", "range", "len", "sum", "random", "print", "enumerate", "zip", "reversed"}


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


def unique(names: list[str]) -> list[str]:
    """Each once, in order."""
    return list(dict.fromkeys(names))[:MOST_NAMES]


@cache
def expression(text: str) -> Any:
    """The tree of an expression."""
    return ast.parse(text, mode="eval").body


def replacing(owner: Any, field: str, place: int | None, new: Any) -> Callable[[], Callable[[], None]]:
    """An edit's `apply`: another part in the place of one."""

    def apply() -> Callable[[], None]:
        old, part = getattr(owner, field), new() if callable(new) else new
        if place is None:
            setattr(owner, field, part)
        else:
            setattr(owner, field, [*old[:place], part, *old[place + 1 :]])
        return lambda: setattr(owner, field, old)

    return apply


Where = Callable[[tuple[str, int]], bool]  # of a statement's file and line


def edits_of(unit: Unit, where: Where) -> list[Edit]:
    """All edits of the statements of a unit that stand there, with their ranks: small ones first."""
    later = 0
    if unit.file >= 0 and re.search(FORWARD_NAMES, unit.name, re.I):
        later = 4
    elif unit.file >= 0 and not re.search(BACKWARD_NAMES, unit.name, re.I):
        later = 1
    found = (*expression_edits(unit, where), *block_edits(unit, where))
    return [edit._replace(rank=edit.rank + later) for edit in found]


def parts_of(tree: Any) -> Iterator[tuple[Any, str, int | None, Any, Any]]:
    """(owner, field, place in a list, part, statement) for every part of a function."""

    def visit(node: Any, statement: Any) -> Iterator[tuple[Any, str, int | None, Any, Any]]:
        for field, value in ast.iter_fields(node):
            if field in ("decorator_list", "args", "returns") and isinstance(node, ast.FunctionDef):
                continue
            items = list(enumerate(value)) if isinstance(value, list) else [(None, value)]
            for place, part in items:
                if isinstance(part, (ast.expr, ast.stmt)):
                    inside = part if isinstance(part, ast.stmt) else statement
                    yield node, field, place, part, inside
                    yield from visit(part, inside)
                elif isinstance(part, (ast.keyword, ast.comprehension, ast.withitem)):
                    yield from visit(part, statement)

    yield from visit(tree, None)


CALL_SWAPS = {
    "add": ("multiply",),
    "dot": ("multiply",),
    "multiply": ("dot",),
    "divide": ("multiply",),
    "subtract": ("add",),
    "mean": ("sum",),
    "sum": ("mean",),
}
SWAPS: dict[type, tuple[type, ...]] = {
    ast.Add: (ast.Mult, ast.Sub),
    ast.Sub: (ast.Add,),
    ast.Div: (ast.Mult,),
    ast.Mult: (ast.Div, ast.Add),
    ast.MatMult: (ast.Mult,),
}


def expression_edits(unit: Unit, where: Where) -> Iterator[Edit]:
    """Edits inside statements."""
    called = {id(node.func) for node in ast.walk(unit.tree) if isinstance(node, ast.Call)}
    for owner, field, place, part, statement in parts_of(unit.tree):
        if statement is None or isinstance(getattr(part, "ctx", None), ast.Store):
            continue
        if not where((unit.source_file, statement.lineno)):
            continue

        def edit(
            rank: int, new: Any, owner: Any = owner, field: str = field, place: Any = place, at: Any = statement
        ) -> Edit:
            whole = new if isinstance(new, ast.stmt) else None
            return Edit(rank, unit, at, replacing(owner, field, place, new), new_statement=whole)

        if isinstance(part, ast.stmt):
            yield from statement_edits(part, edit)
        elif isinstance(part, ast.BinOp):
            if isinstance(part.op, (ast.Mult, ast.Div, ast.MatMult)):
                yield edit(1, part.left)
                yield edit(1, part.right)
                if isinstance(part.left, ast.BinOp) and isinstance(part.left.op, (ast.Mult, ast.Div)):
                    yield edit(2, part.left.left)
                    for text in slope_texts(unit):
                        yield edit(6, product(part.left.left, text))
                if isinstance(part.op, ast.Mult):
                    for text in slope_texts(unit):
                        yield edit(5, product(part.left, text))
            if isinstance(part.op, (ast.Add, ast.Sub)):
                yield edit(2, part.left)
                yield edit(3, part.right)
                yield edit(2, ast.BinOp(part.right, part.op, part.left))
            for swapped in SWAPS.get(type(part.op), ()):
                yield edit(2, ast.BinOp(part.left, swapped(), part.right))
        elif isinstance(part, ast.UnaryOp) and isinstance(part.op, ast.USub):
            yield edit(1, part.operand)
        elif isinstance(part, ast.Call):
            yield from call_edits(part, owner, edit)
        elif isinstance(part, ast.Attribute) and part.attr == "T":
            yield edit(2, part.value)
        elif (
            isinstance(part, ast.Constant) and isinstance(part.value, (int, float)) and not isinstance(part.value, bool)
        ):
            for name in unit.named_numbers:
                yield edit(3, partial(expression, name))
            for new in dict.fromkeys((1, 2, 0, part.value + 1, part.value - 1, *unit.numbers)):
                if new != part.value:
                    yield edit(3, ast.Constant(new))
            if isinstance(owner, ast.Subscript) and field == "slice":
                for name in unit.data:
                    if len(name) <= 2:
                        yield edit(3, expression(name))
        if isinstance(part, OPERANDS) and id(part) not in called and isinstance(part.ctx, ast.Load):
            yield from operand_edits(unit, part, owner, field, edit)
        if isinstance(part, ast.expr) and may_take_factor(owner, field, part):
            yield from factor_edits(unit, part, edit)


def statement_edits(part: Any, edit: Any) -> Iterator[Edit]:
    """The sign of a step, and = for +=."""
    if isinstance(part, ast.AugAssign) and isinstance(part.op, (ast.Add, ast.Sub)):
        other = ast.Sub() if isinstance(part.op, ast.Add) else ast.Add()
        yield edit(1, ast.copy_location(ast.AugAssign(part.target, other, part.value), part), at=part)
    if isinstance(part, ast.Assign) and len(part.targets) == 1 and isinstance(part.targets[0], OPERANDS):
        yield edit(2, ast.copy_location(ast.AugAssign(part.targets[0], ast.Add(), part.value), part), at=part)


def clearings_of(unit: Unit) -> Iterator[Edit]:
    """= for +=, in each statement that adds to what was there."""
    for owner, field, place, part, _ in parts_of(unit.tree):
        if isinstance(part, ast.AugAssign) and isinstance(part.op, ast.Add):
            new = ast.copy_location(ast.Assign([part.target], part.value), part)
            yield Edit(0, unit, part, replacing(owner, field, place, new), new_statement=new)


def call_edits(part: Any, owner: Any, edit: Any) -> Iterator[Edit]:
    """A call left out, and other bounds for a loop."""
    name = part.func.id if isinstance(part.func, ast.Name) else ""
    if name == "range":
        *first, last = part.args
        for n in (1, -1):
            yield edit(3, ast.Call(part.func, [*first, ast.BinOp(last, ast.Add(), ast.Constant(n))], []))
        if len(part.args) >= 2:
            yield edit(2, ast.Call(part.func, [part.args[1]], []))
    elif len(part.args) == 1 and not isinstance(owner, ast.Expr) and name not in ("len", "enumerate", "zip", "list"):
        yield edit(1, part.args[0])
    if part.keywords and name not in ("range",):
        for place in range(len(part.keywords)):
            yield edit(3, ast.Call(part.func, part.args, part.keywords[:place] + part.keywords[place + 1 :]))
    if isinstance(part.func, ast.Attribute) and part.func.attr in ("sum", "mean") and not part.keywords:
        for axis in (0, 1):
            added = [ast.keyword("axis", ast.Constant(axis)), ast.keyword("keepdims", ast.Constant(True))]
            yield edit(3, ast.Call(part.func, part.args, added))
            yield edit(3, ast.Call(part.func, part.args, added[:1]))
    if isinstance(part.func, ast.Attribute):
        for other in CALL_SWAPS.get(part.func.attr, ()):
            swapped = ast.Attribute(part.func.value, other, ast.Load())
            yield edit(2, ast.Call(swapped, part.args, part.keywords))
    if isinstance(part.func, ast.Attribute) and part.func.attr in ("dot", "matmul") and len(part.args) == 2:
        yield edit(2, ast.BinOp(part.args[0], ast.Mult(), part.args[1]))


def operand_edits(unit: Unit, part: Any, owner: Any, field: str, edit: Any) -> Iterator[Edit]:
    """Another variable, a transpose, a square, another index."""
    text = ast.unparse(part)
    yield from slice_edits(part, edit)
    if isinstance(part, ast.Subscript) and isinstance(part.value, ast.Subscript):
        inner = part.value
        yield edit(2, ast.Subscript(ast.Subscript(inner.value, part.slice, ast.Load()), inner.slice, ast.Load()))
    if text in NO_OPERANDS or isinstance(owner, ast.Attribute) and text in ("self", "np"):
        return
    for other in unit.data:
        if other != text and isinstance(owner, (ast.BinOp, ast.Assign, ast.Return)):
            yield edit(8, product(part, other, ast.Sub))
        if other != text:
            yield edit(4 if ("[" in other) == ("[" in text) else 5, partial(expression, other))
    if not isinstance(owner, (ast.Subscript, ast.Attribute)):
        yield edit(3, ast.Attribute(part, "T", ast.Load()))
    if isinstance(owner, ast.BinOp):
        yield edit(3, ast.BinOp(part, ast.Pow(), ast.Constant(2)))
    if isinstance(owner, ast.Subscript) and field == "slice":
        for op in (ast.Add, ast.Sub):
            yield edit(3, ast.BinOp(part, op(), ast.Constant(1)))


ALL_BUT_ONE = ("1:", ":-1")


def slice_edits(part: Any, edit: Any) -> Iterator[Edit]:
    """All but the last for all but the first, and the other way round: where a bias lies among the weights."""
    if not isinstance(part, ast.Subscript):
        return
    places = part.slice.elts if isinstance(part.slice, ast.Tuple) else [part.slice]
    for place, one in enumerate(places):
        for old, new in (ALL_BUT_ONE, ALL_BUT_ONE[::-1]):
            if isinstance(one, ast.Slice) and ast.unparse(one) == old:
                texts = [new if i == place else ast.unparse(other) for i, other in enumerate(places)]
                swapped = expression(f"_[{', '.join(texts)}]").slice
                yield edit(2, ast.Subscript(part.value, swapped, ast.Load()))


def may_take_factor(owner: Any, field: str, part: Any) -> bool:
    """True where a factor may be missing: on the right of =, in a call, at the left of a product, in a list."""
    return (
        field == "value"
        and isinstance(owner, (ast.Assign, ast.AugAssign, ast.Return))
        or isinstance(owner, ast.Call)
        and field == "args"
        or isinstance(owner, ast.BinOp)
        and field == "left"
        and isinstance(owner.op, (ast.Mult, ast.MatMult))
        and not isinstance(part, ast.Constant)
        or field == "elt"
    )


def product(part: Any, text: str, op: Any = ast.Mult) -> Callable[[], Any]:
    """A product with a new factor, made when it is needed."""
    return lambda: ast.BinOp(part, op(), expression(text))


def slope_texts(unit: Unit) -> Iterator[str]:
    """What may be a slope, of everything that a function uses."""
    for name in unit.data:
        if name[0] not in "0123456789":
            yield from (f"{slope}({name})" for slope in unit.slopes)
            yield from (f"({name} > 0)", f"({name} * (1 - {name}))", f"(1 - {name} ** 2)")


def factor_edits(unit: Unit, part: Any, edit: Any) -> Iterator[Edit]:
    """A factor more."""
    for text in slope_texts(unit):
        yield edit(6, product(part, text))
    for name in unit.data:
        yield edit(7, product(part, name))
        yield edit(9, product(part, name, ast.Div))


def block_edits(unit: Unit, where: Where) -> Iterator[Edit]:
    """Statements moved down, and left out."""
    for node in ast.walk(unit.tree):
        for field in ("body", "orelse"):
            block = getattr(node, field, None)
            if not isinstance(block, list) or not block or not isinstance(block[0], ast.stmt):
                continue
            for place, statement in enumerate(block):
                if not where((unit.source_file, statement.lineno)):
                    continue
                for after in range(place + 1, min(len(block), place + 9)):
                    new = [*block[:place], *block[place + 1 : after + 1], statement, *block[after + 1 :]]
                    yield Edit(0, unit, statement, whole(node, field, new), moved_to=block[after])
                if len(block) > 1:
                    rest = block[:place] + block[place + 1 :]
                    yield Edit(3, unit, statement, whole(node, field, rest), is_left_out=True)


def whole(owner: Any, field: str, new: list[Any]) -> Callable[[], Callable[[], None]]:
    """An edit's `apply`: another list of statements."""

    def apply() -> Callable[[], None]:
        old = getattr(owner, field)
        setattr(owner, field, new)
        return lambda: setattr(owner, field, old)

    return apply
