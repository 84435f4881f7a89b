"""The catalogue: each known mistake with its name, the formula it computes, and a question that leads out of it.

The formulas speak the lesson's language: z and a are a neuron's linear_activation and activation, y its label, x the
inputs of the model.
"""

from typing import NamedTuple

# The order in which a diagnosis looks: the first of these that differs decides.
STAGES = (
    "forward",
    "loss gradient",
    "error",
    "weight gradients",
    "bias gradients",
    "input gradients",
    "batch",
    "step",
    "second call",
)


class Mistake(NamedTuple):
    """One row of the catalogue. A convention is a choice that other courses make: it is named, not failed."""

    id: str
    name: str
    stage: str  # one of STAGES
    formula: str  # what the wrong code computes
    question: str
    convention: bool = False

    def __str__(self) -> str:
        return f"{self.id}: {self.name}"

    @property
    def sentence(self) -> str:
        """The name as a sentence."""
        return f"{self.name[0].upper()}{self.name[1:]}."

    def of_one_neuron(self) -> "Mistake":
        """The same without the layer, for who writes a neuron and knows of no layers yet."""
        return self._replace(name=self.name.partition(" (")[0])


ROWS = (
    Mistake(
        "F1",
        "the bias is not added exactly once",
        "forward",
        "linear_activation without the bias, or with it twice",
        "Give the neuron inputs of 0: is z then its bias?",
    ),
    Mistake(
        "F2",
        "the hidden activation function is missing",
        "forward",
        "activation = linear_activation in the hidden layers",
        "Two linear layers after each other are one. Where does the bend come from?",
    ),
    Mistake(
        "C6",
        "softmax taken twice",
        "forward",
        "softmax(softmax(z))",
        "Your probabilities are too flat. Does the loss take the softmax again, after the model did?",
    ),
    Mistake(
        "C7",
        "softmax over the batch instead of the classes",
        "forward",
        "softmax along axis 0",
        "Add up the probabilities of one example: do they make 1, or do those of one class?",
    ),
    Mistake(
        "L1",
        "the factor 2 is left out",
        "loss gradient",
        "output_gradient = a - y",
        "Everything is exactly half: did you differentiate (a - y)^2 / 2?",
        True,
    ),
    Mistake(
        "L5",
        "the loss is a mean over the outputs",
        "loss gradient",
        "output_gradient = 2 * (a - y) / number of outputs",
        "Everything is divided by the number of outputs: do you take the mean over the outputs where others sum?",
        True,
    ),
    Mistake(
        "L2",
        "the sign is flipped",
        "loss gradient",
        "output_gradient = 2 * (y - a)",
        "Same size, opposite direction: does your step walk uphill?",
    ),
    Mistake(
        "L3",
        "the loss is passed back instead of its gradient",
        "loss gradient",
        "output_gradient = (a - y)**2",
        "The backward pass starts from dL/da. Is that what you gave it, or L itself?",
    ),
    Mistake(
        "L4",
        "the sign of the difference is lost",
        "loss gradient",
        "output_gradient = 2 * abs(a - y)",
        "An output that is too high and one that is too low get the same push: how does the neuron know which way?",
    ),
    Mistake(
        "L6",
        "the label is forgotten",
        "loss gradient",
        "output_gradient = 2 * a",
        "Change the label: does your gradient move?",
    ),
    Mistake(
        "C2",
        "only the diagonal of the softmax Jacobian",
        "loss gradient",
        "error = -y * (1 - a)",
        "Raising one probability lowers the others. Where do the wrong classes get their gradient from?",
    ),
    Mistake(
        "C3",
        "the 1 is not subtracted at the label",
        "loss gradient",
        "error = a",
        "No entry is negative: which output should be pushed up, and where do you use the label?",
    ),
    Mistake(
        "C4",
        "dL/da used as if it were dL/dz",
        "loss gradient",
        "error = -y / a",
        "That is the slope of the loss with respect to a. Where is the slope of the softmax?",
    ),
    Mistake(
        "C5",
        "the factor 2 of the squared error is kept",
        "loss gradient",
        "error = 2 * (a - y)",
        "There is no square in the cross-entropy. Where does your 2 come from?",
    ),
    Mistake(
        "C8",
        "the label is shifted by one class",
        "loss gradient",
        "the 1 of the label at the neighbouring class",
        "Which class does index 0 mean to you, and which to the labels?",
    ),
    Mistake(
        "C1",
        "the slope a * (1 - a) after a cross-entropy",
        "error",
        "error = (a - y) * a * (1 - a)",
        "a - y already contains the slope of the output's activation function. Do you multiply by it once more?",
    ),
    Mistake(
        "L7",
        "the slope of the activation function is missing (output layer)",
        "error",
        "error = output_gradient",
        "From dL/da (output_gradient) to dL/dz (error): which factor is missing?",
    ),
    Mistake(
        "A1",
        "the slope of the activation function is missing (hidden layer)",
        "error",
        "error = output_gradient",
        "From dL/da (output_gradient) to dL/dz (error) in the hidden layer: which factor is missing?",
    ),
    Mistake(
        "A2",
        "the slope is taken at a instead of z",
        "error",
        "activation_gradient = delta_act(activation)",
        "The derivative takes z. Is a not squashed already?",
    ),
    Mistake(
        "A2b",
        "the shortcut for a is applied to z",
        "error",
        "activation_gradient = z * (1 - z)",
        "a * (1 - a) takes a. Which of the two did you give it?",
    ),
    Mistake(
        "A3",
        "an extra factor z in the slope",
        "error",
        "activation_gradient = z * delta_act(z)",
        "Put z = 0, where the sigmoid is steepest: should the slope vanish there?",
    ),
    Mistake(
        "A4",
        "multiplied by the activation, not by its slope",
        "error",
        "activation_gradient = activation: (1 - a) is missing",
        "Is a the slope of the curve, or its height?",
    ),
    Mistake(
        "A5",
        "the factor a is missing in the slope a * (1 - a)",
        "error",
        "activation_gradient = 1 - a",
        "Where a is near 0 the sigmoid is flat. Does your slope say so?",
    ),
    Mistake(
        "A6",
        "the slope of ReLU is 1 everywhere",
        "error",
        "activation_gradient = 1 for every z",
        "For which a of a ReLU is a >= 0 ever false?",
    ),
    Mistake(
        "A7",
        "the gate of ReLU is set by the gradient",
        "error",
        "activation_gradient = 1 if output_gradient > 0 else 0",
        "The gate is set in the forward pass. By which number?",
    ),
    Mistake(
        "A8",
        "the slope of a leaky ReLU for a ReLU",
        "error",
        "activation_gradient = 0.01 where z <= 0",
        "Where z is negative the forward pass gives 0 for any z. What slope has that?",
    ),
    Mistake(
        "A9",
        "the slope of the sigmoid on a layer that has none",
        "error",
        "activation_gradient = sigmoid(z) * (1 - sigmoid(z))",
        "Which activation function did this layer use in the forward pass?",
    ),
    Mistake(
        "A10",
        "the slope of the next layer's activation function",
        "error",
        "activation_gradient = delta_act of the next layer, at z of this one",
        "Which layer does this slope belong to? Is the index off by one?",
    ),
    Mistake(
        "X10",
        "the slope is multiplied in twice",
        "error",
        "error = output_gradient * activation_gradient * activation_gradient",
        "Count the slopes on the way back: how often does each layer's come in?",
    ),
    Mistake(
        "W1",
        "the input is missing in the weight gradients",
        "weight gradients",
        "gradients[i] = error",
        "All weights of the neuron get the same push: what distinguishes them?",
    ),
    Mistake(
        "W2",
        "the weight stands where the input belongs",
        "weight gradients",
        "gradients[i] = error * weights[i]",
        "z = w * i + b. What is dz/dw?",
    ),
    Mistake(
        "W3",
        "the neuron's own activation stands where its input belongs",
        "weight gradients",
        "gradients[i] = error * activation",
        "A weight has two ends. Which end's activation does it multiply?",
    ),
    Mistake(
        "W4",
        "z of the previous layer instead of its activation",
        "weight gradients",
        "gradients[i] = error * linear_activation of the neuron before",
        "What came in on this weight: z of the layer before, or act(z)?",
    ),
    Mistake(
        "W5",
        "the model's inputs in every layer",
        "weight gradients",
        "gradients[i] = error * x[i] in every layer",
        "What are the inputs of the second layer?",
    ),
    Mistake(
        "W6",
        "the weight gradients are transposed",
        "weight gradients",
        "row i of neuron j, where row j of neuron i belongs",
        "In W[j][i], which index is the neuron and which the input?",
    ),
    Mistake(
        "W7",
        "the first or last weight is skipped",
        "weight gradients",
        "range(1, n) or range(n - 1)",
        "One weight never moves: where does your loop begin and end?",
    ),
    Mistake(
        "W8",
        "the neurons share their numbers",
        "weight gradients",
        "[[...]] * n: one list, n times",
        "Change one neuron's weights: do the others change too? Are they the same list?",
    ),
    Mistake(
        "W9",
        "the weight gradients take the output gradient where the error belongs",
        "weight gradients",
        "gradients[i] = output_gradient * input_activation[i]",
        "Your input gradients have the slope, your weight gradients do not. Is it output_gradient here, or error?",
    ),
    Mistake(
        "Bi1",
        "the bias gradient is missing",
        "bias gradients",
        "bias_gradient = 0",
        "The bias never learns: what is dz/db?",
    ),
    Mistake(
        "Bi2",
        "the bias gradient is multiplied by the bias",
        "bias gradients",
        "bias_gradient = error * bias",
        "z = w * i + b. Is dz/db really b?",
    ),
    Mistake(
        "Bi3",
        "one sum for all biases",
        "bias gradients",
        "bias_gradient = the sum of the errors of all neurons",
        "All biases get the same gradient: over which axis do you sum?",
    ),
    Mistake(
        "Bi4",
        "the slope is missing in the bias gradient",
        "bias gradients",
        "bias_gradient = output_gradient",
        "Your weight gradients have the slope, your bias gradient does not. Is it output_gradient here, or error?",
    ),
    Mistake(
        "Bi5",
        "the bias gradient is summed where the weights take the mean",
        "bias gradients",
        "bias_gradient = the sum over the batch",
        "Weights get the mean over the batch. What do the biases get?",
    ),
    Mistake(
        "X1",
        "the weights are left out on the way back",
        "input gradients",
        "input_gradients[i] = error",
        "Is every input equally to blame?",
    ),
    Mistake(
        "X2",
        "the inputs stand where the weights belong",
        "input gradients",
        "input_gradients[i] = error * input_activation[i]",
        "z = w * i + b. What is dz/di?",
    ),
    Mistake(
        "X3",
        "the slope is left out on the way back",
        "input gradients",
        "input_gradients[i] = output_gradient * weights[i]",
        "What goes back through the weights: output_gradient (dL/da), or error (dL/dz)?",
    ),
    Mistake(
        "X4",
        "only one neuron's contribution is kept",
        "input gradients",
        "= where += belongs, or the loop ends after the first",
        "An input feeds every neuron of the layer. How many of them do you hear in the end?",
    ),
    Mistake(
        "X5",
        "the mean over the neurons instead of the sum",
        "input gradients",
        "the sum over the neurons, divided by how many they are",
        "An input moves the loss through all neurons at once. Do the paths add up, or average out?",
    ),
    Mistake(
        "X6",
        "the weights are updated before the error goes back through them",
        "input gradients",
        "input_gradients[i] = error * weights[i] after the step",
        "Which weights made these outputs: the ones before your step, or the ones after it?",
    ),
    Mistake(
        "X7",
        "the weights are not transposed on the way back",
        "input gradients",
        "W @ errors, where W.T @ errors belongs",
        "On the way back, does the sum run over the inputs or over the neurons?",
    ),
    Mistake(
        "X8",
        "the weights are divided by their sum",
        "input gradients",
        "input_gradients[i] = error * weights[i] / sum(weights)",
        "Sharing the error out by weight is a heuristic from a popular book. What does the chain rule say?",
    ),
    Mistake(
        "X9",
        "the backward pass stops after the last layer",
        "input gradients",
        "input_gradients[i] = 0",
        "The layers before get no gradient at all: what do you pass on to them?",
    ),
    Mistake(
        "B1",
        "the sum over the batch",
        "batch",
        "gradients not divided by the number of examples",
        "Everything grows with the number of examples: do you sum over the batch where others take the mean?",
        True,
    ),
    Mistake(
        "B6",
        "divided by the number of features",
        "batch",
        "gradients divided by the number of inputs, not of examples",
        "Everything is divided by the number of inputs: is that the axis of the examples?",
        True,
    ),
    Mistake(
        "B2",
        "divided by the number of examples twice",
        "batch",
        "gradients / number of examples**2",
        "In how many places do you divide by the number of examples?",
    ),
    Mistake(
        "B3",
        "only one example of the batch counts",
        "batch",
        "= where += belongs, or the loop ends after the first",
        "Change the examples of the batch one by one: which of them does your gradient hear?",
    ),
    Mistake(
        "B4",
        "the inputs of the last example for all of them",
        "batch",
        "gradients[i] = mean error * input i of the last example",
        "One memory, many examples: whose inputs does the neuron remember when the backward pass begins?",
    ),
    Mistake(
        "B5",
        "divided by the number of examples again in every layer",
        "batch",
        "divided by the number of examples once more per layer going back",
        "Once is enough: is the error that you pass back divided already?",
    ),
    Mistake(
        "B7",
        "the product of the means, not the mean of the products",
        "batch",
        "gradients[i] = mean error * mean input",
        "When do you average: before you multiply, or after?",
    ),
    Mistake(
        "B9",
        "a step after each example of the batch",
        "batch",
        "each example sees the weights that the one before left",
        "With which weights was the last example of the batch computed?",
    ),
    Mistake(
        "S1",
        "the step adds the gradient",
        "step",
        "weights[i] += learning_rate * gradients[i]",
        "The gradient points uphill. Which way do you go?",
    ),
    Mistake(
        "S2",
        "the learning rate is not applied exactly once",
        "step",
        "weights[i] -= gradients[i], or -= learning_rate**2 * gradients[i]",
        "Double the learning rate: does your step double?",
    ),
    Mistake(
        "S3",
        "the bias takes no step",
        "step",
        "bias stays as it was",
        "Which of the neuron's numbers never move?",
    ),
    Mistake(
        "S4",
        "only the last layer takes a step",
        "step",
        "earlier layers stay",
        "Which layers' weights never move?",
    ),
    Mistake(
        "B8",
        "the gradients of the call before are not cleared",
        "second call",
        "+= without starting from 0",
        "Run the backward pass twice: why is the second answer another one?",
    ),
)

CATALOGUE = {mistake.id: mistake for mistake in ROWS}
