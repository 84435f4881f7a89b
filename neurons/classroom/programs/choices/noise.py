"""Random numbers that a program adds on purpose, to its weights or its gradients: the same program without them."""

import ast
from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any, NamedTuple

from neurons.classroom.programs.answers import NOT_REACHED, RIGHT, WRONG, ProgramDiagnosis, Repair
from neurons.classroom.programs.text.names import INPUTS, LABELS, is_like
from neurons.classroom.programs.text.program import Program
from neurons.classroom.programs.text.single_step import is_stored
from neurons.classroom.programs.text.slices import assigned, last_part, without_beginnings
from neurons.classroom.programs.words import joined_words

AROUND_ZERO = "randn", "standard_normal"
AROUND_FIRST = "normal", "gauss", "normalvariate"  # whose first argument is their mean
BEFORE, AFTER = "(0.0 * ", ")"
TOLD = "It adds random numbers in line {}: a choice. I looked at its steps without them."
UNTOLD = "Random numbers are added to its steps (line {}), so I cannot tell whether they are right."


class Quiet(NamedTuple):
    """The program whose random numbers are 0, each line where it was; what stood there, and in which lines."""

    program: Program
    calls: list[str]
    lines: list[int]


def unless_noisy(
    program: Program, repairing: bool, answer: Callable[[Program, bool], ProgramDiagnosis]
) -> ProgramDiagnosis:
    """The answer for a program; where it is wrong, that of the program without the random numbers that it adds.

    These tell nothing where both are wrong alike, and where other layers are read without them: then they belong to
    what is computed forward.
    """
    quiet = quieted(program)
    if quiet is None:
        return answer(program, repairing)
    found = answer(program, False)
    if found.outcome != WRONG:
        return found
    other = with_calls(answer(quiet.program, False), quiet)
    is_alike = other.outcome == WRONG and other.groups == found.groups
    if is_alike or other.outcome == RIGHT and first_line(other) != first_line(found):
        return answer(program, True) if repairing else found
    if other.outcome == WRONG and repairing:
        other = with_calls(answer(quiet.program, True), quiet)
    told = (UNTOLD if other.outcome == NOT_REACHED else TOLD).format(joined_words([str(line) for line in quiet.lines]))
    levels = [f"{other.levels[0]}\n{told}", *other.levels[1:]] if other.levels else []
    return replace(other, message=f"{other.message}\n{told}", levels=levels)


def first_line(found: ProgramDiagnosis) -> str:
    """How a network is read."""
    return found.message.partition("\n")[0]


def with_calls(found: ProgramDiagnosis, quiet: Quiet) -> ProgramDiagnosis:
    """The answer in the words of the program as it is."""

    def own(text: str) -> str:
        for call in quiet.calls:
            text = text.replace(f"{BEFORE}{call}{AFTER}", call)
        return text

    repairs = [Repair(one.file, one.line, own(one.old), own(one.new)) for one in found.repairs]
    return replace(found, message=own(found.message), levels=[own(text) for text in found.levels], repairs=repairs)


def quieted(program: Program) -> Quiet | None:
    """The program without what it adds by chance; None where it adds nothing."""
    texts, calls, lines = dict(program.texts), list[str](), list[int]()
    for file, text in program.texts.items():
        rows = [row.encode() for row in text.split("\n")]
        ends = []
        for call in {id(call): call for call in noise_in(ast.parse(text))}.values():
            calls.append(ast.get_source_segment(text, call) or "")
            lines += [call.lineno] if file == program.main else []
            ends += [(call.lineno, call.col_offset, BEFORE), (call.end_lineno, call.end_col_offset, AFTER)]
        for line, column, part in sorted(ends, reverse=True):
            row = rows[line - 1]
            rows[line - 1] = row[:column] + part.encode() + row[column:]
        texts[file] = b"\n".join(rows).decode()
    return Quiet(Program(texts, program.main, program.wanted), calls, sorted(set(lines))) if lines else None


def noise_in(tree: ast.Module) -> Iterator[Any]:
    """The calls that draw numbers around 0, in loops and functions, whose result is added to something."""
    blocks = (ast.FunctionDef, ast.For, ast.While)
    nodes = [node for part in without_beginnings(tree) if isinstance(part, blocks) for node in without_beginnings(part)]
    drawn: dict[str, Any] = {}
    for node in nodes:
        for target, value in assigned(node) if isinstance(node, ast.Assign) else ():
            if isinstance(target, ast.Name) and (calls := noise_of(value)):
                drawn[target.id] = calls[0]
    terms = [term for node in nodes for term in terms_of(node)]
    for term in terms:
        yield from noise_of(term)
    added = [part for term in terms for part in ast.walk(term) if isinstance(part, ast.Name) and is_factor(part, term)]
    for name, call in drawn.items():
        uses = {id(node) for node in nodes if isinstance(node, ast.Name) and node.id == name and not is_stored(node)}
        if uses and uses <= {id(part) for part in added}:
            yield call


def terms_of(node: Any) -> list[Any]:
    """What a sum is made of, unless one of them is data."""
    if isinstance(node, ast.AugAssign) and isinstance(node.op, (ast.Add, ast.Sub)):
        terms = [node.target, node.value]
    elif isinstance(node, ast.BinOp) and isinstance(node.op, (ast.Add, ast.Sub)):
        terms = [node.left, node.right]
    else:
        return []
    return [] if any(is_like(INPUTS, last_part(term)) or is_like(LABELS, last_part(term)) for term in terms) else terms


def noise_of(term: Any) -> list[Any]:
    """The call that draws numbers around 0, where a term is a multiple of it."""
    return [node for node in ast.walk(term) if is_noise(node) and is_factor(node, term)]


def is_factor(node: Any, term: Any) -> bool:
    """True for a factor of a term: of 0.1 * a / b, 0.1 and a."""
    if node is term:
        return True
    if isinstance(term, ast.UnaryOp):
        return is_factor(node, term.operand)
    if not isinstance(term, ast.BinOp) or not isinstance(term.op, (ast.Mult, ast.Div)):
        return False
    return is_factor(node, term.left) or isinstance(term.op, ast.Mult) and is_factor(node, term.right)


def is_noise(node: Any) -> bool:
    """True for a call that draws numbers around 0."""
    name = last_part(node.func) if isinstance(node, ast.Call) else ""
    if name in AROUND_FIRST:
        means = [*node.args[:1], *(part.value for part in node.keywords if part.arg in ("loc", "mu"))]
        return all(ast.unparse(mean) in ("0", "0.0") for mean in means)
    is_even = name == "uniform" and len(node.args) > 1 and ast.unparse(node.args[0]) == f"-{ast.unparse(node.args[1])}"
    return name in AROUND_ZERO or is_even
