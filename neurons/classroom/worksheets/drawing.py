"""The numbers of a sheet: small, each student's own, and chosen so that different mistakes give different numbers."""

import hashlib
import random
import unicodedata
from functools import cache

import numpy as np

from neurons import NeuronsError
from neurons.classroom.diagnosis.cases import Case, Network
from neurons.classroom.worksheets.formulas import SheetFormulas, function_of, sheet_formulas
from neurons.classroom.worksheets.questions import given_numbers
from neurons.classroom.worksheets.sheet import Sheet, right_answers, tolerances

MOST_DRAWS = 25  # per sheet, until one is as good as the best of the kind
DRAWS_OF_A_KIND = 100
MOST_TRIES = 20_000  # most networks' numbers are tidy in one of 3 to 30
LARGEST = 30.0  # of all answers
SMALLEST, FEWEST_UNITS = 0.006, 30.0  # of those that are not 0; in units of the last decimal
NOT_TIDY = float("inf")
KINKED = ("relu", "leaky_relu")


def random_for(seed: int, name: str) -> random.Random:
    """The same numbers for the same seed and name, on every machine."""
    plain = " ".join(unicodedata.normalize("NFC", name).split())
    digest = hashlib.sha256(f"{seed}\n{plain}".encode("utf-8", "backslashreplace")).digest()
    return random.Random(int.from_bytes(digest, "big"))


def tenths(rng: random.Random, smallest: int, largest: int) -> float:
    """One decimal, positive or negative, from smallest to largest tenths in size."""
    return (2 * rng.randrange(2) - 1) * rng.randrange(smallest, largest + 1) / 10.0


def drawn_sheet(formulas: SheetFormulas, number: int, name: str, seed: int, decimals: int) -> Sheet:
    """The sheet of one student."""
    return Sheet(
        number, name, formulas, drawn_numbers(formulas, random_for(seed, name or f"sheet {number}"), decimals), decimals
    )


def drawn_case(network: Network, rng: random.Random) -> Case:
    """Numbers with one decimal: sigmoids with a calculator, ReLU without one."""
    exact = set(map(network.act, range(network.num_layers))) <= {*KINKED, "identity"}
    parameters = []
    for num_inputs, num_neurons in zip(network.sizes, network.sizes[1:], strict=False):
        W = np.array([[tenths(rng, 2, 15) for _ in range(num_inputs)] for _ in range(num_neurons)])
        parameters.append((W, np.array([tenths(rng, 1, 9) for _ in range(num_neurons)])))
    whole = [-3.0, -2.0, 2.0, 3.0, 4.0, 5.0]
    inputs = [whole[rng.randrange(6)] if exact else tenths(rng, 3, 20) for _ in range(network.sizes[0])]
    rate = [0.1, 0.2][rng.randrange(2)] if exact else [0.2, 0.3, 0.4, 0.6][rng.randrange(4)]
    case = Case(network, tuple(parameters), np.array([inputs]), np.zeros((1, network.sizes[-1])), rate)
    return case._replace(labels=np.array([drawn_label(network, rng)]))


def drawn_label(network: Network, rng: random.Random) -> list[float]:
    """A label that the outputs can have; none is 0, which would hide that it was forgotten."""
    num_outputs = network.sizes[-1]
    if network.loss == "ce":
        right = rng.randrange(num_outputs)
        return [float(j == right) for j in range(num_outputs)]
    if network.loss == "bce":
        return [1.0]
    if network.output in ("sigmoid", "tanh"):
        return [rng.randrange(1, 11) / 10.0 for _ in range(num_outputs)]
    return [tenths(rng, 2, 20) for _ in range(num_outputs)]


