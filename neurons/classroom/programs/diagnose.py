"""From any program to its answer: run it, read its network, compare its steps, name the mistake, try a repair."""

import ast
import re
from dataclasses import replace
from typing import Any

import numpy as np

from neurons import NeuronsError
from neurons.classroom.programs.answers import NOT_REACHED, ProgramDiagnosis
from neurons.classroom.programs.budget import Budget, unless_it_fails
from neurons.classroom.programs.calls.gradient_calls import with_our_step
from neurons.classroom.programs.calls.own_calls import line_that_helps
from neurons.classroom.programs.calls.search import Search, Searcher
from neurons.classroom.programs.choices.beside import FAR, far_away, is_the_same_far_away, learned_beside
from neurons.classroom.programs.choices.noise import unless_noisy
from neurons.classroom.programs.choices.own_rates import doubt_told, with_own_rates
from neurons.classroom.programs.judging.clipping import almost_right, clipped
from neurons.classroom.programs.judging.judge import Judge
from neurons.classroom.programs.judging.judge_differences import RIGHT_BEFORE, Judgement
from neurons.classroom.programs.mistakes.rebinding import unless_it_rebinds
from neurons.classroom.programs.mistakes.sharing import shared_mistake
from neurons.classroom.programs.mistakes.softmax_axis import of_wrong_axis, turned
from neurons.classroom.programs.mistakes.visits import unless_examples_are_odd
from neurons.classroom.programs.numbers.differences import OWN, Differences
from neurons.classroom.programs.numbers.own_loss import first_turn, own_losses
from neurons.classroom.programs.numbers.reading import Reading
from neurons.classroom.programs.numbers.scales import (
    Comparison,
    Seen,
    best_comparison,
    compare,
    groups_of_one_size,
)
from neurons.classroom.programs.numbers.session import Session
from neurons.classroom.programs.numbers.sources import WITH_A_BEND, by_differences
from neurons.classroom.programs.text.definitions import Definitions
from neurons.classroom.programs.text.program import Program, program_from
from neurons.classroom.programs.text.single_step import in_a_loop
from neurons.classroom.programs.text.smaller import Smaller, smaller
from neurons.classroom.programs.words import how_read, joined_words
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

    def as_it_is(some: Program, is_mended: bool) -> ProgramDiagnosis:
        if make or train:
            return run_and_diagnosed(some, make, train, is_mended, where)
        return diagnosed_without_help(some, is_mended, where)

    def answer(some: Program, is_mended: bool) -> ProgramDiagnosis:
        return unless_noisy(some, is_mended, as_it_is)

    found = shared_mistake(program, answer)
    return unless_it_rebinds(answer(program, repairing) if found is None else found, program)


def diagnosed_without_help(program: Program, repairing: bool, where: dict[str, Any]) -> ProgramDiagnosis:
    """The answer for a program as it is; where that is not reached, as one step in a loop, or with small layers."""
    small = smaller(program)
    if small is not None and small.is_needed:
        found = small_and_diagnosed(small, repairing, where)
        if found.outcome != NOT_REACHED:
            return found
        other = turned_and_diagnosed(small.program, where)
        if other is not None:
            return other
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
    other = turned_and_diagnosed(program, where)
    return as_it_is if other is None else other


def turned_and_diagnosed(program: Program, where: dict[str, Any]) -> ProgramDiagnosis | None:
    """The answer for a program that is right with the other axis in its softmax; None for all others."""
    other = turned(program)
    found = run_and_diagnosed(other.program, "", "", False, where) if other is not None else None
    return of_wrong_axis(found, program, other) if other is not None and found is not None and found.ok else None


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
    budget = where["budget"]
    try:
        for is_eased in (False, True):
            budget.give_back()
            with Session(program.texts, program.main, is_eased=is_eased, **where) as session:
                session.load()
                found = diagnosed(session, program, make, train, repairing)
            if found is not None:
                found = with_our_step(found, session.call, program)
                found = unless_examples_are_odd(found, program)
                return with_made_up_data(found, session, program, make, train, where)
        return unreached(EQUAL_STEPS)
    except StudentError as error:
        told = re.sub(r" in line \d+", "", str(error))  # of the file that holds both the program and our part
        return unreached(sentence(f"I could not run your program to the end: {told}"))


def with_made_up_data(
    found: ProgramDiagnosis, session: Session, program: Program, make: str, train: str, where: dict[str, Any]
) -> ProgramDiagnosis:
    """The answer, which tells of data that are not here; none where the numbers made up for them decide anything."""
    if not session.made_up:
        return found
    session.budget.give_back()
    line, what = session.made_up[0]
    told = f"Line {line} reads {printable(what)}, which I do not have: I made up small numbers in its place"
    if found.outcome == NOT_REACHED:
        return replace(found, message=f"{found.message}\n{told}.")
    with Session(program.texts, program.main, is_eased=session.is_eased, order=1, **where) as other:
        other.load()
        other.probes = session.probes
        reached = Searcher(other, program).search_again(session.place, make, train)
    if reached is None:
        return unreached(
            f"{told}. With other numbers I did not reach its training step, so I cannot say if it is right."
        )
    if not take_the_same_steps(session.steps, reached[1]):
        return unreached(f"{told}. With other numbers it takes other steps, so I cannot say whether these are right.")
    return replace(found, message=f"{found.message}\n{told}, and then my own examples.")


def take_the_same_steps(steps: list[Seen], others: list[Seen]) -> bool:
    """True for the same steps on the same cases."""
    pairs = list(zip(steps, others, strict=False))
    if len(steps) != len(others) or any(one.groups.keys() != other.groups.keys() for one, other in pairs):
        return False
    both = [(one.groups[name], other.groups[name]) for one, other in pairs for name in one.groups]
    return all(
        one.shape == other.shape and np.abs(one - other).max() <= 1e-9 * max(1.0, np.abs(one).max())
        for one, other in both
    )


