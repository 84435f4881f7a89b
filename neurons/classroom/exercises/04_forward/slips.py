"""Beginners' slips in exercise 04."""

from neurons.classroom.exercises.course_neuron import CourseNeuron, products, sigmoid
from neurons.classroom.exercises.slips import RETURNED, Slips, neuron_of

slips = Slips()
NAMES = {
    "z": "Work out z first, as in exercise 01: from self.weights, inputs and self.bias.",
    "a": "First set a = sigmoid(z).",
    "w": "The weights belong to the neuron: self.weights.",
    "b": "The bias belongs to the neuron: self.bias.",
    "x": "In this exercise the list is called `inputs`.",
}
BASE = CourseNeuron
ORDER = {  # what is checked, first to last, and under which name
    "linear_activation": "linear_activation",
    "activation": "activation",
    RETURNED: "what forward returns",
    "input_activation": "input_activation",
}
WEIGHTS, BIAS = [2.0, -1.0, 0.5], 0.4
INPUTS = ([0.7, 0.3, -1.2], [-0.6, 1.9, 1.4])


def seen(part, answer, look):
    neuron = neuron_of(answer, WEIGHTS, BIAS)
    for inputs in INPUTS:
        look(lambda inputs=inputs: neuron.forward(list(inputs)))
        look.at(neuron, "input_activation", "linear_activation", "activation")


def weighted_sum(neuron, inputs):
    """z without the bias."""
    return sum(products(neuron.weights, inputs))


@slips("forward")
def returns_z(self, inputs):
    """Your forward stores the right numbers, and returns z.

    What does the next neuron get to see: z or the activation?
    """
    self.keep(inputs, weighted_sum(self, inputs) + self.bias)
    return self.linear_activation


@slips("forward")
def returns_all(self, inputs):
    """Your forward returns z and the activation together.

    z is stored on self, for the backward pass. What alone does the next neuron need?
    """
    self.keep(inputs, weighted_sum(self, inputs) + self.bias)
    return self.linear_activation, self.activation


@slips("forward", "F2")
def no_bend(self, inputs):
    """Your activation is z: the sigmoid is missing.

    z is the sum. What makes the activation of it?
    """
    self.keep(inputs, weighted_sum(self, inputs) + self.bias)
    self.activation = self.linear_activation
    return self.activation


@slips("forward")
def z_as_activation(self, inputs):
    """Your forward returns the right number, but stores z as the activation.

    self.activation should be what is returned.
    """
    self.keep(inputs, weighted_sum(self, inputs) + self.bias)
    self.activation = self.linear_activation
    return sigmoid(self.linear_activation)


@slips("forward")
def activation_as_z(self, inputs):
    """Your linear_activation holds the activation, after the sigmoid.

    linear_activation is z, before the bend. Do you store it one line too late?
    """
    self.keep(inputs, weighted_sum(self, inputs) + self.bias)
    self.linear_activation = self.activation
    return self.activation


@slips("forward")
def bent_twice(self, inputs):
    """Your forward takes the sigmoid twice.

    How many calls of sigmoid lie between z and what is returned?
    """
    self.keep(inputs, weighted_sum(self, inputs) + self.bias)
    self.activation = sigmoid(self.activation)
    return self.activation


@slips("forward")
def each_product_bent(self, inputs):
    """Your forward takes the sigmoid of each product.

    What comes first: adding up, or the bend? A neuron bends its sum, once.
    """
    self.keep(inputs, weighted_sum(self, inputs) + self.bias)
    self.activation = sum(map(sigmoid, products(self.weights, inputs))) + self.bias
    return self.activation


@slips("forward", "F1")
def no_bias(self, inputs):
    """Your linear_activation leaves out the bias.

    What should z be if all inputs are 0?
    """
    self.keep(inputs, weighted_sum(self, inputs))
    return self.activation


@slips("forward")
def stored_before_the_bias(self, inputs):
    """Your activation is right, but linear_activation is stored before the bias is added.

    Which line comes first in your forward: the one that stores z, or the one that adds the bias?
    """
    self.keep(inputs, weighted_sum(self, inputs) + self.bias)
    self.linear_activation -= self.bias
    return self.activation


@slips("forward", "F1")
def bias_twice(self, inputs):
    """Your linear_activation has the bias twice.

    Does the sum begin with the bias, and is it added again at the end?
    """
    self.keep(inputs, weighted_sum(self, inputs) + 2.0 * self.bias)
    return self.activation


