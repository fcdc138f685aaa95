from .people import Unit, User
from .plan import Action, Milestone, Plan, Priority
from .progress import Decision, Evidence, ProgressEntry

__all__ = [
    "Action",
    "Decision",
    "Evidence",
    "Milestone",
    "Plan",
    "Priority",
    "ProgressEntry",
    "Unit",
    "User",
]