def diagnosed(session: Session, program: Program, make: str, train: str, repairing: bool) -> ProgramDiagnosis | None:
    """The answer for a program that lies in the sandbox; None where its steps say nothing of its gradients."""
    searcher = Searcher(session, program)
    reached = searcher.search(make, train)
    session.made_up, session.steps = session.made_up_data(), reached[1] if reached else []
    session.place = reached[0].candidate.place if reached else None
    session.call = reached[0].candidate.call if reached else ""
    session.probes = reached[0].most_probes if reached and isinstance(reached[0], Differences) else 0
    if session.made_up:
        session.budget.keep_back(session.seconds)  # for other numbers in the place of these
    if reached is None and searcher.found.several_steps and searcher.may_be_divided:
        return None
    if reached is None:
        return not_reached(searcher.found, program, bool(make or train))
    reading, seen = reached[0], with_own_rates(reached[0], program, reached[1])
    if reading.has_doubtful_rates:
        return unreached(f"{how_read(reading)}\n{doubt_told(reading)}")
    comparison = best_comparison(reading, seen)
    cut = clipped(reading, seen) if comparison.wrong and not isinstance(reading, Differences) else None
    if cut is not None and session.is_eased:
        return replace(cut, outcome=NOT_REACHED, message=f"{cut.message}\n{RIGHT_BEFORE}")
    if cut is not None:
        return cut
    is_open = not reading.candidate.takes_classes  # else a shift of the classes would pass as the label that is meant
    if not comparison.num_right and not session.is_eased and is_open:
        other = by_differences(reading.candidate)  # its loss may be one that the catalogue does not know
        if other is not None and explains_more(*other):
            reading, seen = other
            comparison = best_comparison(reading, seen)
    if not comparison.num_right and not searcher.may_be_divided and is_right_nearby(reading, seen):
        return unreached(OTHER_FAR_AWAY)
    beside = None if comparison.wrong else beyond(session, program, reading, seen, comparison, repairing)
    if beside is not None:
        return beside
    if isinstance(reading, Differences):
        return Judgement(session, program, reading, seen).answer(repairing)
    done = first_turn(reading, seen)
    numbers = done[1] if done else None
    losses = own_losses(reading, seen, *done) if done else []
    if reading.acts[-1] == "softmax" and reading.sizes[-1] == 2 and losses == ["ce"]:
        comparison = best_comparison(reading, seen, ("ce",))  # of two outputs, the squared error has half the diagonal
    equal = groups_of_one_size(seen) if comparison.wrong else []
    if equal and session.is_eased and len(equal) == len(seen[0].groups):
        return None
    is_equal = bool(equal) and not session.is_eased  # which says nothing, unless it is by clipping
    is_cut = re.search(r"\bclip|\bmin\(", program.text)
    if searcher.may_be_divided and (is_equal or not comparison.num_right) or is_equal and not is_cut:
        return None
    judge = Judge(session, program, reading, seen, comparison, losses, numbers, searcher.found.call)
    if not repairing:
        judge.seconds_to_repair = 0.0
    answer = judge.answer()
    return not_reached(searcher.found, program, bool(make or train)) if answer.ok and searcher.found.is_part else answer


def beyond(
    session: Session, program: Program, reading: Reading, seen: list[Seen], comparison: Comparison, repairing: bool
) -> ProgramDiagnosis | None:
    """The answer where right steps are not the whole: gradients are taken ahead of the weights, something outside the
    layers is learned, or the loss is another one far from its label. None for all others.
    """
    if reading.candidate.looks_ahead:
        return unreached(f"{how_read(reading)}\n{LOOKS_AHEAD}")
    found, told = None, ""
    with unless_it_fails():
        learned = learned_beside(reading)
        far = [] if learned else far_away(reading, seen)
        if learned:
            told = LEARNED.format(joined_words([f"`{leaf.name}`" for leaf in learned]))
            found = by_differences(reading.candidate, learned)
        elif far and not is_the_same_far_away(reading, seen, far, comparison):
            cut = None if isinstance(reading, Differences) else clipped(reading, [*seen, *far])
            if cut is not None:
                return cut
            told, found = OTHER_FAR_AWAY, by_differences(reading.candidate, reach=FAR)
    if found is not None:
        return Judgement(session, program, *found).answer(repairing)
    return unreached(told) if told else None


def explains_more(reading: Differences, seen: list[Seen]) -> bool:
    """True if the loss of a place makes all steps right, or some where it has a bend or is the program's own."""
    num_right = best_comparison(reading, seen).num_right
    is_other = reading.source is not None and reading.source.loss.startswith((*WITH_A_BEND, OWN))
    return num_right == len(seen[0].groups) or is_other and num_right > 0


def is_right_nearby(reading: Reading, seen: list[Seen]) -> bool:
    """True for steps that are gradients of the squared error where outputs are near their labels."""
    if isinstance(reading, Differences) or reading.acts[-1] != "identity":
        return False
    near = almost_right(reading, seen)
    return len(near) > 1 and not compare(reading, near, "mse").wrong


LOOKS_AHEAD = (
    "In its first step every gradient is right. From the second on it computes them where its velocity would carry the"
    " weights, as Nesterov's momentum does. I could not check whether that is the right place."
)
LEARNED = "Its outputs also depend on {}, which each step changes. I could not check how."
OTHER_FAR_AWAY = (
    "Where outputs are near their labels its steps are the gradients of the squared error. Far from them it takes other"
    " steps, which I could not check."
)
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
