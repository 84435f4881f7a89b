"""An expression as it was written, and the places in its text where numbers can stand."""

import ast

CALLS = (ast.Call, ast.Await, ast.Yield, ast.YieldFrom)  # they may change what is read after them


class Hole:
    """A place in a text where a number may stand instead of the words."""

    __slots__ = ("node", "start", "end", "in_arithmetic", "takes_list", "inner", "may_change")

    def __init__(self, node, start, end, in_arithmetic, takes_list, inner):
        self.node, self.start, self.end = node, start, end
        self.in_arithmetic, self.takes_list, self.inner = in_arithmetic, takes_list, inner
        self.may_change = False  # something is called before it is read


class Expression:
    """The text of an expression on one line, with its holes."""

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
        mark_changeable(self.holes, ends_of_calls(node, offset))


def holes(node, offset, bound, in_arithmetic, takes_list):
    """The holes in `node`, in the order of the text; names in `bound` are a comprehension's, or change on the way."""
    kind = type(node)
    if kind in (ast.Lambda, ast.JoinedStr) or kind.__name__ == "TemplateStr":
        return []
    uses_bound = any(type(part) is ast.Name and part.id in bound for part in ast.walk(node))
    if kind is ast.Call and length_or_type(node) and not uses_bound:
        return [hole_of(node, offset, in_arithmetic, False, holes(node.args[0], offset, bound, False, True))]
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
        if uses_bound:
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
    """The hole where `node` stands; where it has no number itself, those `inner` to it may have."""
    start, end = node.col_offset - offset, node.end_col_offset - offset
    return Hole(node, start, end, in_arithmetic, takes_list, sorted(inner, key=lambda hole: hole.start))


def length_or_type(node):
    """ "len" or "type" for a plain call of it, which runs nothing of the object's if that is a list; else ""."""
    name = node.func.id if isinstance(node.func, ast.Name) else ""
    is_plain = len(node.args) == 1 and not node.keywords and isinstance(node.args[0], (ast.Name, ast.Attribute))
    return name if is_plain and name in ("len", "type") else ""


def ends_of_calls(node, offset):
    """Where each call in `node` ends: what stands behind is read after it."""
    calls = [part for part in ast.walk(node) if isinstance(part, CALLS)]
    calls = [call for call in calls if type(call) is not ast.Call or not length_or_type(call)]
    ends = [call.end_col_offset - offset for call in calls]
    for part in ast.walk(node):  # x if test() else y: the test comes first
        if type(part) is ast.IfExp and any(inner in calls for inner in ast.walk(part.test)):
            ends.append(part.body.col_offset - offset)
    return ends


def mark_changeable(holes, ends):
    """Say of each hole whether something is called before it is read."""
    for hole in holes:
        hole.may_change = min(ends, default=hole.end) <= hole.start
        mark_changeable(hole.inner, ends)
