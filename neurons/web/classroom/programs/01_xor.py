from neurons import Model, Stepper, datasets

inputs, labels = datasets.xor()
model = Model.from_sizes([2, 4, 1], seed=3)
history = model.fit(inputs, labels, epochs=1000, learning_rate=1.0, seed=0)

print(history)
for example, label, output in zip(inputs, labels, model.predict(inputs), strict=True):
    print(example, label, f"{output[0]:.3f}")

Stepper(model.trace([0.0, 1.0], [1.0], learning_rate=0.5))
