"""Laid for what comes. Pure."""
