"""How exercise 10 is probed."""

from neurons.classroom.exercises.samples import by_turns, sample_layer, sample_layers, student_layer, whole_rounds
from neurons.classroom.numbers import numbers_text, small_numbers


def probes(student, rng):
    for layer, text in sample_layers(rng):
        theirs = student_layer(student, layer)

        def parts(layer=layer, theirs=theirs):
            for neuron_idx, (neuron, got) in enumerate(zip(layer.neurons, theirs.neurons, strict=True)):
                yield f"neurons[{neuron_idx}]", neuron, got

        def how(layer=layer):
            columns = [[neuron.input_gradients[i] for neuron in layer.neurons] for i in range(layer.num_inputs)]
            return numbers_text([" + ".join(f"{gradient:.4g}" for gradient in column) for column in columns])

        yield from whole_rounds(theirs, layer, (layer.num_inputs, layer.num_neurons), rng, text, parts, how)
    layers = [sample_layer(rng, 2, 2) for _ in range(2)]
    pairs = [(student_layer(student, layer), layer) for layer in layers]
    yield from by_turns(pairs, [(small_numbers(rng, 2), small_numbers(rng, 2)) for _ in pairs], steps=True)


def diagnosis(student, name):
    from neurons.classroom.diagnosis.diagnose import diagnose
    from neurons.classroom.exercises.proxies import layer_class

    return diagnose(layer_class(student))
