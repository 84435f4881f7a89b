"""An expression as it was written, and the places in its text where numbers can stand."""

import ast


class Hole:
    """A place in a text where a number may stand instead of the words."""

    __slots__ = ("node", "start", "end", "in_arithmetic", "takes_list", "inner")

    def __init__(self, node, start, end, in_arithmetic, takes_list, inner):
        self.node, self.start, self.end = node, start, end
        self.in_arithmetic, self.takes_list, self.inner = in_arithmetic, takes_list, inner


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
    """The hole where `node` stands; where it has no number itself, those `inner` to it may have."""
    start, end = node.col_offset - offset, node.end_col_offset - offset
    return Hole(node, start, end, in_arithmetic, takes_list, sorted(inner, key=lambda hole: hole.start))
