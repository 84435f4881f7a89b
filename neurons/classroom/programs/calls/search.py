"""From a program to a reading of its network: its own loops first, then calls guessed by names."""

import ast
import itertools
import time
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any

from neurons.classroom.diagnosis.reference import forward
from neurons.classroom.programs.budget import OutOfTime
from neurons.classroom.programs.calls.gradient_calls import gradient_calls
from neurons.classroom.programs.calls.guesses import STACKED, has_network, plain, stacked_layers, whole_networks
from neurons.classroom.programs.calls.help import help_texts, with_net
from neurons.classroom.programs.calls.our_data import data_text
from neurons.classroom.programs.calls.own_calls import loop_of_help, loop_over, loops_of_calls
from neurons.classroom.programs.inside.easing import Eased
from neurons.classroom.programs.numbers.candidate import Candidate
from neurons.classroom.programs.numbers.observations import (
    as_counted,
    counts_on_examples,
    observed,
    of_last_class,
    takes_several_steps,
    with_first_class,
    with_labels_as_used,
)
from neurons.classroom.programs.numbers.own_loss import recorded
from neurons.classroom.programs.numbers.reading import Reading
from neurons.classroom.programs.numbers.scales import Seen, best_comparison
from neurons.classroom.programs.numbers.session import Session
from neurons.classroom.programs.numbers.sources import by_differences
from neurons.classroom.programs.text.definitions import Definitions
from neurons.classroom.programs.text.program import Program

EXPLORING, GUESSING, SEARCHING = 3.0, 6.0, 9.0  # seconds: for its own lines, for calls of ours, for both
HALFWAY, FEW = 5.0, 4  # seconds, and data without layers, after which these are compared with central differences
COMPARING = 4.0  # seconds for central differences
MOST_LOOPS_AT_ONCE = 4
MOST_LATER, MOST_UNREAD = 12, 16


@dataclass
class Search:
    """What was tried, and the result."""

    notes: list[list[Any]] = field(default_factory=list)
    tried: list[str] = field(default_factory=list)
    failed: list[str] = field(default_factory=list)
    trains: bool = False  # some loop changes numbers
    several_steps: bool = False  # a turn needs the program's own number of examples, and goes through them in parts
    call: str = ""  # the statement of ours that reached it
    is_part: bool = False  # layers that we put together were read, where the program trains in a way that was not


