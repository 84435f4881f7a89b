"""Arrays: layers on NumPy arrays, a live view of each of their neurons, and the engine that trains them.

The only room that computes with NumPy while it trains; nothing here is imported before a model on arrays is made.
"""
