"""The answer in words: how the network was read, what is right, what is not, the line, the mistake, the repair."""

from neurons.classroom.diagnosis.catalogue import CATALOGUE, Mistake
from neurons.classroom.programs.answers import Repair
from neurons.classroom.programs.edits.statements import ABOVE_LOOP, ADDED, MOVED
from neurons.classroom.programs.numbers.functions import COMPOSED
from neurons.classroom.programs.numbers.preparing import AS_GIVEN
from neurons.classroom.programs.numbers.reading import Reading
from neurons.classroom.programs.numbers.scales import Comparison
from neurons.classroom.programs.numbers.slots import Leaf
from neurons.classroom.programs.text.program import Program

LOSSES = {"mse": "the squared error", "bce": "binary cross-entropy", "ce": "cross-entropy"}
STRANGE_BATCH = (
    "Several examples at once take a step that is not made of theirs in any way that I know, so I cannot say whether it"
    " is right. Does each of them come with its own output?"
)

CROSSING = (
    "Each output is compared with the label of every example: the outputs have the shape (n, 1), the labels (n,). What"
    " is the shape of their difference?"
)


def joined_words(words: list[str]) -> str:
    """a, b and c."""
    return " and ".join([", ".join(words[:-1]), words[-1]] if len(words) > 1 else words)


def how_read(reading: Reading) -> str:
    """The network, and which numbers are its parameters."""
    sizes = "-".join(map(str, reading.sizes))
    parts = (part for layer in reading.chain for name in layer.names for part in name.split(", "))
    names = list(dict.fromkeys(f"`{part}`" for part in parts))
    acts = joined_words([name.replace(" of ", " of a ") if name in COMPOSED else name for name in reading.acts])
    what = "is its parameter" if len(names) == 1 else "are its parameters"
    shown = joined_words(names) if len(names) <= 12 else joined_words([*names[:11], f"{len(names) - 11} more"])
    none = [layer_name(reading, place) for place, has in enumerate(reading.has_bias) if not has]
    text = f"I read your network as {sizes}, {acts}; {shown} {what}."
    if len(none) == len(reading.chain):
        text += " It has no biases."
    elif none:
        text += f" The {joined_words(none)} layer has no bias."
    if reading.candidate.inputs_as is not AS_GIVEN:
        text += " It scales its inputs first."
    return text


def layer_name(reading: Reading, place: int) -> str:
    """hidden and output; with several hidden layers first hidden, second hidden, ..."""
    if place == len(reading.chain) - 1:
        return "output"
    if len(reading.chain) == 2:
        return "hidden"
    ordinals = ("first", "second", "third", "fourth", "fifth")
    return f"{ordinals[place]} hidden"


def right_and_wrong(reading: Reading, comparison: Comparison, leaves: list[Leaf]) -> list[str]:
    """Which layers are right, and for the others which groups are not, with their constant where they have one.

    `leaves` are the containers that hold a wrong number: of a layer whose neurons lie apart, these are told.
    """
    sentences, rights = [], []
    for place in reversed(range(len(reading.chain))):
        groups = [name for name in (f"W{place + 1}", f"b{place + 1}") if name in comparison.constants]
        wrong = [name for name in groups if name in comparison.wrong]
        name = layer_name(reading, place)
        if not wrong:
            rights.append(name)
            continue
        layer = reading.chain[place]
        apart = [leaf.name for leaf in leaves if layer.slots & set(map(int, leaf.slots.ravel()))]
        if len(layer.names) > 2 and apart:
            are = "is" if len(apart) == 1 else "are"
            sentences.append(f"In the {name} layer, {joined_words([f'`{one}`' for one in apart])} {are} not right.")
            continue
        shown = joined_words([reading.name_of(group) for group in wrong])
        is_one = len(wrong) == 1 and not shown.startswith("the ")
        factor = factor_of(comparison, wrong, is_one)
        if len(wrong) == len(groups):
            told = f": {factor}" if factor else ""
            sentences.append(f"The gradients of the {name} layer ({shown}) are not right{told}.")
        else:
            others = joined_words([reading.name_of(group) for group in groups if group not in wrong])
            told = f" ({factor})" if factor else ""
            sentences.append(f"In the {name} layer, {shown} {'is' if is_one else 'are'} not right{told}; {others} is.")
    if rights:
        text = "layer is right" if len(rights) == 1 else "layers are right"
        sentences.insert(0, f"The {joined_words(rights)} {text}.")
    return sentences


def weights_that_grow(reading: Reading, comparison: Comparison) -> list[str]:
    """A sentence for the groups whose weight decay has the wrong sign."""
    grows = [reading.name_of(name) for name, d in comparison.decays.items() if d * comparison.scale < 0.0]
    if not grows:
        return []
    return [f"Each step also adds a part of {joined_words(grows)}: its weight decay has the wrong sign."]


