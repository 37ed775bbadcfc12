"""Evaluators that judge an answer without asking a model.

Each is declared once, as an `EvaluatorType` with its options; forms, command line and help
follow from the declaration. May import domain. No answer, expected output or pattern, however
hostile, may keep an evaluator busy for more than about half a second.
"""
