"""Whole programs as other people write them: twenty shapes, right and wrong, under names of several languages.

Each shape is a right program. A mistake is one line written otherwise: (name, old, new, ids). `ids` are rows of the
catalogue that name it; empty where none does. None means that the change is no mistake but another choice.
"""

# ruff: noqa: E501 - the lines are as long as their authors write them

import re
import textwrap
from typing import NamedTuple

from neurons.classroom.programs.diagnose import diagnose_program


class Given(NamedTuple):
    """One program, and what is true of it."""

    name: str
    text: str
    is_right: bool
    ids: frozenset[str]
    lines: frozenset[int]  # that differ from the right program


ONE_CLASS = """
import numpy as np
import matplotlib.pyplot as plt

def sigmoid(z):
    return 1 / (1 + np.exp(-z))

def slope(z):
    return sigmoid(z) * (1 - sigmoid(z))

class Network:
    def __init__(self, n_in, n_hidden, n_out, rate=0.3):
        self.w_hidden = np.random.randn(n_in, n_hidden)
        self.b_hidden = np.zeros(n_hidden)
        self.w_out = np.random.randn(n_hidden, n_out)
        self.b_out = np.zeros(n_out)
        self.rate = rate
        self.history = []

    def guess(self, X):
        self.z_hidden = X @ self.w_hidden + self.b_hidden
        self.a_hidden = sigmoid(self.z_hidden)
        self.z_out = self.a_hidden @ self.w_out + self.b_out
        self.a_out = sigmoid(self.z_out)
        return self.a_out

    def learn(self, X, targets, epochs=20):
        for epoch in range(epochs):
            out = self.guess(X)
            err = out - targets
            d_out = err * slope(self.z_out)
            e_hidden = d_out @ self.w_out.T
            d_hidden = e_hidden * slope(self.z_hidden)
            self.w_out -= self.rate * self.a_hidden.T @ d_out
            self.b_out -= self.rate * d_out.sum(axis=0)
            self.w_hidden -= self.rate * X.T @ d_hidden
            self.b_hidden -= self.rate * d_hidden.sum(axis=0)
            self.history.append(float(np.mean(err ** 2)))

if __name__ == "__main__":
    net = Network(2, 3, 1)
    net.learn(np.array([[0, 0], [0, 1], [1, 0], [1, 1]]), np.array([[0], [1], [1], [0]]))
    plt.plot(net.history)
    plt.show()
"""

SCRIPT = """
import numpy as np

np.random.seed(0)
X = np.array([[0, 0], [0, 1], [1, 0], [1, 1]])
y = np.array([[0], [1], [1], [0]])

def relu(z):
    return np.maximum(0, z)

def sig(z):
    return 1 / (1 + np.exp(-z))

W1 = np.random.randn(4, 2)
b1 = np.zeros((4, 1))
W2 = np.random.randn(1, 4)
b2 = np.zeros((1, 1))
lr = 0.1
losses = []
for epoch in range(20):
    total = 0
    for i in range(len(X)):
        x = X[i].reshape(-1, 1)
        t = y[i].reshape(-1, 1)
        z1 = W1 @ x + b1
        h = relu(z1)
        z2 = W2 @ h + b2
        o = sig(z2)
        total += float(((o - t) ** 2).sum())
        delta2 = 2 * (o - t) * o * (1 - o)
        delta1 = (W2.T @ delta2) * (z1 > 0)
        W2 = W2 - lr * delta2 @ h.T
        b2 = b2 - lr * delta2
        W1 = W1 - lr * delta1 @ x.T
        b1 = b1 - lr * delta1
    losses.append(total)
    if epoch % 10 == 0:
        print(epoch, total)
print("done", losses[-1])
"""

DICTIONARY = """
import numpy as np

def init(n_x, n_h, n_y):
    return {"W1": np.random.randn(n_h, n_x), "b1": np.zeros((n_h, 1)), "W2": np.random.randn(n_y, n_h), "b2": np.zeros((n_y, 1))}

def forward(X, params):
    Z1 = np.dot(params["W1"], X) + params["b1"]
    A1 = np.tanh(Z1)
    Z2 = np.dot(params["W2"], A1) + params["b2"]
    A2 = 1 / (1 + np.exp(-Z2))
    return A2, {"Z1": Z1, "A1": A1, "Z2": Z2, "A2": A2}

def cost(A2, Y):
    m = Y.shape[1]
    return -np.sum(Y * np.log(A2) + (1 - Y) * np.log(1 - A2)) / m

def backward(params, cache, X, Y):
    m = X.shape[1]
    A1, A2 = cache["A1"], cache["A2"]
    dZ2 = A2 - Y
    dW2 = np.dot(dZ2, A1.T) / m
    db2 = np.sum(dZ2, axis=1, keepdims=True) / m
    dA1 = np.dot(params["W2"].T, dZ2)
    dZ1 = dA1 * (1 - A1 ** 2)
    dW1 = np.dot(dZ1, X.T) / m
    db1 = np.sum(dZ1, axis=1, keepdims=True) / m
    return {"dW1": dW1, "db1": db1, "dW2": dW2, "db2": db2}

def update(params, grads, learning_rate=1.2):
    for key in params:
        params[key] = params[key] - learning_rate * grads["d" + key]
    return params

def nn_model(X, Y, n_h, num_iterations=20, print_cost=False):
    params = init(X.shape[0], n_h, Y.shape[0])
    for i in range(num_iterations):
        A2, cache = forward(X, params)
        c = cost(A2, Y)
        grads = backward(params, cache, X, Y)
        params = update(params, grads)
        if print_cost and i % 10 == 0:
            print("Cost after iteration %i: %f" % (i, c))
    return params

X = np.array([[0, 0, 1, 1], [0, 1, 0, 1]])
Y = np.array([[0, 1, 1, 0]])
params = nn_model(X, Y, 4, 20, True)
"""

LAYERS = """
import numpy as np

class Layer:
    def __init__(self):
        self.input = None
        self.output = None

class Dense(Layer):
    def __init__(self, input_size, output_size):
        self.weights = np.random.randn(output_size, input_size)
        self.bias = np.random.randn(output_size, 1)

    def forward(self, input):
        self.input = input
        return np.dot(self.weights, self.input) + self.bias

    def backward(self, output_gradient, learning_rate):
        weights_gradient = np.dot(output_gradient, self.input.T)
        input_gradient = np.dot(self.weights.T, output_gradient)
        self.weights -= learning_rate * weights_gradient
        self.bias -= learning_rate * output_gradient
        return input_gradient

class Activation(Layer):
    def __init__(self, activation, activation_prime):
        self.activation = activation
        self.activation_prime = activation_prime

    def forward(self, input):
        self.input = input
        return self.activation(self.input)

    def backward(self, output_gradient, learning_rate):
        return np.multiply(output_gradient, self.activation_prime(self.input))

class Tanh(Activation):
    def __init__(self):
        super().__init__(lambda x: np.tanh(x), lambda x: 1 - np.tanh(x) ** 2)

def mse(y_true, y_pred):
    return np.mean(np.power(y_true - y_pred, 2))

def mse_prime(y_true, y_pred):
    return 2 * (y_pred - y_true) / np.size(y_true)

X = np.reshape([[0, 0], [0, 1], [1, 0], [1, 1]], (4, 2, 1))
Y = np.reshape([[0], [1], [1], [0]], (4, 1, 1))
network = [Dense(2, 3), Tanh(), Dense(3, 1), Tanh()]
epochs = 20
learning_rate = 0.1
for e in range(epochs):
    error = 0
    for x, y in zip(X, Y):
        output = x
        for layer in network:
            output = layer.forward(output)
        error += mse(y, output)
        grad = mse_prime(y, output)
        for layer in reversed(network):
            grad = layer.backward(grad, learning_rate)
    error /= len(X)
    if e % 10 == 0:
        print(e, error)
"""