def decay_told(share: float, penalty: str) -> str:
    """What each step takes off the weights beside their gradients."""
    if penalty == "L1":
        return f"Each step also takes {share:.4g} off the size of each weight: an L1 penalty, a choice."
    return f"Each step also takes {share:.4g} times the weights off: weight decay, a choice."


def factor_of(comparison: Comparison, wrong: list[str], is_one: bool) -> str:
    """What a constant of its own says of wrong groups."""
    constants = [comparison.constants[name] for name in wrong]
    if not comparison.scale or any(c is None for c in constants):
        return ""
    factors = [(c or 0.0) / comparison.scale for c in constants]
    if max(factors) - min(factors) > 1e-4 * max(map(abs, factors), default=0.0):
        return ""
    if factors[0] == 0.0:
        return "it never changes" if is_one else "they never change"
    if abs(factors[0] + 1.0) < 1e-4:
        return "it goes the opposite way" if is_one else "they go the opposite way"
    if abs(factors[0] - 1.0) < 1e-4:
        return ""  # what is wrong is beside the gradient
    return f"multiplied by {factors[0]:.4g}, compared with the rest"


TANH_SLOPE = "the square is missing in the slope 1 - a²", "Where a is near -1 tanh is flat. Does your slope say so?"


def for_acts(row: Mistake, acts: set[str]) -> Mistake:
    """A mistake in the words for the activation functions of the layers that are wrong."""
    if "tanh" not in acts or "sigmoid" in acts:
        return row
    if row.id == "A5":
        return row._replace(name=TANH_SLOPE[0], question=TANH_SLOPE[1])
    return row._replace(question=row.question.replace("the sigmoid is", "tanh is"))


def names_of_mistakes(ids: list[str], twins: bool, acts: set[str]) -> str:
    """The mistakes' names and questions, in layers with these activation functions."""
    rows = [for_acts(CATALOGUE[mistake_id], acts) for mistake_id in ids]
    if twins and len(rows) > 1:
        others = joined_words([f"{row.name} ({row.id})" for row in rows[1:]])
        return f"{told(rows[0])}\nIt could also be this: {others}; the numbers are the same."
    return "\n".join(map(told, rows))


def told(row: Mistake) -> str:
    """A mistake and its question, its id at the end: that is for teachers."""
    return f"{row.sentence} {row.question} ({row.id})"


def line_text(program: Program, file: str, line: int) -> str:
    """A line with its number, and its file where there are several."""
    place = program.files.index(file)
    where = f"line {line}" if program.is_in_one_file() else f"line {line} of {file}"
    return f"{where}, `{program.line(place, line)}`"


def repairs_in_words(program: Program, repairs: list[Repair]) -> str:
    """What was changed, and the result. The message has named the line of the first repair already."""
    parts = []
    for place, repair in enumerate(repairs):
        where = line_text(program, repair.file, repair.line)
        if not repair.new:
            parts.append(f"I left out {where},")
        elif repair.new.startswith("moved "):
            parts.append(f"I moved {where}, {repair.new.removeprefix('moved ')},")
        elif repair.new.startswith(ADDED):
            written, _, other = repair.new.removeprefix(ADDED).partition(", for ")
            parts.append(f"I wrote `{written}` above {where},{f' and {other},' if other else ''}")
        elif repair.new.startswith(ABOVE_LOOP):
            loop, _, written = repair.new.partition(": ")
            parts.append(f"For {where}, I wrote `{written}` {loop},")
        elif place == 0:
            parts.append(f"I wrote `{repair.new}` in its place,")
        else:
            parts.append(f"In {where}, I wrote `{repair.new}`,")
    text = "\n".join(parts)
    return f"{text}\nand ran your program again: every gradient is right, on four different examples."


def order_matters(program: Program, repair: Repair, line: tuple[str, int] | None) -> str:
    """What a statement in the wrong place does; the error goes back in `line`."""
    where = f", in {line_text(program, *line)}" if line and line[1] != repair.line else ""
    return (
        f"In {line_text(program, repair.file, repair.line)}, the weights change before the error goes back through"
        f" them{where}. The error must go back through the weights that made the prediction."
    )


def line_and_names(
    program: Program, line: tuple[str, int] | None, ids: list[str], repairs: list[Repair], twins: bool, acts: set[str]
) -> str:
    """The line, and the mistakes' names and questions; `twins` are those that have the same numbers."""
    parts = []
    if repairs and repairs[0].new.startswith((MOVED, ADDED)) and "X6" in ids:
        parts.append(order_matters(program, repairs[0], line))
    elif line is not None and repairs:
        parts.append(f"Look at {line_text(program, *line)}.")
    elif line is not None:
        parts.append(f"The wrong numbers first appear in {line_text(program, *line)}.")
    if ids:
        parts.append(names_of_mistakes(ids, twins, acts))
    else:
        known = "It is none of the mistakes that I know by name." if repairs else "I don't recognise this mistake."
        parts.append(known)
    return "\n".join(parts)
