"""From any program to its answer: run it, read its network, compare its steps, name the mistake, try a repair."""

import ast
import re
from dataclasses import replace
from typing import Any

from neurons import NeuronsError
from neurons.classroom.programs.answers import NOT_REACHED, ProgramDiagnosis
from neurons.classroom.programs.budget import Budget
from neurons.classroom.programs.definitions import Definitions
from neurons.classroom.programs.judge import Judge
from neurons.classroom.programs.own_calls import line_that_helps
from neurons.classroom.programs.own_loss import own_losses, recorded
from neurons.classroom.programs.program import Program, program_from
from neurons.classroom.programs.scales import best_comparison, groups_of_one_size
from neurons.classroom.programs.search import Search, Searcher
from neurons.classroom.programs.session import Session
from neurons.classroom.programs.sharing import shared_mistake
from neurons.classroom.programs.single_step import in_a_loop
from neurons.classroom.programs.smaller import Smaller, smaller
from neurons.classroom.sandbox.containment import AUDIT_HOOK
from neurons.classroom.sandbox.errors import StudentError
from neurons.classroom.sandbox.source import printable
from neurons.text import show


def diagnose_program(
    given: Any,
    *,
    make: str = "",
    train: str = "",
    repairing: bool = True,
    transport: Any = None,
    level: str = AUDIT_HOOK,
    within: str | None = None,
) -> ProgramDiagnosis:
    """What is wrong with a program: the path of a file or a notebook, several paths, or a class in one of these.

    `make` is a call that makes its network, `train` a statement that trains the network net on x and y: where the
    program is not reached without. With `repairing=False` no repair is looked for. `transport`, `level` and `within`
    say where it runs, as for `Student`.
    """
    for text in (make, train):
        try:
            ast.parse(text)
        except (SyntaxError, ValueError):
            raise NeuronsError(f"Python cannot read the line of help {show(text)}") from None
    try:
        program = program_from(given)
    except StudentError as error:
        return unreached(f"{sentence(str(error))}")
    where = {"transport": transport, "level": level, "within": within, "budget": Budget()}
    shared = shared_mistake(program, lambda some, mends: run_and_diagnosed(some, make, train, mends, where))
    if shared is not None:
        return shared
    if make or train:
        return run_and_diagnosed(program, make, train, repairing, where)
    return diagnosed_without_help(program, repairing, where)


def diagnosed_without_help(program: Program, repairing: bool, where: dict[str, Any]) -> ProgramDiagnosis:
    """The answer for a program as it is; where that is not reached, as one step in a loop, or with small layers."""
    small = smaller(program)
    if small is not None and small.is_needed:
        found = small_and_diagnosed(small, repairing, where)
        if found.outcome != NOT_REACHED:
            return found
    as_it_is = run_and_diagnosed(program, "", "", repairing, where)
    if as_it_is.outcome != NOT_REACHED:
        return as_it_is
    step = in_a_loop(program)
    if step is not None:
        found = run_and_diagnosed(step, "", "", repairing, where)
        if found.mistakes or any(isinstance(constant, float) for constant in found.groups.values()):
            return found  # else it may take several steps, one after the other
    if small is not None and not small.is_needed:
        found = small_and_diagnosed(small, repairing, where)
        if found.outcome != NOT_REACHED:
            return found
    return as_it_is


def small_and_diagnosed(small: Smaller, repairing: bool, where: dict[str, Any]) -> ProgramDiagnosis:
    """The answer for a program with small layers."""
    found = run_and_diagnosed(small.program, "", "", repairing, where)
    if any(repair.line in small.lines for repair in found.repairs):  # whose text is not the program's own
        found = run_and_diagnosed(small.program, "", "", False, where)
    return replace(found, message=f"{found.message}\n{small.told}")


def run_and_diagnosed(
    program: Program, make: str, train: str, repairing: bool, where: dict[str, Any]
) -> ProgramDiagnosis:
    """The answer for a program, which is run in the sandbox; `where` says how."""
    try:
        for is_eased in (False, True):
            with Session(program.texts, program.main, is_eased=is_eased, **where) as session:
                session.load()
                found = diagnosed(session, program, make, train, repairing)
                if found is not None:
                    return found
        return unreached(EQUAL_STEPS)
    except StudentError as error:
        told = re.sub(r" in line \d+", "", str(error))  # of the file that holds both the program and our part
        return unreached(sentence(f"I could not run your program to the end: {told}"))