NEURONS = """
import math
import random

class Neuron:
    def __init__(self, num_inputs):
        self.weights = [random.uniform(-1, 1) for _ in range(num_inputs)]
        self.bias = random.uniform(-1, 1)
        self.output = 0.0
        self.delta = 0.0
        self.inputs = []

    def activate(self, inputs):
        self.inputs = inputs
        total = self.bias
        for w, x in zip(self.weights, inputs):
            total += w * x
        self.output = 1.0 / (1.0 + math.exp(-total))
        return self.output

    def update(self, rate):
        for i in range(len(self.weights)):
            self.weights[i] -= rate * self.delta * self.inputs[i]
        self.bias -= rate * self.delta

class Network:
    def __init__(self, sizes):
        self.layers = [[Neuron(n) for _ in range(m)] for n, m in zip(sizes, sizes[1:])]

    def forward(self, inputs):
        for layer in self.layers:
            inputs = [neuron.activate(inputs) for neuron in layer]
        return inputs

    def backward(self, expected):
        for i in reversed(range(len(self.layers))):
            layer = self.layers[i]
            errors = []
            if i == len(self.layers) - 1:
                for j in range(len(layer)):
                    errors.append(layer[j].output - expected[j])
            else:
                for j in range(len(layer)):
                    error = 0.0
                    for neuron in self.layers[i + 1]:
                        error += neuron.weights[j] * neuron.delta
                    errors.append(error)
            for j in range(len(layer)):
                layer[j].delta = errors[j] * layer[j].output * (1.0 - layer[j].output)

    def train(self, data, labels, epochs, rate):
        for epoch in range(epochs):
            for x, y in zip(data, labels):
                self.forward(x)
                self.backward(y)
                for layer in self.layers:
                    for neuron in layer:
                        neuron.update(rate)
"""

ROWS = """
from math import exp
from random import random, seed

def initialize_network(n_inputs, n_hidden, n_outputs):
    network = list()
    hidden_layer = [{"weights": [random() for i in range(n_inputs + 1)]} for i in range(n_hidden)]
    network.append(hidden_layer)
    output_layer = [{"weights": [random() for i in range(n_hidden + 1)]} for i in range(n_outputs)]
    network.append(output_layer)
    return network

def activate(weights, inputs):
    activation = weights[-1]
    for i in range(len(weights) - 1):
        activation += weights[i] * inputs[i]
    return activation

def transfer(activation):
    return 1.0 / (1.0 + exp(-activation))

def forward_propagate(network, row):
    inputs = row
    for layer in network:
        new_inputs = []
        for neuron in layer:
            activation = activate(neuron["weights"], inputs)
            neuron["output"] = transfer(activation)
            new_inputs.append(neuron["output"])
        inputs = new_inputs
    return inputs

def transfer_derivative(output):
    return output * (1.0 - output)

def backward_propagate_error(network, expected):
    for i in reversed(range(len(network))):
        layer = network[i]
        errors = list()
        if i != len(network) - 1:
            for j in range(len(layer)):
                error = 0.0
                for neuron in network[i + 1]:
                    error += (neuron["weights"][j] * neuron["delta"])
                errors.append(error)
        else:
            for j in range(len(layer)):
                neuron = layer[j]
                errors.append(neuron["output"] - expected[j])
        for j in range(len(layer)):
            neuron = layer[j]
            neuron["delta"] = errors[j] * transfer_derivative(neuron["output"])

def update_weights(network, row, l_rate):
    for i in range(len(network)):
        inputs = row[:-1]
        if i != 0:
            inputs = [neuron["output"] for neuron in network[i - 1]]
        for neuron in network[i]:
            for j in range(len(inputs)):
                neuron["weights"][j] -= l_rate * neuron["delta"] * inputs[j]
            neuron["weights"][-1] -= l_rate * neuron["delta"]

def train_network(network, train, l_rate, n_epoch, n_outputs):
    for epoch in range(n_epoch):
        sum_error = 0
        for row in train:
            outputs = forward_propagate(network, row)
            expected = [0 for i in range(n_outputs)]
            expected[row[-1]] = 1
            sum_error += sum([(expected[i] - outputs[i]) ** 2 for i in range(len(expected))])
            backward_propagate_error(network, expected)
            update_weights(network, row, l_rate)
        print(">epoch=%d, lrate=%.3f, error=%.3f" % (epoch, l_rate, sum_error))

seed(1)
dataset = [[2.7810836, 2.550537003, 0], [1.465489372, 2.362125076, 0], [7.627531214, 2.759262235, 1], [5.332441248, 2.088626775, 1]]
n_inputs = len(dataset[0]) - 1
n_outputs = len(set([row[-1] for row in dataset]))
network = initialize_network(n_inputs, 3, n_outputs)
train_network(network, dataset, 0.5, 20, n_outputs)
"""

