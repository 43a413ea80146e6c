"""Asking platforms for what happened. Each is asked within a job, with no transaction open."""
