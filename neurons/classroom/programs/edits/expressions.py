"""Changes inside a statement: another operand, a factor more or less, a sign, a transpose, other bounds of a loop."""

import ast
import copy
import re
from collections.abc import Callable, Iterator
from functools import partial
from typing import Any

from neurons.classroom.programs.edits.units import NO_OPERANDS, OPERANDS, Edit, Unit

Where = Callable[[tuple[str, int]], bool]  # of a statement's file and line


def expression(text: str) -> Any:
    """The tree of an expression, a new one each time: an edit may stay, and others change it further."""
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


NUMBER_IN_NAME = re.compile(r"(?<=[A-Za-z_])\d+")
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
    ast.Sub: (ast.Add, ast.Mult),
    ast.Div: (ast.Mult,),
    ast.FloorDiv: (ast.Div,),
    ast.Mod: (ast.Div, ast.Mult),
    ast.BitXor: (ast.Pow,),
    ast.Mult: (ast.Div, ast.Add, ast.MatMult),
    ast.MatMult: (ast.Mult,),
    ast.Gt: (ast.Lt, ast.LtE, ast.GtE),
    ast.GtE: (ast.Gt, ast.LtE, ast.Lt),
    ast.Lt: (ast.Gt, ast.GtE, ast.LtE),
    ast.LtE: (ast.Lt, ast.GtE, ast.Gt),
    ast.Eq: (ast.NotEq,),
    ast.NotEq: (ast.Eq,),
}


def expression_edits(unit: Unit, where: Where) -> Iterator[Edit]:
    """Edits inside statements."""
    called = {id(node.func) for node in ast.walk(unit.tree) if isinstance(node, ast.Call)}
    kept = {id(part) for node in ast.walk(unit.tree) if takes_a_batch(node) for part in ast.walk(node)}
    for owner, field, place, part, statement in parts_of(unit.tree):
        if statement is None or isinstance(getattr(part, "ctx", None), ast.Store) or id(part) in kept:
            continue
        if not where((unit.source_file, statement.lineno)):
            continue

        def edit(
            rank: int, new: Any, owner: Any = owner, field: str = field, place: Any = place, at: Any = statement
        ) -> Edit:
            whole = new if isinstance(new, ast.stmt) else None
            spot = None if whole else (owner, field, place)
            return Edit(rank, unit, at, replacing(owner, field, place, new), new_statement=whole, at=spot)

        if isinstance(part, ast.stmt):
            yield from statement_edits(part, edit)
            continue
        yield from operator_edits(unit, part, edit)
        if isinstance(part, ast.Call):
            yield from call_edits(part, owner, edit)
        if isinstance(part, ast.Constant) and type(part.value) in (int, float):
            yield from number_edits(unit, part, owner, field, edit)
        if isinstance(part, OPERANDS) and id(part) not in called and isinstance(part.ctx, ast.Load):
            yield from operand_edits(unit, part, owner, field, edit)
        if isinstance(part, (ast.Call, ast.BinOp)) and not isinstance(owner, (ast.Expr, ast.Subscript)):
            yield from (edit(5, partial(expression, name)) for name in unit.data)
        if isinstance(owner, ast.Subscript) and field == "slice" and isinstance(part, (ast.UnaryOp, ast.BinOp)):
            yield from (edit(3, ast.BinOp(part, op, ast.Constant(1))) for op in (ast.Add(), ast.Sub()))
        if may_take_factor(owner, field, part):
            yield from factor_edits(unit, part, edit)


def takes_a_batch(node: Any) -> bool:
    """True for k : k + size, and for range(0, n, size): with fewer examples, a mistake in a batch would only hide."""
    if isinstance(node, ast.Slice):
        return isinstance(node.lower, ast.Name) and isinstance(node.upper, ast.BinOp)
    is_range = isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "range"
    return is_range and len(node.args) == 3 and not isinstance(node.args[2], ast.UnaryOp)