SCALARS = """
import numpy as np

def sigmoid(x):
    return 1 / (1 + np.exp(-x))

def deriv_sigmoid(x):
    fx = sigmoid(x)
    return fx * (1 - fx)

class OurNeuralNetwork:
    def __init__(self):
        self.w1 = np.random.normal()
        self.w2 = np.random.normal()
        self.w3 = np.random.normal()
        self.w4 = np.random.normal()
        self.w5 = np.random.normal()
        self.w6 = np.random.normal()
        self.b1 = np.random.normal()
        self.b2 = np.random.normal()
        self.b3 = np.random.normal()

    def train(self, data, all_y_trues):
        learn_rate = 0.1
        epochs = 20
        for epoch in range(epochs):
            for x, y_true in zip(data, all_y_trues):
                sum_h1 = self.w1 * x[0] + self.w2 * x[1] + self.b1
                h1 = sigmoid(sum_h1)
                sum_h2 = self.w3 * x[0] + self.w4 * x[1] + self.b2
                h2 = sigmoid(sum_h2)
                sum_o1 = self.w5 * h1 + self.w6 * h2 + self.b3
                o1 = sigmoid(sum_o1)
                y_pred = o1
                d_L_d_ypred = -2 * (y_true - y_pred)
                d_ypred_d_w5 = h1 * deriv_sigmoid(sum_o1)
                d_ypred_d_w6 = h2 * deriv_sigmoid(sum_o1)
                d_ypred_d_b3 = deriv_sigmoid(sum_o1)
                d_ypred_d_h1 = self.w5 * deriv_sigmoid(sum_o1)
                d_ypred_d_h2 = self.w6 * deriv_sigmoid(sum_o1)
                d_h1_d_w1 = x[0] * deriv_sigmoid(sum_h1)
                d_h1_d_w2 = x[1] * deriv_sigmoid(sum_h1)
                d_h1_d_b1 = deriv_sigmoid(sum_h1)
                d_h2_d_w3 = x[0] * deriv_sigmoid(sum_h2)
                d_h2_d_w4 = x[1] * deriv_sigmoid(sum_h2)
                d_h2_d_b2 = deriv_sigmoid(sum_h2)
                self.w1 -= learn_rate * d_L_d_ypred * d_ypred_d_h1 * d_h1_d_w1
                self.w2 -= learn_rate * d_L_d_ypred * d_ypred_d_h1 * d_h1_d_w2
                self.b1 -= learn_rate * d_L_d_ypred * d_ypred_d_h1 * d_h1_d_b1
                self.w3 -= learn_rate * d_L_d_ypred * d_ypred_d_h2 * d_h2_d_w3
                self.w4 -= learn_rate * d_L_d_ypred * d_ypred_d_h2 * d_h2_d_w4
                self.b2 -= learn_rate * d_L_d_ypred * d_ypred_d_h2 * d_h2_d_b2
                self.w5 -= learn_rate * d_L_d_ypred * d_ypred_d_w5
                self.w6 -= learn_rate * d_L_d_ypred * d_ypred_d_w6
                self.b3 -= learn_rate * d_L_d_ypred * d_ypred_d_b3

data = np.array([[-2, -1], [25, 6], [17, 4], [-15, -6]])
all_y_trues = np.array([1, 0, 0, 1])
network = OurNeuralNetwork()
network.train(data, all_y_trues)
"""

LISTS_OF_ARRAYS = """
import random
import numpy as np

class Network(object):
    def __init__(self, sizes):
        self.num_layers = len(sizes)
        self.sizes = sizes
        self.biases = [np.random.randn(y, 1) for y in sizes[1:]]
        self.weights = [np.random.randn(y, x) for x, y in zip(sizes[:-1], sizes[1:])]

    def SGD(self, training_data, epochs, mini_batch_size, eta):
        n = len(training_data)
        for j in range(epochs):
            random.shuffle(training_data)
            mini_batches = [training_data[k:k + mini_batch_size] for k in range(0, n, mini_batch_size)]
            for mini_batch in mini_batches:
                self.update_mini_batch(mini_batch, eta)

    def update_mini_batch(self, mini_batch, eta):
        nabla_b = [np.zeros(b.shape) for b in self.biases]
        nabla_w = [np.zeros(w.shape) for w in self.weights]
        for x, y in mini_batch:
            delta_nabla_b, delta_nabla_w = self.backprop(x, y)
            nabla_b = [nb + dnb for nb, dnb in zip(nabla_b, delta_nabla_b)]
            nabla_w = [nw + dnw for nw, dnw in zip(nabla_w, delta_nabla_w)]
        self.weights = [w - (eta / len(mini_batch)) * nw for w, nw in zip(self.weights, nabla_w)]
        self.biases = [b - (eta / len(mini_batch)) * nb for b, nb in zip(self.biases, nabla_b)]

    def backprop(self, x, y):
        nabla_b = [np.zeros(b.shape) for b in self.biases]
        nabla_w = [np.zeros(w.shape) for w in self.weights]
        activation = x
        activations = [x]
        zs = []
        for b, w in zip(self.biases, self.weights):
            z = np.dot(w, activation) + b
            zs.append(z)
            activation = sigmoid(z)
            activations.append(activation)
        delta = self.cost_derivative(activations[-1], y) * sigmoid_prime(zs[-1])
        nabla_b[-1] = delta
        nabla_w[-1] = np.dot(delta, activations[-2].transpose())
        for l in range(2, self.num_layers):
            z = zs[-l]
            sp = sigmoid_prime(z)
            delta = np.dot(self.weights[-l + 1].transpose(), delta) * sp
            nabla_b[-l] = delta
            nabla_w[-l] = np.dot(delta, activations[-l - 1].transpose())
        return (nabla_b, nabla_w)

    def cost_derivative(self, output_activations, y):
        return (output_activations - y)

def sigmoid(z):
    return 1.0 / (1.0 + np.exp(-z))

def sigmoid_prime(z):
    return sigmoid(z) * (1 - sigmoid(z))
"""

LOCAL_WEIGHTS = """
import numpy as np

def softmax(z):
    e = np.exp(z - z.max(axis=1, keepdims=True))
    return e / e.sum(axis=1, keepdims=True)

def train(X, Y, hidden=5, epochs=20, lr=0.05, batch_size=2):
    n, d = X.shape
    k = Y.shape[1]
    W1 = np.random.randn(d, hidden) * 0.5
    b1 = np.zeros((1, hidden))
    W2 = np.random.randn(hidden, k) * 0.5
    b2 = np.zeros((1, k))
    for epoch in range(epochs):
        order = np.random.permutation(n)
        for start in range(0, n, batch_size):
            idx = order[start:start + batch_size]
            xb, yb = X[idx], Y[idx]
            z1 = xb.dot(W1) + b1
            a1 = np.tanh(z1)
            p = softmax(a1.dot(W2) + b2)
            loss = -np.sum(yb * np.log(p + 1e-12)) / len(xb)
            d2 = (p - yb) / len(xb)
            gW2 = a1.T.dot(d2)
            gb2 = d2.sum(axis=0, keepdims=True)
            d1 = d2.dot(W2.T) * (1 - a1 ** 2)
            gW1 = xb.T.dot(d1)
            gb1 = d1.sum(axis=0, keepdims=True)
            W2 -= lr * gW2
            b2 -= lr * gb2
            W1 -= lr * gW1
            b1 -= lr * gb1
    return W1, b1, W2, b2

X = np.array([[0.1, 0.9, 0.3, 0.2], [0.8, 0.1, 0.5, 0.7], [0.4, 0.4, 0.9, 0.1], [0.2, 0.7, 0.6, 0.5], [0.9, 0.3, 0.1, 0.8]])
Y = np.eye(3)[[0, 1, 2, 0, 1]]
train(X, Y)
"""

THRESHOLDS = """
import numpy as np

class MLP:
    def __init__(self, layers):
        self.W = []
        for i in range(len(layers) - 1):
            self.W.append(np.random.uniform(-1, 1, (layers[i] + 1, layers[i + 1])))

    def act(self, v):
        return np.tanh(v)

    def act_deriv(self, a):
        return 1.0 - a ** 2

    def fit(self, X, Y, alpha=0.2, epochs=20):
        for _ in range(epochs):
            r = np.random.randint(X.shape[0])
            A = [np.append(X[r], 1.0)]
            for i, w in enumerate(self.W):
                a = self.act(np.dot(A[-1], w))
                if i < len(self.W) - 1:
                    a = np.append(a, 1.0)
                A.append(a)
            err = Y[r] - A[-1]
            deltas = [err * self.act_deriv(A[-1])]
            for i in range(len(self.W) - 1, 0, -1):
                back = deltas[-1].dot(self.W[i].T)
                deltas.append(back[:-1] * self.act_deriv(A[i][:-1]))
            deltas.reverse()
            for i in range(len(self.W)):
                self.W[i] += alpha * np.outer(A[i], deltas[i])

model = MLP([2, 3, 2])
model.fit(np.array([[0.0, 0.0], [0.0, 1.0], [1.0, 0.0], [1.0, 1.0]]), np.array([[0.0, 1.0], [1.0, 0.0], [1.0, 0.0], [0.0, 1.0]]))
"""

