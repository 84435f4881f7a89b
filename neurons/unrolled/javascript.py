"""The training step as JavaScript, for a page: the same statements, in loops, for a network of any size."""

import json
import re
from pathlib import Path
from typing import TYPE_CHECKING, Any

from neurons.layer import count_parameters
from neurons.optimisers import SGD
from neurons.unrolled import statements as training
from neurons.unrolled.engine import architecture_of_any_size
from neurons.unrolled.statements import ELEMENT, Architecture, Each, Largest, Let, Statement, at_index, layers_of

if TYPE_CHECKING:
    from neurons.model import Model

# Where a neuron's variables lie in its block, as engine.js names them; those of one input each come last.
PLACES = {"z": 0, "a": 1, "output_gradient": 2, "activation_gradient": 3, "error": 4, "w_gradient": 5}
FUNCTIONS = ("exp", "tanh", "log", "log1p", "pow", "sqrt")
OF_MATH = ("abs", "max")  # which are exact everywhere

CHOICE = re.compile(r"(.*) if (.*) else (.*)")


def javascript_source(model: "Model", optimiser: Any = None) -> str:
    """The training of `model` as the text of one JavaScript function, `makeEngine(math)`.

    `math` has exp, tanh, log, log1p, pow and sqrt, such as JavaScript's `Math`; comments in the text say what an engine
    can do. `optimiser` is `SGD()` unless given. The weights are not in the text; of arrays it takes the
    shapes. Raises `NeuronsError` for parts of your own.
    """
    architecture = architecture_of_any_size(model, "be written in JavaScript")
    memory, once, step = training.optimiser_step(SGD() if optimiser is None else optimiser)
    num_parameters = count_parameters(layers_of(architecture))
    writer = Writer(architecture)
    in_step = {"parameter": "parameters[p]", "learning_rate": "learningRate"}
    in_step |= {name: at(num_parameters * i, 1, "p", array="state") for i, name in enumerate(memory)}
    in_step["num_steps"] = f"state[{num_parameters * len(memory)}]"
    first = [] if memory else ["void state; // SGD remembers nothing"]
    if once:
        first.append(f"{in_step['num_steps']} += 1;")
    parts: dict[str, list[str]] = {
        "network": [f"const layers = [{', '.join(layer_literals(model))}];"],
        "numbers_of_loss": list(writer.declarations(training.loss(architecture)).values()),
        "forward": writer.lines(training.forward(architecture)),
        "loss": writer.lines(training.loss(architecture)),
        "backward": writer.lines(training.backward(architecture)),
        "gradients": writer.lines(training.gradients(architecture)),
        "input_gradients": writer.lines(training.input_gradients(architecture)),
        "output": [f"outputs.push({writer.expression('output_a[j]').replace('v[', 'variables[')});"],
        "prediction": [
            f"predictions.push({writer.expression(training.prediction(architecture)).replace('v[', 'unseen[')});"
        ],
        "state_size": [f"stateSize: {num_parameters * len(memory) + bool(once)},"],
        "once_per_step": first + assignments(once, in_step),
        "step": assignments(step, in_step),
    }
    text = " ".join(line for lines in parts.values() for line in lines)
    parts["functions"] = [
        f"const {{ {', '.join(used)} }} = {owner};"
        for owner, names in (("math", FUNCTIONS), ("Math", OF_MATH))
        if (used := [name for name in names if re.search(rf"\b{name}\(", text)])
    ]
    return put_in(Path(__file__).with_name("engine.js").read_text(encoding="utf-8"), parts)


def optimiser_state(model: "Model", optimiser: Any) -> list[float]:
    """What `optimiser` remembers of training `model`, as an engine's `step` keeps it; zeros before its first step."""
    state: list[float] = []
    for name in optimiser.memory:
        for table in model.find_engine().tables_from(getattr(optimiser, name), model):
            for row in table:  # a neuron's, with its bias at the end
                state += map(float, row)
    return state + [float(getattr(optimiser, name)) for name in optimiser.counters]


def layer_literals(model):
    """Each layer as an object: the names of its neurons, and how many inputs they have."""
    for layer in model.layers:
        names = json.dumps([neuron.name for neuron in layer.neurons]).replace("<", "\\u003c")  # may stand in a page
        yield f"{{ neurons: {names}, numInputs: {layer.num_inputs} }}"


def put_in(template, parts):
    """`template` with the lines of each part in place of the comment that names it, at the same indentation."""
    text = []
    for line in template.splitlines():
        indentation, mark, name = line.partition("//: ")
        text += [indentation + part_line for part_line in parts[name]] if mark else [line]
    return "\n".join(text) + "\n"


