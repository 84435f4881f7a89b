"""Beginners' slips in exercise 05."""

from neurons.classroom.exercises.slips import Slips

slips = Slips()
NAMES = {
    "a": "Each a is one of the outputs, with its label y: `for a, y in zip(outputs, label):` takes both.",
    "y": "Each y is one of the label's numbers: `for a, y in zip(outputs, label):` takes it with its output.",
    "n": "How many outputs there are: n = len(outputs).",
}
NUMBERS = (([0.5, 3.0, -1.0], [2.0, -0.7, 0.4]), ([0.3, -2.0], [1.9, 0.6]), ([0.8], [-1.1]))


def seen(part, answer, look):
    for outputs, label in NUMBERS:
        look(lambda a=outputs, y=label: getattr(answer, part)(list(a), list(y)))


def differences(outputs, label):
    """a - y of each output."""
    return [a - y for a, y in zip(outputs, label, strict=True)]


@slips("loss")
def not_squared(outputs, label):
    """Your loss adds up a - y, without the square.

    An output that is 1 too high and one that is 1 too low give 0 together. Is nothing wrong then?
    """
    return sum(differences(outputs, label))


@slips("loss")
def label_minus_output(outputs, label):
    """Your loss adds up y - a, without the square.

    An output that is 1 too high and one that is 1 too low give 0 together. Is nothing wrong then?
    """
    return -sum(differences(outputs, label))


@slips("loss")
def absolute(outputs, label):
    """Your loss takes the size of a - y instead of its square.

    Some losses do that. What does the lesson's formula do with a - y?
    """
    return sum(map(abs, differences(outputs, label)))


@slips("loss")
def square_of_the_sum(outputs, label):
    """Your loss adds first, then squares.

    Outputs that are too high and too low cancel. Which comes first, the square or the sum?
    """
    return sum(differences(outputs, label)) ** 2


@slips("loss")
def root(outputs, label):
    """Your loss takes the square root at the end.

    Where does the formula have a root?
    """
    return sum(d * d for d in differences(outputs, label)) ** 0.5


@slips("loss")
def squares_apart(outputs, label):
    """Your loss squares the output and the label apart: a**2 - y**2.

    (a - y)**2 needs its brackets. What is squared, each of the two or their difference?
    """
    return sum(a * a - y * y for a, y in zip(outputs, label, strict=True))


@slips("loss")
def square_of_the_label(outputs, label):
    """Your loss squares the label alone: a - y**2.

    Python squares before it subtracts. Which part has to be in brackets?
    """
    return sum(a - y**2 for a, y in zip(outputs, label, strict=True))


@slips("loss")
def doubled(outputs, label):
    """Your loss multiplies a - y by 2 instead of squaring it.

    `**` is "to the power of", `*` is "times". Which one belongs here?
    """
    return sum(2.0 * d for d in differences(outputs, label))


@slips("loss")
def mean(outputs, label):
    """Your loss is the mean over the outputs.

    Other courses do that, too. This one adds up: what do you divide by?
    """
    return sum(d * d for d in differences(outputs, label)) / len(outputs)


@slips("loss")
def plus_label(outputs, label):
    """Your loss squares a + y.

    When the answer is right, the loss should be 0. Is it?
    """
    return sum((a + y) ** 2 for a, y in zip(outputs, label, strict=True))


@slips("loss")
def no_label(outputs, label):
    """Your loss does not use the label.

    How can it know what is right?
    """
    return sum(a * a for a in outputs)


@slips("loss")
def first_only(outputs, label):
    """Your loss returns after the first output.

    A `return` inside the loop ends it at once. Which line has to come after the loop?

    Your loss is that of the first output alone.
    """
    return differences(outputs, label)[0] ** 2


@slips("loss")
def last_only(outputs, label):
    """Your loss keeps only the last output: each time round, the loop starts anew.

    Do you write `=` in the loop where `+=` belongs?
    """
    return differences(outputs, label)[-1] ** 2


@slips("loss")
def without_the_first(outputs, label):
    """Your loss leaves out the first output.

    Python counts from 0: with which index does your loop begin?
    """
    return sum(d * d for d in differences(outputs, label)[1:])


@slips("loss")
def without_the_last(outputs, label):
    """Your loss leaves out the last output.

    `range(n)` stops before n by itself: where does your loop end?
    """
    return sum(d * d for d in differences(outputs, label)[:-1])


@slips("loss")
def a_list_of_squares(outputs, label):
    """Your loss returns a list of squares; the loss is one number.

    What has to happen to the squares?
    """
    return [d * d for d in differences(outputs, label)]