@slips("forward")
def bias_in_the_loop(self, inputs):
    """Your linear_activation has the bias once for each input.

    Is the bias inside the loop? How often should it count?
    """
    self.keep(inputs, weighted_sum(self, inputs) + len(inputs) * self.bias)
    return self.activation


@slips("forward")
def skips_the_first(self, inputs):
    """Your linear_activation leaves out the first product.

    Python counts from 0: with which index does your loop begin?
    """
    self.keep(inputs, sum(products(self.weights, inputs)[1:]) + self.bias)
    return self.activation


@slips("forward")
def skips_the_last(self, inputs):
    """Your linear_activation leaves out the last product.

    `range(n)` stops before n by itself: where does your loop end?
    """
    self.keep(inputs, sum(products(self.weights, inputs)[:-1]) + self.bias)
    return self.activation


@slips("forward")
def keeps_the_last(self, inputs):
    """Your linear_activation holds only the last product: each time round, the loop starts anew.

    Do you write `=` or `=+` in the loop where `+=` belongs?
    """
    self.keep(inputs, products(self.weights, inputs)[-1] + self.bias)
    return self.activation


@slips("forward")
def returns_in_the_loop(self, inputs):
    """Your forward ends after the first product.

    A `return` inside the loop ends it at once. Which lines have to come after the loop?

    You use only the first weight and the first input.
    """
    self.keep(inputs, products(self.weights, inputs)[0] + self.bias)
    return self.activation


@slips("forward")
def first_product_alone(self, inputs):
    """Your linear_activation holds the first product, without the bias.

    A `return` inside the loop ends it at once. Which lines have to come after the loop?

    You use only the first weight and the first input, and no bias.
    """
    self.keep(inputs, products(self.weights, inputs)[0])
    return self.activation


@slips("forward")
def no_weights(self, inputs):
    """Your linear_activation adds up the inputs: you left out the weights.

    Each input counts as much as its weight says. What does the formula of exercise 01 do with the two?
    """
    self.keep(inputs, sum(inputs) + self.bias)
    return self.activation


@slips("forward")
def only_the_inputs(self, inputs):
    """Your linear_activation adds up the inputs: the weights are missing, and so is the bias.

    Each input counts as much as its weight says. And what is z if all inputs are 0?
    """
    self.keep(inputs, sum(inputs))
    return self.activation


@slips("forward")
def sum_goes_on(self, inputs):
    """Your first pass is right. The second adds to the sum of the first.

    Where is the sum set back to 0 before the next example?
    """
    self.keep(inputs, getattr(self, "linear_activation", 0.0) + weighted_sum(self, inputs) + self.bias)
    return self.activation


@slips("forward")
def stores_nothing(self, inputs):
    """Your forward returns the right number, and stores nothing.

    A name without `self.` is forgotten when the method ends. Which three numbers does the backward pass need?
    """
    return sigmoid(weighted_sum(self, inputs) + self.bias)


@slips("forward")
def inputs_not_stored(self, inputs):
    """Your forward does not store the inputs.

    The backward pass will ask what came in. Under which name does the lesson keep it?
    """
    self.keep(inputs, weighted_sum(self, inputs) + self.bias)
    del self.input_activation
    return self.activation


@slips("forward")
def z_not_stored(self, inputs):
    """Your forward does not store z.

    The backward pass will ask where on the curve the neuron was. Under which name does the lesson keep z?
    """
    self.keep(inputs, weighted_sum(self, inputs) + self.bias)
    del self.linear_activation
    return self.activation


@slips("forward")
def activation_not_stored(self, inputs):
    """Your forward returns the activation, and does not store it.

    Under which name does the lesson keep it?
    """
    self.keep(inputs, weighted_sum(self, inputs) + self.bias)
    a = self.activation
    del self.activation
    return a


@slips("forward")
def stores_the_weights(self, inputs):
    """Your input_activation holds the weights.

    What came into the neuron?
    """
    self.keep(inputs, weighted_sum(self, inputs) + self.bias)
    self.input_activation = list(self.weights)
    return self.activation


@slips("forward")
def stores_the_products(self, inputs):
    """Your input_activation holds the products weight times input.

    What came into the neuron, before it was multiplied?
    """
    self.keep(inputs, weighted_sum(self, inputs) + self.bias)
    self.input_activation = products(self.weights, inputs)
    return self.activation


@slips("forward")
def stores_the_last_input(self, inputs):
    """Your input_activation holds one number, the last input.

    Do you store it inside the loop? What is kept is the whole list.
    """
    self.keep(inputs, weighted_sum(self, inputs) + self.bias)
    self.input_activation = inputs[-1]
    return self.activation


slips.not_returned("forward", CourseNeuron.forward)
