"""The one error of the run."""


class Failure(Exception):
    """The run cannot go on or its figures would be wrong. The message is for the operator."""