NO_BIAS = """
import numpy as np

def nonlin(x, deriv=False):
    if deriv:
        return x * (1 - x)
    return 1 / (1 + np.exp(-x))

X = np.array([[0, 0, 1], [0, 1, 1], [1, 0, 1], [1, 1, 1]])
y = np.array([[0], [1], [1], [0]])
np.random.seed(1)
syn0 = 2 * np.random.random((3, 4)) - 1
syn1 = 2 * np.random.random((4, 1)) - 1
for j in range(60000):
    l0 = X
    l1 = nonlin(np.dot(l0, syn0))
    l2 = nonlin(np.dot(l1, syn1))
    l2_error = y - l2
    if (j % 10000) == 0:
        print("Error:" + str(np.mean(np.abs(l2_error))))
    l2_delta = l2_error * nonlin(l2, deriv=True)
    l1_error = l2_delta.dot(syn1.T)
    l1_delta = l1_error * nonlin(l1, deriv=True)
    syn1 += l1.T.dot(l2_delta)
    syn0 += l0.T.dot(l1_delta)
"""

MOMENTUM = """
import numpy as np

class Backprop:
    def __init__(self, x_dim, h1, h2, y_dim):
        s = 0.5
        self.params = [s * np.random.randn(x_dim, h1), np.zeros(h1), s * np.random.randn(h1, h2), np.zeros(h2), s * np.random.randn(h2, y_dim), np.zeros(y_dim)]
        self.velocity = [np.zeros_like(p) for p in self.params]

    def run(self, x):
        w1, c1, w2, c2, w3, c3 = self.params
        self.u1 = x @ w1 + c1
        self.o1 = np.where(self.u1 > 0, self.u1, 0.1 * self.u1)
        self.u2 = self.o1 @ w2 + c2
        self.o2 = np.tanh(self.u2)
        return self.o2 @ w3 + c3

    def step(self, x, y, lr=0.01, mu=0.9):
        w1, c1, w2, c2, w3, c3 = self.params
        out = self.run(x)
        g3 = 2 * (out - y) / len(x)
        g2 = (g3 @ w3.T) * (1 - self.o2 ** 2)
        g1 = (g2 @ w2.T) * np.where(self.u1 > 0, 1.0, 0.1)
        grads = [x.T @ g1, g1.sum(0), self.o1.T @ g2, g2.sum(0), self.o2.T @ g3, g3.sum(0)]
        for i in range(6):
            self.velocity[i] = mu * self.velocity[i] - lr * grads[i]
            self.params[i] = self.params[i] + self.velocity[i]
        return np.mean((out - y) ** 2)

xs = np.linspace(-1, 1, 12).reshape(6, 2)
ys = np.sin(xs[:, :1]) + 0.3 * xs[:, 1:]
bp = Backprop(2, 4, 3, 1)
for t in range(20):
    l = bp.step(xs, ys)
"""

MODULES = """
import numpy as np
class Linear:
    def __init__(self, n_in, n_out):
        self.W = np.random.randn(n_in, n_out) * np.sqrt(2 / n_in)
        self.b = np.zeros((1, n_out))
    def forward(self, x):
        self.x = x
        return x @ self.W + self.b
    def backward(self, grad):
        self.dW = self.x.T @ grad
        self.db = np.sum(grad, axis=0, keepdims=True)
        return grad @ self.W.T
class ReLU:
    def forward(self, x):
        self.mask = x > 0
        return x * self.mask
    def backward(self, grad):
        return grad * self.mask
class SoftmaxCrossEntropy:
    def forward(self, logits, labels):
        e = np.exp(logits - np.max(logits, axis=1, keepdims=True))
        self.p = e / np.sum(e, axis=1, keepdims=True)
        self.labels = labels
        return -np.mean(np.log(self.p[np.arange(len(labels)), labels]))
    def backward(self):
        g = self.p.copy()
        g[np.arange(len(self.labels)), self.labels] -= 1
        return g / len(self.labels)
class SGD:
    def __init__(self, layers, lr):
        self.layers, self.lr = layers, lr
    def step(self):
        for l in self.layers:
            if hasattr(l, "W"):
                l.W -= self.lr * l.dW
                l.b -= self.lr * l.db
class Model:
    def __init__(self, layers):
        self.layers = layers
    def forward(self, x):
        for l in self.layers:
            x = l.forward(x)
        return x
    def backward(self, grad):
        for l in reversed(self.layers):
            grad = l.backward(grad)
def make_data(n=60, k=3):
    X = np.zeros((n * k, 2)); y = np.zeros(n * k, dtype='uint8')
    for j in range(k):
        ix = range(n * j, n * (j + 1))
        r = np.linspace(0.0, 1, n)
        t = np.linspace(j * 4, (j + 1) * 4, n) + np.random.randn(n) * 0.2
        X[ix] = np.c_[r * np.sin(t), r * np.cos(t)]
        y[ix] = j
    return X, y
def main():
    X, y = make_data()
    model = Model([Linear(2, 16), ReLU(), Linear(16, 3)])
    loss_fn = SoftmaxCrossEntropy()
    opt = SGD(model.layers, 0.5)
    for epoch in range(20):
        perm = np.random.permutation(len(X))
        for i in range(0, len(X), 32):
            idx = perm[i:i + 32]
            xb, yb = X[idx], y[idx]
            out = model.forward(xb)
            loss = loss_fn.forward(out, yb)
            model.backward(loss_fn.backward())
            opt.step()
        if epoch % 20 == 0:
            print(epoch, loss)
if __name__ == "__main__":
    main()
"""

CONNECTIONS = """
import random, math
class Connection:
    def __init__(self, neuron):
        self.neuron = neuron
        self.weight = random.gauss(0, 1)
        self.dWeight = 0.0
class Neuron:
    eta = 0.09
    alpha = 0.0
    def __init__(self, layer):
        self.connections = []
        self.error = 0.0
        self.gradient = 0.0
        self.output = 0.0
        if layer is not None:
            for n in layer:
                self.connections.append(Connection(n))
    def sigmoid(self, x): return 1 / (1 + math.exp(-x))
    def feed(self):
        if not self.connections: return
        s = 0
        for c in self.connections:
            s += c.neuron.output * c.weight
        self.output = self.sigmoid(s)
    def back(self):
        self.gradient = self.error * self.output * (1 - self.output)
        for c in self.connections:
            c.dWeight = Neuron.eta * c.neuron.output * self.gradient + self.alpha * c.dWeight
            c.neuron.error += c.weight * self.gradient
            c.weight += c.dWeight
        self.error = 0
class Network:
    def __init__(self, topology):
        self.layers = []
        for n in topology:
            layer = []
            for i in range(n):
                layer.append(Neuron(self.layers[-1] if self.layers else None))
            layer.append(Neuron(None))
            layer[-1].output = 1
            self.layers.append(layer)
    def set_input(self, inputs):
        for i in range(len(inputs)):
            self.layers[0][i].output = inputs[i]
    def feed_forward(self):
        for layer in self.layers[1:]:
            for n in layer: n.feed()
    def back_prop(self, target):
        for i in range(len(target)):
            self.layers[-1][i].error = target[i] - self.layers[-1][i].output
        for layer in self.layers[::-1]:
            for n in layer: n.back()
net = Network([2, 3, 1])
inputs = [[0, 0], [0, 1], [1, 0], [1, 1]]
outputs = [[0], [1], [1], [0]]
count = 0
while True:
    err = 0
    for i in range(len(inputs)):
        net.set_input(inputs[i])
        net.feed_forward()
        net.back_prop(outputs[i])
        err += 1
    count += 1
    if count > 20: break
"""

