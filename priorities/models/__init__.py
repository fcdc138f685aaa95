from .amendments import Amendment
from .chain import ChainLink
from .closing import Closing, Ending, Reopening
from .decisions import Decision, DecisionUndone
from .discarded import DiscardedDraft
from .documents import SourceDocument
from .extension import ExtensionAnswer, ExtensionRequest
from .imports import FileImport
from .issued import IssuedFile, IssuedReport
from .lineage import Lineage
from .milestones import Milestone
from .people import Unit, User
from .plan import Action, Plan, Priority
from .progress import Evidence, ProgressEntry
from .proposals import Proposal
from .receipt import FormReceipt
from .reports import Passage, Report, ReportComment
from .tables import TableHeading, TableIntake
from .targets import Target, TargetValue
from .waiting import WaitingEntry

__all__ = [
    "Action",
    "Amendment",
    "ChainLink",
    "Closing",
    "Decision",
    "DecisionUndone",
    "DiscardedDraft",
    "Ending",
    "Evidence",
    "ExtensionAnswer",
    "ExtensionRequest",
    "FileImport",
    "FormReceipt",
    "IssuedFile",
    "IssuedReport",
    "Lineage",
    "Milestone",
    "Passage",
    "Plan",
    "Priority",
    "ProgressEntry",
    "Proposal",
    "Reopening",
    "Report",
    "ReportComment",
    "SourceDocument",
    "TableHeading",
    "TableIntake",
    "Target",
    "TargetValue",
    "Unit",
    "User",
    "WaitingEntry",
]
