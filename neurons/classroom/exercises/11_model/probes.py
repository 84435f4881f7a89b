"""How exercise 11 is probed."""

from neurons import Model
from neurons.classroom.exercises.checking import case, listed, same
from neurons.classroom.exercises.teaching import layer_of, made_layer, numbers

SIZES = ([2, 1], [2, 2, 1], [2, 3, 2], [3, 3, 3, 3])


def probes(student, rng):
    for sizes in SIZES:
        model = Model([layer_of(rng, *pair) for pair in zip(sizes, sizes[1:], strict=False)])
        inputs, output_gradients = numbers(rng, sizes[0]), numbers(rng, sizes[-1])
        shape = "-".join(map(str, sizes))
        yield case(f"{shape}, inputs {listed(inputs)}, output_gradients {listed(output_gradients)}")
        theirs = student.Model([made_layer(student, layer) for layer in model.layers])
        yield same(
            "what forward returns", theirs.forward(inputs), model.forward(inputs), "the last layer's activations"
        )
        returned = theirs.backward_pass(output_gradients)
        expected = model.backward_pass(output_gradients)
        for name, ours, got in parts(model, theirs):
            yield same(f"{name}.gradients", got.gradients, ours.gradients)
        yield same("what backward_pass returns", returned, expected, "the first layer's input gradients")
        theirs.step(0.5)
        model.step(0.5)
        for name, ours, got in parts(model, theirs):
            yield same(f"{name}.weights", got.weights, ours.weights, "after a step with learning_rate 0.5")
            yield same(f"{name}.bias", got.bias, ours.bias)


def parts(model, theirs):
    """Each neuron, last layer first: where a backward pass starts."""
    for layer_idx in reversed(range(len(model.layers))):
        neurons = theirs.layers[layer_idx].neurons
        for neuron_idx, neuron in enumerate(model.layers[layer_idx].neurons):
            yield f"layers[{layer_idx}].neurons[{neuron_idx}]", neuron, neurons[neuron_idx]


def diagnosis(student, name):
    from neurons.classroom import diagnose
    from neurons.classroom.exercises.adapters import model_class

    return diagnose(model_class(student))
