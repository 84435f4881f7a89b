"""Beginners' slips in exercise 01."""

from math import tanh

from neurons.classroom.exercises.slips import Slips

slips = Slips()
NAMES = {
    "w": "In this exercise the list is called `weights`.",
    "x": "In this exercise the list is called `inputs`.",
    "b": "In this exercise it is called `bias`.",
    "i": "Is `i` one of the inputs? The list is called `inputs`. Or an index? `for i in range(len(weights)):` counts.",
    "z": "Before the loop, z needs a value to begin with: z = 0.",
}
FUNCTIONS = {"z": "weighted_sum", "weighted_sum": "weighted_sum"}  # its value; what it does with unequal lengths
EQUAL = (([2.0, -1.0, 0.5], [3.0, 0.7, -1.3], 0.4), ([1.7, 0.3], [-0.6, 2.3], -0.9), ([-0.8], [1.9], 0.6))
UNEQUAL = (([2.0, -1.0, 0.5], [3.0, 0.7], 0.4), ([1.7], [-0.6, 2.3], -0.9))


def seen(part, answer, look):
    for weights, inputs, bias in EQUAL + UNEQUAL if part == "weighted_sum" else EQUAL:
        look(lambda w=weights, i=inputs, b=bias: answer.weighted_sum(list(w), list(i), b))


def products(weights, inputs):
    """Each weight times its input; the rest below is about what is done with them."""
    return [weight * given for weight, given in zip(weights, inputs, strict=True)]


@slips("z")
def returns_in_the_loop(weights, inputs, bias):
    """Your function returns after the first product.

    A `return` inside the loop ends it at once. Which line has to come after the loop?

    You use only the first weight and the first input.
    """
    return products(weights, inputs)[0] + bias


@slips("z")
def returns_the_first_product(weights, inputs, bias):
    """Your function returns the first product, without the bias.

    A `return` inside the loop ends it at once. Which lines have to come after the loop?

    You use only the first weight and the first input, and no bias.
    """
    return products(weights, inputs)[0]


@slips("z")
def bias_in_the_loop(weights, inputs, bias):
    """Your function adds the bias once for each input.

    Is the bias inside the loop? How often should it count?
    """
    return sum(products(weights, inputs)) + len(weights) * bias


@slips("z", "F1")
def no_bias(weights, inputs, bias):
    """Your function leaves out the bias.

    What should z be if all inputs are 0?
    """
    return sum(products(weights, inputs))


@slips("z", "F1")
def bias_twice(weights, inputs, bias):
    """Your function adds the bias twice.

    Does z begin with the bias, and is it added again at the end?
    """
    return sum(products(weights, inputs)) + 2.0 * bias


@slips("z")
def bias_subtracted(weights, inputs, bias):
    """Your function subtracts the bias.

    Which sign does b have in the formula?
    """
    return sum(products(weights, inputs)) - bias


@slips("z")
def bias_multiplied(weights, inputs, bias):
    """Your function multiplies by the bias.

    What does the formula do with b?
    """
    return sum(products(weights, inputs)) * bias


@slips("z")
def skips_the_first(weights, inputs, bias):
    """Your function leaves out the first product.

    Python counts from 0: with which index does your loop begin?
    """
    return sum(products(weights, inputs)[1:]) + bias


@slips("z")
def skips_the_last(weights, inputs, bias):
    """Your function leaves out the last product.

    `range(n)` stops before n by itself: where does your loop end?
    """
    return sum(products(weights, inputs)[:-1]) + bias


@slips("z")
def keeps_the_last(weights, inputs, bias):
    """Your function keeps only the last product: each time round, the loop starts z anew.

    Do you write `z = ...` or `z =+ ...` in the loop where `z += ...` belongs?
    """
    return products(weights, inputs)[-1] + bias


@slips("z")
def keeps_the_last_without_bias(weights, inputs, bias):
    """Your function returns the last product alone: each time round, the loop starts z anew.

    Do you write `z = ...` in the loop where `z += ...` belongs? And where is the bias?
    """
    return products(weights, inputs)[-1]


@slips("z")
def only_the_bias(weights, inputs, bias):
    """Your function returns the bias alone: none of the products counts.

    z begins with 0. What becomes of 0 if you multiply it (`z *= ...`)? Or does your loop never run?
    """
    products(weights, inputs)
    return bias


@slips("z")
def adds_weight_and_input(weights, inputs, bias):
    """Your function adds each input to its weight.

    How should a weight change what its input counts: by adding, or by multiplying?
    """
    products(weights, inputs)
    return sum(weights) + sum(inputs) + bias


@slips("z")
def no_weights(weights, inputs, bias):
    """Your function adds up the inputs: you left out the weights.

    Each input counts as much as its weight says. What does the formula do with the two?
    """
    products(weights, inputs)
    return sum(inputs) + bias


@slips("z")
def only_the_inputs(weights, inputs, bias):
    """Your function adds up the inputs: the weights are missing, and so is the bias.

    Each input counts as much as its weight says. And what is z if all inputs are 0?
    """
    products(weights, inputs)
    return sum(inputs)


@slips("z")
def no_inputs(weights, inputs, bias):
    """Your function adds up the weights without their inputs.

    What does each weight weigh?
    """
    return sum(weights) + bias


