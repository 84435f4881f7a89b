"""Beginners' slips in exercise 06."""

from neurons.classroom.exercises.course_neuron import KEPT, CourseNeuron, sigmoid
from neurons.classroom.exercises.slips import Slips, neuron_of

slips = Slips()
NAMES = KEPT
BASE = CourseNeuron
ORDER = {"gradients": "gradients", "bias_gradient": "bias_gradient"}  # what is checked, first to last, and its name
WEIGHTS, BIAS = [2.0, -1.0, 0.5], 0.4
PASSES = (([0.7, 0.3, -1.2], 1.5), ([-0.6, 1.9, 1.4], -0.8))


def seen(part, answer, look):
    neuron = neuron_of(answer, WEIGHTS, BIAS)
    for inputs, output_gradient in PASSES:
        neuron.forward(list(inputs))
        look.runs(lambda given=output_gradient: neuron.backward_pass(given))
        look.at(neuron, "gradients", "bias_gradient", "weights", "bias")


def keep(neuron, error, bias_gradient=None):
    """Store the gradients that follow from an error, right or wrong."""
    neuron.gradients = [error * given for given in neuron.input_activation]
    neuron.bias_gradient = error if bias_gradient is None else bias_gradient


@slips("backward_pass")
def returns_in_the_loop(self, output_gradient):
    """Your gradients end after the first weight, and the bias never gets its own.

    A `return` inside the loop ends the whole method. Which lines have to come after the loop?

    Your list holds the gradient of the first weight alone, and the bias never gets its own.
    """
    self.gradients = [self.error_for(output_gradient) * self.input_activation[0]]


@slips("backward_pass")
def grows(self, output_gradient):
    """Your first pass is right. In the second, the list of gradients goes on growing.

    Where does self.gradients start from an empty list again?
    """
    before = getattr(self, "gradients", [])
    keep(self, self.error_for(output_gradient))
    self.gradients = before + self.gradients


@slips("backward_pass")
def adds_to_the_last_pass(self, output_gradient):
    """Your first pass is right. The second adds its gradients to those of the first.

    The gradients belong to one example. Do you write `+=` where `=` belongs?
    """
    before = getattr(self, "gradients", [0.0] * 3)
    keep(self, self.error_for(output_gradient))
    self.gradients = [old + new for old, new in zip(before, self.gradients, strict=True)]


@slips("backward_pass")
def stores_nothing(self, output_gradient):
    """Your backward_pass stores no gradients.

    A name without `self.` is forgotten when the method ends, and so is what is only returned. What does the task say?
    """


@slips("backward_pass")
def no_gradients(self, output_gradient):
    """Your backward_pass stores the gradient of the bias, and none of the weights.

    A name without `self.` is forgotten when the method ends. Is it written `self.gradients`?
    """
    self.bias_gradient = self.error_for(output_gradient)


@slips("backward_pass")
def no_bias_gradient(self, output_gradient):
    """Your backward_pass stores the gradients of the weights, and none of the bias.

    z = ... + b. If b grows by 1, by how much does z grow? Store it as self.bias_gradient.
    """
    keep(self, self.error_for(output_gradient))
    del self.bias_gradient


@slips("backward_pass")
def bias_gradient_in_a_list(self, output_gradient):
    """Your bias_gradient is a list.

    A neuron has one bias, so its gradient is one number. What do the square brackets do?
    """
    keep(self, self.error_for(output_gradient), [self.error_for(output_gradient)])


@slips("backward_pass")
def bias_gradient_of_the_last_weight(self, output_gradient):
    """Your bias_gradient is the gradient of the last weight.

    Which name does your loop leave behind? For the bias, dz/db is not an input.
    """
    keep(self, self.error_for(output_gradient))
    self.bias_gradient = self.gradients[-1]


@slips("backward_pass")
def bias_gradient_is_their_sum(self, output_gradient):
    """Your bias_gradient is the sum of the gradients.

    z = ... + b. If b grows by 1, by how much does z grow?
    """
    keep(self, self.error_for(output_gradient))
    self.bias_gradient = sum(self.gradients)


@slips("backward_pass")
def bias_gradient_of_one(self, output_gradient):
    """Your bias_gradient is 1.

    dz/db is 1, that is right. What else is on the way from the bias to the loss?
    """
    keep(self, self.error_for(output_gradient), 1.0)


@slips("backward_pass")
def divided(self, output_gradient):
    """Your gradients are divided by the number of weights.

    Where does the chain rule divide?
    """
    keep(self, self.error_for(output_gradient))
    self.gradients = [gradient / len(self.weights) for gradient in self.gradients]


