"""All small changes of a program's text: which parts may change, and how its statements and expressions may."""