ADAM = """
import numpy as np
class MLP:
    def __init__(self, sizes, lr=0.01):
        self.W = [np.random.randn(a, b) * 0.3 for a, b in zip(sizes, sizes[1:])]
        self.b = [np.zeros(b) for b in sizes[1:]]
        self.m = [np.zeros_like(p) for p in self.W + self.b]
        self.v = [np.zeros_like(p) for p in self.W + self.b]
        self.t, self.lr = 0, lr
    def forward(self, x):
        self.a = [x]
        for i, (W, b) in enumerate(zip(self.W, self.b)):
            z = self.a[-1] @ W + b
            self.a.append(np.tanh(z) if i < len(self.W) - 1 else z)
        return self.a[-1]
    def backward(self, y):
        d = 2 * (self.a[-1] - y) / len(y)
        gW, gb = [], []
        for i in reversed(range(len(self.W))):
            gW.insert(0, self.a[i].T @ d)
            gb.insert(0, d.sum(0))
            if i > 0:
                d = (d @ self.W[i].T) * (1 - self.a[i] ** 2)
        self.adam(gW + gb)
    def adam(self, grads):
        self.t += 1
        for i, (p, g) in enumerate(zip(self.W + self.b, grads)):
            self.m[i] = 0.9 * self.m[i] + 0.1 * g
            self.v[i] = 0.999 * self.v[i] + 0.001 * g ** 2
            mh, vh = self.m[i] / (1 - 0.9 ** self.t), self.v[i] / (1 - 0.999 ** self.t)
            p -= self.lr * mh / (np.sqrt(vh) + 1e-8)
net = MLP([1, 8, 1])
x = np.linspace(-1, 1, 20).reshape(-1, 1)
for _ in range(20):
    net.forward(x); net.backward(np.sin(3 * x))
"""

PATTERNS = """
import random
from math import e
def f(x): return 1 / (1 + e ** -x)
class Red:
    def __init__(self, ni, nh, no):
        self.ni, self.nh, self.no = ni + 1, nh, no
        self.ai, self.ah, self.ao = [1.0] * self.ni, [1.0] * self.nh, [1.0] * self.no
        self.wi = [[random.uniform(-0.2, 0.2) for _ in range(self.nh)] for _ in range(self.ni)]
        self.wo = [[random.uniform(-2, 2) for _ in range(self.no)] for _ in range(self.nh)]
        self.ci = [[0.0] * self.nh for _ in range(self.ni)]
        self.co = [[0.0] * self.no for _ in range(self.nh)]
    def update(self, inputs):
        for i in range(self.ni - 1): self.ai[i] = inputs[i]
        for j in range(self.nh):
            s = 0.0
            for i in range(self.ni): s = s + self.ai[i] * self.wi[i][j]
            self.ah[j] = f(s)
        for k in range(self.no):
            s = 0.0
            for j in range(self.nh): s = s + self.ah[j] * self.wo[j][k]
            self.ao[k] = f(s)
        return self.ao[:]
    def backPropagate(self, targets, N, M):
        output_deltas = [0.0] * self.no
        for k in range(self.no):
            error = targets[k] - self.ao[k]
            output_deltas[k] = self.ao[k] * (1 - self.ao[k]) * error
        hidden_deltas = [0.0] * self.nh
        for j in range(self.nh):
            error = 0.0
            for k in range(self.no): error = error + output_deltas[k] * self.wo[j][k]
            hidden_deltas[j] = self.ah[j] * (1 - self.ah[j]) * error
        for j in range(self.nh):
            for k in range(self.no):
                change = output_deltas[k] * self.ah[j]
                self.wo[j][k] = self.wo[j][k] + N * change + M * self.co[j][k]
                self.co[j][k] = change
        for i in range(self.ni):
            for j in range(self.nh):
                change = hidden_deltas[j] * self.ai[i]
                self.wi[i][j] = self.wi[i][j] + N * change + M * self.ci[i][j]
                self.ci[i][j] = change
        error = 0.0
        for k in range(len(targets)): error = error + 0.5 * (targets[k] - self.ao[k]) ** 2
        return error
    def train(self, patterns, iterations=20, N=0.5, M=0.1):
        for i in range(iterations):
            error = 0.0
            for p in patterns:
                inputs = p[0]
                targets = p[1]
                self.update(inputs)
                error = error + self.backPropagate(targets, N, M)
            if i % 10 == 0: print('error %-.5f' % error)
def demo():
    pat = [[[0, 0], [0]], [[0, 1], [1]], [[1, 0], [1]], [[1, 1], [0]]]
    n = Red(2, 3, 1)
    n.train(pat)
if __name__ == '__main__':
    demo()
"""

COUNTED = """
import numpy as np
rng = np.random.RandomState(4)
X = rng.randn(30, 3)
Y = rng.rand(30, 2)
v, c = 0.7 * rng.randn(3, 4), np.zeros(4)
w, d = 0.7 * rng.randn(4, 2), np.zeros(2)
for turn in range(20):
    h = np.tanh(X @ v + c)
    o = 1 / (1 + np.exp(-(h @ w + d)))
    e = (o - Y) * o * (1 - o)
    back = (e @ w.T) * (1 - h ** 2)
    w = w - 0.5 * h.T @ e / 30
    d = d - 0.5 * e.mean(axis=0)
    v = v - 0.5 * X.T @ back / 30
    c = c - 0.5 * back.mean(axis=0)
"""

LOGISTIC = """
import numpy as np
class LogisticRegression:
    def __init__(self, lr=0.01, n_iters=20):
        self.lr = lr
        self.n_iters = n_iters
        self.weights = None
        self.bias = None
    def fit(self, X, y):
        n_samples, n_features = X.shape
        self.weights = np.zeros(n_features)
        self.bias = 0
        for _ in range(self.n_iters):
            linear_model = np.dot(X, self.weights) + self.bias
            y_predicted = self._sigmoid(linear_model)
            dw = (1 / n_samples) * np.dot(X.T, (y_predicted - y))
            db = (1 / n_samples) * np.sum(y_predicted - y)
            self.weights -= self.lr * dw
            self.bias -= self.lr * db
    def _sigmoid(self, x):
        return 1 / (1 + np.exp(-x))
np.random.seed(0)
X = np.random.randn(50, 3)
y = (X[:, 0] + X[:, 1] > 0).astype(int)
regressor = LogisticRegression()
regressor.fit(X, y)
"""

