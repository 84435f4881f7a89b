"""What a program's numbers say, as it runs: which of them are its network, and whether its steps are the gradients."""
