"""What is executed, statement by statement, with its numbers.

`recorder` follows the methods of classes while they run; `frame` looks at a single frame, as a debugger has it.
`statements` knows the lines of each function, `expressions` the places in a line where numbers can stand, `values`
reads them without running any code of the program's, and `substitution` puts them into the line.
"""