SPECIFIED = """
import numpy as np
ACT = {
    "sigmoid": (lambda z: 1 / (1 + np.exp(-z)), lambda a: a * (1 - a)),
    "tanh": (np.tanh, lambda a: 1 - a * a),
    "linear": (lambda z: z, lambda a: np.ones_like(a)),
}
class RMSprop:
    def __init__(self, rate=0.01, rho=0.9):
        self.rate, self.rho, self.cache = rate, rho, {}
    def apply(self, key, g):
        old = self.cache.get(key, np.zeros_like(g))
        self.cache[key] = self.rho * old + (1 - self.rho) * g * g
        return self.rate * g / (np.sqrt(self.cache[key]) + 1e-7)
def make_network(spec):
    net = []
    for n_in, n_out, name in spec:
        net.append({"W": np.random.randn(n_out, n_in) * 0.6, "b": np.random.randn(n_out, 1) * 0.1, "act": name})
    return net
def predict(net, x):
    for layer in net:
        layer["in"] = x
        x = layer["out"] = ACT[layer["act"]][0](layer["W"] @ x + layer["b"])
    return x
def learn(net, opt, x, y):
    err = predict(net, x) - y
    for place, layer in reversed(list(enumerate(net))):
        delta = err * ACT[layer["act"]][1](layer["out"])
        err = layer["W"].T @ delta
        layer["W"] -= opt.apply((place, "W"), delta @ layer["in"].T)
        layer["b"] -= opt.apply((place, "b"), delta.sum(axis=1, keepdims=True))
np.random.seed(3)
net = make_network([(2, 5, "tanh"), (5, 3, "sigmoid"), (3, 1, "linear")])
opt = RMSprop()
xs = np.random.randn(2, 25)
ys = (xs[:1] ** 2 - xs[1:]) / 2
for it in range(20):
    learn(net, opt, xs, ys)
"""

MISSING_FILE = """
import csv
import random
from math import exp
def load_csv(filename):
    with open(filename, 'r') as file:
        return [[float(v) for v in row[:-1]] + [int(row[-1])] for row in csv.reader(file) if row]
def initialize_network(n_inputs, n_hidden, n_outputs):
    hidden = [{'weights': [random.random() for i in range(n_inputs + 1)]} for i in range(n_hidden)]
    return [hidden, [{'weights': [random.random() for i in range(n_hidden + 1)]} for i in range(n_outputs)]]
def forward_propagate(network, row):
    inputs = row
    for layer in network:
        new_inputs = []
        for neuron in layer:
            activation = neuron['weights'][-1]
            for i in range(len(neuron['weights']) - 1):
                activation += neuron['weights'][i] * inputs[i]
            neuron['output'] = 1.0 / (1.0 + exp(-activation))
            new_inputs.append(neuron['output'])
        inputs = new_inputs
    return inputs
def backward_propagate_error(network, expected):
    for i in reversed(range(len(network))):
        errors = list()
        for j in range(len(network[i])):
            if i == len(network) - 1:
                errors.append(network[i][j]['output'] - expected[j])
            else:
                error = 0.0
                for neuron in network[i + 1]:
                    error += neuron['weights'][j] * neuron['delta']
                errors.append(error)
        for j in range(len(network[i])):
            out = network[i][j]['output']
            network[i][j]['delta'] = errors[j] * out * (1.0 - out)
def update_weights(network, row, l_rate):
    for i in range(len(network)):
        inputs = row[:-1] if i == 0 else [neuron['output'] for neuron in network[i - 1]]
        for neuron in network[i]:
            for j in range(len(inputs)):
                neuron['weights'][j] -= l_rate * neuron['delta'] * inputs[j]
            neuron['weights'][-1] -= l_rate * neuron['delta']
def train_network(network, train, l_rate, n_epoch, n_outputs):
    for epoch in range(n_epoch):
        for row in train:
            outputs = forward_propagate(network, row)
            expected = [0 for i in range(n_outputs)]
            expected[row[-1]] = 1
            backward_propagate_error(network, expected)
            update_weights(network, row, l_rate)
dataset = load_csv('seeds.csv')
network = initialize_network(len(dataset[0]) - 1, 5, 3)
train_network(network, dataset, 0.1, 20, 3)
"""

SHAPES = {
    "one class": ONE_CLASS,
    "script": SCRIPT,
    "dictionary": DICTIONARY,
    "layers": LAYERS,
    "neurons": NEURONS,
    "rows": ROWS,
    "scalars": SCALARS,
    "lists of arrays": LISTS_OF_ARRAYS,
    "local weights": LOCAL_WEIGHTS,
    "bias in the weights": THRESHOLDS,
    "no bias": NO_BIAS,
    "momentum": MOMENTUM,
    "modules": MODULES,
    "connections": CONNECTIONS,
    "adam": ADAM,
    "patterns": PATTERNS,
    "counted": COUNTED,
    "logistic regression": LOGISTIC,
    "specified": SPECIFIED,
    "missing file": MISSING_FILE,
}

