"""Scores, warnings and models as an agency works with them. Importing registers every page of this app."""

from scoring.admin import aims, findings, models, scores, steps, subjects, warnings

__all__ = ["aims", "findings", "models", "scores", "steps", "subjects", "warnings"]
