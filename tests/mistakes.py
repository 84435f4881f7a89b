"""Wrong programs, typed in as students write them: each mistake of the catalogue by its id.

Twice for functions, as loops over neurons for one example and as matrices for a batch, and once more as classes in the
shape of the lesson. Nothing here knows the package. `mistake=None` is the right program.
"""

import math

import numpy as np


def sigmoid(z):
    return 1.0 / (1.0 + math.exp(-z))


def act(name, z):
    if name == "sigmoid":
        return sigmoid(z)
    if name == "tanh":
        return math.tanh(z)
    if name == "relu":
        return max(0.0, z)
    if name == "leaky_relu":
        return z if z > 0 else 0.01 * z
    return z


def slope_at(name, z):
    if name == "sigmoid":
        return sigmoid(z) * (1 - sigmoid(z))
    if name == "tanh":
        return 1 - math.tanh(z) ** 2
    if name == "relu":
        return 1.0 if z > 0 else 0.0
    if name == "leaky_relu":
        return 1.0 if z > 0 else 0.01
    return 1.0


def loops(mistake=None, hidden="sigmoid", output="sigmoid", loss="mse", biases=True):
    """f(parameters, inputs, label) -> gradients, neuron by neuron, with lists."""

    def wrong_slope(layer, num_layers, name, next_name, z, a, g):
        is_output = layer == num_layers - 1
        if mistake == "L7" and is_output:
            return 1.0
        if mistake == "A1" and not is_output:
            return 1.0
        if mistake == "A2":
            return slope_at(name, a)
        if mistake == "A2b" and name == "sigmoid":
            return z * (1 - z)
        if mistake == "A3":
            return z * slope_at(name, z)
        if mistake == "A4":
            return a
        if mistake == "A5" and name == "sigmoid":
            return 1 - a
        if mistake == "A6" and name == "relu":
            return 1.0 if a >= 0 else 0.0
        if mistake == "A7" and name == "relu":
            return 1.0 if g > 0 else 0.0
        if mistake == "A8" and name == "relu":
            return 1.0 if z > 0 else 0.01
        if mistake == "A9" and name == "relu":
            return sigmoid(z) * (1 - sigmoid(z))
        if mistake == "A10" and not is_output:
            return slope_at(next_name, z)
        if mistake == "X10":
            return slope_at(name, z) * slope_at(name, z)
        if mistake == "A13" and name == "sigmoid":
            return g * (1 - g)
        if mistake == "A13" and name == "tanh":
            return 1 - g * g
        return slope_at(name, z)

    def wrong_hidden_errors(errors, g, name, z, a, outputs, y):
        places = range(len(errors))
        slopes = [slope_at(name, z[j]) for j in places]
        if mistake == "A11":
            return [g[j] + slopes[j] for j in places]
        if mistake == "A12" and name == "tanh":
            return [sum(g[k] * (1 - a[k] * a[j]) for k in places) for j in places]
        if mistake == "A12" and name == "sigmoid":
            return [sum(g[k] * a[k] * (1 - a[j]) for k in places) for j in places]
        if len(outputs) in (1, len(a)):
            of = [0 if len(outputs) == 1 else j for j in places]
            if mistake == "X12":
                return [2 * (outputs[of[j]] - y[of[j]]) * slopes[j] for j in places]
            if mistake == "X14":
                return [2 * (a[j] - y[of[j]]) * slopes[j] for j in places]
        return errors

    def gradients(parameters, inputs, label):
        if biases:
            weights = [W.tolist() for W in parameters[0::2]]
            bias_lists = [b.tolist() for b in parameters[1::2]]
        else:
            weights = [W.tolist() for W in parameters]
            bias_lists = [[0.0] * len(W) for W in weights]
        num_layers = len(weights)
        names = [hidden] * (num_layers - 1) + [output]
        y = list(label)

        layer_inputs, zs, activations = [], [], []
        current = list(inputs)
        for layer in range(num_layers):
            layer_inputs.append(current)
            z_list, a_list = [], []
            for j in range(len(weights[layer])):
                z = 0.0
                for i in range(len(current)):
                    z += weights[layer][j][i] * current[i]
                if mistake == "F1 twice":
                    z += bias_lists[layer][j]
                if mistake != "F1":
                    z += bias_lists[layer][j]
                z_list.append(z)
                if mistake == "F2" and layer < num_layers - 1:
                    a_list.append(z)
                elif mistake == "F3" and layer < num_layers - 1 and names[layer] in ("sigmoid", "tanh"):
                    a_list.append(act(names[layer], act(names[layer], z)))
                elif mistake == "F4" and names[layer] == "relu":
                    a_list.append(float(z > 0))
                elif names[layer] != "softmax":
                    a_list.append(act(names[layer], z))
            if names[layer] == "softmax":
                powers = [math.exp(z) for z in z_list]
                a_list = [power / sum(powers) for power in powers]
                if mistake == "C6":
                    powers = [math.exp(a) for a in a_list]
                    a_list = [power / sum(powers) for power in powers]
                if mistake == "C9":
                    powers = [math.exp(sigmoid(z)) for z in z_list]
                    a_list = [power / sum(powers) for power in powers]
            zs.append(z_list)
            activations.append(a_list)
            current = a_list

        if mistake == "C8":
            y = [y[-1]] + y[:-1]
        a = activations[-1]
        n = len(a)
        errors_of_output = None
        if loss == "mse":
            from_loss = [2 * (a[j] - y[j]) for j in range(n)]
            if mistake == "L1":
                from_loss = [a[j] - y[j] for j in range(n)]
            if mistake == "L2":
                from_loss = [2 * (y[j] - a[j]) for j in range(n)]
            if mistake == "L3":
                from_loss = [(a[j] - y[j]) ** 2 for j in range(n)]
            if mistake == "L4":
                from_loss = [2 * abs(a[j] - y[j]) for j in range(n)]
            if mistake == "L5":
                from_loss = [2 * (a[j] - y[j]) / n for j in range(n)]
            if mistake == "L6":
                from_loss = [2 * a[j] for j in range(n)]
            if mistake == "L8":
                from_loss = [2 * (zs[-1][j] - y[j]) for j in range(n)]
            if mistake == "L9":
                from_loss = [1e-4 * 1e-4 * 2 * (a[j] - y[j]) for j in range(n)]
        else:
            from_loss = [0.0] * n
            errors_of_output = [a[j] - y[j] for j in range(n)]
            if mistake == "L2":
                errors_of_output = [y[j] - a[j] for j in range(n)]
            if mistake == "L4":
                errors_of_output = [abs(a[j] - y[j]) for j in range(n)]
            if mistake == "C1":
                errors_of_output = [(a[j] - y[j]) * a[j] * (1 - a[j]) for j in range(n)]
            if mistake == "C2":
                errors_of_output = [-y[j] / a[j] * a[j] * (1 - a[j]) for j in range(n)]
            if mistake in ("C3", "L6"):
                errors_of_output = list(a)
            if mistake == "C4":
                errors_of_output = [-y[j] / a[j] for j in range(n)]
            if mistake == "C5":
                errors_of_output = [2 * (a[j] - y[j]) for j in range(n)]
            if mistake == "C10":
                errors_of_output = [(a[j] - y[j]) * a[j] for j in range(n)]
            if mistake == "L8":
                errors_of_output = [zs[-1][j] - y[j] for j in range(n)]
            if mistake == "L9":
                errors_of_output = [1e-4 * 1e-4 * (a[j] - y[j]) for j in range(n)]

        result = []
        output_gradients = from_loss
        for layer in range(num_layers - 1, -1, -1):
            W, x, z, a = weights[layer], layer_inputs[layer], zs[layer], activations[layer]
            num_neurons, num_inputs = len(W), len(x)
            next_name = names[min(layer + 1, num_layers - 1)]
            errors = []
            for j in range(num_neurons):
                if layer == num_layers - 1 and errors_of_output is not None:
                    errors.append(errors_of_output[j])
                else:
                    g = output_gradients[j]
                    errors.append(g * wrong_slope(layer, num_layers, names[layer], next_name, z[j], a[j], g))
            if layer < num_layers - 1:
                errors = wrong_hidden_errors(errors, output_gradients, names[layer], z, a, activations[-1], y)
            gW = [[0.0] * num_inputs for _ in range(num_neurons)]
            gb = [0.0] * num_neurons
            for j in range(num_neurons):
                for i in range(num_inputs):
                    gW[j][i] = errors[j] * x[i]
                    if mistake == "W1":
                        gW[j][i] = errors[j]
                    if mistake == "W2":
                        gW[j][i] = errors[j] * W[j][i]
                    if mistake == "W3":
                        gW[j][i] = errors[j] * a[j]
                    if mistake == "W4" and layer > 0:
                        gW[j][i] = errors[j] * zs[layer - 1][i]
                    if mistake == "W5":
                        gW[j][i] = errors[j] * inputs[i]
                    if mistake == "W6":
                        gW[j][i] = errors[i] * x[j]
                    if mistake == "W9" and (layer < num_layers - 1 or errors_of_output is None):
                        gW[j][i] = output_gradients[j] * x[i]
                gb[j] = errors[j]
                if mistake == "Bi1":
                    gb[j] = 0.0
                if mistake == "Bi2":
                    gb[j] = errors[j] * bias_lists[layer][j]
                if mistake == "Bi3":
                    gb[j] = sum(errors)
                if mistake == "Bi4" and (layer < num_layers - 1 or errors_of_output is None):
                    gb[j] = output_gradients[j]
                if mistake == "Bi6":
                    gb[j] = num_inputs * errors[j]
                if mistake == "W7":
                    gW[j][0] = 0.0
                if mistake == "W7 last":
                    gW[j][-1] = 0.0
            if mistake == "W8":
                gW = [[sum(errors) * x[i] for i in range(num_inputs)] for _ in range(num_neurons)]
            input_gradients = [0.0] * num_inputs
            for j in range(num_neurons):
                for i in range(num_inputs):
                    if mistake == "X1":
                        input_gradients[i] += errors[j]
                    elif mistake == "X2":
                        input_gradients[i] += errors[j] * x[i]
                    elif mistake == "X3" and (layer < num_layers - 1 or errors_of_output is None):
                        input_gradients[i] += output_gradients[j] * W[j][i]
                    elif mistake == "X4":
                        input_gradients[i] = errors[j] * W[j][i]
                    elif mistake == "X5":
                        input_gradients[i] += errors[j] * W[j][i] / num_neurons
                    elif mistake == "X7":
                        input_gradients[i] += errors[j] * W[i][j]
                    elif mistake == "X8":
                        input_gradients[i] += errors[j] * W[j][i] / sum(W[j])
                    elif mistake == "X9":
                        input_gradients[i] += 0.0
                    elif mistake == "X11":
                        input_gradients[i] += errors[j] * gW[j][i]
                    else:
                        input_gradients[i] += errors[j] * W[j][i]
            result = [gW, gb] + result if biases else [gW] + result
            output_gradients = input_gradients
        return result

    return gradients


