"""How exercise 11 is probed."""

from neurons import Model
from neurons.classroom.exercises.events import Expect, Given
from neurons.classroom.exercises.samples import sample_layer, student_layer
from neurons.classroom.numbers import numbers_text, small_numbers

SIZES = ([2, 1], [2, 2, 1], [2, 3, 2], [3, 3, 3, 3])


def probes(student, rng):
    for sizes in SIZES:
        model = Model([sample_layer(rng, *pair) for pair in zip(sizes, sizes[1:], strict=False)])
        inputs, output_gradients = small_numbers(rng, sizes[0]), small_numbers(rng, sizes[-1])
        shape = "-".join(map(str, sizes))
        yield Given(f"{shape}, inputs {numbers_text(inputs)}, output_gradients {numbers_text(output_gradients)}")
        theirs = student.Model([student_layer(student, layer) for layer in model.layers])
        yield Expect(
            "what forward returns", theirs.forward(inputs), model.forward(inputs), "the last layer's activations"
        )
        returned = theirs.backward_pass(output_gradients)
        expected = model.backward_pass(output_gradients)
        for name, ours, got in parts(model, theirs):
            yield Expect(f"{name}.gradients", got.gradients, ours.gradients)
        yield Expect("what backward_pass returns", returned, expected, "the first layer's input gradients")
        theirs.step(0.5)
        model.step(0.5)
        for name, ours, got in parts(model, theirs):
            yield Expect(f"{name}.weights", got.weights, ours.weights, "after a step with learning_rate 0.5")
            yield Expect(f"{name}.bias", got.bias, ours.bias)


def parts(model, theirs):
    """Each neuron, last layer first: where a backward pass starts."""
    for layer_idx in reversed(range(len(model.layers))):
        neurons = theirs.layers[layer_idx].neurons
        for neuron_idx, neuron in enumerate(model.layers[layer_idx].neurons):
            yield f"layers[{layer_idx}].neurons[{neuron_idx}]", neuron, neurons[neuron_idx]


def diagnosis(student, name):
    from neurons.classroom.diagnosis.diagnose import diagnose
    from neurons.classroom.exercises.proxies import model_class

    return diagnose(model_class(student))
