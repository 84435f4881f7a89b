"""Inspection: one recorder of events, and its readers."""
