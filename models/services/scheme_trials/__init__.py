"""What last month would have been under a draft of a scheme: settled, compared, taken back."""

from models.services.scheme_trials.trial import run

__all__ = ["run"]