@slips("backward_pass")
def one_minus_z(self, output_gradient):
    """Your slope is sigmoid(z) * (1 - z).

    Both factors of the slope have a. `delta_sigmoid` is in this file: what does it take?
    """
    z = self.linear_activation
    keep(self, output_gradient * sigmoid(z) * (1.0 - z))


@slips("backward_pass")
def slope_of_the_output_gradient(self, output_gradient):
    """Your slope is taken at output_gradient.

    Where on its curve was the neuron in the forward pass? It has kept that number.
    """
    keep(self, output_gradient * sigmoid(output_gradient) * sigmoid(-output_gradient))


@slips("backward_pass")
def all_zero(self, output_gradient):
    """All your gradients are 0.

    Which factor is always 0? If you have written `a * 1 - a`: Python multiplies before it subtracts, so that is
    (a * 1) - a.
    """
    keep(self, 0.0)


@slips("backward_pass")
def added(self, output_gradient):
    """Your error is output_gradient + slope.

    What does the chain rule do with the factors on the way?
    """
    keep(self, output_gradient + sigmoid(self.linear_activation) * sigmoid(-self.linear_activation))


@slips("backward_pass")
def no_output_gradient(self, output_gradient):
    """Your gradients do not depend on output_gradient.

    If the loss cared twice as much for this neuron's activation, what would become of its gradients?
    """
    keep(self, sigmoid(self.linear_activation) * sigmoid(-self.linear_activation))


@slips("backward_pass")
def no_brackets(self, output_gradient):
    """Your error is output_gradient * a * 1 - a.

    Python multiplies before it subtracts: `a * 1 - a` is (a * 1) - a. Which part has to be in brackets?
    """
    keep(self, output_gradient * self.activation - self.activation)


@slips("backward_pass")
def no_brackets_in_each(self, output_gradient):
    """Your gradients are output_gradient * a * 1 - a * input.

    Python multiplies before it subtracts: `a * 1 - a` is (a * 1) - a. Which part has to be in brackets?
    """
    a = self.activation
    keep(self, output_gradient * a - a)
    self.gradients = [output_gradient * a - a * given for given in self.input_activation]


@slips("backward_pass")
def minus_activation(self, output_gradient):
    """Your error is output_gradient - a.

    output_gradient is dL/da already: what is right and what is wrong is in it. What does the chain rule multiply it by?
    """
    keep(self, output_gradient - self.activation)


@slips("backward_pass")
def steps_already(self, output_gradient):
    """Your gradients are weight - gradient, as if the weights moved.

    The step comes in exercise 08. What is the gradient itself?
    """
    keep(self, self.error_for(output_gradient))
    self.gradients = [weight - gradient for weight, gradient in zip(self.weights, self.gradients, strict=True)]


@slips("backward_pass")
def divided_by_the_slope(self, output_gradient):
    """Your error is output_gradient divided by the slope.

    What does the chain rule do with the factors on the way?
    """
    keep(self, output_gradient / (sigmoid(self.linear_activation) * sigmoid(-self.linear_activation)))


@slips("backward_pass")
def minus(self, output_gradient):
    """Your gradients have the wrong sign.

    The step goes against the gradient, in exercise 08. Does the gradient itself need a minus?
    """
    keep(self, -self.error_for(output_gradient))


@slips("backward_pass")
def weight_and_input(self, output_gradient):
    """Your gradients are error * weight * input.

    z = w * i + ... If w grows by 1, by how much does z grow? Is w itself in that?
    """
    keep(self, self.error_for(output_gradient))
    self.gradients = [gradient * weight for gradient, weight in zip(self.gradients, self.weights, strict=True)]


@slips("backward_pass")
def sum_of_the_inputs(self, output_gradient):
    """All your weights get the same gradient, made of the sum of the inputs.

    Which input does each weight meet?
    """
    keep(self, self.error_for(output_gradient))
    self.gradients = [sum(self.gradients)] * len(self.weights)


@slips("backward_pass")
def first_input_for_all(self, output_gradient):
    """All your weights get the gradient of the first one.

    Which index moves in your loop, and which one stays at 0?
    """
    keep(self, self.error_for(output_gradient))
    self.gradients = self.gradients[:1] * len(self.weights)


@slips("backward_pass")
def z_for_the_input(self, output_gradient):
    """Your gradients are error * z.

    z is what the neuron made of all its inputs. Which single number came in on each weight?
    """
    keep(self, self.error_for(output_gradient))
    self.gradients = [self.error_for(output_gradient) * self.linear_activation for _ in self.weights]


def right(neuron, output_gradient):
    """The gradients; the bias's is stored."""
    CourseNeuron.backward_pass(neuron, output_gradient)
    return neuron.gradients


def store(neuron, output_gradient, gradients):
    neuron.gradients = gradients


slips.in_a_list("backward_pass", right, "weight", store)
