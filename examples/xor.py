"""XOR, solved by eight hidden neurons and one output neuron, with the training loop written out."""

import random

from neurons import MSE, Layer, Model, datasets

EPOCHS = 1000
LEARNING_RATE = 1.0

rng = random.Random(0)  # the same first weights in every run
hidden = Layer(2, 8, rng=rng)  # 2 inputs, 8 neurons
output = Layer(8, 1, rng=rng)
model = Model([hidden, output], loss=MSE())
inputs, labels = datasets.xor()
inputs, labels = inputs[1:] + inputs[:1], labels[1:] + labels[:1]  # 0 0 last: it makes all hidden gradients 0

for epoch in range(1, EPOCHS + 1):
    loss_sum = 0.0
    for example, label in zip(inputs, labels, strict=True):
        outputs = model.forward(example)
        loss_sum += model.loss.value(outputs, label)
        model.backward_pass(model.loss.output_gradients(outputs, label))  # now each neuron has its gradients
        model.step(LEARNING_RATE)
    if epoch % 100 == 0:
        print(f"epoch {epoch:4}   loss {loss_sum / len(inputs):.4f}")

print("\ninputs   label   output")
for example, label in zip(inputs, labels, strict=True):
    print(f"{example[0]:.0f}  {example[1]:.0f}     {label[0]:.0f}       {model.forward(example)[0]:.4f}")