def arrays(mistake=None, hidden="sigmoid", output="sigmoid", loss="mse", biases=True, convention=None):
    """f(parameters, X, Y) -> gradients of the mean over the batch, with matrices; X (examples, inputs)."""

    def squash(name, Z):
        if name == "sigmoid":
            return 1 / (1 + np.exp(-Z))
        if name == "tanh":
            return np.tanh(Z)
        if name == "relu":
            return np.maximum(Z, 0)
        if name == "leaky_relu":
            return np.maximum(Z, 0.01 * Z)
        if mistake == "F4" and name == "relu":
            return (Z > 0) * 1.0
        if mistake == "C9" and name == "softmax":
            Z = 1 / (1 + np.exp(-Z))
        if name == "softmax":
            axis = 0 if mistake == "C7" else 1
            E = np.exp(Z - Z.max(axis=axis, keepdims=True))
            P = E / E.sum(axis=axis, keepdims=True)
            if mistake == "C6":
                E = np.exp(P)
                P = E / E.sum(axis=1, keepdims=True)
            return P
        return Z

    def prime(name, Z, A, DA, next_name, is_output):
        if is_output and mistake == "L7" or not is_output and mistake == "A1":
            return 1.0
        if mistake == "A10" and not is_output:
            name = next_name
        if name == "sigmoid":
            right = A * (1 - A) if mistake != "A10" else squash(name, Z) * (1 - squash(name, Z))
        elif name == "tanh":
            right = 1 - np.tanh(Z) ** 2
        elif name == "relu":
            right = (Z > 0) * 1.0
        elif name == "leaky_relu":
            right = np.where(Z > 0, 1.0, 0.01)
        else:
            right = np.ones_like(Z)
        if mistake == "A2" and name == "sigmoid":
            S = squash("sigmoid", A)
            return S * (1 - S)
        if mistake == "A2" and name == "tanh":
            return 1 - np.tanh(A) ** 2
        if mistake == "A2b" and name == "sigmoid":
            return Z * (1 - Z)
        if mistake == "A3":
            return Z * right
        if mistake == "A4":
            return squash(name, Z)
        if mistake == "A5" and name == "sigmoid":
            return 1 - A
        if name == "relu":
            if mistake == "A6":
                return (A >= 0) * 1.0
            if mistake == "A7":
                return (DA > 0) * 1.0
            if mistake == "A8":
                return np.where(Z > 0, 1.0, 0.01)
            if mistake == "A9":
                return A * (1 - A)
        if mistake == "X10":
            return right**2
        if mistake == "A13" and name == "sigmoid":
            return DA * (1 - DA)
        if mistake == "A13" and name == "tanh":
            return 1 - DA**2
        return right

    def wrong_hidden(D, DA, name, Z, A, out, Y):
        slope = {"sigmoid": A * (1 - A), "tanh": 1 - A**2, "relu": (Z > 0) * 1.0}.get(name, np.ones_like(Z))
        if mistake == "A11":
            return DA + slope
        if mistake == "A12" and name == "tanh":
            return (DA.T @ (1 - A @ A.T)).T
        if mistake == "A12" and name == "sigmoid":
            return (DA.T @ (A @ (1 - A).T)).T
        if out.shape[1] in (1, A.shape[1]):
            if mistake == "X12":
                return 2 * (out - Y) * slope
            if mistake == "X14":
                return 2 * (A - Y) * slope
        return D

    def gradients(parameters, X, Y):
        Ws = parameters[0::2] if biases else parameters
        bs = parameters[1::2] if biases else [np.zeros(len(W)) for W in Ws]
        m, L = len(X), len(Ws)
        names = [hidden] * (L - 1) + [output]
        A, Z = [X], []
        for k in range(L):
            bias = {"F1": 0 * bs[k], "F1 twice": 2 * bs[k]}.get(mistake, bs[k])
            Z.append(A[-1] @ Ws[k].T + bias)
            A.append(Z[-1] if mistake == "F2" and k < L - 1 else squash(names[k], Z[-1]))
            if mistake == "F3" and k < L - 1 and names[k] in ("sigmoid", "tanh"):
                A[-1] = squash(names[k], A[-1])
        out = A[-1]
        if mistake == "C8":
            Y = np.roll(Y, 1, axis=1)
        DA = D = None
        if loss == "mse":
            DA = {
                "L1": out - Y,
                "L2": 2 * (Y - out),
                "L3": (out - Y) ** 2,
                "L4": 2 * np.abs(out - Y),
                "L5": 2 * (out - Y) / out.shape[1],
                "L6": 2 * out,
                "L8": 2 * (Z[-1] - Y),
                "L9": 1e-4 * 1e-4 * 2 * (out - Y),
            }.get(mistake, 2 * (out - Y))
        else:
            D = {
                "L2": Y - out,
                "L4": np.abs(out - Y),
                "L6": out,
                "C1": (out - Y) * out * (1 - out),
                "C2": -Y * (1 - out),
                "C3": out,
                "C4": -Y / out,
                "C5": 2 * (out - Y),
                "C10": (out - Y) * out,
                "L8": Z[-1] - Y,
                "L9": 1e-4 * 1e-4 * (out - Y),
            }.get(mistake, out - Y)
        if mistake == "B5":
            DA, D = (None if DA is None else DA / m), (None if D is None else D / m)
        found = []
        for k in reversed(range(L)):
            next_name = names[min(k + 1, L - 1)]
            if D is None:
                D = DA * prime(names[k], Z[k], A[k + 1], DA, next_name, k == L - 1)
                if k < L - 1:
                    D = wrong_hidden(D, DA, names[k], Z[k], A[k + 1], out, Y)
            left = D
            if mistake == "W9" and DA is not None:
                left = DA
            right = A[k]
            if mistake == "W4" and k > 0:
                right = Z[k - 1]
            if mistake == "W5":
                right = X
            if mistake == "W1":
                right = np.ones_like(A[k])
            if mistake == "B4":
                right = np.repeat(A[k][-1:], m, axis=0)
            gW = left.T @ right / m
            if mistake == "W2":
                gW = D.mean(axis=0)[:, None] * Ws[k]
            if mistake == "W3":
                gW = np.repeat((D * A[k + 1]).mean(axis=0)[:, None], Ws[k].shape[1], axis=1)
            if mistake == "W6":
                gW = gW.T
            if mistake == "W7":
                gW[:, 0] = 0
            if mistake == "W7 last":
                gW[:, -1] = 0
            if mistake == "W8":
                gW = np.tile(gW.sum(axis=0), (len(gW), 1))
            if mistake == "B7":
                gW = np.outer(D.mean(axis=0), A[k].mean(axis=0))
            if mistake == "B3":
                gW = np.outer(D[-1], A[k][-1])
            gb = D.mean(axis=0)
            if mistake == "Bi1":
                gb = 0 * gb
            if mistake == "Bi2":
                gb = gb * bs[k]
            if mistake == "Bi3":
                gb = np.full(len(gb), D.sum() / m)
            if mistake == "Bi4" and DA is not None:
                gb = DA.mean(axis=0)
            if mistake == "Bi5":
                gb = D.sum(axis=0)
            if mistake == "Bi6":
                gb = gb * Ws[k].shape[1]
            if mistake == "Bi7":
                gb = D
            if mistake == "B3":
                gb = D[-1]
            if mistake == "B2":
                gW, gb = gW / m, gb / m
            if mistake == "B5":  # D was divided already, and is again on its way back
                gW, gb = gW * m, gb * m
            if convention == "B1" or mistake == "B1":
                gW, gb = gW * m, gb * m
            if mistake == "B6":
                gW, gb = gW * m / X.shape[1], gb * m / X.shape[1]
            found = [gW, gb] + found if biases else [gW] + found
            back = {
                "X1": lambda D=D, k=k: np.repeat(D.sum(axis=1, keepdims=True), Ws[k].shape[1], axis=1),
                "X2": lambda D=D, k=k: D.sum(axis=1, keepdims=True) * A[k],
                "X3": lambda D=D, DA=DA, k=k: (D if DA is None else DA) @ Ws[k],
                "X4": lambda D=D, k=k: np.outer(D[:, -1], Ws[k][-1]),
                "X5": lambda D=D, k=k: D @ Ws[k] / len(Ws[k]),
                "X7": lambda D=D, k=k: D @ Ws[k].T,
                "X8": lambda D=D, k=k: D @ (Ws[k] / Ws[k].sum(axis=0)),
                "X9": lambda D=D, k=k: np.zeros((m, Ws[k].shape[1])),
                "X11": lambda D=D, gW=gW: D @ gW,
                "B5": lambda D=D, k=k: D @ Ws[k] / m,
            }.get(mistake, lambda D=D, k=k: D @ Ws[k])
            DA, D = back() if k > 0 else None, None
        return found

    return gradients


