"""The self-checks of the exercises, a module a chapter, a function an exercise.

A function takes the student's answer and returns a `lstm_lab.check.Result`. The right answers stand
here and not in the chapters, where a reader would see them before trying.
"""
