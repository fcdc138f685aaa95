"""What is said of a table in the reader's language: how sure a column is, why a cell is nothing."""

from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from ..legible import in_short
from ..plans.tables.headings import LABELS, Name
from ..plans.tables.matching import Likeness, Match
from ..plans.tables.recognising import Sure
from ..plans.tables.rows import Fault, Kind, Told, Wrong
from ..plans.written.percents import Reason


def label_of(name: Name) -> str:
    return str(LABELS[name])


def sure_words(sure: Sure) -> str:
    """How a column was recognised."""
    return {
        Sure.SET: _("set by hand"),
        Sure.REMEMBERED: _("as it was set before"),
        Sure.EXACT: _("sure: by its head"),
        Sure.LIKE: _("likely: its head holds such a word"),
        Sure.CONTENT: _("likely: most of its cells are days"),
        Sure.TWICE: _("not taken: another column is the same"),
        Sure.UNKNOWN: _("not known"),
    }[sure]


def fault_sentence(fault: Fault) -> str:
    """What is wrong with a cell, with its words."""
    sentence = {
        Wrong.NO_TEXT: _("There are words and no action: %(words)s"),
        Wrong.TOO_LONG: _("This is too long for an action, and no sentence of it fits: %(words)s"),
        Wrong.UNKNOWN: _("“%(words)s” is not understood as a time."),
        Wrong.AMBIGUOUS: _("“%(words)s” can mean two days. Write the day."),
        Wrong.NO_YEAR: _("“%(words)s” names no year, and the plan has no first day yet."),
        Wrong.NO_SUCH_DAY: _("“%(words)s” is no day of the calendar."),
        Wrong.ORDER: _("“%(words)s”: the last day lies before the first."),
        Wrong.NO_END: _("“%(words)s” says when it begins, and not when it ends."),
        Wrong.NO_HEAD: _("“%(words)s” stands in a column without a head."),
        Wrong.GOES_ON: _("This line goes on with the action above it and is no action itself."),
    }[fault.why]
    return sentence % {"words": in_short(fault.words, 60)}


def told_words(told: Told) -> str:
    """What is to be looked at of a row that was understood."""
    return {
        Told.SERIAL: _("a number that Excel keeps for a day"),
        Told.VAGUE: _("only about that day"),
        Told.SEVERAL: _("several days: the last one is due, each is a milestone"),
        Told.OPEN: _("no end: due on the plan's last day"),
        Told.CUT: _("cut at its first sentence; all its words stand in the measure"),
        Told.WORDS: _("the words beside the day are its milestone"),
        Told.HIDDEN: _("a hidden line of the file"),
        Told.OUTSIDE: _("after the plan's end"),
    }[told]


def kind_words(kind: Kind) -> str:
    """Why a line is no action."""
    return {
        Kind.TOTAL: _("total"),
        Kind.NOTE: _("note or signature"),
        Kind.HEADING: _("heading within a priority"),
        Kind.HEADS: _("the heads again"),
        Kind.PRIORITY: pgettext("ledger", "Priority"),
        Kind.ACTION: pgettext("ledger", "Action"),
    }[kind]


def percent_words(why: Reason) -> str:
    """What is to be said of a percent, or why a cell gives none."""
    return {
        Reason.CLEAR: "",
        Reason.UNKNOWN: _("This is not understood as a percent."),
        Reason.AMBIGUOUS: _("This can mean two things: write it with the percent sign."),
        Reason.TOO_MUCH: _("A percent goes to 100."),
        Reason.ROUGH: _("only about that much"),
        Reason.ROUNDED: _("rounded to a whole percent"),
        Reason.FRACTION: _("a fraction, taken times a hundred"),
    }[why]


def note_words(code: str) -> str:
    """What of the file is not in the table."""
    return {
        "pictures": _("Pictures on the sheets are left out."),
        "sheets": _("Only the first 20 sheets are read."),
    }[code]


def likeness_words(match: Match) -> str:
    """How the action of a row was found."""
    share = {"percent": round(100 * match.score)}
    return {
        Likeness.SET: _("chosen by hand"),
        Likeness.NUMBER: _("by its number"),
        Likeness.SAME: _("the same words"),
        Likeness.LIKELY: _("like words (%(percent)d %%): please look") % share,
        Likeness.UNCLEAR: _("not clear: choose the action"),
        Likeness.NONE: _("no action like it"),
    }[match.likeness]