def updating(gradients, mistake=None, biases=True, batch=False):
    """g(parameters, inputs, label, learning_rate) -> new parameters, made of a gradient function."""

    def update(parameters, inputs, label, learning_rate):
        if mistake == "B9":
            for x, y in zip(inputs, label, strict=True):
                found = gradients(parameters, x[None], y[None])
                parameters = [p - learning_rate * np.asarray(g) for p, g in zip(parameters, found, strict=True)]
            return parameters
        found = [np.asarray(part) for part in gradients(parameters, inputs, label)]
        per_layer = 2 if biases else 1
        new = []
        for place, (p, g) in enumerate(zip(parameters, found, strict=True)):
            if mistake == "S1":
                new.append(p + learning_rate * g)
            elif mistake == "S2":
                new.append(p - g)
            elif mistake == "S2 twice":
                new.append(p - learning_rate * learning_rate * g)
            elif mistake == "S3" and biases and place % 2 == 1:
                new.append(p)
            elif mistake == "S4" and place < len(parameters) - per_layer:
                new.append(p)
            else:
                new.append(p - learning_rate * g)
        return new

    return update


def early_updating(hidden, output, batch=False):
    """X6 as it is written: each layer's weights are moved before the error goes back through them."""

    def update(parameters, inputs, label, learning_rate):
        X, Y = (inputs, label) if batch else (inputs[None], label[None])
        Ws = [W.copy() for W in parameters[0::2]]
        bs = [b.copy() for b in parameters[1::2]]
        names = [hidden] * (len(Ws) - 1) + [output]
        A, slopes = [X], []
        for W, b, name in zip(Ws, bs, names, strict=True):
            Z = A[-1] @ W.T + b
            if name == "softmax":
                E = np.exp(Z)
                A.append(E / E.sum(axis=1, keepdims=True))
                slopes.append(None)
            else:
                A.append(np.array([[act(name, z) for z in row] for row in Z]))
                slopes.append(np.array([[slope_at(name, z) for z in row] for row in Z]))
        D = A[-1] - Y if output == "softmax" else 2 * (A[-1] - Y) * slopes[-1]
        for k in reversed(range(len(Ws))):
            Ws[k] -= learning_rate * (D.T @ A[k]) / len(X)
            bs[k] -= learning_rate * D.mean(axis=0)
            if k > 0:
                D = (D @ Ws[k]) * slopes[k - 1]
        return [part for pair in zip(Ws, bs, strict=True) for part in pair]

    return update