# (shape, name, old, new, the rows that name it; None where it is right)
CHANGES = [
    ("one class", "cross-entropy", "d_out = err * slope(self.z_out)", "d_out = err", None),
    ("one class", "no slope", "d_hidden = e_hidden * slope(self.z_hidden)", "d_hidden = e_hidden", "A1"),
    ("one class", "slope of a", "e_hidden * slope(self.z_hidden)", "e_hidden * slope(self.a_hidden)", "A2"),
    ("one class", "error not delta", "e_hidden = d_out @", "e_hidden = err @", "X3"),
    ("one class", "chain rule added", "e_hidden * slope(self.z_hidden)", "e_hidden + slope(self.z_hidden)", "A11"),
    (
        "one class",
        "one sum",
        "self.b_hidden -= self.rate * d_hidden.sum(axis=0)",
        "self.b_hidden -= self.rate * d_hidden.sum()",
        "Bi3",
    ),
    ("one class", "uphill", "self.w_hidden -= self.rate", "self.w_hidden += self.rate", ""),
    ("script", "no gate", "(W2.T @ delta2) * (z1 > 0)", "(W2.T @ delta2)", "A1 A6"),
    ("script", "height", "(W2.T @ delta2) * (z1 > 0)", "(W2.T @ delta2) * h", "A4"),
    ("script", "sigmoid's slope", "(W2.T @ delta2) * (z1 > 0)", "(W2.T @ delta2) * h * (1 - h)", "A9"),
    ("script", "z not a", "lr * delta2 @ h.T", "lr * delta2 @ z1.T", "W4"),
    ("script", "rate twice", "lr * delta1 @ x.T", "lr * lr * delta1 @ x.T", ""),
    ("script", "one sign", "b1 = b1 - lr * delta1", "b1 = b1 + lr * delta1", ""),
    ("dictionary", "squared error", "dZ2 = A2 - Y", "dZ2 = (A2 - Y) * A2 * (1 - A2)", None),
    ("dictionary", "no square", "(1 - A1 ** 2)", "(1 - A1)", "A5"),
    ("dictionary", "through gradients", 'np.dot(params["W2"].T, dZ2)', "np.dot(dW2.T, dZ2)", "X11"),
    ("dictionary", "two bugs", "dW2 = np.dot(dZ2, A1.T) / m", "dW2 = np.dot(dZ2, A1.T) / m * 2", ""),
    (
        "dictionary",
        "four over m",
        "db1 = np.sum(dZ1, axis=1, keepdims=True) / m",
        "db1 = 4 / m * np.sum(dZ1, axis=1, keepdims=True)",
        "",
    ),
    ("dictionary", "z for a", "(1 - A1 ** 2)", '(1 - cache["Z1"] ** 2)', "A2b"),
    (
        "layers",
        "own order",
        "        self.weights -= learning_rate * weights_gradient\n        self.bias -= learning_rate * output_gradient\n        return input_gradient",
        "        self.weights -= learning_rate * weights_gradient\n        self.bias -= learning_rate * output_gradient\n        input_gradient = np.dot(self.weights.T, output_gradient)\n        return input_gradient",
        "X6",
    ),
    ("layers", "prime of output", "lambda x: 1 - np.tanh(x) ** 2", "lambda x: 1 - x ** 2", "A2b"),
    ("layers", "sign", "return 2 * (y_pred - y_true)", "return 2 * (y_true - y_pred)", "L2 S1"),
    (
        "layers",
        "added",
        "np.multiply(output_gradient, self.activation_prime(self.input))",
        "np.add(output_gradient, self.activation_prime(self.input))",
        "A11",
    ),
    ("neurons", "weights left out", "error += neuron.weights[j] * neuron.delta", "error += neuron.delta", "X1"),
    ("neurons", "last weight", "for i in range(len(self.weights)):", "for i in range(len(self.weights) - 1):", "W7"),
    (
        "neurons",
        "no a",
        "errors[j] * layer[j].output * (1.0 - layer[j].output)",
        "errors[j] * (1.0 - layer[j].output)",
        "A5",
    ),
    ("neurons", "only one", "error += neuron.weights[j]", "error = neuron.weights[j]", "X4"),
    ("neurons", "index", "error += neuron.weights[j]", "error += neuron.weights[0]", ""),
    ("neurons", "weight for input", "self.delta * self.inputs[i]", "self.delta * self.weights[i]", "W2"),
    (
        "rows",
        "slope of the error",
        'errors[j] * transfer_derivative(neuron["output"])',
        "errors[j] * transfer_derivative(errors[j])",
        "A13",
    ),
    (
        "rows",
        "output for delta",
        'neuron["weights"][j] * neuron["delta"]',
        'neuron["weights"][j] * neuron["output"]',
        "",
    ),
    (
        "rows",
        "row in every layer",
        'inputs = [neuron["output"] for neuron in network[i - 1]]',
        'inputs = [neuron["delta"] for neuron in network[i - 1]]',
        "",
    ),
    (
        "rows",
        "bias forgotten",
        'neuron["weights"][-1] -= l_rate * neuron["delta"]',
        'neuron["weights"][-1] -= 0',
        "Bi1 S3",
    ),
    (
        "rows",
        "per weight",
        '                neuron["weights"][j] -= l_rate * neuron["delta"] * inputs[j]\n            neuron',
        '                neuron["weights"][j] -= l_rate * neuron["delta"] * inputs[j]\n                neuron',
        "Bi6",
    ),
    (
        "scalars",
        "wrong neuron",
        "d_h2_d_w3 = x[0] * deriv_sigmoid(sum_h2)",
        "d_h2_d_w3 = x[0] * deriv_sigmoid(sum_h1)",
        "",
    ),
    ("scalars", "wrong input", "d_h1_d_w2 = x[1] *", "d_h1_d_w2 = x[0] *", ""),
    ("scalars", "not the slope", "d_ypred_d_h1 = self.w5 * deriv_sigmoid(sum_o1)", "d_ypred_d_h1 = self.w5", ""),
    ("scalars", "half", "d_L_d_ypred = -2 * (y_true - y_pred)", "d_L_d_ypred = -(y_true - y_pred)", None),
    ("lists of arrays", "index", "self.weights[-l + 1].transpose()", "self.weights[-1].transpose()", None),
    ("lists of arrays", "slope of next", "z = zs[-l]", "z = activations[-l]", "A2"),
    (
        "lists of arrays",
        "no slope",
        "np.dot(self.weights[-l + 1].transpose(), delta) * sp",
        "np.dot(self.weights[-l + 1].transpose(), delta)",
        "A1",
    ),
    (
        "lists of arrays",
        "cross-entropy",
        "self.cost_derivative(activations[-1], y) * sigmoid_prime(zs[-1])",
        "self.cost_derivative(activations[-1], y)",
        None,
    ),
    ("lists of arrays", "last example", "nabla_w = [nw + dnw for", "nabla_w = [dnw for", "B3"),
    ("lists of arrays", "one bias", "nabla_b[-l] = delta", "nabla_b[-l] = delta.sum()", "Bi3"),
    ("local weights", "slope of softmax", "d2 = (p - yb) / len(xb)", "d2 = (p - yb) * p * (1 - p) / len(xb)", "C1"),
    ("local weights", "times p", "d2 = (p - yb) / len(xb)", "d2 = (p - yb) * p / len(xb)", "C10"),
    ("local weights", "label forgotten", "d2 = (p - yb) / len(xb)", "d2 = p / len(xb)", "C3"),
    (
        "local weights",
        "early step",
        "            gb2 = d2.sum(axis=0, keepdims=True)\n",
        "            gb2 = d2.sum(axis=0, keepdims=True)\n            W2 -= lr * gW2\n            gW2 = 0\n",
        "X6",
    ),
    ("local weights", "matrix product", "d2.dot(W2.T) * (1 - a1 ** 2)", "d2.dot(W2.T).dot(1 - a1.T.dot(a1))", "A12"),
    ("bias in the weights", "no slope at the output", "deltas = [err * self.act_deriv(A[-1])]", "deltas = [err]", "L7"),
    ("bias in the weights", "wrong weights", "deltas[-1].dot(self.W[i].T)", "err.dot(self.W[i].T)", "X3"),
    ("bias in the weights", "tanh twice", "return 1.0 - a ** 2", "return 1.0 - np.tanh(a) ** 2", "A2"),
    ("no bias", "own activation", "syn1 += l1.T.dot(l2_delta)", "syn1 += l1.T.dot(l2_error)", "W9"),
    ("no bias", "label minus own", "l1_error = l2_delta.dot(syn1.T)", "l1_error = y - l1", "X14"),
    ("no bias", "uphill", "l2_error = y - l2", "l2_error = l2 - y", "L2 S1"),
    (
        "no bias",
        "stale error",
        "l1_delta = l1_error * nonlin(l1, deriv=True)",
        "l1_delta = l2_error * nonlin(l1, deriv=True)",
        "X12",
    ),
    ("modules", "mask of the gradient", "return grad * self.mask", "return grad * (grad > 0)", "A7"),
    (
        "modules",
        "not cleared",
        "self.dW = self.x.T @ grad\n        self.db = np.sum(grad, axis=0, keepdims=True)",
        "self.dW = getattr(self, 'dW', 0) + self.x.T @ grad\n        self.db = getattr(self, 'db', 0) + np.sum(grad, axis=0, keepdims=True)",
        "B8",
    ),
    ("modules", "no one", "g[np.arange(len(self.labels)), self.labels] -= 1", "pass", "C3"),
    (
        "connections",
        "no slope",
        "self.gradient = self.error * self.output * (1 - self.output)",
        "self.gradient = self.error",
        "A1 L7",
    ),
    (
        "connections",
        "own output",
        "Neuron.eta * c.neuron.output * self.gradient",
        "Neuron.eta * self.output * self.gradient",
        "W3",
    ),
    (
        "patterns",
        "sum of deltas",
        "error = error + output_deltas[k] * self.wo[j][k]",
        "error = error + output_deltas[k]",
        "X1",
    ),
    (
        "patterns",
        "own activation",
        "change = hidden_deltas[j] * self.ai[i]",
        "change = hidden_deltas[j] * self.ah[j]",
        "W3",
    ),
    ("momentum", "leak", "np.where(self.u1 > 0, 1.0, 0.1)", "np.where(self.u1 > 0, 1.0, 0.0)", ""),
    ("momentum", "wrong z", "(1 - self.o2 ** 2)", "(1 - self.o2)", "A5"),
    ("momentum", "next layer's", "(g2 @ w2.T)", "(g3 @ w3.T @ w2.T)", "X3"),
    ("momentum", "shape", "self.o1.T @ g2", "self.u1.T @ g2", "W4"),
    ("counted", "bias summed", "e.mean(axis=0)", "e.sum(axis=0)", ""),
    ("counted", "weights summed", "h.T @ e / 30", "h.T @ e", ""),
    ("counted", "added", "(e @ w.T) * (1 - h ** 2)", "(e @ w.T) + (1 - h ** 2)", "A11"),
    (
        "counted",
        "two mistakes",
        "* (1 - h ** 2)\n    w = w - 0.5 * h.T @ e / 30\n    d = d - 0.5",
        "* (1 - h)\n    w = w - 0.5 * h.T @ e / 30\n    d = d + 0.5",
        "",
    ),
    ("logistic regression", "bias uphill", "self.bias -= self.lr", "self.bias += self.lr", ""),
    ("logistic regression", "z for a", "np.sum(y_predicted - y)", "np.sum(linear_model - y)", ""),
    ("logistic regression", "slope", "(y_predicted - y))\n", "(y_predicted - y) * y_predicted)\n", ""),
    ("specified", "tanh of a", "lambda a: 1 - a * a", "lambda a: 1 - np.tanh(a) ** 2", "A2"),
    ("specified", "one sum", "delta.sum(axis=1, keepdims=True)", "delta.sum()", "Bi3"),
    ("specified", "error not delta", 'err = layer["W"].T @ delta', 'err = layer["W"].T @ err', "X3"),
    (
        "missing file",
        "output for delta",
        "* neuron['delta']\n                errors",
        "* neuron['output']\n                errors",
        "",
    ),
    (
        "missing file",
        "not begun anew",
        "                error = 0.0\n                for neuron",
        "                error = 0.0 if j == 0 else error\n                for neuron",
        "",
    ),
]

