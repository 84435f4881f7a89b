"""Beginners' slips in exercise 08."""

from math import copysign

from neurons.classroom.exercises.course_neuron import CourseNeuron
from neurons.classroom.exercises.slips import Slips, neuron_of

slips = Slips()
NAMES = {
    "lr": "In this exercise it is called `learning_rate`.",
    "rate": "In this exercise it is called `learning_rate`.",
    "w": "The weights belong to the neuron: self.weights.",
    "b": "The bias belongs to the neuron: self.bias.",
    "error": "The step needs no error: it is in self.gradients already.",
    "output_gradient": "The step needs no output_gradient: it is in self.gradients already.",
}
BASE = CourseNeuron
ORDER = {"weights": "weights", "bias": "bias"}  # what is checked, first to last, and under which name
WEIGHTS, BIAS = [2.0, -1.0, 0.5], 0.4
STEPS = (([0.7, 0.3, -1.2], -0.8, 0.5), ([-0.6, 1.9, 1.4], 1.5, 0.2))


def seen(part, answer, look):
    neuron = neuron_of(answer, WEIGHTS, BIAS)
    for gradients, bias_gradient, learning_rate in STEPS:
        neuron.gradients, neuron.bias_gradient = list(gradients), bias_gradient
        look.runs(lambda rate=learning_rate: neuron.step(rate))
        look.at(neuron, "weights", "bias")


def step_with(neuron, learning_rate, move, move_bias=None):
    """Each weight becomes move(weight, gradient), and the bias move_bias(bias, its gradient), or what is right."""
    neuron.weights = [move(w, g) for w, g in zip(neuron.weights, neuron.gradients, strict=True)]
    step_bias(neuron, learning_rate, move_bias)


def step_bias(neuron, learning_rate, move_bias=None):
    neuron.bias = (move_bias or (lambda b, g: b - learning_rate * g))(neuron.bias, neuron.bias_gradient)


@slips("step")
def weights_stay(self, learning_rate):
    """w[0] did not move, nor did any other weight. The bias did.

    In a loop over the weights, `weight -= ...` changes the name `weight`, not the list. How do you reach into the list?
    """
    step_bias(self, learning_rate)


@slips("step")
def nothing_moves(self, learning_rate):
    """w[0] did not move, nor did anything else.

    Where does your step put the new numbers? A name without `self.` is forgotten when the method ends.
    """


@slips("step")
def only_w0(self, learning_rate):
    """w[0] moved, w[1] did not.

    Does your loop end after its first turn, by a `return`? Or does an index stay at 0?

    You move only the first weight.
    """
    self.weights[0] -= learning_rate * self.gradients[0]


@slips("step")
def only_w0_and_the_bias(self, learning_rate):
    """w[0] and the bias moved, w[1] did not.

    Does your loop end after its first turn? Or does an index stay at 0?

    You move only the first weight, and the bias.
    """
    self.weights[0] -= learning_rate * self.gradients[0]
    step_bias(self, learning_rate)


@slips("step")
def w0_stays(self, learning_rate):
    """w[0] did not move.

    Python counts from 0: with which index does your loop begin?
    """
    first = self.weights[0]
    step_with(self, learning_rate, lambda w, g: w - learning_rate * g)
    self.weights[0] = first


@slips("step")
def the_last_stays(self, learning_rate):
    """The last weight did not move.

    `range(n)` stops before n by itself: where does your loop end?
    """
    last = self.weights[-1]
    step_with(self, learning_rate, lambda w, g: w - learning_rate * g)
    self.weights[-1] = last


@slips("step", "S3")
def the_bias_stays(self, learning_rate):
    """The weights moved. The bias did not.

    Which of the neuron's gradients have you not used yet?
    """
    bias = self.bias
    step_with(self, learning_rate, lambda w, g: w - learning_rate * g)
    self.bias = bias


@slips("step", "S1")
def uphill(self, learning_rate):
    """Your weights and your bias go the wrong way: with the gradient.

    A gradient above 0 says that the loss grows with this weight. Should the weight grow?
    """
    step_with(self, learning_rate, lambda w, g: w + learning_rate * g, lambda b, g: b + learning_rate * g)


