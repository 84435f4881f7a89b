"""Choices that make steps look wrong and are right: rates, momentum, batches, noise, an optimiser of their own."""
