from neurons import Model, datasets

inputs, labels = datasets.xor()
model = Model.from_sizes([2, 4, 1], seed=3)
history = model.fit(inputs, labels, epochs=400, learning_rate=1.0, seed=0, keep=True)

print(history)
for example, label, output in zip(inputs, labels, model.predict(inputs), strict=True):
    print(example, label, f"{output[0]:.3f}")

model.page(inputs, labels, history=history)