@slips("step")
def weights_uphill(self, learning_rate):
    """Your bias goes the right way, your weights go the wrong way: with the gradient.

    Which sign is in front of learning_rate in each of your two lines?
    """
    step_with(self, learning_rate, lambda w, g: w + learning_rate * g)


@slips("step")
def bias_uphill(self, learning_rate):
    """Your weights go the right way, your bias goes the wrong way: with its gradient.

    Which sign is in front of learning_rate in each of your two lines?
    """
    step_with(self, learning_rate, lambda w, g: w - learning_rate * g, lambda b, g: b + learning_rate * g)


@slips("step", "S2")
def no_rate(self, learning_rate):
    """Your step does not use the learning rate.

    Double the learning rate: does your step double?
    """
    step_with(self, learning_rate, lambda w, g: w - g, lambda b, g: b - g)


@slips("step")
def weights_without_rate(self, learning_rate):
    """Your weights move without the learning rate. The bias uses it.

    Double the learning rate: which of your steps doubles?
    """
    step_with(self, learning_rate, lambda w, g: w - g)


@slips("step")
def bias_without_rate(self, learning_rate):
    """Your bias moves without the learning rate. The weights use it.

    Double the learning rate: which of your steps doubles?
    """
    step_with(self, learning_rate, lambda w, g: w - learning_rate * g, lambda b, g: b - g)


@slips("step", "S2")
def rate_squared(self, learning_rate):
    """Your step multiplies by the learning rate twice.

    Halve the learning rate: does your step halve?
    """
    rate = learning_rate**2
    step_with(self, learning_rate, lambda w, g: w - rate * g, lambda b, g: b - rate * g)


@slips("step")
def divided_by_rate(self, learning_rate):
    """Your step divides by the learning rate.

    A larger learning rate should make a larger step. Does it?
    """
    step_with(self, learning_rate, lambda w, g: w - g / learning_rate, lambda b, g: b - g / learning_rate)


@slips("step")
def replaced(self, learning_rate):
    """Your weights and your bias become -learning_rate * gradient: what they were is lost.

    `=-` is not `-=`: Python reads `w =- x` as `w = -x`. Which of the two do you have?
    """
    step_with(self, learning_rate, lambda w, g: -learning_rate * g, lambda b, g: -learning_rate * g)


@slips("step")
def weights_replaced(self, learning_rate):
    """Your weights become -learning_rate * gradient: what they were is lost. The bias is right.

    `=-` is not `-=`: Python reads `w =- x` as `w = -x`. Which of the two do you have?
    """
    step_with(self, learning_rate, lambda w, g: -learning_rate * g)


@slips("step")
def bias_replaced(self, learning_rate):
    """Your bias becomes -learning_rate * gradient: what it was is lost. The weights are right.

    `=-` is not `-=`: Python reads `b =- x` as `b = -x`. Which of the two do you have?
    """
    step_with(self, learning_rate, lambda w, g: w - learning_rate * g, lambda b, g: -learning_rate * g)


@slips("step")
def become_the_step(self, learning_rate):
    """Your weights and your bias become learning_rate * gradient: what they were is lost.

    How far a weight moves is one thing, where it ends another. What is subtracted from what?
    """
    step_with(self, learning_rate, lambda w, g: learning_rate * g, lambda b, g: learning_rate * g)


@slips("step")
def only_the_rate(self, learning_rate):
    """Every number moves by the learning rate, whatever its gradient is.

    Which gradient belongs to each weight, and where does it come in?
    """
    step_with(self, learning_rate, lambda w, g: w - learning_rate, lambda b, g: b - learning_rate)


def rate_of_the_first(values):
    """By how much w[0] moves for each unit of its gradient; None where it does not, or by all of it."""
    found = (WEIGHTS[0] - values[0][0]) / STEPS[0][0][0]
    return found if found > 0.0 and abs(found - 1.0) > 1e-6 else None


def size_of_the_first(values):
    """How far w[0] moves; None where it stays."""
    return abs(values[0][0] - WEIGHTS[0]) or None


@slips("step", "S2", fitted=rate_of_the_first)
def own_rate(self, learning_rate, rate=0.1):
    """Your step has its own learning rate, always the same.

    Double the learning_rate that the method is given: does your step double?
    """
    step_with(self, learning_rate, *[lambda number, g: number - rate * g] * 2)