class Searcher:
    """Looks for a loop of the program whose turn is a training step of a network that can be read."""

    def __init__(self, session: Session, program: Program) -> None:
        self.session, self.program = session, program
        self.found = Search()
        self.call = ""  # the statement of ours that runs now
        self.own_loops: list[int] = []  # that the program entered by itself
        self.may_be_divided = not session.is_eased and has_root(program)  # then a step that is none tells nothing
        self.unread: list[Candidate] = []  # in which no layers are read
        self.one_layer: tuple[Reading, list[Seen]] | None = None  # a network of one layer, where there is no deeper one

    def search(self, make: str = "", train: str = "") -> tuple[Reading, list[Seen]] | None:
        """The first reading that holds; None where the time is over before there is one."""
        try:
            return self.searched(make, train)
        except OutOfTime:
            return self.one_layer

    def searched(self, make: str, train: str) -> tuple[Reading, list[Seen]] | None:
        """The ways in which a program may be reached, one after the other."""
        begun = self.session.ask_text("begin", EXPLORING)
        self.found.notes, self.own_loops = begun["notes"], begun["loops"]
        if make or train:
            return self.with_help(make, train) or self.one_layer or self.by_differences()
        if self.program.wanted:
            return self.by_guesses() or self.in_loops(begun["loops"]) or self.one_layer or self.by_differences()
        for search in (lambda: self.in_loops(begun["loops"]), self.by_own_calls, self.by_guesses):
            reached = search() or self.one_layer or self.by_differences()
            if reached:
                return reached
        return None

    def search_again(self, place: Any, make: str, train: str) -> tuple[Reading, list[Seen]] | None:
        """The reading of the data in one place of the program's own loops; else the first that holds anywhere."""
        with suppress(OutOfTime):
            loops = [] if make or train else self.session.ask_text("begin", EXPLORING)["loops"]
            for start in range(0, len(loops), MOST_LOOPS_AT_ONCE):
                part = loops[start : start + MOST_LOOPS_AT_ONCE]
                for number, described in self.session.ask_text("candidates", part)["candidates"]:
                    candidate = Candidate(self.session, number, described)
                    reached = self.read(candidate) or self.by_differences() if candidate.place == place else None
                    if reached:
                        return reached
        return self.search(make, train)

    def in_loops(self, loops: list[int]) -> tuple[Reading, list[Seen]] | None:
        """A reading among these loops, the outermost first."""
        # With several equal examples a turn may take several steps, so inner loops come first; and what changes nothing
        # as a label is probably none, nor are those data that a turn changes; nor those that are less likely than some
        # that come several times.
        later = []
        counted: set[int] = set()  # lines of loops
        doubtful: tuple[Reading, list[Seen]] | None = None
        for start in range(0, len(loops), MOST_LOOPS_AT_ONCE):
            part = loops[start : start + MOST_LOOPS_AT_ONCE]
            if self.session.seconds > SEARCHING:
                return None
            for number, described in self.session.ask_text("candidates", part)["candidates"]:
                self.found.trains = True
                if self.session.seconds > SEARCHING:
                    return None
                if self.session.seconds > HALFWAY and len(self.unread) >= FEW and doubtful is None:
                    reached = self.by_differences()  # the likeliest data come first: the others may be none
                    if reached:
                        return reached
                if described["count"] > 1:
                    counted.add(described["line"])
                if described["line"] in counted or not described["labelled"] or not described["stays"]:
                    later.append((number, described))
                    continue
                if doubtful is not None and described["line"] == doubtful[0].candidate.described["line"]:
                    continue
                reached = self.read(Candidate(self.session, number, described))
                if reached and best_comparison(*reached).num_right:
                    return reached
                doubtful = reached or doubtful  # nothing is right: a turn may take many steps, one of an inner loop not
        if doubtful is not None:
            return doubtful
        later.sort(key=lambda found: (not found[1]["stays"], not found[1]["labelled"], -int(found[1]["depth"])))
        for number, described in later[:MOST_LATER]:
            if self.session.seconds > SEARCHING or self.found.several_steps and self.may_be_divided:
                return None
            reached = self.read(Candidate(self.session, number, described))
            if reached:
                return reached
        return None

    def read(self, candidate: Candidate) -> tuple[Reading, list[Seen]] | None:
        """A candidate's network, if a turn steps its parameters, and twice alike."""
        candidate.call = self.call
        for chain in candidate.chains(self.program.text)[:4]:
            if len(chain) == 1 and self.one_layer is not None:
                continue
            reading = Reading(candidate, chain)
            if len(reading.leaves) == 0 or not any(leaf.changed for leaf in reading.leaves):
                continue
            if not candidate.takes_classes and reading.sizes[-1] != candidate.num_labels:
                continue
            seen = as_counted(reading, observed(reading) or of_last_class(reading))
            if seen and takes_several_steps(reading, seen):
                self.found.several_steps = True
                continue
            if seen and best_comparison(reading, seen).wrong and reading.uses_data_beside():
                continue
            is_doubtful = seen and not self.may_be_divided and not best_comparison(reading, seen).num_right
            if is_doubtful and (reading.leaves_items_out() or candidate.may_be_no_label):
                continue
            if seen and len(chain) > 1:
                return reading, with_labels_as_used(reading, with_first_class(reading, seen))
            if seen and reading.is_whole():
                self.one_layer = reading, with_labels_as_used(reading, seen)
        if candidate.described["stays"]:  # what a turn changes is no data
            self.unread.append(candidate)
        return None

    def by_differences(self) -> tuple[Reading, list[Seen]] | None:
        """The steps of a candidate without layers that some loss explains."""
        unread, self.unread = self.unread[:MOST_UNREAD], []  # the likeliest come first
        until = self.session.budget.until(COMPARING)
        for candidate in unread:
            reached = by_differences(candidate)
            if reached and counts_on_examples(*reached):
                candidate.count_on(candidate.num_examples)
                reached = by_differences(candidate)
            if reached or time.monotonic() > until:
                return reached
        return None

    def by_own_calls(self) -> tuple[Reading, list[Seen]] | None:
        """The calls in which the program writes out its examples."""
        for call, loop in loops_of_calls(self.program.texts):
            if self.session.seconds > SEARCHING:
                return None
            reached = self.in_loop_of_ours(call, loop)
            if reached:
                return reached
        return None

    def in_loop_of_ours(self, call: str, loop: str) -> tuple[Reading, list[Seen]] | None:
        """A call of the program, in a loop over the numbers that it is given."""
        self.found.tried.append(call)
        return self.in_new_loops(self.session.ask_text("also_run", loop, 1.0))

    def in_new_loops(self, answer: dict[str, Any]) -> tuple[Reading, list[Seen]] | None:
        """A reading among the loops that statements of ours have entered, if they ran, or only took too long."""
        is_slow = any("takes too long" in told for _, told in answer["notes"])
        if answer["notes"] and not is_slow:
            self.found.failed.append(answer["notes"][0][1])
            return None
        loops = answer["loops"]
        if not is_slow:
            return self.in_loops(loops)
        return self.in_loops([*self.own_loops, *loops[1:]]) or with_a_right_step(self.in_loops(loops[:1]))

    def by_guesses(self) -> tuple[Reading, list[Seen]] | None:
        """Classes made and methods called, by their names."""
        until = self.session.budget.until(GUESSING)
        definitions = Definitions(self.program.texts, self.program.main, self.program.wanted)
        trains_itself = self.found.trains or has_network(definitions)
        ways: list[Any] = [stacked_layers(definitions), whole_networks(definitions)]
        if has_network(definitions):
            ways.reverse()
        if not trains_itself:
            ways.append(gradient_calls(definitions))
        for inputs, outputs, made, calls in itertools.chain(*ways):
            if time.monotonic() > until:
                break
            if made:
                self.found.tried.append(made.partition("= ")[2])
                if self.fails(made, data_text(made, inputs, outputs)):
                    continue
            count, is_part = len(self.unread), trains_itself and made.startswith(STACKED)
            for call in calls:
                if time.monotonic() > until:
                    break
                reached = self.by_call(call, made, inputs, outputs)
                if reached:
                    self.found.is_part = is_part
                    return reached
            if is_part:
                del self.unread[count:]
        return None

    def fails(self, statement: str, data: str = "") -> bool:
        """Run a statement of ours; True where it raises, which is noted."""
        if data:
            self.session.ask_text("also_run", data, 1.0)
        notes = self.session.ask_text("also_run", statement, 1.0)["notes"]
        if notes:
            self.found.failed.append(notes[0][1])
        return bool(notes)

    def by_call(self, call: str, made: str, inputs: int, outputs: int) -> tuple[Reading, list[Seen]] | None:
        """A statement that may train, in a loop of ours, on a network that is made anew."""
        text = f"for once_ in range(2):\n    {call}"
        self.session.ask_text("also_run", data_text(f"{made}\n{text}", inputs, outputs), 1.0)
        if made:
            self.session.ask_text("also_run", made, 1.0)
        answer = self.session.ask_text("also_run", text, 1.0)
        if len(self.found.tried) < 40:
            self.found.tried.append(plain(call))
        self.call = call
        reached = self.in_new_loops(answer)
        self.call = ""
        if reached and not self.hands_outputs(call, *reached):
            return None
        if reached:
            self.found.call = call
        return reached

    def hands_outputs(self, call: str, reading: Reading, seen: list[Seen]) -> bool:
        """False where nothing is right and what we handed on are not the network's outputs, but made of them."""
        is_handed = call.startswith("out_ = ") and call.count("out_") > 1
        if not is_handed or best_comparison(reading, seen).num_right:
            return True
        numbers = recorded(reading, seen)
        files = list(self.program.texts)
        at = [files[int(file)] == self.program.main and int(line) == 2 for file, line, *_ in self.session.places()]
        return numbers is not None and numbers.at(at).has(forward(seen[0].case)[-1].a)

    def with_help(self, make: str, train: str) -> tuple[Reading, list[Seen]] | None:
        """What the user said: how a network is made, how it is trained on x and y."""
        definitions = Definitions(self.program.texts, self.program.main)
        train = with_net(definitions, train)
        of_numbers = loop_over(call_in(train))
        loop = of_numbers or loop_of_help(train)
        if loop:
            fails = bool(make) and self.fails(f"net = net_ = {make}")
            reached = None if fails else self.in_loop_of_ours(train, loop)
            if of_numbers or reached:
                return reached
        doubtful = None  # nothing is right: labels of another shape may spread over all outputs
        with suppress(OutOfTime):
            for reached in self.reached_with_help(definitions, make, train):
                if self.may_be_divided or best_comparison(*reached).num_right:
                    return reached
                doubtful = doubtful or (reached, self.found.call)
                if self.session.seconds > SEARCHING:
                    break
        if doubtful is None:
            return None
        reached, self.found.call = doubtful
        return reached

    def reached_with_help(
        self, definitions: Definitions, make: str, train: str
    ) -> Iterator[tuple[Reading, list[Seen]]]:
        """The readings of the calls that were said, on each form of the data."""
        for inputs, outputs, made, calls in help_texts(definitions, make, train):
            if made and self.fails(made, data_text(made, inputs, outputs)):
                continue
            for call in calls:
                reached = self.by_call(call, made, inputs, outputs)
                if reached:
                    yield reached


def with_a_right_step(reached: tuple[Reading, list[Seen]] | None) -> tuple[Reading, list[Seen]] | None:
    """What was reached in a turn that takes long; None where nothing is right: it takes many steps."""
    return reached if reached and best_comparison(*reached).num_right else None


def has_root(program: Program) -> bool:
    """True if a gradient may be divided by its size."""
    return any(
        ast.unparse(Eased().visit(ast.parse(text))) != ast.unparse(ast.parse(text)) for text in program.texts.values()
    )


def call_in(text: str) -> Any:
    """The expression that a statement is; None for any other."""
    body = ast.parse(text).body
    return body[0].value if len(body) == 1 and isinstance(body[0], ast.Expr) else None