NAMINGS: list[dict[str, str]] = [
    {},
    {  # German
        "Network": "Netz",
        "learn": "lerne",
        "guess": "vorhersage",
        "targets": "ziele",
        "epochs": "epochen",
        "rate": "lernrate",
        "err": "fehler",
        "d_out": "delta_aus",
        "d_hidden": "delta_ein",
        "w_hidden": "gewichte1",
        "w_out": "gewichte2",
        "b_hidden": "schwelle1",
        "b_out": "schwelle2",
        "delta1": "fehler1",
        "delta2": "fehler2",
        "network": "netz",
        "neuron": "neuron",
        "weights": "gewichte",
        "bias": "schwelle",
        "train": "trainiere",
        "expected": "soll",
        "lr": "lernrate",
        "losses": "verlauf",
        "slope": "steigung",
    },
    {  # short
        "Network": "NN",
        "learn": "fit",
        "targets": "t",
        "w_hidden": "w1",
        "w_out": "w2",
        "b_hidden": "c1",
        "b_out": "c2",
        "a_hidden": "h",
        "a_out": "o",
        "z_hidden": "p",
        "z_out": "q",
        "err": "e",
        "d_out": "d2",
        "d_hidden": "d1",
        "weights": "w",
        "bias": "b",
        "delta": "d",
        "inputs": "xs",
        "output": "out",
        "network": "net",
        "expected": "want",
        "delta1": "g1",
        "delta2": "g2",
        "layer_error": "le",
    },
    {  # Spanish
        "Network": "Red",
        "learn": "entrenar",
        "targets": "salidas",
        "X": "entradas",
        "w_hidden": "pesos_ocultos",
        "w_out": "pesos_salida",
        "b_hidden": "sesgo_oculto",
        "b_out": "sesgo_salida",
        "err": "diferencia",
        "network": "red",
        "weights": "pesos",
        "bias": "sesgo",
        "neuron": "neurona",
        "layer": "capa",
        "train": "entrenar",
        "epoch": "epoca",
        "learning_rate": "tasa",
        "lr": "tasa",
        "rate": "tasa",
    },
]


def renamed(text: str, naming: dict[str, str]) -> str:
    """The program under other names, as long as they do not meet names that are there."""
    words = set(re.findall(r"\w+", text))
    kept = {old: new for old, new in naming.items() if old in words and new not in words}
    return re.sub(r"\b\w+\b", lambda word: kept.get(word[0], word[0]), text)


def all_programs() -> list[Given]:
    """Every shape right, and with each change, under the namings in turn."""
    found = []
    changes = [(shape, "as it is", "", "", None) for shape in SHAPES] + CHANGES
    for place, (shape, name, old, new, ids) in enumerate(changes):
        text = SHAPES[shape]
        assert not old or text.count(old) >= 1, (shape, name)
        changed = text.replace(old, new, 1) if old else text
        lines = differing_lines(text, changed)
        naming = {} if shape in ("dictionary", "missing file") else NAMINGS[place % len(NAMINGS)]
        known = frozenset((ids or "").split())
        found.append(Given(f"{shape}, {name}", renamed(changed, naming), ids is None, known, frozenset(lines)))
    return found


def differing_lines(one: str, other: str) -> list[int]:
    """The numbers of the lines of the second text that are not in the first, or follow what is left out."""
    old, new = one.split("\n"), other.split("\n")
    start = next((i for i, (a, b) in enumerate(zip(old, new, strict=False)) if a != b), 0)
    end = next((i for i, (a, b) in enumerate(zip(reversed(old), reversed(new), strict=False)) if a != b), 0)
    return list(range(start + 1, max(start + 1, len(new) - end) + 1))


def answer(folder, text, name="student.py", repairing=False, **options):
    """What `diagnose` says of a program, which is written into `folder`."""
    path = folder / name
    path.write_text(textwrap.dedent(text), encoding="utf-8")
    return diagnose_program(str(path), repairing=repairing, **options)