@slips("step")
def rate_and_sign(self, learning_rate):
    """Every number moves by the learning rate, against the sign of its gradient.

    A steep slope makes a large step: yours is always the same size. By what does the lesson multiply the learning rate?
    """
    step_with(self, learning_rate, *[lambda number, g: number - copysign(learning_rate, g)] * 2)


@slips("step", fitted=size_of_the_first)
def the_same_size(self, learning_rate, size=0.1):
    """Every number moves against the sign of its gradient, and always equally far.

    A steep slope makes a large step: yours is always the same size. Which two numbers does the lesson multiply?
    """
    step_with(self, learning_rate, *[lambda number, g: number - copysign(size, g)] * 2)


@slips("step", fitted=size_of_the_first)
def always_down(self, learning_rate, size=0.1):
    """Every number gets smaller by the same amount, whatever its gradient is.

    A steep slope makes a large step, and the sign says where to. Which two numbers does the lesson multiply?
    """
    step_with(self, learning_rate, *[lambda number, g: number - size] * 2)


@slips("step")
def times_the_weight(self, learning_rate):
    """Your weights move by learning_rate * gradient * weight.

    Which two numbers does the lesson multiply?
    """
    step_with(self, learning_rate, lambda w, g: w - learning_rate * g * w)


@slips("step")
def scaled(self, learning_rate):
    """Your weights are multiplied by (1 - learning_rate): the gradients are not used.

    What does the lesson subtract from the weight?
    """
    step_with(self, learning_rate, lambda w, g: w - learning_rate * w)


@slips("step")
def bias_in_the_loop(self, learning_rate):
    """Your bias moves once for each weight.

    Is the line of the bias inside the loop?
    """
    times = len(self.weights)
    step_with(self, learning_rate, lambda w, g: w - learning_rate * g, lambda b, g: b - times * learning_rate * g)


@slips("step")
def bias_by_the_last_gradient(self, learning_rate):
    """Your bias moves by the gradient of the last weight.

    Which name does your loop leave behind? The bias has its own gradient.
    """
    last = self.gradients[-1]
    step_with(self, learning_rate, lambda w, g: w - learning_rate * g, lambda b, g: b - learning_rate * last)


@slips("step")
def bias_by_the_first_gradient(self, learning_rate):
    """Your bias moves by the gradient of the first weight.

    The bias has its own gradient. Under which name is it kept?
    """
    first = self.gradients[0]
    step_with(self, learning_rate, lambda w, g: w - learning_rate * g, lambda b, g: b - learning_rate * first)


@slips("step")
def all_by_the_bias_gradient(self, learning_rate):
    """Your weights move by the gradient of the bias.

    Each weight has a gradient of its own. Under which name are they kept?
    """
    of_bias = self.bias_gradient
    step_with(self, learning_rate, lambda w, g: w - learning_rate * of_bias)


@slips("step")
def all_by_the_first_gradient(self, learning_rate):
    """Your weights all move by the first gradient.

    Which index moves in your loop, and which one stays at 0?
    """
    first = self.gradients[0]
    step_with(self, learning_rate, lambda w, g: w - learning_rate * first)


@slips("step")
def divided(self, learning_rate):
    """Your step is divided by the number of weights.

    What does the lesson multiply the gradient by?
    """
    num = len(self.weights)
    step_with(self, learning_rate, lambda w, g: w - learning_rate * g / num)


@slips("step")
def list_replaced_in_the_loop(self, learning_rate):
    """Your weights are one number after the first turn of the loop: the list is gone.

    Do you write `self.weights = ...` in the loop where `self.weights[i] = ...` belongs?
    """
    for i in range(len(self.weights)):
        self.weights = self.weights[i] - learning_rate * self.gradients[i]
    self.bias -= learning_rate * self.bias_gradient


@slips("step")
def a_single_weight(self, learning_rate):
    """Your weights are one number now: the list is gone.

    Do you write `self.weights = ...` in the loop where `self.weights[i] = ...` belongs?
    """
    step_with(self, learning_rate, lambda w, g: w - learning_rate * g)
    self.weights = self.weights[-1]
