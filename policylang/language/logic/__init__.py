"""Logic over finite case spaces: the space of a category, the verdict of a case, the compiled decision table."""
