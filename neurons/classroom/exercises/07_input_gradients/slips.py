"""Beginners' slips in exercise 07."""

from neurons.classroom.exercises.course_neuron import KEPT, CourseNeuron, products
from neurons.classroom.exercises.slips import RETURNED, Slips, neuron_of

slips = Slips()
NAMES = KEPT
BASE = CourseNeuron
ORDER = {  # what is checked, first to last, and under which name
    "gradients": "gradients",
    "bias_gradient": "bias_gradient",
    RETURNED: "what backward_pass returns",
}
WEIGHTS, BIAS = [2.0, -1.0, 0.5], 0.4
PASSES = (([0.7, 0.3, -1.2], 1.5), ([-0.6, 1.9, 1.4], -0.8))


def seen(part, answer, look):
    neuron = neuron_of(answer, WEIGHTS, BIAS)
    for inputs, output_gradient in PASSES:
        neuron.forward(list(inputs))
        look(lambda given=output_gradient: neuron.backward_pass(given))
        look.at(neuron, "gradients", "bias_gradient")


def right(neuron, output_gradient):
    """The input gradients; the other gradients are stored."""
    return CourseNeuron.backward_pass(neuron, output_gradient)


@slips("backward_pass", "X2")
def returns_the_gradients(self, output_gradient):
    """Your backward_pass returns the gradients of the weights: error * input.

    z = w * i + ... If i grows by 1, by how much does z grow?
    """
    right(self, output_gradient)
    return self.gradients


@slips("backward_pass")
def returns_the_error(self, output_gradient):
    """Your backward_pass returns the error, one number.

    The error is dL/dz. What lies on the way from an input to z?
    """
    right(self, output_gradient)
    return self.bias_gradient


@slips("backward_pass")
def bias_among_them(self, output_gradient):
    """Your list has one number too many: the bias is among the inputs.

    The bias is not an input: no neuron comes before it. Whose gradients does the list hold?
    """
    return [*right(self, output_gradient), self.bias_gradient]


@slips("backward_pass")
def divided(self, output_gradient):
    """Your input gradients are divided by the number of inputs.

    Where does the chain rule divide?
    """
    return [gradient / len(self.weights) for gradient in right(self, output_gradient)]


@slips("backward_pass")
def the_weights(self, output_gradient):
    """Your backward_pass returns the weights.

    dz/di is the weight, that is right. What else lies on the way from an input to the loss?
    """
    right(self, output_gradient)
    return list(self.weights)


@slips("backward_pass")
def input_times_weight(self, output_gradient):
    """Your input gradients are input * weight: the error is missing.

    That product is a part of z. If i grows by 1, by how much does z grow, and what else lies on the way to the loss?
    """
    right(self, output_gradient)
    return products(self.weights, self.input_activation)


@slips("backward_pass")
def weight_and_input(self, output_gradient):
    """Your input gradients are error * weight * input.

    z = w * i + ... If i grows by 1, by how much does z grow? Is i itself in that?
    """
    return products(right(self, output_gradient), self.input_activation)


@slips("backward_pass")
def minus(self, output_gradient):
    """Your input gradients have the wrong sign.

    Nothing steps here. Where does the chain rule have a minus?
    """
    return [-gradient for gradient in right(self, output_gradient)]


@slips("backward_pass")
def returns_both(self, output_gradient):
    """Your backward_pass returns both lists, those of the weights and of the inputs.

    The gradients of the weights stay with the neuron, on self. Which list does the neuron before need?
    """
    input_gradients = right(self, output_gradient)
    return self.gradients, input_gradients


@slips("backward_pass")
def gradients_forgotten(self, output_gradient):
    """Your input gradients are right, but self.gradients and self.bias_gradient are not set any more.

    Copy what you wrote in exercise 06: the neuron still needs its own gradients.
    """
    return [self.error_for(output_gradient) * weight for weight in self.weights]


slips.not_returned("backward_pass", right)
slips.in_a_list("backward_pass", right, "input")
