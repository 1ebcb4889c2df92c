"""The stages of a run, one file each: what a row needs, the call, and what can be checked of the answer."""