def rate_inside_updating(hidden, output, batch=False):
    """X13 as it is written: the learning rate stands in the error that goes back, and in the step too."""

    def update(parameters, inputs, label, learning_rate):
        X, Y = (inputs, label) if batch else (inputs[None], label[None])
        Ws, bs = parameters[0::2], parameters[1::2]
        names = [hidden] * (len(Ws) - 1) + [output]
        A, slopes = [X], []
        for W, b, name in zip(Ws, bs, names, strict=True):
            Z = A[-1] @ W.T + b
            if name == "softmax":
                E = np.exp(Z)
                A.append(E / E.sum(axis=1, keepdims=True))
                slopes.append(None)
            else:
                A.append(np.array([[act(name, z) for z in row] for row in Z]))
                slopes.append(np.array([[slope_at(name, z) for z in row] for row in Z]))
        D = A[-1] - Y if output == "softmax" else 2 * (A[-1] - Y) * slopes[-1]
        new = []
        for k in reversed(range(len(Ws))):
            new = [Ws[k] - learning_rate * (D.T @ A[k]) / len(X), bs[k] - learning_rate * D.mean(axis=0), *new]
            if k > 0:
                D = learning_rate * (D @ Ws[k]) * slopes[k - 1]
        return new

    return update


def collecting(gradients):
    """B8 for functions: the gradients are added to those of the call before."""
    kept = {}

    def collected(parameters, inputs, label):
        found = [np.asarray(part) for part in gradients(parameters, inputs, label)]
        shapes = tuple(part.shape for part in found)
        before = kept.get(shapes, [0.0] * len(found))
        kept[shapes] = [old + new for old, new in zip(before, found, strict=True)]
        return [part.copy() for part in kept[shapes]]

    return collected


