"""A statement with its numbers: those that it is computed from filled in where they stand, and what came out.

Numbers that something is computed from have six digits, results four.
"""

import ast
from typing import Any, NamedTuple

from neurons.inspection.recording.expressions import Hole
from neurons.inspection.recording.values import MISSING, as_number, is_array

LONGEST_LIST = 4
GAP = "   "
ROUNDING = 4e-6  # about what rounding two factors to six digits does to their product

# ---- numbers in words


def six_digits(number):
    """A number that something is computed from: six digits, so that a calculator finds the result that is printed."""
    return f"{number + 0.0:.6g}" if type(number) is float else whole_number(number)  # -0.0 + 0.0 is 0.0


def four_digits(number):
    """A number that was computed: four digits, and all of them before the point.

    Where the factors' six digits do not say which way to round the fourth, there is a fifth.
    """
    if type(number) is not float:
        return whole_number(number)
    if 1e4 <= abs(number) < 1e6:
        return f"{number:.0f}"
    text = f"{number * (1 - ROUNDING) + 0.0:.4g}"
    return text if text == f"{number * (1 + ROUNDING) + 0.0:.4g}" else f"{number:.5g}"


def whole_number(number):
    """An int or a bool; a long int as a float."""
    if -(10**15) < number < 10**15:
        return str(number)
    digits = number.bit_length() * 0.30103
    return f"{number:.6g}" if digits < 300 else f"an int of about {digits:.0f} digits"


def value_text(value, write):
    """A number, or a list of numbers, cut short; MISSING for anything else."""
    number = as_number(value)
    if number is not MISSING:
        return write(number)
    kind = type(value)
    if is_array(value) and value.ndim == 1:
        count, first = len(value), value[:LONGEST_LIST].tolist()
    elif kind is list or kind is tuple:
        count, first = len(value), value[:LONGEST_LIST]
    else:
        return MISSING
    if count and all(as_number(element) is MISSING for element in first):
        return MISSING
    texts = [write(number) if number is not MISSING else "..." for number in map(as_number, first)]
    if count > LONGEST_LIST:
        texts[-1] = f"... {count - LONGEST_LIST + 1} more"
    left, right = "()" if kind is tuple else "[]"
    return left + ", ".join(texts) + ("," if kind is tuple and count == 1 else "") + right


# ---- an expression


class Changeable(NamedTuple):
    """A number that was read before the statement ran, and that something it calls may change before it is used."""

    hole: Hole
    words: str
    source: str


class Asked(NamedTuple):
    """A property: its number comes when the statement asks for it."""

    getter: tuple[int, str]  # id of the object, name
    in_arithmetic: bool
    source: str


def add_expression(pieces, expression, names):
    """Add the text of an `Expression` with the numbers of this moment: strings, and a `Changeable` or `Asked` each."""
    add_part(pieces, expression.bytes, 0, len(expression.bytes), expression.holes, names)


def add_part(pieces, text, start, end, holes, names):
    """Add the text from `start` to `end` to `pieces`, with numbers in its holes where there are any."""
    for hole in holes:
        pieces.append(text[start : hole.start].decode())
        words, source = number_in(hole, names), text[hole.start : hole.end].decode()
        if words is not MISSING:
            may_change = hole.may_change or any(type(piece) is Asked for piece in pieces)  # a property runs, too
            is_fixed = not may_change or names.is_own_number(hole.node)
            pieces.append(words if is_fixed else Changeable(hole, words, source))
        elif getter := names.getter(hole.node):
            pieces.append(Asked(getter, hole.in_arithmetic, source))
        else:
            add_part(pieces, text, hole.start, hole.end, hole.inner, names)
        start = hole.end
    pieces.append(text[start:end].decode())


def number_in(hole, names):
    """The number, or the list of numbers, that stands in a hole at this moment; MISSING where there is none."""
    words = names.type_name(hole.node)
    if words is not MISSING:
        return words
    value = names.value(hole.node)
    can_stand_here = hole.takes_list or as_number(value) is not MISSING
    words = value_text(value, six_digits) if can_stand_here else MISSING
    return words if words is MISSING else in_brackets(words, hole.in_arithmetic)


def in_brackets(words, in_arithmetic):
    """A number between signs is in brackets if it has one of its own."""
    return f"({words})" if in_arithmetic and words[0] == "-" else words


