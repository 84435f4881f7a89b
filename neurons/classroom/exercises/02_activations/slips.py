"""Beginners' slips in exercise 02."""

from math import exp, log1p, tanh

from neurons.classroom.exercises.slips import Slips

slips = Slips()
NAMES = {
    "e": "Python has no `e`: write exp(-z).",
    "x": "In this exercise the number is called `z`.",
    "a": "a is what you work out here: return it, without looking it up.",
}
NEAR, FAR = (2.0, -1.0, 0.5, -3.0), (1000.0, -1000.0)
FUNCTIONS = {"sigmoid": "sigmoid", "far": "sigmoid", "relu": "relu"}  # by part


def seen(part, answer, look):
    for z in NEAR + FAR if part == "far" else NEAR:
        look(lambda z=z: getattr(answer, FUNCTIONS[part])(z))


def right(z):
    """Without overflow, so that what is wrong below is only what it is about."""
    return 0.5 * (1.0 + tanh(0.5 * z))


@slips("far")
def overflows(z):
    """Your sigmoid is right near 0, and fails at z = -1000: exp(1000) is too large for Python.

    For z below 0 the lesson has a second form. What is the largest number that its exp sees?
    """
    return 1.0 / (1.0 + exp(-z))


@slips("far")
def overflows_above(z):
    """Your sigmoid is right near 0, and fails at z = 1000: exp(1000) is too large for Python.

    This form is good for z below 0. Which form is good for z above 0?
    """
    return exp(z) / (1.0 + exp(z))


@slips("far")
def branches_exchanged(z):
    """Your sigmoid is right near 0, and fails far out on both sides.

    You have both forms of the sigmoid. Is each of them on the right side of your `if`?
    """
    return 1.0 / (1.0 + exp(-z)) if z < 0.0 else exp(z) / (1.0 + exp(z))


@slips("sigmoid")
def of_minus_z(z):
    """Your sigmoid falls where it should rise: it is the sigmoid of -z.

    Which sign does z have inside exp? If you use both forms: is each on the right side of your `if`?
    """
    return 1.0 / (1.0 + exp(z))


@slips("sigmoid")
def no_brackets(z):
    """Your sigmoid gives 1 + exp(-z).

    Python divides before it adds: `1 / 1 + exp(-z)` is (1 / 1) + exp(-z). Which part has to be in brackets?
    """
    return 1.0 / 1.0 + exp(-z)


@slips("sigmoid")
def no_brackets_and_no_minus(z):
    """Your sigmoid gives 1 + exp(z).

    Python divides before it adds: `1 / 1 + exp(z)` is (1 / 1) + exp(z). Which part has to be in brackets? And the sign?
    """
    return 1.0 / 1.0 + exp(z)


@slips("sigmoid")
def no_brackets_of_exp(z):
    """Your sigmoid gives exp(z) + exp(z), or 2 * exp(z).

    Python divides before it adds: `exp(z) / 1 + exp(z)` is (exp(z) / 1) + exp(z). Which part has to be in brackets?
    """
    return exp(z) / 1.0 + exp(z)


@slips("sigmoid")
def no_brackets_in_both_forms(z):
    """Both forms of your sigmoid lack their brackets.

    Python divides before it adds: `1 / 1 + exp(-z)` is (1 / 1) + exp(-z). Which part has to be in brackets, in each?
    """
    return 1.0 / 1.0 + exp(-z) if z >= 0.0 else exp(z) / 1.0 + exp(z)


@slips("sigmoid")
def no_brackets_below(z):
    """Your sigmoid is right for z above 0. Your second form gives exp(z) + exp(z).

    Python divides before it adds: `exp(z) / 1 + exp(z)` is (exp(z) / 1) + exp(z). Which part has to be in brackets?
    """
    return right(z) if z >= 0.0 else exp(z) / 1.0 + exp(z)


@slips("sigmoid")
def z_itself(z):
    """Your sigmoid gives z, as it came in.

    Can your result be larger than 1? What does the formula make of z?
    """
    return z


@slips("sigmoid")
def only_the_exponential(z):
    """Your sigmoid gives exp(-z) alone.

    Can your result be larger than 1? What else does the formula have?
    """
    return exp(-z)


@slips("sigmoid")
def minus_below(z):
    """Your sigmoid gives 1 / (1 - exp(-z)).

    Which sign is below the line? Try z = 0.
    """
    return 1.0 / (1.0 - exp(-z))


@slips("sigmoid")
def no_one_below(z):
    """Your sigmoid gives 1 / exp(-z): the 1 below the line is missing.

    Can your result be larger than 1? A sigmoid's cannot.
    """
    return 1.0 / exp(-z)


@slips("sigmoid")
def whole_division(z):
    """Your sigmoid gives whole numbers.

    `//` drops the decimals. Which sign divides?
    """
    return 1.0 // (1.0 + exp(-z))