def operator_edits(unit: Unit, part: Any, edit: Any) -> Iterator[Edit]:
    """Of an operation: one side alone, the sides exchanged, another operator."""
    if isinstance(part, ast.BinOp):
        if isinstance(part.op, (ast.Mult, ast.Div, ast.MatMult)):
            yield edit(1, part.left)
            yield edit(1, part.right)
            if isinstance(part.left, ast.BinOp) and isinstance(part.left.op, (ast.Mult, ast.Div)):
                yield edit(2, part.left.left)
                yield from (edit(6, product(part.left.left, text)) for text in slope_texts(unit))
            if isinstance(part.op, ast.Mult):
                yield from (edit(5, product(part.left, text)) for text in slope_texts(unit))
        if isinstance(part.op, (ast.Add, ast.Sub)):
            yield edit(2, part.left)
            yield edit(3, part.right)
        if isinstance(part.op, (ast.Add, ast.Sub, ast.MatMult)):
            yield edit(2, ast.BinOp(part.right, part.op, part.left))
        if isinstance(part.op, ast.Pow):
            yield edit(1, part.left)
        for swapped in SWAPS.get(type(part.op), ()):
            yield edit(2, ast.BinOp(part.left, swapped(), part.right))
    elif isinstance(part, ast.UnaryOp) and isinstance(part.op, ast.USub):
        yield edit(1, part.operand)
    elif isinstance(part, ast.Compare) and len(part.ops) == 1:
        for swapped in SWAPS.get(type(part.ops[0]), ()):
            yield edit(1, ast.Compare(part.left, [swapped()], part.comparators))
    elif isinstance(part, ast.Attribute) and part.attr == "T":
        yield edit(2, part.value)
    elif isinstance(part, (ast.Tuple, ast.List)) and isinstance(part.ctx, ast.Load):
        for place in range(len(part.elts) - 1):
            one, other = part.elts[place : place + 2]
            yield edit(2, type(part)([*part.elts[:place], other, one, *part.elts[place + 2 :]], ast.Load()))


def number_edits(unit: Unit, part: Any, owner: Any, field: str, edit: Any) -> Iterator[Edit]:
    """Another number; as an index, a counter too."""
    for name in unit.named_numbers:
        yield edit(3, partial(expression, name))
    for new in dict.fromkeys((1, 2, 0, part.value + 1, part.value - 1, *unit.numbers)):
        if new != part.value:
            yield edit(3, ast.Constant(new))
    if isinstance(owner, ast.Subscript) and field == "slice":
        yield from (edit(3, expression(name)) for name in unit.data if len(name) <= 2)


def statement_edits(part: Any, edit: Any) -> Iterator[Edit]:
    """The sign of a step, and = for += or the other way round."""
    yield from renumbered(part, edit)
    if isinstance(part, ast.AugAssign):
        if isinstance(part.op, (ast.Add, ast.Sub)):
            other = ast.Sub() if isinstance(part.op, ast.Add) else ast.Add()
            yield edit(1, ast.copy_location(ast.AugAssign(part.target, other, part.value), part), at=part)
        yield edit(2, ast.copy_location(ast.Assign([part.target], part.value), part), at=part)
    if isinstance(part, ast.Assign) and len(part.targets) == 1 and isinstance(part.targets[0], OPERANDS):
        for op in (ast.Add(), ast.Sub(), ast.Mult()):
            yield edit(2, ast.copy_location(ast.AugAssign(part.targets[0], op, part.value), part), at=part)


def renumbered(part: Any, edit: Any) -> Iterator[Edit]:
    """Another number in all names on the right of =: b1 for b2, as after copying a line."""
    if isinstance(part, (ast.Assign, ast.AugAssign)):
        for text in with_other_numbers(ast.unparse(part.value)):
            changed = copy.copy(part)
            changed.value = expression(text)
            yield edit(2, changed, at=part)


def with_other_numbers(text: str) -> Iterator[str]:
    """A text with the next or the last number in the place of one that stands at the end of names."""
    for old in dict.fromkeys(NUMBER_IN_NAME.findall(text)):
        for new in (int(old) + 1, int(old) - 1):
            if new >= 0:
                yield re.sub(rf"(?<=[A-Za-z_]){old}(?!\d)", str(new), text)


