"""The Excel file that goes out with an issued report: the ledger as its annex has it."""

from django.utils import translation

from ..ledger.contents import Ledger, words_of_lights
from ..ledger.excel import ledger_xlsx
from ..lights import KINDS, Thresholds
from .document import Document
from .drafting import LANGUAGE


def annex_xlsx(document: Document, thresholds: Thresholds) -> bytes:
    """The ledger that goes out with an issued report, in Chinese as the report is."""
    with translation.override(LANGUAGE):
        return ledger_xlsx(ledger_of_document(document, thresholds))


def ledger_of_document(document: Document, thresholds: Thresholds) -> Ledger:
    """The ledger as annex of a report: its figures as they were frozen, without keys."""
    facts = document.facts
    return Ledger(
        plan=document.plan,
        title=document.plan_title,
        on=facts.on,
        is_sample=document.is_sample,
        rows=facts.rows,
        total=facts.total,
        ended=facts.ended,
        counts={kind: facts.counts[kind] for kind in KINDS},
        shares={kind: facts.shares[kind] for kind in KINDS},
        words=words_of_lights(),
        priorities=facts.priorities,
        thresholds=thresholds,
        of_total=facts.total,
    )
