"""Computing the out columns of a tracker: formulas, steps, freezing, seals, problems.

Importing the package registers the steps.
"""

from . import bookkeeping, freezing, orders, payouts, reviews, seals

__all__ = ["bookkeeping", "freezing", "orders", "payouts", "reviews", "seals"]
