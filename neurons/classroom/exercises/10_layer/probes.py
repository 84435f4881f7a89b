"""How exercise 10 is probed."""

from neurons.classroom.exercises.events import Expect, Given
from neurons.classroom.exercises.samples import sample_layers, student_layer, whole_rounds
from neurons.classroom.numbers import numbers_text


def probes(student, rng):
    finished = []
    for layer, text in sample_layers(rng):
        theirs = student_layer(student, layer)

        def parts(layer=layer, theirs=theirs):
            for neuron_idx, (neuron, got) in enumerate(zip(layer.neurons, theirs.neurons, strict=True)):
                yield f"neurons[{neuron_idx}]", neuron, got

        def how(layer=layer):
            columns = [[neuron.input_gradients[i] for neuron in layer.neurons] for i in range(layer.num_inputs)]
            return numbers_text([" + ".join(f"{gradient:.4g}" for gradient in column) for column in columns])

        yield from whole_rounds(theirs, layer, (layer.num_inputs, layer.num_neurons), rng, text, parts, how)
        finished.append(parts)
    yield Given("several layers, one after the other; then the first is looked at again")
    for name, neuron, got in finished[0]():
        yield Expect(f"{name}.weights", got.weights, neuron.weights)
        yield Expect(f"{name}.gradients", got.gradients, neuron.gradients)


def diagnosis(student, name):
    from neurons.classroom.diagnosis.diagnose import diagnose
    from neurons.classroom.exercises.proxies import layer_class

    return diagnose(layer_class(student))
