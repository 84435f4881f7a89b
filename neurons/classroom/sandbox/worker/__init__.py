"""The other end of the pipes: the child process in which a student's file runs. Only the standard library, no answer.

`__main__` is the program of the child, which starts each time anew and imports its neighbours alone. `channel` answers
questions about the file's names; `environment` is what the file finds around it; `refused` lists the calls that no
exercise needs, and looks for them; `system` has the locks of the operating system. `local` uses the first three too.
"""
