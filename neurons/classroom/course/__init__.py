"""A student's way through the exercises.

`course` is a folder with a file per exercise and the progress; `watch` checks each file when it is saved, writes to the
`screen` and listens to the `keyboard`. `notebooks` checks what the cells of a notebook define, and gives hints there.
`new_exercise` is for teachers.
"""
