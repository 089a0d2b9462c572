"""Figures rather than verdicts: run by hand, never collected by pytest."""
