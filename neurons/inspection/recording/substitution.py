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
    return f"{number + 0.0:.6g}" if type(number) is float else int_text(number)  # -0.0 + 0.0 is 0.0


def four_digits(number):
    """A number that was computed: four digits, and all of them before the point.

    Where the factors' six digits do not say which way to round the fourth, there is a fifth.
    """
    if type(number) is not float:
        return int_text(number)
    if 1e4 <= abs(number) < 1e6:
        return f"{number:.0f}"
    text = f"{number * (1 - ROUNDING) + 0.0:.4g}"
    return text if text == f"{number * (1 + ROUNDING) + 0.0:.4g}" else f"{number:.5g}"


def int_text(number):
    """An int or a bool; a long int as a float."""
    if -(10**15) < number < 10**15:
        return str(number)
    digits = number.bit_length() * 0.30103
    return f"{number:.6g}" if digits < 300 else f"an int of about {digits:.0f} digits"


class Number(NamedTuple):
    """A number in a text, and how it is written there."""

    value: float | int | bool
    is_result: bool  # of what was computed, it has four digits, not six
    source: str  # the words in whose place it stands: weight, self.bias
    in_brackets: bool = False  # where it has a sign

    @property
    def text(self):
        """The number in words."""
        words = four_digits(self.value) if self.is_result else six_digits(self.value)
        return f"({words})" if self.in_brackets and words[0] == "-" else words


Written = list[str | Number]  # a text that knows where its numbers stand


def in_words(written: Written) -> str:
    """The text as it is read."""
    return "".join(piece.text if isinstance(piece, Number) else piece for piece in written)


def with_commas(texts: list[Written]) -> Written:
    """The texts, with commas between."""
    whole: Written = []
    for text in texts:
        whole += [", ", *text] if whole else text
    return whole


def write_value(value: Any, is_result: bool, source: str) -> Any:
    """A number, or a list of numbers, cut short, as `Written`; MISSING for anything else."""
    number = as_number(value)
    if number is not MISSING:
        return [Number(number, is_result, source)]
    kind = type(value)
    if is_array(value) and value.ndim == 1:
        count, first = len(value), value[:LONGEST_LIST].tolist()
    elif kind is list or kind is tuple:
        count, first = len(value), value[:LONGEST_LIST]
    else:
        return MISSING
    if count and all(as_number(element) is MISSING for element in first):
        return MISSING
    texts: list[Written] = []
    for number in map(as_number, first):
        texts.append(["..."] if number is MISSING else [Number(number, is_result, source)])
    if count > LONGEST_LIST:
        texts[-1] = [f"... {count - LONGEST_LIST + 1} more"]
    left, right = "()" if kind is tuple else "[]"
    return [left, *with_commas(texts), ("," if kind is tuple and count == 1 else "") + right]


# ---- an expression


class Changeable(NamedTuple):
    """A number that was read before the statement ran, and that something it calls may change before it is used."""

    hole: Hole
    written: Written
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
        source = text[hole.start : hole.end].decode()
        written = number_in(hole, names, source)
        if written is not MISSING:
            may_change = hole.may_change or any(type(piece) is Asked for piece in pieces)  # a property runs, too
            is_fixed = not may_change or names.is_own_number(hole.node)
            pieces += written if is_fixed else [Changeable(hole, written, source)]
        elif getter := names.getter(hole.node):
            pieces.append(Asked(getter, hole.in_arithmetic, source))
        else:
            add_part(pieces, text, hole.start, hole.end, hole.inner, names)
        start = hole.end
    pieces.append(text[start:end].decode())


def number_in(hole, names, source):
    """The number, or the list of numbers, that stands in a hole at this moment; MISSING where there is none."""
    words = names.type_name(hole.node)
    if words is not MISSING:
        return [words]
    value = names.value(hole.node)
    can_stand_here = hole.takes_list or as_number(value) is not MISSING
    return in_brackets(write_value(value, False, source), hole.in_arithmetic) if can_stand_here else MISSING


def in_brackets(written, in_arithmetic):
    """A number after a sign is in brackets if it has its own sign."""
    if in_arithmetic and written is not MISSING and type(written[0]) is Number:
        return [written[0]._replace(in_brackets=True)]
    return written


