"""Laid for what comes."""