@slips("sigmoid")
def a_step(z):
    """Your sigmoid jumps from 0 to 1.

    It should rise smoothly, through 0.5 at z = 0. Do you round, or compare z with 0?
    """
    return 1.0 if z > 0.0 else 0.0


@slips("sigmoid")
def hyperbolic(z):
    """Your sigmoid gives tanh(z), from -1 to 1.

    tanh has the same shape. What is the sigmoid at z = 0?
    """
    return tanh(z)


@slips("sigmoid")
def its_slope(z):
    """Your sigmoid gives its slope, a * (1 - a).

    That comes in exercise 03. Here you need a itself.
    """
    return right(z) * right(-z)


@slips("sigmoid")
def zero_below(z):
    """Your sigmoid gives 0 for every z below 0.

    It must not overflow there, and still has a value: sigmoid(-1) is 0.269. What does the lesson's second form say?
    """
    return right(z) if z >= 0.0 else 0.0


@slips("sigmoid")
def negative_below(z):
    """For z below 0 your sigmoid is negative.

    A sigmoid is always between 0 and 1. What does the lesson's second form say?
    """
    return right(z) if z >= 0.0 else -right(-z)


@slips("sigmoid")
def the_same_for_both_signs(z):
    """For z below 0 your sigmoid gives what it gives for the same z above 0.

    Do you use abs(z)? sigmoid(-2) and sigmoid(2) add up to 1. Which of them is the larger?
    """
    return right(abs(z))


@slips("sigmoid")
def times_z(z):
    """Your sigmoid is multiplied by z.

    What should be above the line?
    """
    return z * right(z)


@slips("sigmoid")
def softplus(z):
    """Your sigmoid gives the logarithm of 1 + exp(z).

    Where does the formula have a logarithm?
    """
    return max(z, 0.0) + log1p(exp(-abs(z)))


def base(values):
    """The number that stands for e, from sigmoid(2) = 1 / (1 + e**-2); None for e itself."""
    found = (1.0 / values[0] - 1.0) ** -0.5
    return found if 1e-6 < abs(found - exp(1.0)) < 0.1 else None


@slips("sigmoid", fitted=base)
def rounded_e(z, e=2.718):
    """Your sigmoid is nearly right: its e has too few digits.

    `from math import exp`: exp(x) is e to the power of x, with all its digits.
    """
    return 1.0 / (1.0 + e**-z)


@slips("sigmoid")
def sigmoid_nothing_below(z):
    """For z below 0 your sigmoid returns nothing: Python gives None.

    Your `if` has a `return`. What is returned when its condition is false?
    """
    return right(z) if z >= 0.0 else None


@slips("relu")
def the_other_way_round(z):
    """Your relu keeps z below 0 and drops it above: the two branches are swapped.

    Which z should pass unchanged?
    """
    return z if z < 0.0 else 0.0


@slips("relu")
def relu_slope(z):
    """Your relu gives 1 where it should give z.

    1 is its slope, which comes in exercise 03. How large is relu(2)?
    """
    return 1.0 if z > 0.0 else 0.0


@slips("relu")
def absolute(z):
    """For z below 0 your relu gives -z.

    That is the absolute value. What should relu(-3) be?
    """
    return abs(z)


@slips("relu")
def unchanged(z):
    """Your relu gives z for every z.

    Where is the bend? What should relu(-3) be?
    """
    return z


@slips("relu", fitted=lambda values: -values[1] if 0.0 < -values[1] < 1.0 else None)
def leaky(z, leak=0.01):
    """Your relu lets a part of z through below 0.

    That is a leaky relu, which exists as well. What does the lesson's formula say for z = -3?
    """
    return z if z > 0.0 else leak * z


@slips("relu", fitted=lambda values: values[0] if 0.5 < values[0] < 2.0 else None)
def clipped(z, largest=1.0):
    """Your relu never goes above a largest number.

    relu has a bend at 0, and no second one: how large is relu(2)?
    """
    return min(max(z, 0.0), largest)


@slips("relu")
def nothing_below(z):
    """For z below 0 your relu returns nothing: Python gives None.

    Your `if` has a `return`. What is returned when its condition is false?
    """
    return z if z > 0.0 else None


@slips("relu")
def minus_one(z):
    """For z below 0 your relu gives -1.

    What does the lesson's formula say for z = -3?
    """
    return z if z > 0.0 else -1.0


@slips("relu")
def at_most_zero(z):
    """Your relu gives 0 for every z.

    What should relu(2) be? If you compare with 0: is it z that you compare?
    """
    return 0.0


@slips("relu")
def at_least_one(z):
    """Your relu never goes below 1.

    `max` takes the larger of two numbers. Which two should it compare?
    """
    return max(z, 1.0)


@slips("relu")
def a_truth_value(z):
    """Your relu returns True or False.

    `z > 0` is a question. Which number is relu if the answer is yes, and which if it is no?
    """
    return z > 0.0


slips.not_returned("sigmoid", right)
slips.not_returned("relu", lambda z: max(0.0, z))
