"""Which statements calculate, and which only guard, loop or keep books."""

import ast

from neurons.activations import ACTIVATIONS

FUNCTIONS = {"act", "delta_act", "value", "output_gradients", *ACTIVATIONS}  # by name: what a calculation may call
FUNCTIONS |= {"exp", "log", "log1p", "sqrt", "max"}


def calculates(node, begun):
    """True for a statement that works out a number: `error = output_gradient * activation_gradient`.

    `begun` are the sums that the function begins itself, as text: what it adds to them is part of its calculation, and
    what it adds to another, such as the sums of a batch, is book-keeping.
    """
    if isinstance(node, (ast.Assign, ast.AnnAssign, ast.Return)):
        return node.value is not None and works_out(node.value)
    if isinstance(node, ast.AugAssign):
        is_sum = isinstance(node.op, ast.Add)
        is_own = ast.unparse(root_of(node.target)) in begun and not is_constant(node.value)
        return works_out(node.value) or not is_sum or is_own
    if isinstance(node, ast.Expr) and isinstance(node.value, ast.Call):  # gradients.append(...)
        call = node.value
        return isinstance(call.func, ast.Attribute) and call.func.attr == "append" and any(map(works_out, call.args))
    return False


def works_out(value):
    """True if an expression multiplies, adds, subtracts, divides, or calls an activation function or a loss."""
    if isinstance(value, ast.BinOp):
        return not any(isinstance(side, (ast.List, ast.Tuple)) for side in (value.left, value.right))  # not [0.0] * n
    if isinstance(value, ast.UnaryOp) and isinstance(value.op, ast.USub) and not is_constant(value):
        return True
    if isinstance(value, ast.Call) and last_name(value.func) in FUNCTIONS:
        return True
    if isinstance(value, ast.Subscript):
        return works_out(value.value)  # the sum in an index only says where
    return any(works_out(part) for part in ast.iter_child_nodes(value))


def begun_in(function):
    """The names and attributes that a function gives a value of their own: not a second name for another's list."""
    begun = set()
    for node in ast.walk(function):
        if isinstance(node, ast.Assign) and not isinstance(node.value, (ast.Name, ast.Attribute)):
            begun |= {ast.unparse(target) for target in node.targets}
    return begun


def root_of(target):
    """`gradients` of `gradients[weight_idx]`."""
    while isinstance(target, ast.Subscript):
        target = target.value
    return target


def last_name(function):
    """`act` of `self.act`."""
    return getattr(function, "attr", getattr(function, "id", None))


def is_constant(value):
    """True for what stands there as it is, with or without a sign."""
    return isinstance(value.operand if isinstance(value, ast.UnaryOp) else value, ast.Constant)
