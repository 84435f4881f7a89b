"""How exercise 11 is probed."""

from neurons import Model
from neurons.classroom.exercises.samples import sample_layer, student_layer, whole_rounds

SIZES = ([2, 1], [2, 2, 1], [2, 3, 2], [3, 3, 3, 3], [1, 2, 2, 3, 1])


def probes(student, rng):
    for sizes in SIZES:
        model = Model([sample_layer(rng, *pair) for pair in zip(sizes, sizes[1:], strict=False)])
        theirs = student.Model([student_layer(student, layer) for layer in model.layers])

        def parts(model=model, theirs=theirs):
            """Each neuron, last layer first: where a backward pass starts."""
            for layer_idx, layer in reversed(list(enumerate(theirs.layers))):
                for neuron_idx, got in enumerate(layer.neurons):
                    yield f"layers[{layer_idx}].neurons[{neuron_idx}]", model.layers[layer_idx].neurons[neuron_idx], got

        ends = (sizes[0], sizes[-1])
        yield from whole_rounds(
            theirs, model, ends, rng, "-".join(map(str, sizes)), parts, lambda: "the first layer's input gradients"
        )


def diagnosis(student, name):
    from neurons.classroom.diagnosis.diagnose import diagnose
    from neurons.classroom.exercises.proxies import model_class

    return diagnose(model_class(student))
