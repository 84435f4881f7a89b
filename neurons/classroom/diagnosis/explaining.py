"""What the matches say: their mistakes in order, and the smallest case that shows them."""

from collections.abc import Iterable

from neurons.classroom.diagnosis.catalogue import CATALOGUE, STAGES, Mistake
from neurons.classroom.diagnosis.formulas import seeming_formula
from neurons.classroom.diagnosis.matching import PLAIN, Match, Target, predicted_groups
from neurons.classroom.diagnosis.message import Found
from neurons.classroom.diagnosis.observe import Function, Observation, Trouble, same
from neurons.classroom.diagnosis.observe_classes import Objects
from neurons.classroom.diagnosis.probes import at_kink
from neurons.classroom.diagnosis.reference import Case, Network, run
from neurons.classroom.diagnosis.smallest_case import differs, plain_case, shapes, smallest_case

SQUARE_ONLY = ("W3", "W5", "W6", "X7")  # mistakes whose shapes fit square layers only


def in_order(ids: Iterable[str]) -> list[str]:
    """Ids by the stage where the mistakes are seen, then as in the catalogue."""
    places = list(CATALOGUE)
    return sorted(ids, key=lambda i: (STAGES.index(CATALOGUE[i].stage), places.index(i)))


def ranked(matches: list[Match]) -> tuple[Mistake, ...]:
    """The mistakes of all matches, each once; where pairs match, those of the first pair first."""
    first = in_order(matches[0].ids) if matches and len(matches[0].ids) == 2 else []
    rest = {mistake_id for match in matches for mistake_id in match.ids} - set(first)
    return tuple(CATALOGUE[mistake_id] for mistake_id in [*first, *in_order(rest)])


def found_in(
    student: Function | Objects,
    networks: list[Network],
    observations: Iterable[Observation],
    matches: list[Match],
    batch: bool,
    notes: Iterable[str] = (),
) -> Found:
    """What the matches say of a program that was observed on these networks, right or wrong."""
    return Found(
        mistakes=ranked(matches),
        also=(CATALOGUE["B8"],) if student.collects else (),
        matches=tuple(matches),
        observations=tuple(observations),
        notes=(*student.notes, *notes),
        formula="" if matches else seeming_formula(student, networks[0]),
        smallest=lambda: smallest_for(student, networks, matches, batch),
        called_twice=lambda: called_twice(student, networks),
    )


def that_fails(
    trouble: Trouble, student: Function | Objects, square: Network, matches: list[Match], batch: bool
) -> Found:
    """What is found in code that fails where a layer is not square, and is explained where it is."""
    matches = [match for match in matches if match.ids[0] in SQUARE_ONLY]
    return Found(
        trouble=str(trouble),
        mistakes=ranked(matches),
        matches=tuple(matches),
        smallest=lambda: smallest_for(student, [square], matches, batch),
    )


def smallest_for(
    student: Function | Objects, networks: list[Network], matches: list[Match], batch: bool
) -> tuple[Case, Observation] | None:
    """The smallest case on which the student's code is wrong, and wrong in the way that the matches say."""
    scale = matches[0].scale if matches else PLAIN

    def shows(case: Case) -> Observation | None:
        try:
            observation = student.observe(case)
        except Trouble:
            return None
        right_scale = scale.factor(case)
        done = run(case, (), right_scale)
        if not differs(observation, predicted_groups(done)) or any(at_kink(at) for at in done.layers):
            return None
        if matches:
            predicted = Target(observation).predicted(matches[0].variants, right_scale)
            if not Target(observation).agrees(predicted):
                return None
        return observation

    kind = student.kind if isinstance(student, Objects) else "Model"
    for network in networks:
        if kind == "Model":
            layers = tuple(range(1, network.num_layers + 1)) if matches else (network.num_layers,)
            candidates = list(shapes(network, layers))
        else:
            candidates = [net for net in shapes(network, (1,)) if kind == "Layer" or net.sizes[-1] == 1]
        found = smallest_case(iter(candidates), shows, (1, 2, 3) if batch else (1,))
        if found:
            return found
    return None


def called_twice(student: Function | Objects, networks: list[Network]) -> tuple[Case, list[Observation]] | None:
    """The first and the second observation of the smallest case that the student's code takes, for B8."""
    for network in networks:
        for small in shapes(network, tuple(range(1, network.num_layers + 1))):
            case = plain_case(small)
            try:
                first, second = student.twice(case)
            except Trouble:
                continue
            if not same(first, second):
                return case, [first, second]
    return None
