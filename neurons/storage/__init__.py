"""Storage: models and checkpoints in files, to read (.json) or compact (.npz), written whole or not at all."""
