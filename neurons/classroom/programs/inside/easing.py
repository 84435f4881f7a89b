"""Optimisers that divide a gradient by its size, as Adam, RMSprop and Adagrad do, made to take plain steps.

Their first step has the same size everywhere, whatever the gradient. What they divide by, `sqrt(v) + epsilon`, becomes
1 up to nine digits, so that each step is a multiple of its gradient again.
"""

import ast
import re

TINY = 1e-4  # an epsilon is at most this
EPSILON = re.compile(r"^(eps\w*|fudge\w*|tiny|small\w*)$", re.IGNORECASE)


class Eased(ast.NodeTransformer):
    """Puts 1 + 1e-9 * size in the place of each size that a gradient may be divided by."""

    def visit_BinOp(self, node):
        if is_root(node) and adds_tiny(node.left) or isinstance(node.op, ast.Add) and adds_tiny(node, is_root):
            return almost_one(node)
        self.generic_visit(node)
        return node

    def visit_Call(self, node):
        if is_root(node) and adds_tiny(node.args[0]):
            return almost_one(node)
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


def almost_one(node):
    """1 + 1e-9 * node."""
    product = ast.BinOp(ast.Constant(1e-9), ast.Mult(), node)
    new = ast.copy_location(ast.BinOp(ast.Constant(1.0), ast.Add(), product), node)
    for part in (product, new.left, product.left):
        ast.copy_location(part, node)
    return new