def classes(mistake=None):
    """(Neuron, Layer, Model) in the shape of the lesson, with a mistake in one of them."""

    class Neuron:
        def __init__(self, num_inputs, act):
            self.num_inputs = num_inputs
            self.weights = [0.1] * num_inputs
            self.bias = 0.0
            self.act = act.act
            self.delta_act = act.delta_act
            self.is_relu = act.name == "relu"
            self.is_sigmoid = act.name == "sigmoid"
            self.gradients = [0.0] * num_inputs
            self.bias_gradient = 0.0

        def forward(self, inputs):
            self.input_activation = list(inputs)
            z = 0.0
            for i in range(self.num_inputs):
                z += self.weights[i] * inputs[i]
            if mistake == "F1 twice":
                z += self.bias
            if mistake != "F1":
                z += self.bias
            self.linear_activation = z
            self.activation = self.act(z)
            return self.activation

        def slope(self, output_gradient):
            z, a = self.linear_activation, self.activation
            if mistake in ("A1", "L7"):
                return 1.0
            if mistake == "A2":
                return self.delta_act(a)
            if mistake == "A2b" and self.is_sigmoid:
                return z * (1 - z)
            if mistake == "A3":
                return z * self.delta_act(z)
            if mistake == "A4":
                return self.act(z)
            if mistake == "A5" and self.is_sigmoid:
                return 1 - a
            if mistake == "X10":
                return self.delta_act(z) ** 2
            if self.is_relu:
                if mistake == "A6":
                    return 1.0 if a >= 0 else 0.0
                if mistake == "A7":
                    return 1.0 if output_gradient > 0 else 0.0
                if mistake == "A8":
                    return 1.0 if z > 0 else 0.01
                if mistake == "A9":
                    return sigmoid(z) * (1 - sigmoid(z))
            return self.delta_act(z)

        def backward_pass(self, output_gradient):
            error = output_gradient * self.slope(output_gradient)
            input_gradients = [0.0] * self.num_inputs
            for i in range(self.num_inputs):
                w, x = self.weights[i], self.input_activation[i]
                gradient = error * x
                if mistake == "W1":
                    gradient = error
                if mistake == "W2":
                    gradient = error * w
                if mistake == "W3":
                    gradient = error * self.activation
                if mistake == "W9":
                    gradient = output_gradient * x
                if mistake == "W7" and i == 0 or mistake == "W7 last" and i == self.num_inputs - 1:
                    gradient = 0.0
                if mistake == "B8":
                    self.gradients[i] += gradient
                else:
                    self.gradients[i] = gradient
                back = error * w
                if mistake == "X1":
                    back = error
                if mistake == "X2":
                    back = error * x
                if mistake == "X3":
                    back = output_gradient * w
                if mistake == "X8":
                    back = error * w / sum(self.weights)
                if mistake == "X9 neuron":
                    back = 0.0
                input_gradients[i] = back
            gradient = {"Bi1": 0.0, "Bi2": error * self.bias, "Bi4": output_gradient}.get(mistake, error)
            if mistake == "B8":
                self.bias_gradient += gradient
            else:
                self.bias_gradient = gradient
            return input_gradients

        def step(self, learning_rate):
            rate = {"S1": -learning_rate, "S2": 1.0, "S2 twice": learning_rate**2}.get(mistake, learning_rate)
            for i in range(self.num_inputs):
                self.weights[i] -= rate * self.gradients[i]
            if mistake != "S3":
                self.bias -= rate * self.bias_gradient

    class Layer:
        def __init__(self, num_inputs, num_neurons, act):
            self.num_inputs = num_inputs
            self.neurons = [Neuron(num_inputs, act) for _ in range(num_neurons)]
            if mistake == "W8":
                shared = [[0.0] * num_inputs] * num_neurons
                for neuron, gradients in zip(self.neurons, shared, strict=True):
                    neuron.gradients = gradients

        def forward(self, inputs):
            return [neuron.forward(inputs) for neuron in self.neurons]

        def backward_pass(self, output_gradients):
            total = [0.0] * self.num_inputs
            for j, neuron in enumerate(self.neurons):
                for i, gradient in enumerate(neuron.backward_pass(output_gradients[j])):
                    if mistake == "X4":
                        total[i] = gradient
                    elif mistake == "X5":
                        total[i] += gradient / len(self.neurons)
                    else:
                        total[i] += gradient
            if mistake == "Bi3":
                errors = sum(neuron.bias_gradient for neuron in self.neurons)
                for neuron in self.neurons:
                    neuron.bias_gradient = errors
            if mistake == "W6" and len(self.neurons) == self.num_inputs:
                rows = [neuron.gradients for neuron in self.neurons]
                for j, neuron in enumerate(self.neurons):
                    neuron.gradients = [row[j] for row in rows]
            if mistake == "X7" and len(self.neurons) == self.num_inputs:
                errors = [neuron.bias_gradient for neuron in self.neurons]
                total = [sum(w * e for w, e in zip(n.weights, errors, strict=True)) for n in self.neurons]
            return total

        def step(self, learning_rate):
            for neuron in self.neurons:
                neuron.step(learning_rate)

    class Model:
        layer_class = Layer

        def __init__(self, layers):
            self.layers = layers

        def forward(self, inputs):
            activations = inputs
            for layer in self.layers:
                activations = layer.forward(activations)
            if mistake == "W5":  # every layer remembers the model's inputs
                for layer in self.layers:
                    for neuron in layer.neurons:
                        if neuron.num_inputs == len(inputs):
                            neuron.input_activation = list(inputs)
            if mistake == "W4":
                for k in range(1, len(self.layers)):
                    for neuron in self.layers[k].neurons:
                        neuron.input_activation = [before.linear_activation for before in self.layers[k - 1].neurons]
            return activations

        def backward_pass(self, output_gradients):
            for k in range(len(self.layers) - 1, -1, -1):
                if mistake == "X9" and k < len(self.layers) - 1:
                    output_gradients = [0.0] * len(output_gradients)
                if mistake == "X6":
                    given = output_gradients
                    self.layers[k].backward_pass(given)
                    self.layers[k].step(0.1)
                    output_gradients = self.layers[k].backward_pass(given)
                else:
                    output_gradients = self.layers[k].backward_pass(output_gradients)
            return output_gradients

        def step(self, learning_rate):
            if mistake == "X6":  # the steps were taken on the way back
                return
            for k, layer in enumerate(self.layers):
                if mistake != "S4" or k == len(self.layers) - 1:
                    layer.step(learning_rate)

    return Neuron, Layer, Model