def without_changed_numbers(pieces, names):
    """The pieces when the statement is done: numbers that are others by now may not be those that were used."""
    pieces_now: list[Any] = []
    for piece in pieces:
        if type(piece) is Changeable:
            now = number_in(piece.hole, names, piece.source)
            is_same = now is not MISSING and in_words(now) == in_words(piece.written)
            pieces_now += piece.written if is_same else [piece.source]
        else:
            pieces_now.append(piece)
    return pieces_now


def settled(pieces, getters):
    """The pieces as `Written`; `getters` has what the properties returned."""
    pieces = [piece.source if type(piece) is Changeable else piece for piece in pieces]
    asked = [piece.getter for piece in pieces if type(piece) is Asked]
    coming = {getter: list(getters.get(getter, ())) for getter in asked}
    written: Written = []
    for piece in pieces:
        if type(piece) is Asked:
            getter, in_arithmetic, words = piece
            is_complete = len(getters.get(getter, ())) == asked.count(getter)  # else: which of them was it?
            number = as_number(coming[getter].pop(0)) if is_complete else MISSING
            piece = words if number is MISSING else Number(number, False, words, in_arithmetic)
        written.append(piece)
    return written


def text_of(pieces, getters):
    """The pieces as one text."""
    return in_words(settled(pieces, getters))


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


def numbers_after(statement, pieces, getters, names, next_line, returned=MISSING) -> Written:
    """What follows the statement's text once it ran: its numbers and what came out; nothing if there are none.

    `pieces` are those of `pieces_before`. `next_line` is the number of the line to be executed next, None where the
    function is left; `returned` is what it returns.
    """
    if statement.is_loop:
        return with_commas(assignments(statement, names, is_result=False)) if next_line in statement.body else []
    expression = [] if pieces is None else settled(without_changed_numbers(pieces, names), getters)
    words = in_words(expression)
    if is_as_written(statement, words):
        expression, words = [], ""  # no number in it
    if statement.is_condition:
        verdict = next_line in statement.body if statement.body is not None else True
        return [*expression, f" is {'true' if verdict else 'false'}"] if words else []
    if statement.waits and next_line is None:
        return expression  # it is left to come back, and nothing has come out yet
    results = results_of(statement, names, returned, is_result=True)
    if statement.is_shared:
        return with_commas([expression, *results] if words else results)
    if not results:
        return expression if words else []
    if statement.is_constant:
        return []
    exact = with_commas(results_of(statement, names, returned, is_result=False))
    exact_words = in_words(exact)
    if is_as_written(statement, exact_words):
        return []
    if not words or words.strip("()") == exact_words.strip("()"):
        return exact
    return [*expression, " = ", *with_commas(results)]


def is_as_written(statement, text):
    """True if the statement's own expression is this text."""
    return statement.old is None and statement.expression is not None and text == statement.expression.words


def results_of(statement, names, returned, is_result) -> list[Written]:
    """The numbers that were assigned, appended or returned, in words."""
    if statement.returns and returned is not MISSING:
        written = write_value(returned, is_result, statement.source)
        return [] if written is MISSING else [written]
    if statement.is_shared:
        return assignments(statement, names, is_result)
    if statement.list_appended_to is not None:
        extended = names.value(statement.list_appended_to)
        source = ast.unparse(statement.list_appended_to)
        written = write_value(extended[-1], is_result, source) if type(extended) is list and extended else MISSING
        return [] if written is MISSING else [written]
    node = statement.node
    if not isinstance(node, (ast.Assign, ast.AnnAssign, ast.AugAssign)) or not statement.targets:
        return []
    targets = node.targets if isinstance(node, ast.Assign) else [node.target]
    for target in targets:  # a = b = 1 assigns the same number twice
        parts = target.elts if isinstance(target, (ast.Tuple, ast.List)) else [target]
        texts = [write_value(names.value(part), is_result, ast.unparse(part)) for part in parts]
        if MISSING not in texts:
            return texts
    return []


def assignments(statement, names, is_result) -> list[Written]:
    """["weight_idx = 0", "weight = 0.15"], of the targets that have numbers."""
    texts = {}
    for target in statement.targets:
        source = ast.unparse(target)
        texts[source] = write_value(names.value(target), is_result, source)
    return [[f"{source} = ", *written] for source, written in texts.items() if written is not MISSING]