def without_changed_numbers(pieces, names):
    """The pieces when the statement is done: numbers that are others by now may not be those that were used."""
    settled = []
    for piece in pieces:
        if type(piece) is Changeable:
            piece = piece.words if number_in(piece.hole, names) == piece.words else piece.source
        settled.append(piece)
    return settled


def text_of(pieces, getters):
    """The pieces as one text; `getters` has what the properties returned."""
    pieces = [piece.source if type(piece) is Changeable else piece for piece in pieces]
    asked = [piece.getter for piece in pieces if type(piece) is Asked]
    if not asked:
        return "".join(pieces)
    coming = {getter: list(getters.get(getter, ())) for getter in asked}
    texts = []
    for piece in pieces:
        if type(piece) is Asked:
            getter, in_arithmetic, words = piece
            is_complete = len(getters.get(getter, ())) == asked.count(getter)  # else: which of them was it?
            number = as_number(coming[getter].pop(0)) if is_complete else MISSING
            piece = words if number is MISSING else in_brackets(six_digits(number), in_arithmetic)
        texts.append(piece)
    return "".join(texts)


# ---- a statement


def pieces_before(statement, names):
    """The expression with the numbers of this moment, before the statement runs: pieces for `text_of`."""
    if statement.expression is None:
        return None
    pieces: list[Any] = []
    old = statement.old
    if old is None:
        add_expression(pieces, statement.expression, names)
        return pieces
    if as_number(names.value(old.node)) is MISSING and not names.getter(old.node):
        return None
    left, right = (" (", ")") if statement.brackets else (" ", "")
    add_expression(pieces, old, names)
    pieces.append(f" {statement.sign}{left}")
    add_expression(pieces, statement.expression, names)
    pieces.append(right)
    return pieces


def numbers_after(statement, pieces, getters, names, next_line, returned=MISSING):
    """The text that follows the statement's once it ran: its numbers and what came out; "" if there are none.

    `pieces` are those of `pieces_before`. `next_line` is the number of the line to be executed next, None where the
    function is left; `returned` is what it returns.
    """
    if statement.is_loop:
        return ", ".join(assignments(statement, names, six_digits)) if next_line in statement.body else ""
    expression = "" if pieces is None else text_of(without_changed_numbers(pieces, names), getters)
    if expression and is_as_written(statement, expression):
        expression = ""  # no number in it
    if statement.is_condition:
        verdict = next_line in statement.body if statement.body is not None else True
        return f"{expression} is {'true' if verdict else 'false'}" if expression else ""
    if statement.waits and next_line is None:
        return expression  # it is left to come back, and nothing has come out yet
    results = results_of(statement, names, returned, four_digits)
    if statement.is_shared:
        return ", ".join([expression, *results] if expression else results)
    if not results:
        return expression
    if statement.is_constant:
        return ""
    exact = ", ".join(results_of(statement, names, returned, six_digits))
    if is_as_written(statement, exact):
        return ""
    if not expression or expression.strip("()") == exact.strip("()"):
        return exact
    return f"{expression} = {', '.join(results)}"


def is_as_written(statement, text):
    """True if the statement's own expression is this text."""
    return statement.old is None and text == statement.expression.words


def results_of(statement, names, returned, write):
    """The numbers that were assigned or returned, in words."""
    if statement.returns and returned is not MISSING:
        words = value_text(returned, write)
        return [] if words is MISSING else [words]
    if statement.is_shared:
        return assignments(statement, names, write)
    node = statement.node
    if not isinstance(node, (ast.Assign, ast.AnnAssign, ast.AugAssign)) or not statement.targets:
        return []
    targets = node.targets if isinstance(node, ast.Assign) else [node.target]
    for target in targets:  # a = b = 1 assigns the same number twice
        parts = target.elts if isinstance(target, (ast.Tuple, ast.List)) else [target]
        texts = [value_text(names.value(part), write) for part in parts]
        if MISSING not in texts:
            return texts
    return []


def assignments(statement, names, write):
    """["weight_idx = 0", "weight = 0.15"], of the targets that have numbers."""
    texts = {ast.unparse(target): value_text(names.value(target), write) for target in statement.targets}
    return [f"{target} = {words}" for target, words in texts.items() if words is not MISSING]
