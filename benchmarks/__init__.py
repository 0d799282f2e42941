"""Measured promises: `python -m benchmarks.NAME [--db sqlite|postgres] [--cases N]`.

Each prints one JSON object and ends with 1 if its results differ from a plain reference.
What counts is the ratio to a floor measured in the same run, never the milliseconds.
"""
