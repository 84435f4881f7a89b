"""What was found out about a program: the mistakes that the matches name, and the smallest case that shows them."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field

import numpy as np

from neurons.classroom.diagnosis.cases import Case, Network
from neurons.classroom.diagnosis.catalogue import CATALOGUE, STAGES, Mistake
from neurons.classroom.diagnosis.formula_fit import recovered_formula
from neurons.classroom.diagnosis.matching import PLAIN, Match, Scale, Target, predicted_groups
from neurons.classroom.diagnosis.observation import Observation, ObservationError
from neurons.classroom.diagnosis.probes import at_kink
from neurons.classroom.diagnosis.reference import run
from neurons.classroom.diagnosis.smallest_case import shapes, smallest_case, teaching_case, visibly_differs
from neurons.classroom.diagnosis.student_class import StudentClass
from neurons.classroom.diagnosis.student_function import StudentFunction

SQUARE_ONLY = ("W3", "W5", "W6", "X7")  # mistakes whose shapes fit square layers only


@dataclass(frozen=True)
class Findings:
    """What was found out, before it is put into words."""

    mistakes: tuple[Mistake, ...] = ()
    also: tuple[Mistake, ...] = ()  # made besides: B8, which shows in a second call
    matches: tuple[Match, ...] = ()  # the programs that compute these numbers; without a mistake in them: it is right
    observations: tuple[Observation, ...] = ()
    failure: str = ""
    wrong_loss: str = ""  # what is wrong with the loss function
    notes: tuple[str, ...] = ()
    but: str = ""  # by which other choice the program is right, where no convention covers it
    formula: str = ""  # what unknown code seems to compute
    likely_scale: Scale = PLAIN  # of an unknown mistake: the convention by which the rest is right
    smallest: Callable[[], tuple[Case, Observation] | None] = field(default=lambda: None)
    called_twice: Callable[[], tuple[Case, list[Observation]] | None] = field(default=lambda: None)

    @property
    def is_pair(self) -> bool:
        """True if the mistakes are made together; otherwise it is one of them, and the others are its twins."""
        return bool(self.matches) and len(self.matches[0].variants) == 2

    @property
    def unknown(self) -> bool:
        """True if nothing explains the numbers."""
        return not (self.matches or self.failure)

    @property
    def conventions(self) -> list[tuple[Mistake, ...]]:
        """Each set of conventions that explains the scale of the numbers: one, where they tell it."""
        sets = dict.fromkeys(frozenset(match.scale.ids) for match in self.matches)
        return [tuple(row for row in CATALOGUE.values() if row.id in ids) for ids in sets]


def ordered_ids(ids: Iterable[str]) -> list[str]:
    """Ids by the stage where the mistakes are seen, then as in the catalogue."""
    places = list(CATALOGUE)
    return sorted(ids, key=lambda i: (STAGES.index(CATALOGUE[i].stage), places.index(i)))


def ranked_mistakes(matches: list[Match]) -> tuple[Mistake, ...]:
    """The mistakes of all matches, each once; where pairs match, those of the first pair first."""
    first = ordered_ids(matches[0].ids) if matches and len(matches[0].ids) == 2 else []
    rest = {mistake_id for match in matches for mistake_id in match.ids} - set(first)
    return tuple(CATALOGUE[mistake_id] for mistake_id in [*first, *ordered_ids(rest)])


def findings_from(
    student: StudentFunction | StudentClass,
    networks: list[Network],
    observations: Iterable[Observation],
    matches: list[Match],
    batch: bool,
    notes: Iterable[str] = (),
    likely_scale: Scale = PLAIN,
) -> Findings:
    """What the matches say of a program that was observed on these networks, right or wrong."""
    return Findings(
        mistakes=ranked_mistakes(matches),
        also=(CATALOGUE["B8"],) if student.collects else (),
        matches=tuple(matches),
        observations=tuple(observations),
        notes=(*student.notes, *notes),
        formula="" if matches else recovered_formula(student, networks[0], likely_scale),
        likely_scale=likely_scale,
        smallest=lambda: smallest_for(student, networks, matches, batch, likely_scale),
        called_twice=lambda: called_twice(student, networks),
    )


def findings_on_square_layers(
    error: ObservationError, student: StudentFunction | StudentClass, square: Network, matches: list[Match], batch: bool
) -> Findings:
    """What is found in code that fails where a layer is not square, and is explained where it is."""
    matches = [match for match in matches if match.ids[0] in SQUARE_ONLY]
    return Findings(
        failure=str(error),
        mistakes=ranked_mistakes(matches),
        matches=tuple(matches),
        smallest=lambda: smallest_for(student, [square], matches, batch),
    )


def smallest_for(
    student: StudentFunction | StudentClass,
    networks: list[Network],
    matches: list[Match],
    batch: bool,
    likely_scale: Scale = PLAIN,
) -> tuple[Case, Observation] | None:
    """The smallest case on which the student's code is wrong, and wrong in the way that the matches say."""
    scale = matches[0].scale if matches else likely_scale

    def shows(case: Case) -> Observation | None:
        if matches and not can_show(case, matches[0]):
            return None
        try:
            observation = student.observe(case)
        except ObservationError:
            return None
        right_scale = scale.factor(case)
        done = run(case, (), right_scale)
        if not visibly_differs(observation, predicted_groups(done)) or any(at_kink(layer) for layer in done.layers):
            return None
        if matches:
            predicted = Target(observation).predicted(matches[0].variants, right_scale)
            if not Target(observation).agrees(predicted):
                return None
        return observation

    kind = student.kind if isinstance(student, StudentClass) else "Model"
    for network in networks:
        if kind == "Model":
            layers = tuple(range(1, network.num_layers + 1)) if matches else (network.num_layers,)
            candidates = list(shapes(network, layers))
        else:
            candidates = [net for net in shapes(network, (1,)) if kind == "Layer" or net.sizes[-1] == 1]
        found = smallest_case(candidates, shows, (1, 2, 3) if batch else (1,))
        if found:
            return found
    return None


def can_show(case: Case, match: Match) -> bool:
    """False if the mistakes change no number here: asking the student's code takes far longer than computing that."""
    if any(variant.slot == "online" for variant in match.variants):
        return True
    scale = match.scale.factor(case)
    right = predicted_groups(run(case, (), scale))
    try:
        with np.errstate(all="ignore"):
            wrong = predicted_groups(run(case, match.variants, scale))
    except (ValueError, IndexError):  # shapes that the mistake does not fit
        return True
    return any(not np.allclose(wrong[name], right[name], rtol=1e-6, atol=1e-12) for name in right)


def called_twice(
    student: StudentFunction | StudentClass, networks: list[Network]
) -> tuple[Case, list[Observation]] | None:
    """The first and the second observation of the smallest case that the student's code takes, for B8."""
    for network in networks:
        for small in shapes(network, tuple(range(1, network.num_layers + 1))):
            case = teaching_case(small)
            try:
                first, second = student.twice(case)
            except ObservationError:
                continue
            if not first.agrees_with(second):
                return case, [first, second]
    return None
