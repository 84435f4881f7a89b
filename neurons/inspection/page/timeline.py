"""The time line of a page: a training that the page makes again, step by step, or looks at here and there."""

import copy
import warnings
from typing import TYPE_CHECKING, Any

from neurons.errors import HealthWarning, LengthError, NeuronsError
from neurons.inspection.page.examples import numbers
from neurons.layer import count_parameters
from neurons.training.steps import numbers_by_name
from neurons.unrolled.javascript import optimiser_state

if TYPE_CHECKING:
    from neurons.training.history import History
    from neurons.training.steps import Steps

STEPS = 1500  # of a training that nobody has done yet: enough for XOR
MOST_LOOKS = 10_000_000  # examples times parameters, in all steps together, to find the step that solved it
CHECKPOINTS = 5
FEW_EPOCHS = 3  # of fewer, the checkpoints lie between, too
MOST_CHECKPOINT_BYTES = 400_000


def epochs_for(num_examples: int, batch_size: int) -> int:
    """How many epochs a training takes for which nothing is said."""
    return max(1, STEPS // -(-num_examples // batch_size))


def train_copy(model, examples, settings) -> "History":
    """The history of a training of a copy of `model`, with all steps; `settings` are those of `fit`."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", HealthWarning)  # the page shows what happens
        return model.copy().fit(examples.inputs, examples.labels, keep=True, progress=False, **settings)


def training_of(history, examples) -> dict[str, Any]:
    """The training of a kept `history` for the page's data: all that it takes to make each step again."""
    steps = history.kept_steps()
    if len(steps.inputs) != examples.total:
        raise LengthError(
            f"the history is that of a training on {len(steps.inputs)} examples but the page has {examples.total}"
        )
    data = {
        "learningRate": steps.learning_rate,
        "batchSize": steps.batch_size,
        "epochs": len(history),
        "order": [],
        "start": numbers(parameters_of(steps.model)),
        "state": numbers(optimiser_state(steps.model, steps.optimiser)) if steps.optimiser else None,
        "events": [],
        "loss": numbers(history.loss),
        "accuracy": numbers(history.accuracy) if history.accuracy else None,
        "solved": None,
        "checkpoints": None,
    }
    if not examples.all_travel or any(of_optimiser(event) for event in steps.events):
        return data | {"checkpoints": checkpoints_of(steps)}
    data["order"] = orders_of(steps)
    data["events"] = [event_data(steps, event) for event in steps.events]
    if len(steps) * len(steps.inputs) * count_parameters(steps.model.layers) <= MOST_LOOKS:
        data["solved"] = solved_at(steps)
    return data


def solved_at(steps: "Steps") -> int | None:
    """The step from which all examples stay right; None if one is wrong at the end."""
    classes = steps.classes
    if classes is None:
        return None

    def all_right(model):
        outputs = steps.engine.outputs_of(model, steps.inputs)
        return steps.engine.num_right(classes, outputs, steps.labels) == len(outputs)

    since = 0 if all_right(steps.model) else None
    for made in steps.each(all_right):
        if not (made.before and made.after):  # before it, weights may have been set by hand
            since = made.step if made.after else None
        elif since is None:
            since = made.step
    return since


def untrained(model, learning_rate) -> dict[str, Any]:
    """A time line that is its start alone: more examples than can travel, and no history of their training."""
    start = numbers(parameters_of(model))
    return {
        "learningRate": learning_rate,
        "batchSize": 1,
        "epochs": 0,
        "order": [],
        "start": start,
        "state": None,
        "events": [],
        "loss": None,
        "accuracy": None,
        "solved": None,
        "checkpoints": [{"step": 0, "epoch": 0, "parameters": start}],
    }


def parameters_of(model) -> list[float]:
    """All weights and biases, in the order of the page's engine: each neuron's bias after its weights."""
    return list(numbers_by_name(model).values())


def orders_of(steps: "Steps") -> list[Any]:
    """The order of the examples: one list for each epoch, or a single one if they are all the same."""
    orders = [[int(example) for example in order] for order in steps.orders]
    return orders[0] if orders and all(order == orders[0] for order in orders) else orders


def of_optimiser(event) -> bool:
    """True if a setting of the optimiser was changed: the page's engine has its settings in its text."""
    return any("." not in name for name in event.changes)


def event_data(steps: "Steps", event) -> dict[str, Any]:
    """A change by hand: the weights that the next step begins with."""
    parameters = parameters_of(steps.model_at(event.step))
    return {"step": event.step, "parameters": numbers(parameters), "text": f"{', '.join(event.changes)} set by hand"}


def checkpoints_of(steps: "Steps") -> list[dict[str, Any]]:
    """The weights at the start, at the end and at some places between: after whole epochs, if there are enough."""
    size = (6 if is_single(steps.model) else 11) * count_parameters(steps.model.layers)
    count = max(2, min(CHECKPOINTS, MOST_CHECKPOINT_BYTES // size))
    unit = steps.steps_per_epoch if len(steps.orders) >= min(FEW_EPOCHS, count - 1) else 1
    last = len(steps) // unit
    checkpoints = []
    for step in sorted({round(last * i / (count - 1)) * unit for i in range(count)}):
        epoch = step // steps.steps_per_epoch
        model = steps.model_at(step)
        parameters = numbers(parameters_of(model), is_single(model))
        checkpoints.append({"step": step, "epoch": epoch, "parameters": parameters})
    return checkpoints


def is_single(model) -> bool:
    """True for a model of float32, whose numbers need half the room."""
    return str(getattr(model.layers[0], "dtype", "")) == "float32"


def settings_for(num_examples, learning_rate, epochs, batch_size, optimiser, seed) -> dict[str, Any]:
    """The settings of `fit` for a training that is yet to be done."""
    if learning_rate is None:
        raise NeuronsError("a page needs a learning_rate, or the history of a fit(..., keep=True)")
    batch_size = 1 if batch_size is None else batch_size
    return {
        "learning_rate": learning_rate,
        "batch_size": batch_size,
        "epochs": epochs_for(num_examples, batch_size) if epochs is None else epochs,
        "optimiser": copy.deepcopy(optimiser),  # which remembers the steps of the model's own training
        "seed": seed,
    }
