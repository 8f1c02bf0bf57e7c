"""Figures: one style, plain text, bounded size. A library without knowledge of runs."""
