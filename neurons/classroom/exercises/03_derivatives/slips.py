"""Beginners' slips in exercise 03."""

from math import exp, tanh

from neurons.classroom.exercises.slips import Slips

slips = Slips()
NAMES = {
    "a": "First set a = sigmoid(z).",
    "x": "In this exercise the number is called `z`.",
    "relu": "You need no `relu` here: the slope depends on z alone. On which side of 0 is it?",
}
NUMBERS = (2.0, -1.0, 0.5, -3.0, 1.3)
STEPS = (1.0, 0.1, 0.01, 0.001, 0.0001)


def seen(part, answer, look):
    for z in NUMBERS:
        look(lambda z=z: getattr(answer, part)(z))


def sigmoid(z):
    return 0.5 * (1.0 + tanh(0.5 * z))


def difference(z, step):
    return (sigmoid(z + step) - sigmoid(z)) / step


@slips("delta_sigmoid", "A2")
def slope_at_a(z):
    """Your slope is the one at a, not at z: the sigmoid is taken twice.

    delta_sigmoid takes z. How often does your code call sigmoid on the way to a?
    """
    a = sigmoid(sigmoid(z))
    return a * (1.0 - a)


@slips("delta_sigmoid", "A2b")
def shortcut_of_z(z):
    """Your slope is z * (1 - z).

    The formula has a, and a is sigmoid(z). Where does your code compute a?
    """
    return z * (1.0 - z)


@slips("delta_sigmoid")
def one_minus_z(z):
    """Your slope is sigmoid(z) * (1 - z).

    Both factors of the formula have a. What is in your second one?
    """
    return sigmoid(z) * (1.0 - z)


@slips("delta_sigmoid")
def z_times(z):
    """Your slope is z * (1 - sigmoid(z)).

    Both factors of the formula have a. What is in your first one?
    """
    return z * (1.0 - sigmoid(z))


@slips("delta_sigmoid", "A3")
def times_z(z):
    """Your slope has one factor z too many.

    Put z = 0, where the sigmoid is steepest: should the slope be 0 there?
    """
    return z * sigmoid(z) * sigmoid(-z)


@slips("delta_sigmoid", "A4")
def the_activation(z):
    """Your slope is the sigmoid itself.

    a is the height of the curve at z. Is that how steep it is?
    """
    return sigmoid(z)


@slips("delta_sigmoid", "A5")
def only_one_minus_a(z):
    """Your slope is 1 - a: a factor a is missing.

    For z = -3 the sigmoid is nearly flat. Does your slope say so? (If you divide by 1 + exp(-z): is it squared?)
    """
    return 1.0 - sigmoid(z)


@slips("delta_sigmoid")
def no_brackets(z):
    """Your slope is always 0.

    Where is the sigmoid flat? If you have written `a * 1 - a`: Python multiplies before it subtracts, so that is
    (a * 1) - a. Which part has to be in brackets?
    """
    return 0.0


@slips("delta_sigmoid")
def one_plus_a(z):
    """Your slope is a * (1 + a).

    Which sign is in the brackets? For z = 3 the curve is nearly flat.
    """
    a = sigmoid(z)
    return a * (1.0 + a)


@slips("delta_sigmoid")
def minus(z):
    """Your slope has the wrong sign.

    Where z grows, the sigmoid grows. Can its slope be negative?
    """
    return -sigmoid(z) * sigmoid(-z)


@slips("delta_sigmoid")
def a_squared(z):
    """Your slope is a * a.

    What is the second factor of the formula?
    """
    return sigmoid(z) ** 2


@slips("delta_sigmoid")
def added(z):
    """Your slope is always 1.

    The sigmoid is nearly flat far out. If you have written `a + (1 - a)`: which sign does the formula have there?
    """
    return 1.0


@slips("delta_sigmoid")
def of_tanh(z):
    """Your slope is 1 - a * a.

    That is the slope of tanh. What is the formula for the sigmoid?
    """
    return 1.0 - sigmoid(z) ** 2


@slips("delta_sigmoid")
def height_over_z(z):
    """Your slope is sigmoid(z) / z.

    A slope is how much a grows when z grows a little, from where it is. The way from 0 does not tell it.
    """
    return sigmoid(z) / z


@slips("delta_sigmoid", fitted=lambda values: min(STEPS, key=lambda step: abs(difference(2.0, step) - values[0])))
def a_difference(z, step=1.0):
    """Your slope is the difference of two values of the sigmoid, some way apart.

    Between them the curve bends. A slope is the limit for a step that shrinks to 0: the formula gives it exactly.
    """
    return difference(z, step)


@slips("delta_sigmoid")
def of_exp(z):
    """Your slope is that of exp(-z) alone.

    The derivative of 1 / u is -1 / u**2 times the derivative of u. Or shorter: take a, and the lesson's formula.
    """
    return -exp(-z)


@slips("delta_relu", "A6")
def one_everywhere(z):
    """Your slope of relu is 1 everywhere.

    For z below 0 relu is 0, whatever z is. How steep is that?
    """
    return 1.0


@slips("delta_relu", "A8", fitted=lambda values: values[1] if 0.0 < values[1] < 1.0 else None)
def leaky(z, leak=0.01):
    """Below 0 your slope of relu is above 0.

    That is the slope of a leaky relu. For z below 0 relu gives 0, whatever z is. How steep is that?
    """
    return 1.0 if z > 0.0 else leak


@slips("delta_relu", "A9")
def of_the_sigmoid(z):
    """Your slope of relu is that of the sigmoid.

    relu is made of two straight lines. How steep is each of them?
    """
    return sigmoid(z) * sigmoid(-z)


@slips("delta_relu", "A4")
def relu_itself(z):
    """Your slope of relu is relu itself.

    For z above 0, relu(z) = z. If z grows by 1, by how much does relu grow?
    """
    return max(0.0, z)


@slips("delta_relu")
def the_other_way_round(z):
    """Your slope of relu is 1 below 0 and 0 above: the two branches are swapped.

    On which side does relu rise?
    """
    return 1.0 if z < 0.0 else 0.0


@slips("delta_relu")
def of_the_absolute_value(z):
    """Below 0 your slope of relu is -1.

    There, relu gives 0 for any z. How steep is that?
    """
    return 1.0 if z > 0.0 else -1.0


@slips("delta_relu")
def always_zero(z):
    """Your slope of relu is always 0.

    On which side does relu rise, and how steeply? Do you compare the right number with 0?
    """
    return 0.0


@slips("delta_relu")
def nothing_below(z):
    """For z below 0 your delta_relu returns nothing: Python gives None.

    Your `if` has a `return`. What is returned when its condition is false?
    """
    return 1.0 if z > 0.0 else None


@slips("delta_relu")
def a_truth_value(z):
    """Your delta_relu returns True or False.

    `z > 0` is a question. Which number is the slope if the answer is yes, and which if it is no?
    """
    return z > 0.0


slips.not_returned("delta_sigmoid", lambda z: sigmoid(z) * sigmoid(-z))
slips.not_returned("delta_relu", lambda z: 1.0 if z > 0.0 else 0.0)