def call_edits(part: Any, owner: Any, edit: Any) -> Iterator[Edit]:
    """A call left out, and other bounds for a loop."""
    name = part.func.id if isinstance(part.func, ast.Name) else ""
    if name == "range":
        *first, last = part.args
        for n in (1, -1):
            yield edit(3, ast.Call(part.func, [*first, ast.BinOp(last, ast.Add(), ast.Constant(n))], []))
        if len(part.args) == 2:
            yield edit(2, ast.Call(part.func, [part.args[1]], []))
    elif len(part.args) == 1 and not isinstance(owner, ast.Expr) and name not in ("len", "enumerate", "zip", "list"):
        yield edit(1, part.args[0])
    if part.keywords and name not in ("range",):
        for place in range(len(part.keywords)):
            yield edit(3, ast.Call(part.func, part.args, part.keywords[:place] + part.keywords[place + 1 :]))
    has_axis = any(keyword.arg != "keepdims" for keyword in part.keywords)
    if isinstance(part.func, ast.Attribute) and part.func.attr in ("sum", "mean") and not has_axis:
        for axis in (0, 1):
            added = [ast.keyword("axis", ast.Constant(axis)), ast.keyword("keepdims", ast.Constant(True))]
            yield edit(3, ast.Call(part.func, part.args, added))
            yield edit(3, ast.Call(part.func, part.args, added[:1]))
    if isinstance(part.func, ast.Attribute):
        for other in CALL_SWAPS.get(part.func.attr, ()):
            swapped = ast.Attribute(part.func.value, other, ast.Load())
            yield edit(2, ast.Call(swapped, part.args, part.keywords))
        if not (isinstance(part.func.value, ast.Name) and part.func.value.id in NO_OPERANDS):
            yield edit(1, part.func.value)  # a.sum() as a
        elif part.func.attr in ("dot", "matmul") and len(part.args) == 2:
            yield edit(2, ast.BinOp(part.args[0], ast.Mult(), part.args[1]))
    if len(part.args) == 2 and name not in ("range", "zip"):
        yield edit(2, ast.Call(part.func, part.args[::-1], part.keywords))


def operand_edits(unit: Unit, part: Any, owner: Any, field: str, edit: Any) -> Iterator[Edit]:
    """Another variable, a transpose, a square, another index."""
    text = ast.unparse(part)
    yield from slice_edits(part, edit)
    if isinstance(part, ast.Subscript) and isinstance(part.value, ast.Subscript):
        inner = part.value
        yield edit(2, ast.Subscript(ast.Subscript(inner.value, part.slice, ast.Load()), inner.slice, ast.Load()))
    if text in NO_OPERANDS or isinstance(owner, ast.Attribute) and text in ("self", "np"):
        return
    yield from (edit(3, expression(other)) for other in with_other_numbers(text))
    if isinstance(part, ast.Subscript) and isinstance(part.slice, ast.Constant) and part.slice.value in unit.keys:
        yield from (edit(3, ast.Subscript(part.value, ast.Constant(key), ast.Load())) for key in unit.keys)
    if isinstance(part, ast.Attribute) and part.attr in unit.members:
        yield from (edit(3, ast.Attribute(part.value, name, ast.Load())) for name in unit.members)
    if isinstance(owner, (ast.BinOp, ast.Assign, ast.Return, ast.Call)):
        yield from (edit(5, ast.Call(expression(function), [part], [])) for function in unit.functions)
    for other in unit.data:
        if other != text and isinstance(owner, (ast.BinOp, ast.Assign, ast.Return)):
            yield edit(8, product(part, other, ast.Sub))
        if other != text and field in ("elt", "value"):
            yield edit(6, product(part, other, ast.Add))
        if other != text:
            yield edit(4 if ("[" in other) == ("[" in text) else 5, partial(expression, other))
    if not isinstance(owner, (ast.Subscript, ast.Attribute)):
        yield edit(3, ast.Attribute(part, "T", ast.Load()))
    if isinstance(owner, ast.BinOp):
        yield edit(3, ast.BinOp(part, ast.Pow(), ast.Constant(2)))
        if isinstance(owner.op, ast.Sub):
            yield edit(3, expression(f"{text}.reshape(-1, 1)"))
    if isinstance(owner, ast.Subscript) and field == "slice":
        for op in (ast.Add, ast.Sub):
            yield edit(3, ast.BinOp(part, op(), ast.Constant(1)))


SUMS = ("_.sum(axis=0)", "_.sum(axis=1)", "_.sum(axis=0, keepdims=True)", "_.sum(axis=1, keepdims=True)")


def summed(part: Any, text: str) -> Any:
    """The sum of an expression over one axis."""
    call = ast.parse(text, mode="eval").body
    assert isinstance(call, ast.Call) and isinstance(call.func, ast.Attribute)
    call.func.value = part
    return call


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
        or isinstance(owner, ast.Dict)
        and field == "values"
        or isinstance(owner, ast.keyword)
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
    own = ast.unparse(part)
    for name in (*unit.counts, *unit.data):
        if name != own:
            yield edit(8, product(part, name, ast.Div))
    for text in SUMS:
        yield edit(6, partial(summed, part, text))
