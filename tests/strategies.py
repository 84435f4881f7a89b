"""What Hypothesis draws for the tests: numbers, models, inputs that fit them, and labels that fit their loss."""

from hypothesis import strategies as st

from neurons import MSE, BinaryCrossEntropy, Layer, LeakyReLU, Model, SoftmaxCrossEntropy
from neurons.activations import ACTIVATIONS

ZEROS = st.sampled_from([0.0, -0.0])
SLOPES = (0.0, 0.2, 1.0, 1.5, -0.5)
LEAKY = {f"leaky_relu({slope})": LeakyReLU(slope) for slope in SLOPES}  # beside leaky_relu itself
OURS = st.sampled_from(list(ACTIVATIONS.values()))
ANY_ACTIVATION = st.one_of(OURS, OURS, OURS, st.sampled_from(list(LEAKY.values())))


def numbers(largest=3.0, *, zeros=True):
    """Floats within ±largest; with `zeros`, both zeros come often."""
    floats = st.floats(-largest, largest)
    return st.one_of(floats, floats, ZEROS) if zeros else floats.filter(bool)


def lists_of(elements, size):
    """Lists of exactly `size` elements."""
    return st.lists(elements, min_size=size, max_size=size)


@st.composite
def models(
    draw,
    *,
    loss=None,
    act=None,
    output=None,
    num_outputs=None,
    min_layers=1,
    max_layers=4,
    max_width=6,
    weights=None,
    biases=None,
    output_weights=None,
):
    """A `Model` of 1 to 4 layers and widths of 1 to 6.

    `act` and `output` are activations, or None to draw one for each layer; `weights`, `biases` and `output_weights`
    (those of the last layer, its biases included) are strategies. `loss` is `MSE()` unless given.
    """
    weights = numbers() if weights is None else weights
    biases = weights if biases is None else biases
    num_layers = draw(st.integers(min_layers, max_layers))
    sizes = draw(lists_of(st.integers(1, max_width), num_layers + 1))
    if isinstance(loss, BinaryCrossEntropy):
        num_outputs = 1
    if num_outputs is not None:
        sizes[-1] = num_outputs
    layers = []
    for layer_idx in range(num_layers):
        is_output = layer_idx == num_layers - 1
        chosen = (output if is_output else act) or draw(ANY_ACTIVATION)
        layer = Layer(sizes[layer_idx], sizes[layer_idx + 1], chosen, init="zeros")
        for neuron in layer.neurons:
            scaled = is_output and output_weights is not None
            neuron.weights = draw(lists_of(output_weights if scaled else weights, layer.num_inputs))
            neuron.bias = draw(output_weights if scaled else biases)
        layers.append(layer)
    return Model(layers, loss)


def inputs_for(model, elements=None):
    """One example's inputs for `model`."""
    return lists_of(numbers() if elements is None else elements, model.layers[0].num_inputs)


def labels_for(model, elements=None):
    """One example's label for `model`, in each form that its loss takes."""
    num_outputs = model.layers[-1].num_neurons
    if isinstance(model.loss, BinaryCrossEntropy):
        return st.one_of(st.sampled_from([0.0, 1.0, 0, 1]), st.floats(0.0, 1.0), st.floats(0.0, 1.0).map(lambda y: [y]))
    if isinstance(model.loss, SoftmaxCrossEntropy):
        vectors = probability_vectors(num_outputs)
        return vectors if num_outputs == 1 else st.one_of(st.integers(0, num_outputs - 1), vectors)
    assert isinstance(model.loss, MSE)
    return lists_of(numbers(2.0) if elements is None else elements, num_outputs)


def probability_vectors(size):
    """Lists of `size` numbers of at least 0 that sum to 1."""
    parts = lists_of(st.integers(0, 10), size).filter(any)
    return parts.map(lambda counts: [count / sum(counts) for count in counts])


@st.composite
def examples_for(draw, model, min_size=1, max_size=4, elements=None):
    """A batch for `model`: a list of inputs and a list of labels."""
    size = draw(st.integers(min_size, max_size))
    inputs = [draw(inputs_for(model, elements)) for _ in range(size)]
    labels = [draw(labels_for(model)) for _ in range(size)]
    return inputs, labels