def diagnosed(session: Session, program: Program, make: str, train: str, repairing: bool) -> ProgramDiagnosis | None:
    """The answer for a program that lies in the sandbox; None where its steps say nothing of its gradients."""
    searcher = Searcher(session, program)
    reached = searcher.search(make, train)
    if reached is None and searcher.found.several_steps and searcher.may_be_divided:
        return None
    if reached is None:
        return not_reached(searcher.found, program, bool(make or train))
    reading, seen = reached
    comparison = best_comparison(reading, seen)
    numbers = recorded(reading, seen)
    losses = own_losses(reading, seen, numbers) if numbers is not None else []
    if reading.acts[-1] == "softmax" and reading.sizes[-1] == 2 and losses == ["ce"]:
        comparison = best_comparison(reading, seen, ("ce",))  # of two outputs, the squared error has half the diagonal
    equal = groups_of_one_size(seen) if comparison.wrong else []
    if equal and session.is_eased and len(equal) == len(seen[0].groups):
        return None
    if equal and not session.is_eased or not comparison.num_right and searcher.may_be_divided:
        return None
    judge = Judge(session, program, reading, seen, comparison, losses, numbers, searcher.found.call)
    if not repairing:
        judge.seconds_to_repair = 0.0
    answer = judge.answer()
    return not_reached(searcher.found, program, bool(make or train)) if answer.ok and searcher.found.is_part else answer


EQUAL_STEPS = (
    "Your optimiser makes all first steps equally large, as Adam does, so that they say nothing of your gradients."
    " Let it take plain steps, `w -= rate * gradient`, and ask again."
)


def unreached(message: str) -> ProgramDiagnosis:
    """Neither right nor wrong."""
    return ProgramDiagnosis(NOT_REACHED, message)


def sentence(text: str) -> str:
    """With a capital, and a full stop."""
    return text[:1].upper() + text[1:] + ("" if text.endswith((".", "?", "!")) else ".")


def not_reached(found: Search, program: Program, helped: bool) -> ProgramDiagnosis:
    """What was tried, and the one line that would help."""
    parts = ["I could not reach your program's training step, so I cannot say whether it is right."]
    if found.notes:
        told = "; ".join(f"line {line} {printable(text)}" for line, text in found.notes[:3])
        parts.append(f"While I ran it, {told.rstrip('.')}.")
    if found.several_steps:
        parts.append("A turn of its loop takes several steps, so I cannot compare it with one gradient.")
    elif found.trains:
        parts.append("Some of its numbers change, but I could not read a network of layers in them.")
    elif found.tried:
        parts.append(f"I tried {joined_tries(found)}, and read no network in the numbers.")
    chance = line_of_chance(program)
    if chance:
        parts.append(
            f"Line {chance} leaves numbers out by chance, as dropout does: I cannot read such a network."
            " Take it out, on the way forward and on the way back, and ask again."
        )
    elif not helped:
        parts.append(
            "One line would help: how its network is made and trained, such as "
            f"{line_that_helps(Definitions(program.texts, program.main))}."
        )
    return unreached("\n".join(parts))


CHANCE = r"\b(rand|random|random_sample|ranf|uniform)\(.*\)$"


def line_of_chance(program: Program) -> int | None:
    """The line of a function or a loop in which random numbers decide what counts; None where there is none."""
    tree = ast.parse(program.texts[program.main])
    inside = [node for part in tree.body if hasattr(part, "body") for node in ast.walk(part)]
    drawn = {
        ast.unparse(target)
        for node in inside
        if isinstance(node, ast.Assign) and re.search(CHANCE, ast.unparse(node.value))
        for target in node.targets
    }
    for node in inside:
        if isinstance(node, ast.Compare):
            sides = [ast.unparse(side) for side in (node.left, *node.comparators)]
            if any(side in drawn or re.search(CHANCE, side) for side in sides):
                return node.lineno
        if isinstance(node, ast.Call) and getattr(node.func, "attr", "") == "binomial":
            return node.lineno
    return None


def joined_tries(found: Search) -> str:
    """Some of what was tried."""
    shown = [f"`{call}`".replace("\n    ", "; ").replace("net_.", "net.") for call in dict.fromkeys(found.tried)]
    return " and ".join(shown[:2])