def assignments(statements, names):
    """Statements of an optimiser, one assignment each; what has no place in `names` is calculated on the way."""
    lines = []
    for target, value in statements:
        value = re.sub(r"\b[a-z]\w*", lambda word: names.get(word[0], word[0]), value)
        lines.append(f"{names[target]} = {value};" if target in names else f"const {target} = {value};")
    return lines


class Writer:
    """Writes statements: p holds the parameters, v the variables, x the inputs, y the label."""

    def __init__(self, architecture: Architecture) -> None:
        self.layers = {}
        parameter = variable = 0
        for layer in layers_of(architecture):
            self.layers[layer.name] = layer.num_inputs, parameter, variable
            parameter += layer.num_neurons * (layer.num_inputs + 1)
            variable += layer.num_neurons * (6 + 2 * layer.num_inputs)
        self.x_gradients = variable

    def lines(self, statements: list[Statement]) -> list[str]:
        """The lines of `statements`."""
        return [line for statement in statements for line in self.lines_of(statement)]

    def lines_of(self, statement: Statement) -> list[str]:
        """The lines of one statement."""
        if isinstance(statement, Let):
            return [f"{self.expression(statement.target)} = {self.expression(statement.value)};"]
        if isinstance(statement, Each):
            if statement.size == 1:
                return self.lines([at_index(inner, statement.over, 0) for inner in statement.statements])
            return loop(statement, self.lines(statement.statements))
        target, term = self.expression(statement.target), self.expression(statement.term)
        if isinstance(statement, Largest):
            return [f"{target} = -Infinity;", *loop(statement, [f"if ({term} > {target}) {target} = {term};"])]
        so_far = statement.target.partition("[")[0]  # a local number is quicker than an element
        lines = [f"{'' if target == so_far else 'let '}{so_far} = 0.0;", *loop(statement, [f"{so_far} += {term};"])]
        if statement.last is not None:
            lines.append(f"{so_far} += {self.expression(statement.last)};")
        return lines if target == so_far else [*lines, f"{target} = {so_far};"]

    def declarations(self, statements: list[Statement]) -> dict[str, str]:
        """The variables of the loss, each with its line: plain numbers, and an array for those of each output."""
        lines: dict[str, str] = {}
        for statement in statements:
            if isinstance(statement, Each):
                lines |= self.declarations(statement.statements)
                continue
            name, of_each_output, _ = statement.target.partition("[")
            lines[name] = f"const {name} = new Float64Array(numOutputs);" if of_each_output else f"let {name} = 0.0;"
        return lines

    def expression(self, text: str) -> str:
        """An expression, or a target, in JavaScript."""
        choice = CHOICE.fullmatch(text)
        if choice is not None:
            value, condition, other = choice.groups()
            text = f"{condition} ? {value} : {other}"
        return ELEMENT.sub(lambda found: self.element(found[1], re.findall(r"\w+", found[2])), text)

    def element(self, name: str, indices: list[str]) -> str:
        """An element of p, v, x, y, or of an array of the loss."""
        if name == "x_gradient":
            return at(self.x_gradients, 1, indices[0])
        layer, _, quantity = name.partition("_")
        if layer not in self.layers or quantity not in (*PLACES, "w", "b", "b_gradient", "input_gradients"):
            return f"{name}[{indices[0]}]"
        num_inputs, parameter, variable = self.layers[layer]
        if quantity in ("w", "b"):
            return at(parameter, num_inputs + 1, indices[0], f"{indices[1]}" if quantity == "w" else num_inputs, "p")
        place = PLACES.get(quantity, 5 + num_inputs + (quantity == "input_gradients"))
        return at(variable + place, 2 * num_inputs + 6, indices[0], indices[1] if len(indices) > 1 else 0)


def loop(statement, lines):
    """`lines` for each value of the statement's index."""
    index = statement.over
    head = f"for (let {index} = 0; {index} < {statement.size}; {index}++) {{"
    return [head, *[f"  {line}" for line in lines], "}"]


def at(start: int, stride: int, index: str, offset: str | int = 0, array: str = "v") -> str:
    """The element of `array` at `start` + `stride` * `index` + `offset`, with what is known added up."""
    terms = []
    for factor, number in ((stride, index), (1, str(offset))):
        if number.isdigit():
            start += factor * int(number)
        else:
            terms.append(number if factor == 1 else f"{factor} * {number}")
    if start or not terms:
        terms.append(str(start))
    return f"{array}[{' + '.join(terms)}]"
