"""Data set to model to evidence. So far: splits and exports."""
