"""Two results that everybody cites: Nielsen's book (chapter 1) and LeCun et al. 1998, on the same networks.

* M. Nielsen, Neural Networks and Deep Learning, 2015, chapter 1: 784-30-10, 95.42 % at best in 30 epochs.
* Y. LeCun, L. Bottou, Y. Bengio, P. Haffner, Gradient-based learning applied to document recognition, 1998: the
  network 784-300-10 without distortions of the images has 4.7 % of the test images wrong.
"""

from neurons import MSE, Model, datasets, sigmoid, tanh


def main(nielsen_epochs=30, lecun_epochs=20):
    """Train both and print a table; return the best share right of the first and the last of the second."""
    data = datasets.mnist(dtype="uint8")
    print("784-30-10, sigmoid, half the squared error, batches of 10, learning rate 3")
    shares = train(data, 30, sigmoid, MSE(scale=0.5), epochs=nielsen_epochs, batch_size=10, learning_rate=3.0)
    nielsen = max(shares)
    print("\n784-300-10, tanh, squared error, batches of 10, learning rate 0.1")
    lecun = train(data, 300, tanh, MSE(), epochs=lecun_epochs, batch_size=10, learning_rate=0.1)[-1]

    print("\n                                       published    ours")
    print(f"Nielsen 2015, 784-30-10, best right      95.42 %   {100 * nielsen:.2f} %")
    print(f"LeCun 1998, 784-300-10, wrong             4.7  %   {100 * (1 - lecun):.2f} %")
    return nielsen, lecun


def train(data, hidden, act, loss, **settings):
    """Train a 784-`hidden`-10 model; return the share of test images right after each epoch."""
    model = Model.from_sizes([784, hidden, 10], hidden=act, loss=loss, seed=0)
    shares = []

    def print_epoch(epoch, model, history):
        shares.append(model.accuracy(data.test_inputs, data.test_labels))
        print(f"epoch {epoch:2}   loss {history.loss[-1]:.4f}   test images right {100 * shares[-1]:.2f} %")

    model.fit(data.train_inputs, data.train_labels, seed=0, on_epoch=print_epoch, **settings)
    return shares


if __name__ == "__main__":
    main()
