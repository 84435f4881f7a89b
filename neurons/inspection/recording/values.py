"""What names, attributes and indices are worth at this moment, read without running any code of the program's.

No properties, no `__getattr__`, no `__getitem__` but that of lists, tuples, dictionaries and arrays.
"""

import ast
from functools import cached_property
from types import MemberDescriptorType
from typing import Any

from neurons.inspection.recording.expressions import length_or_type

GETTERS = (property, cached_property)

MISSING: Any = object()  # what cannot be read, or is not a number


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


class Names:
    """The names that a frame sees: its locals and globals, and the class that its private names belong to."""

    def __init__(self, frame, class_name):
        self.globals = frame.f_globals
        self.class_name = class_name
        code = frame.f_code
        self.own = set(code.co_varnames) - set(code.co_cellvars)  # no other function can give them another value
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
        if kind is ast.Call and length_or_type(node) == "len" and self.value(node.func) is MISSING:
            value = self.value(node.args[0])
            has_length = type(value) in (list, tuple, dict, str) or (is_array(value) and value.ndim)
            return len(value) if has_length else MISSING
        return MISSING

    def type_name(self, node):
        """The type that `type(...)` is, where `node` is that; else MISSING."""
        if type(node) is not ast.Call or length_or_type(node) != "type" or self.value(node.func) is not MISSING:
            return MISSING
        value = self.value(node.args[0])
        return MISSING if value is MISSING else type(value).__name__

    def is_own_number(self, node):
        """True for a local name of a number: nothing that is called can change it."""
        return type(node) is ast.Name and node.id in self.own and as_number(self.value(node)) is not MISSING

    def getter(self, node):
        """(id of the object, name) where `node` asks a property, else None: its value comes when it has returned."""
        if type(node) is not ast.Attribute:
            return None
        owner = self.value(node.value)
        if owner is MISSING or not isinstance(class_attribute(type(owner), node.attr), GETTERS):
            return None
        return id(owner), node.attr


def class_attribute(kind, name):
    """What a class, or the first of its bases that has the name, holds under it: a property itself, not its value."""
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
