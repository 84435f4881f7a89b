"""Inputs that are put into another order, with their labels and without: read in the program's text."""

# ruff: noqa: E501 - the lines are as long as their authors write them

import pytest

from neurons.classroom.programs.mistakes.shuffling import STAYS, mixed_up
from neurons.classroom.programs.text.program import Program

MIXED_UP = {  # text, what is mixed, its line
    "labels alone": (
        """for epoch in range(3):
    np.random.shuffle(y)
    for a, b in zip(X, y):
        step(a, b)""",
        ("y", "X", 2),
    ),
    "rows by a new order": (
        """def epoch(x_train, y_train):
    order = np.random.permutation(len(x_train))
    x_train = x_train[order]
    for x, y in zip(x_train, y_train):
        learn(x, y)""",
        ("x_train", "y_train", 3),
    ),
    "in place": (
        """def epoch(inputs, targets):
    rng.shuffle(inputs)
    for i in range(len(inputs)):
        learn(inputs[i], targets[i])""",
        ("inputs", "targets", 2),
    ),
    "in place, in batches": (
        """for epoch in range(5):
    np.random.shuffle(X)
    for k in range(0, 60, 10):
        learn(X[k:k + 10], Y[k:k + 10])""",
        ("X", "Y", 2),
    ),
    "a mixed copy": (
        """def train(self, X, y):
    places = rng.permutation(len(X))
    Xs, ys = X[places], y
    for k in range(0, len(X), 5):
        self.learn(Xs[k:k + 5], y[k:k + 5])""",
        ("X", "y", 3),
    ),
    "an order of its own for each example": (
        """order = np.random.permutation(50)
for epoch in range(3):
    for k in range(50):
        learn(X[order[k]], labels[k])""",
        ("X", "labels", 4),
    ),
    "parts of an order": (
        """def train(self, X, y):
    order = self.rng.permutation(len(X))
    for k in range(0, len(X), 8):
        self.learn(X[order[k:k + 8]], y[k:k + 8])""",
        ("X", "y", 4),
    ),
    "places that are shuffled": (
        """def train(X, y):
    places = list(range(len(X)))
    random.shuffle(places)
    for k in range(len(X)):
        learn(X[places[k]], y[k])""",
        ("X", "y", 5),
    ),
    "columns": (
        """def train(X, Y):
    X = X[:, np.random.permutation(X.shape[1])]
    for k in range(X.shape[1]):
        learn(X[:, k], Y[:, k])""",
        ("X", "Y", 2),
    ),
    "a copy of the inputs as labels": (
        """def train(X):
    targets = X.copy()
    np.random.shuffle(X)
    for k in range(9):
        learn(X[k], targets[k])""",
        ("X", "targets", 3),
    ),
    "other labels in the call": (
        """def train(inputs, targets):
    np.random.shuffle(inputs)
    for x, y in zip(inputs, targets):
        learn(x, y)
train(X, X.copy())
train(Y, X)""",
        ("inputs", "targets", 2),
    ),
    "of an object": (
        """def train(self):
    np.random.shuffle(self.inputs)
    for x, y in zip(self.inputs, self.labels):
        self.learn(x, y)""",
        ("self.inputs", "self.labels", 2),
    ),
    "a copy of the inputs alone": (
        """def epoch(inputs, labels):
    mixed = random.sample(inputs, len(inputs))
    for x, y in zip(mixed, labels):
        learn(x, y)""",
        ("inputs", "labels", 2),
    ),
    "sorted by chance": (
        """for epoch in range(5):
    X = sorted(X, key=lambda row: random.random())
    for k in range(len(X)):
        learn(X[k], y[k])""",
        ("X", "y", 2),
    ),
    "a copy of the labels alone": (
        """for epoch in range(5):
    y = rng.permutation(y)
    for k in range(len(X)):
        learn(X[k], y[k])""",
        ("y", "X", 2),
    ),
    "two orders": (
        """np.random.seed(1)
def epoch(X, y):
    X = X[np.random.permutation(len(X))]
    y = y[np.random.permutation(len(y))]
    for a, b in zip(X, y):
        learn(a, b)""",
        ("X", "y", 4),
    ),
    "two orders by name": (
        """first, second = rng.permutation(40), rng.permutation(40)
Xs, ys = X[first], y[second]
for k in range(0, 40, 8):
    learn(Xs[k:k + 8], ys[k:k + 8])""",
        ("X", "y", 2),
    ),
    "an order that is drawn again": (
        """def epoch(X, Y):
    order = np.random.permutation(len(X))
    X = X[order]
    order = np.random.permutation(len(X))
    Y = Y[order]
    for a, b in zip(X, Y):
        learn(a, b)""",
        ("X", "Y", 5),
    ),
    "both in place, one after the other": (
        """def epoch(inputs, targets):
    random.shuffle(inputs)
    random.shuffle(targets)
    for i in range(len(inputs)):
        learn(inputs[i], targets[i])""",
        ("inputs", "targets", 3),
    ),
    "a copy within the zip": (
        """for epoch in range(9):
    for x, t in zip(random.sample(X, len(X)), y):
        learn(x, t)""",
        ("X", "y", 2),
    ),
    "an order within the zip": (
        """for epoch in range(9):
    for x, t in zip(X, targets[rng.permutation(len(X))]):
        learn(x, t)""",
        ("targets", "X", 2),
    ),
    "a training step": (
        """for epoch in range(9):
    order = rng.permutation(len(X))
    net.train_step(X[order], y)""",
        ("X", "y", 3),
    ),
    "all at once": (
        """for epoch in range(9):
    X = X[np.random.permutation(len(X))]
    out = X @ W
    W -= rate * X.T @ (out - y)""",
        ("X", "y", 2),
    ),
    "inputs that are labels, and a copy": (
        """targets = X
for epoch in range(9):
    mixed = X[rng.permutation(len(X))]
    for x, t in zip(mixed, targets):
        learn(x, t)""",
        ("X", "targets", 3),
    ),
    "a function that gives one of the two": (
        """def mixed(X, y):
    order = rng.permutation(len(X))
    return X[order], y
for epoch in range(9):
    X, y = mixed(X, y)
    for x, t in zip(X, y):
        learn(x, t)""",
        ("X", "y", 3),
    ),
    "a function of its own for each": (
        """def shuffle(a):
    order = np.random.permutation(len(a))
    return a[order]
def fit(X, y):
    for epoch in range(9):
        X, y = shuffle(X), shuffle(y)
        for x, t in zip(X, y):
            learn(x, t)""",
        ("X", "y", 6),
    ),
    "a method of its own for the inputs": (
        """class Net:
    def mixed(self, rows):
        order = list(range(len(rows)))
        random.shuffle(order)
        return [rows[i] for i in order]
    def fit(self, inputs, labels):
        for epoch in range(9):
            rows = self.mixed(inputs)
            for x, t in zip(rows, labels):
                self.learn(x, t)""",
        ("inputs", "labels", 8),
    ),
    "two orders in one line": (
        """for epoch in range(9):
    X, y = X[np.random.permutation(8)], y[np.random.permutation(8)]
    for x, t in zip(X, y):
        learn(x, t)""",
        ("X", "y", 2),
    ),
}
OF_TWO_ORDERS = (
    "two orders",
    "two orders by name",
    "an order that is drawn again",
    "both in place, one after the other",
    "a function of its own for each",
    "two orders in one line",
)
IN_ORDER = {
    "rows that a method takes": """for epoch in range(9):
    order = rng.permutation(len(X))
    x, t = X.take(order, axis=0), Y[order]
    learn(x, t)""",
    "rows that a function takes": """for epoch in range(9):
    order = rng.permutation(len(X))
    x = np.take(X, order, axis=0)
    y = Y[order]
    learn(x, y)""",
    "an order that is put back": """order = rng.permutation(40)
Xs = X[order]
Xs = Xs[np.argsort(order)]
for a, b in zip(Xs, y):
    learn(a, b)""",
    "a function of its own with one seed": """def shuffle(a):
    return a[np.random.RandomState(4).permutation(len(a))]
for epoch in range(9):
    X, y = shuffle(X), shuffle(y)
    for a, b in zip(X, y):
        learn(a, b)""",
    "a function of its own that is given the order": """def shuffle(a, order):
    return a[order]
for epoch in range(9):
    order = rng.permutation(8)
    X, y = shuffle(X, order), shuffle(y, order)
    for a, b in zip(X, y):
        learn(a, b)""",
    "a function of its own for pairs": """def shuffle(a):
    return random.sample(a, len(a))
data = list(zip(X, y))
for epoch in range(9):
    data = shuffle(data)
    for x, y in data:
        learn(x, y)""",
    "a function that gives both": """def shuffle(X, y):
    order = rng.permutation(8)
    return X[order], y[order]
for epoch in range(9):
    X, y = shuffle(X, y)
    net.train_step(X, y)""",
    "a function for a test alone": """def mixed(X, y):
    return X[rng.permutation(8)], y
for a, b in zip(X, y):
    learn(a, b)
X, y = mixed(X, y)
score(X, y)""",
    "all at once, by one order": """for epoch in range(9):
    order = rng.permutation(8)
    Xs, ys = X[order], take(y, order)
    W -= rate * Xs.T @ (Xs @ W - ys)
    print(loss(X @ W - y))""",
    "inputs that are labels, one after the other": """for epoch in range(9):
    X = X[rng.permutation(len(X))]
    targets = X
    for x, t in zip(X, targets):
        learn(x, t)""",
    "an order that a function makes, too": """def epoch(X, y):
    order = np.random.permutation(len(X))
    X = X[order]
    reorder(y, order)
    for a, b in zip(X, y):
        learn(a, b)""",
    "a seed of its own function": """def epoch(X, y):
    np.random.shuffle(X)
    reseed()
    np.random.shuffle(y)
    for a, b in zip(X, y):
        learn(a, b)""",
    "a state that is set": """state = rng.bit_generator.state
rng.shuffle(X)
rng.bit_generator.state = state
rng.shuffle(y)
for a, b in zip(X, y):
    learn(a, b)""",
    "columns alone": """X = rng.permutation(X, axis=1)
for a, b in zip(X, y):
    learn(a, b)""",
    "features, and rows that are taken": """X = X[:, rng.permutation(3)]
for i in range(40):
    learn(X[i, :], y[i, :])""",
    "labels mixed for a test alone": """for a, b in zip(X, y):
    learn(a, b)
np.random.shuffle(y)
for a, b in zip(X, y):
    count += predict(a) == b""",
    "a state that is put back": """def epoch(X, y):
    state = np.random.get_state()
    np.random.shuffle(X)
    np.random.set_state(state)
    np.random.shuffle(y)
    for a, b in zip(X, y):
        learn(a, b)""",
    "two generators of one seed": """one, other = np.random.RandomState(3), np.random.RandomState(3)
one.shuffle(X)
other.shuffle(y)
for a, b in zip(X, y):
    learn(a, b)""",
    "the same generator made anew": """def epoch(X, y):
    X = np.random.RandomState(5).permutation(X)
    y = np.random.RandomState(5).permutation(y)
    for a, b in zip(X, y):
        learn(a, b)""",
    "two orders of other data": """X = X[rng.permutation(40)]
y_test = y_test[rng.permutation(10)]
for a, b in zip(X, y):
    print(a, b)
for a, b in zip(X_test, y_test):
    print(a, b)""",
    "some drawn at random": """rows = random.sample(X, 10)
for a, b in zip(rows, y):
    show(a, b)""",
    "pairs sorted by chance": """pairs = sorted(zip(X, y), key=lambda pair: random.random())
for a, b in pairs:
    learn(a, b)""",
    "views of one table": """X, y = data[:, :2], data[:, 2:]
np.random.shuffle(data)
for a, b in zip(X, y):
    step(a, b)""",
    "features in another order": """order = np.random.permutation(2)
X = X[:, order]
for i in range(9):
    step(X[i], y[i])""",
    "pairs that are put together before": """data = list(zip(X, y))
random.shuffle(data)
for a, b in data:
    step(a, b)
for i in range(9):
    print(X[i], y[i])""",
    "an example that holds its label": """random.shuffle(examples)
for ex in examples:
    step(ex.inputs, ex.target[0])
    d = [o[j] - ex.target[j] for j in range(2)]""",
    "a dictionary that holds its label": """random.shuffle(samples)
for s in samples:
    d = [o[j] - s["target"][j] for j in range(2)]""",
    "labels in a comprehension": """order = np.random.permutation(9)
Xs = X[order]
ys = [y[i] for i in order]
for a, b in zip(Xs, ys):
    step(a, b)""",
    "labels with the name of the data": """order = np.random.permutation(9)
xs, ls = data[order], data_labels[order]
for i in range(9):
    step(xs[i], ls[i], targets[i])""",
    "other data beside": """random.shuffle(train_set)
for x, y in train_set:
    step(x, y)
for a, b in zip(X_test, y_test):
    test(a, b)""",
    "one column": """Xp = X.copy()
np.random.shuffle(Xp[:, 0])
for a, b in zip(Xp, y):
    score(a, b)""",
    "both by one order": """def epoch(X, y):
    order = np.random.permutation(len(X))
    X = X[order]
    y = y[order]
    for a, b in zip(X, y):
        learn(a, b)""",
    "both in one line": """for epoch in range(4):
    order = rng.permutation(len(X))
    X, y = X[order], y[order]
    for k in range(0, 40, 8):
        learn(X[k:k + 8], y[k:k + 8])""",
    "both as copies": """def train(self, inputs, targets):
    order = np.random.permutation(len(inputs))
    mixed_inputs, mixed_targets = inputs[order], targets[order]
    for x, t in zip(mixed_inputs, mixed_targets):
        self.learn(x, t)""",
    "pairs": """def epoch(X, y):
    pairs = list(zip(X, y))
    random.shuffle(pairs)
    for a, b in pairs:
        learn(a, b)""",
    "pairs that are parted again": """def epoch(X, y):
    pairs = list(zip(X, y))
    random.shuffle(pairs)
    X, y = zip(*pairs)
    for k in range(len(X)):
        learn(X[k], y[k])""",
    "samples that hold their labels": """def epoch(samples):
    random.shuffle(samples)
    for x, y in samples:
        for k in range(len(y)):
            learn(x, y[k])""",
    "rows that hold their labels": """def train(data):
    data = data[np.random.permutation(len(data))]
    X, y = data[:, :-1], data[:, -1]
    for k in range(len(X)):
        learn(X[k], y[k])""",
    "weights beside the data": """def epoch(data, W):
    random.shuffle(data)
    for k in range(len(W)):
        learn(data[k], W[k])""",
    "the same seed twice": """def epoch(X, y):
    np.random.seed(7)
    np.random.shuffle(X)
    np.random.seed(7)
    np.random.shuffle(y)
    for a, b in zip(X, y):
        learn(a, b)""",
    "places for both": """def train(X, y):
    places = np.arange(len(X))
    np.random.shuffle(places)
    for k in range(0, len(X), 4):
        learn(X[places[k:k + 4]], y[places[k:k + 4]])""",
    "examples in a new order": """def train(X, y):
    for k in np.random.permutation(len(X)):
        learn(X[k], y[k])""",
    "labels made of the mixed rows": """X = X[np.random.permutation(20)]
y = X[:, 0] - X[:, 1]
for k in range(20):
    learn(X[k], y[k])""",
    "some for training": """order = np.random.permutation(len(X))
first, rest = order[:30], order[30:]
X_train, y_train = X[first], y[first]
for k in range(30):
    learn(X_train[k], y_train[k])""",
    "other labels for the classes": """def train(X, kinds, outputs):
    order = np.random.permutation(len(X))
    X, kinds = X[order], kinds[order]
    for k in range(9):
        learn(X[k], outputs[k])""",
    "inputs that are their own labels": """targets = Y = X
for epoch in range(9):
    rng.shuffle(X)
    for k in range(0, 60, 10):
        learn(X[k:k + 10], Y[k:k + 10])""",
    "a view of the inputs": """def train(X):
    y = np.asarray(X)
    np.random.shuffle(y)
    for k in range(9):
        learn(X[k], y[k])""",
    "one object in a call": """def train(inputs, targets):
    rng.shuffle(inputs)
    for x, t in zip(inputs, targets):
        learn(x, t)
same = X
train(X, targets=same)""",
    "one object in a method": """class Coder:
    def __init__(self, X, y):
        self.X, self.y = X, y
    def fit(self):
        np.random.shuffle(self.X)
        for k in range(9):
            self.learn(self.X[k], self.y[k])
data = load()
Coder(data, data).fit()""",
    "inputs with their numbers": """samples = list(enumerate(X))
for epoch in range(4):
    random.shuffle(samples)
    for i, x in samples:
        learn(x, labels[i])
    print([samples[i] for i in range(3)])""",
    "places beside the inputs": """def train(X, y):
    inputs = [(i, x) for i, x in enumerate(X)]
    random.shuffle(inputs)
    for i in range(9):
        i, x = inputs[i]
        learn(x, y[i])""",
    "nothing": """def train(X, y):
    for a, b in zip(X, y):
        learn(a, b)""",
}


@pytest.mark.parametrize("kind", MIXED_UP)
def test_labels_that_stay_where_they_are_are_seen(kind):
    text, (name, other, line) = MIXED_UP[kind]
    found = mixed_up(Program({"s.py": text}, "s.py", ""))
    assert found is not None and found[:3] == (name, other, ("s.py", line))
    assert (found.told == STAYS) != (kind in OF_TWO_ORDERS)


@pytest.mark.parametrize("kind", IN_ORDER)
def test_labels_that_go_with_their_inputs_are_not_mixed_up(kind):
    assert mixed_up(Program({"s.py": IN_ORDER[kind]}, "s.py", "")) is None