@slips("output_gradients", "L1")
def no_factor(outputs, label):
    """Your gradients are exactly half of what they should be: a - y.

    The derivative of x**2 is 2 * x. (Where half of the squared error is taken, the 2 goes. Does your loss do that?)
    """
    return differences(outputs, label)


@slips("output_gradients", "L2")
def flipped(outputs, label):
    """Your gradients have the wrong sign: y - a.

    If an output is too high, the loss grows with it. Is its gradient above or below 0?
    """
    return [-2.0 * d for d in differences(outputs, label)]


@slips("output_gradients")
def flipped_without_factor(outputs, label):
    """Your gradients are y - a: the sign is wrong, and a factor is missing.

    The derivative of x**2 is 2 * x, with x = a - y. If an output is too high, is its gradient above or below 0?
    """
    return [-d for d in differences(outputs, label)]


@slips("output_gradients", "L3")
def the_loss_itself(outputs, label):
    """Your gradients are the squares (a - y)**2, the loss itself.

    How steep is x**2 at x? Can a square ever be negative?
    """
    return [d * d for d in differences(outputs, label)]


@slips("output_gradients")
def twice_the_square(outputs, label):
    """Your gradients are 2 * (a - y)**2. The derivative is 2 * (a - y).

    The derivative of x**2 is 2 * x. What becomes of the square?
    """
    return [2.0 * d * d for d in differences(outputs, label)]


@slips("output_gradients")
def twice_the_loss(outputs, label):
    """Your output_gradients returns one number, 2 * loss. The derivative is 2 * (a - y), for each output.

    The derivative of x**2 is 2 * x. What becomes of the square? And what of the sum, for one output?
    """
    return 2.0 * sum(d * d for d in differences(outputs, label))


@slips("output_gradients")
def twice_the_loss_for_each(outputs, label):
    """Your gradients are 2 * loss, the same for each output. The derivative is 2 * (a - y).

    The derivative of x**2 is 2 * x. What becomes of the square? And which output does each gradient belong to?
    """
    return [2.0 * sum(d * d for d in differences(outputs, label)) for _ in outputs]


@slips("output_gradients", "L4")
def sign_lost(outputs, label):
    """Your gradients are never negative: the sign of a - y is lost.

    How does the network know whether an output is too high or too low?
    """
    return [2.0 * abs(d) for d in differences(outputs, label)]


@slips("output_gradients", "L5")
def divided(outputs, label):
    """Your gradients are divided by the number of outputs.

    That belongs to a loss that is a mean. Is yours a mean, or a sum?
    """
    return [2.0 * d / len(outputs) for d in differences(outputs, label)]


@slips("output_gradients", "L6")
def label_forgotten(outputs, label):
    """Your gradients are 2 * a: the label is missing.

    Change the label: does your gradient change?
    """
    return [2.0 * a for a in outputs]


@slips("output_gradients")
def no_brackets(outputs, label):
    """Your gradients are 2 * a - y.

    Python multiplies before it subtracts. Which part has to be in brackets?
    """
    return [2.0 * a - y for a, y in zip(outputs, label, strict=True)]


@slips("output_gradients")
def only_signs(outputs, label):
    """Your gradients are 1 or -1.

    They know the direction. How do they know how far the output is off?
    """
    return [1.0 if d > 0.0 else -1.0 for d in differences(outputs, label)]


@slips("output_gradients")
def two_signs(outputs, label):
    """Your gradients are 2 or -2.

    They know the direction. How do they know how far the output is off?
    """
    return [2.0 if d > 0.0 else -2.0 for d in differences(outputs, label)]


@slips("output_gradients")
def times_output(outputs, label):
    """Your gradients are multiplied by a once more.

    The derivative of x**2 is 2 * x, with x = a - y. Where does the a in front come from?
    """
    return [2.0 * (a - y) * a for a, y in zip(outputs, label, strict=True)]


@slips("output_gradients")
def append_assigned(outputs, label):
    """After its first number your list is None.

    `append` changes the list and returns None. Do you write `gradients = gradients.append(...)`?
    """
    gradients = []
    for difference in differences(outputs, label):
        gradients = gradients.append(2.0 * difference)
    return gradients


def right(outputs, label):
    return [2.0 * d for d in differences(outputs, label)]


slips.not_returned("loss", lambda outputs, label: sum(d * d for d in differences(outputs, label)))
slips.not_returned("output_gradients", right)
slips.in_a_list("output_gradients", right, "output")
