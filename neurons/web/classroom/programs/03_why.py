from neurons import Model, check_gradients

model = Model.from_sizes([2, 2, 1], seed=3)
print(check_gradients(model, [0.0, 1.0], [1.0]))

outputs = model.forward([0.0, 1.0])
model.backward_pass(model.loss.output_gradients(outputs, [1.0]))
print()
print(model.why("hidden[0].w[1]"))