@slips("z")
def bias_in_two_loops(weights, inputs, bias):
    """Your function multiplies every weight by every input, and adds the bias each time.

    Do you have two loops, one inside the other? Each weight has one input, and the bias counts once.
    """
    return sum(weights) * sum(inputs) + len(weights) * len(inputs) * bias


@slips("z")
def product_of_sums(weights, inputs, bias):
    """Your function multiplies every weight by every input.

    Do you have two loops, one inside the other, or do you add up before you multiply? Each weight has one input.
    """
    products(weights, inputs)
    return sum(weights) * sum(inputs) + bias


@slips("z")
def one_weight_for_all(weights, inputs, bias):
    """Your function uses the first weight for every input.

    Which index moves in your loop, and which one stays at 0?
    """
    products(weights, inputs)
    return weights[0] * sum(inputs) + bias


@slips("z")
def one_input_for_all(weights, inputs, bias):
    """Your function uses the first input for every weight.

    Which index moves in your loop, and which one stays at 0?
    """
    products(weights, inputs)
    return inputs[0] * sum(weights) + bias


@slips("z")
def the_mean(weights, inputs, bias):
    """Your function divides the sum by the number of inputs.

    That is a mean. What does the formula ask for?
    """
    return sum(products(weights, inputs)) / len(weights) + bias


@slips("z")
def bent_already(weights, inputs, bias):
    """Your function returns sigmoid(z), not z.

    z is the sum alone; it goes through the sigmoid in the next exercise. Which of your lines is one too many?
    """
    return 0.5 + 0.5 * tanh(0.5 * (sum(products(weights, inputs)) + bias))


@slips("z")
def whole_numbers(weights, inputs, bias):
    """Your function returns a whole number.

    Do you use `int`, `round` or `//`? z keeps its decimals.
    """
    return int(sum(products(weights, inputs)) + bias)


@slips("z")
def a_list_of_products(weights, inputs, bias):
    """Your function returns the products as a list; z is one number.

    What has to happen to the products before they are z?
    """
    return products(weights, inputs)


@slips("z")
def a_list_with_bias(weights, inputs, bias):
    """Your function returns a list; z is one number. And each product has the bias added.

    Add up the products. How often does the bias come in?
    """
    return [product + bias for product in products(weights, inputs)]


@slips("z")
def z_in_a_list(weights, inputs, bias):
    """Your function returns z in a list; z is one number.

    What do the square brackets around z do?
    """
    return [sum(products(weights, inputs)) + bias]


@slips("z")
def raises_for_equal(weights, inputs, bias):
    """Your function raises a ValueError where the lengths agree.

    Which of `==` and `!=` belongs in your `if`?
    """
    if len(weights) == len(inputs):
        raise ValueError
    return sum(weight * given for weight, given in zip(weights, inputs, strict=False)) + bias


@slips("weighted_sum")
def cuts_to_the_shorter(weights, inputs, bias):
    """For lists of different lengths your function still gives a number: it leaves out the extra ones.

    `zip` stops at the end of the shorter list without a word. Where do you compare the lengths?
    """
    return sum(weight * given for weight, given in zip(weights, inputs, strict=False)) + bias


@slips("weighted_sum")
def ignores_more_inputs(weights, inputs, bias):
    """With more inputs than weights your function still gives a number: it leaves out the rest.

    Your loop counts the weights, so it never gets to the last input. Where do you compare the lengths?
    """
    return sum(weights[i] * inputs[i] for i in range(len(weights))) + bias


@slips("weighted_sum")
def ignores_more_weights(weights, inputs, bias):
    """With more weights than inputs your function still gives a number: it leaves out the rest.

    Your loop counts the inputs, so it never gets to the last weight. Where do you compare the lengths?
    """
    return sum(weights[i] * inputs[i] for i in range(len(inputs))) + bias


@slips("weighted_sum")
def returns_the_error(weights, inputs, bias):
    """For lists of different lengths your function returns the ValueError instead of raising it.

    Which word in front of `ValueError(...)` stops the caller?
    """
    return sum(products(weights, inputs)) + bias if len(weights) == len(inputs) else ValueError()


@slips("weighted_sum")
def returns_the_kind_of_error(weights, inputs, bias):
    """For lists of different lengths your function returns ValueError instead of raising one.

    Which word in front of `ValueError(...)` stops the caller?
    """
    return sum(products(weights, inputs)) + bias if len(weights) == len(inputs) else ValueError


@slips("weighted_sum")
def nothing_for_unequal(weights, inputs, bias):
    """For lists of different lengths your function returns nothing.

    The caller does not notice. Which statement stops the caller?
    """
    return sum(products(weights, inputs)) + bias if len(weights) == len(inputs) else None


@slips("weighted_sum")
def zero_for_unequal(weights, inputs, bias):
    """For lists of different lengths your function returns 0.

    0 looks like any other z. Which statement stops the caller?
    """
    return sum(products(weights, inputs)) + bias if len(weights) == len(inputs) else 0.0


slips.not_returned("z", lambda weights, inputs, bias: sum(products(weights, inputs)) + bias, "weighted_sum")
