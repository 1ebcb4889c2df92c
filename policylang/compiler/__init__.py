"""Meaning to artefacts: prompts, rubrics, plans and the book, one file a target; `compile.py` makes the bundle."""
