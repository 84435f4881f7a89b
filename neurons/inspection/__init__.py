"""Looking inside: one recorder of what is executed, and its readers. Nothing here is loaded before it is asked for."""
