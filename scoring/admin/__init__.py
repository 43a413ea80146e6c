"""Scores, warnings and models as an agency works with them. Importing registers every page of this app."""

from scoring.admin import models, scores, warnings

__all__ = ["models", "scores", "warnings"]