def drawn_numbers(formulas: SheetFormulas, rng: random.Random, decimals: int) -> tuple[float, ...]:
    """The given numbers of one sheet: the first draw that tells as many mistakes apart as can be, or the best one.

    Raises `NeuronsError` where nothing is left of these numbers but the rounding.
    """
    wanted = fewest_lost(formulas.network, formulas.parts, decimals)
    lost, given = best_draw(formulas, rng, decimals, MOST_DRAWS, wanted)
    if lost == NOT_TIDY:
        sizes = list(formulas.network.sizes)
        raise NeuronsError(
            f"the numbers of a network with sizes={sizes} are lost in the rounding with decimals={decimals}:"
            " ask for more decimals, or for a smaller network"
        )
    return given


@cache
def fewest_lost(network: Network, parts: tuple[str, ...], decimals: int) -> float:
    """The best that a sheet of this kind can do: some mistakes give the same number whatever the numbers are."""
    rng = random_for(0, "the best of its kind")
    return best_draw(sheet_formulas(network, parts), rng, decimals, DRAWS_OF_A_KIND, 0)[0]


def best_draw(
    formulas: SheetFormulas, rng: random.Random, decimals: int, most: int, wanted: float
) -> tuple[float, tuple[float, ...]]:
    """The draw that loses the fewest mistakes, and how many: of `most` tidy ones, until one loses `wanted`."""
    best: tuple[float, tuple[float, ...]] = (NOT_TIDY, ())
    tidy = 0
    for _ in range(MOST_TRIES):
        given = tuple(given_numbers(drawn_case(formulas.network, rng)))
        lost = num_lost(formulas, given, decimals)
        if lost < best[0] or not best[1]:
            best = (lost, given)
        tidy += lost < NOT_TIDY
        if lost <= wanted or tidy == most:
            break
    return best


def num_lost(formulas: SheetFormulas, given: tuple[float, ...], decimals: int) -> float:
    """How many mistakes cannot be told from the right answer or from another mistake; infinite for ugly numbers."""
    v = right_answers(formulas, given)
    if not is_tidy(formulas, v, 10.0**-decimals):
        return NOT_TIDY
    allowed = tolerances(formulas, v, 10.0**-decimals)
    lost = 0
    for k, mistakes in enumerate(formulas.mistakes):
        right, near = v[formulas.first + k], 2.0 * allowed[formulas.first + k]
        values = [(right, ""), *((function_of(text)(v), mistake_id) for mistake_id, text in mistakes)]
        values.sort()
        for (one, one_id), (other, other_id) in zip(values, values[1:], strict=False):
            lost += one_id != other_id and other - one <= near
        lost += sum(is_coarse(value, right, decimals) for value, _ in values if abs(value - right) > near)
    return lost


def is_coarse(value: float, right: float, decimals: int) -> bool:
    """True if a wrong number looks like the right one with fewer decimals."""
    return any(round(value, decimals) == round(right, fewer) for fewer in range(2, decimals))


def is_tidy(formulas: SheetFormulas, v: list[float], unit: float) -> bool:
    """True if the numbers are neither huge nor lost in the rounding, and no neuron is stuck.

    Of the neurons of a hidden ReLU layer some are on and some are off; of an output layer all are on.
    """
    network = formulas.network
    smallest = max(min(SMALLEST, 2.0 * FEWEST_UNITS * unit), FEWEST_UNITS * unit)
    on: dict[int, list[bool]] = {}
    for question, value in zip(formulas.questions, v[formulas.first :], strict=True):
        if abs(value) > LARGEST or 0.0 < abs(value) < smallest:
            return False
        if question.quantity == "z":
            act = network.act(question.layer)
            if abs(value) > {"sigmoid": 2.5, "tanh": 1.5}.get(act, 12.0) or act in KINKED and abs(value) < 0.05:
                return False
            if act in KINKED:
                on.setdefault(question.layer, []).append(value > 0.0)
    for layer_idx, gates in on.items():
        wanted = {True} if layer_idx == network.num_layers - 1 or len(gates) == 1 else {True, False}
        if set(gates) != wanted:
            return False
    return True
