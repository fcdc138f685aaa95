"""The rules that are broken one after another: an exact text in one file, and what stands instead.

Named by what holds in the program, not by what is done to it. ``tests`` are files, or one test in
a long file; at least one of them must fail.
"""

from dataclasses import dataclass


@dataclass(frozen=True)
class Rule:
    name: str
    file: str
    text: str
    instead: str
    tests: tuple[str, ...]


def rule(name: str, file: str, text: str, instead: str, *tests: str) -> Rule:
    return Rule(name, file, text, instead, tuple(map(_path, tests)))


def _path(test: str) -> str:
    """recording.py is tests/test_recording.py, admin/versions.py tests/admin/test_versions.py."""
    folder, _, name = test.rpartition("/")
    return "/".join(filter(None, ("tests", folder, f"test_{name}")))


LIGHTS = [
    rule(
        "light: red from 31 points behind",
        "priorities/lights.py",
        "if deviation < -thresholds.red_deviation:",
        "if deviation <= -thresholds.red_deviation:",
        "lights.py",
    ),
    rule(
        "light: yellow from 11 points behind",
        "priorities/lights.py",
        "if deviation < -thresholds.yellow_deviation:",
        "if deviation <= -thresholds.yellow_deviation:",
        "lights.py",
    ),
    rule(
        "light: yellow a week before the due date",
        "priorities/lights.py",
        "if (due - on).days <= thresholds.due_soon_days:",
        "if (due - on).days < thresholds.due_soon_days:",
        "lights.py",
    ),
    rule(
        "light: red the day after the due date",
        "priorities/lights.py",
        "    if on > due:\n",
        "    if on >= due:\n",
        "lights.py",
    ),
    rule(
        "light: red 16 days after a missed milestone",
        "priorities/lights.py",
        "if missed and late > thresholds.red_milestone_days:",
        "if missed and late >= thresholds.red_milestone_days:",
        "lights.py",
    ),
    rule(
        "light: nobody is behind before the first report is due",
        "priorities/lights.py",
        "if said.percent is None and on <= report_by:",
        "if said.percent is None and on < report_by:",
        "lights.py",
        "state.py",
    ),
    rule(
        "light: what is complete is no longer overdue",
        "priorities/lights.py",
        "    if said.completed_on is not None:\n        return _complete(said.completed_on, due)\n",
        "",
        "lights.py",
        "state.py",
    ),
    rule(
        "light: time is gone only once the due date has come",
        "priorities/lights.py",
        "return min(99, (200 * gone + whole) // (2 * whole))",
        "return (200 * gone + whole) // (2 * whole)",
        "lights.py",
    ),
    rule(
        "light: half a percent of time is rounded up",
        "priorities/lights.py",
        "return min(99, (200 * gone + whole) // (2 * whole))",
        "return min(99, 100 * gone // whole)",
        "lights.py",
    ),
    rule(
        "figures: half a percent of a mean is rounded up",
        "priorities/lights.py",
        "return (2 * sum(values) + len(values)) // (2 * len(values))",
        "return sum(values) // len(values)",
        "lights.py",
    ),
    rule(
        "figures: shares add to a hundred",
        "priorities/lights.py",
        "for key in by_remainder[: 1000 - sum(tenths.values())]:",
        "for key in by_remainder[:0]:",
        "lights.py",
    ),
    rule(
        "stale: after a whole cycle without a word",
        "priorities/lights.py",
        "return light in IN_PROGRESS and (age_days or 0) > thresholds.reporting_cycle_days",
        "return light in IN_PROGRESS and (age_days or 0) >= thresholds.reporting_cycle_days",
        "lights.py",
        "state.py",
    ),
    rule(
        "stale: what waits for the office was said, on the page and in the trend",
        "priorities/lights.py",
        "            return replace(self, spoken_on=day)\n",
        "            return self\n",
        "lights.py::test_what_waits_was_said_and_does_not_count",
        "state.py::test_a_trend_ages_by_what_stands_as_the_page_does",
    ),
    rule(
        "complete since: the first of the entries that say so without a break",
        "priorities/lights.py",
        "completed_on = (self.completed_on or day) if percent == 100 else None",
        "completed_on = day if percent == 100 else None",
        "lights.py",
        "state.py",
        "units.py",
    ),
    rule(
        "complete since: what was reopened is completed anew",
        "priorities/lights.py",
        "completed_on = (self.completed_on or day) if percent == 100 else None",
        "completed_on = (self.completed_on or day) if percent == 100 else self.completed_on",
        "lights.py::test_what_is_reopened_is_completed_anew",
        "state.py::test_each_week_of_a_trend_knows_what_was_reopened",
    ),
    rule(
        "complete since: of two entries of one day the later one counts",
        "priorities/state/said.py",
        "if below is None or (at, pk) > (below_on, below):",
        "if below is None or at > below_on:",
        "state.py::test_reopened_and_complete_on_the_same_day",
    ),
    rule(
        "outlook: a green light with an off-course outlook wants a talk",
        "priorities/lights.py",
        "return (light == Light.GREEN and outlook == Outlook.OFF_COURSE) or (",
        "return (light == Light.GREEN and outlook == Outlook.AT_RISK) or (",
        "lights.py",
        "state.py",
    ),
    rule(
        "outlook: trouble told before the figures show it is early",
        "priorities/lights.py",
        "return speaks_of_trouble and elapsed < 100 and percent",
        "return speaks_of_trouble and percent",
        "lights.py",
    ),
]

STATE = [
    rule(
        "state: an action leaves the figures on the day of its cancellation",
        "priorities/state/values.py",
        "if self.cancelled_on is None or self.cancelled_on > on:",
        "if self.cancelled_on is None or self.cancelled_on >= on:",
        "state.py::test_before_its_cancellation_an_action_counts",
        "state.py::test_the_counts_equal_those_of_a_slow_computation",
    ),
    rule(
        "state: what was withdrawn is in no mean",
        "priorities/state/day.py",
        "return [a for a in self.actions if not a.is_ended]\n\n    @cached_property\n"
        "    def counts",
        "return list(self.actions)\n\n    @cached_property\n    def counts",
        "state.py::test_the_counts_of_the_plan_leave_cancelled_ones_out",
        "state.py::test_a_priority_is_the_plain_mean_of_its_actions",
    ),
    rule(
        "state: an action without dates has the time of its plan",
        "priorities/state/values.py",
        "return self.due or self.plan.end",
        "return self.due or self.plan.start",
        "state.py::test_what_has_no_dates_yet_has_the_time_of_its_plan",
    ),
    rule(
        "state: no entry speaks of a day before its own",
        "priorities/state/said.py",
        'own = ProgressEntry.objects.filter(action=OuterRef("pk"), day__lte=day)',
        'own = ProgressEntry.objects.filter(action=OuterRef("pk"))',
        "state.py::test_entries_of_later_days_do_not_count",
    ),
    rule(
        "state: the percent is the last accepted one",
        "priorities/state/said.py",
        "Subquery(own.accepted().newest_first()",
        "Subquery(own.standing().newest_first()",
        "state.py::test_only_what_is_accepted_counts",
    ),
    rule(
        "state: a past day is made of what was recorded then",
        "priorities/state/stored.py",
        "return day != plan.today() and day < timezone.localdate()",
        "return False",
        "past_day.py",
    ),
    rule(
        "state: a lead that was removed and set again counts from the second time",
        "priorities/state/stored.py",
        "since = rows.filter(~Exists(later.filter(lead_unit=None)), lead_unit__isnull=False)",
        "since = rows.filter(lead_unit__isnull=False)",
        "state.py::test_a_lead_that_was_removed_and_set_again_starts_it_again",
    ),
    rule(
        "state: overdue before far behind",
        "priorities/state/counts.py",
        "return (rank, a.elapsed < 100, a.deviation,",
        "return (rank, a.deviation,",
        "state.py::test_the_worst_is_overdue_before_it_is_far_behind",
    ),
    rule(
        "trend: a week is the page of its day",
        "priorities/state/weeks.py",
        "        while place < len(told) and told[place][0] <= day:\n",
        "        while place < len(told) and told[place][0] < day:\n",
        "state.py::test_each_week_of_a_trend_knows_what_was_reopened",
    ),
    rule(
        "trend: what was cancelled by then is out",
        "priorities/state/weeks.py",
        "        if shown.judgement.light in ENDED:\n            continue\n",
        "",
        "state.py::test_the_counts_equal_those_of_a_slow_computation",
    ),
]

PERMISSIONS = [
    rule(
        "permission: only supervisors and administrators run the plan",
        "priorities/permissions.py",
        "return user.is_active and user.role in (Role.SUPERVISOR, Role.ADMINISTRATOR)",
        "return user.is_active and user.role != Role.VIEWER",
        "permissions.py",
    ),
    rule(
        "permission: who was made inactive runs nothing",
        "priorities/permissions.py",
        "return user.is_active and user.role in (Role.SUPERVISOR, Role.ADMINISTRATOR)",
        "return user.role in (Role.SUPERVISOR, Role.ADMINISTRATOR)",
        "permissions.py",
    ),
    rule(
        "permission: only administrators manage accounts",
        "priorities/permissions.py",
        "if not (user.is_active and user.role == Role.ADMINISTRATOR):",
        "if not is_supervisor(user):",
        "permissions.py",
        "urls.py",
    ),
    rule(
        "permission: a unit reports on its own actions only",
        "priorities/permissions.py",
        "return actions if is_supervisor(user) else actions.filter(concerning(user))",
        "return actions",
        "permissions.py",
    ),
    rule(
        "permission: supporting units report too",
        "priorities/permissions.py",
        'return answered_by(user) | Q(pk__in=supported.values("action_id"))',
        "return answered_by(user)",
        "permissions.py",
    ),
    rule(
        "permission: only its author takes an entry back",
        "priorities/permissions.py",
        "if not (user.is_active and entry.by_id == user.pk):",
        "if not user.is_active:",
        "permissions.py",
    ),
    rule(
        "permission: whoever reports may ask for time, nobody else",
        "priorities/permissions.py",
        "if not can_report(user, action):",
        "if not user.is_active:",
        "permissions.py",
        "extension.py",
    ),
]

ENTRIES = [
    rule(
        "entry: a step of more than 30 points wants a sentence",
        "priorities/models/progress.py",
        "if self.percent - before > LARGE_STEP:",
        "if self.percent - before > LARGE_STEP + 1:",
        "recording.py",
    ),
    rule(
        "entry: a fall wants a sentence",
        "priorities/models/progress.py",
        "        if self.percent < before:\n",
        "        if self.percent < before - 1:\n",
        "recording.py",
    ),
    rule(
        "entry: 100 % wants evidence or a sentence",
        "priorities/models/progress.py",
        "if self.percent == 100 and not has_evidence:",
        "if self.percent > 100 and not has_evidence:",
        "recording.py",
    ),
    rule(
        "entry: no day to come",
        "priorities/models/progress.py",
        "if not plan.start <= self.day <= plan.today():",
        "if not plan.start <= self.day:",
        "recording.py",
    ),
    rule(
        "entry: days follow each other",
        "priorities/models/progress.py",
        "if last and self.day < last.day:",
        "if False and last and self.day < last.day:",
        "recording.py",
    ),
    rule(
        "entry: what units say waits for review",
        "priorities/models/progress.py",
        "self.needs_review = plan.requires_review and not self.by.is_staff",
        "self.needs_review = False",
        "recording.py",
    ),
    rule(
        "once: a form that comes again is answered as before",
        "priorities/acts/once.py",
        "            if before := FormReceipt.answer_to(key, kind, by=by):\n"
        "                return before\n",
        "",
        "progress.py::TestRecord::test_the_same_form_sent_twice_is_one_entry_and_the_same_page",
    ),
    rule(
        "once: what a form led to is noted",
        "priorities/acts/once.py",
        "            if row := act(key):\n"
        "                FormReceipt.give(row, by=by, nonce=key)\n",
        "            row = act(key)\n",
        "progress.py::TestRecord::test_the_same_form_sent_twice_is_one_entry_and_the_same_page",
        "extension.py::test_the_same_form_sent_twice_is_one_request",
    ),
    rule(
        "once: nobody else's form is a key to what it led to",
        "priorities/acts/once.py",
        "return uuid.uuid5(nonce, repr((by.pk, said)))",
        "return uuid.uuid5(nonce, repr(said))",
        "progress.py::TestRecord::test_another_persons_nonce_is_no_key_to_their_entry",
        "recording.py::test_a_nonce_gives_nothing_away_to_anybody_else",
    ),
    rule(
        "once: other words under the same form are another form",
        "priorities/acts/once.py",
        "return uuid.uuid5(nonce, repr((by.pk, said)))",
        "return uuid.uuid5(nonce, repr(by.pk))",
        "extension.py::test_the_same_form_with_other_words_is_never_dropped_in_silence",
        "report_pages.py::test_other_words_in_the_same_form_are_another_comment",
    ),
    rule(
        "preview: only what was seen is kept",
        "priorities/acts/preview.py",
        "if outcome.can_be_applied and outcome.seen == seen:",
        "if outcome.can_be_applied and seen:",
        "import.py::test_what_moved_meanwhile_is_a_conflict_with_a_new_dry_run",
        "assign.py",
    ),
    rule(
        "preview: a dry run keeps nothing",
        "priorities/acts/preview.py",
        "            transaction.set_rollback(True)\n",
        "            pass\n",
        "import.py::test_a_dry_run_shows_and_stores_nothing",
    ),
    rule(
        "entry: what counts at once can be taken back for ten minutes",
        "priorities/models/progress.py",
        "return entry.needs_review or now - entry.at <= TAKE_BACK_WITHIN",
        "return entry.needs_review or now - entry.at >= TAKE_BACK_WITHIN",
        "recording.py::test_what_counts_at_once_can_be_taken_back_for_ten_minutes",
    ),
    rule(
        "entry: nothing is reported for what is cancelled",
        "priorities/models/progress.py",
        "        if self.action.cancelled_on:\n            raise",
        "        if False:\n            raise",
        "recording.py",
    ),
    rule(
        "entry: what waits does not count",
        "priorities/models/progress.py",
        "| models.Q(needs_review=False, decision__isnull=True)",
        "| models.Q(decision__isnull=True)",
        "recording.py",
        "state.py",
        "permissions.py",
        "report_draft.py",
    ),
    rule(
        "entry: one decision stands",
        "priorities/models/progress.py",
        '        if any(not hasattr(one, "undone") for one in earlier):\n'
        "            raise AlreadyDecided\n",
        "",
        "recording.py",
    ),
]

DECISIONS = [
    rule(
        "decision: nothing is undone on which something was built",
        "priorities/models/decisions.py",
        "return not any(rows.exists() for rows in built)",
        "return True",
        "undo.py::test_nothing_is_taken_from_under_what_was_built_on_it",
    ),
    rule(
        "decision: a report that is issued counts as built on it",
        "priorities/models/decisions.py",
        "            reports.filter(issued__at__gte=self.at),\n",
        "",
        "undo.py::test_nothing_is_taken_from_under_what_was_built_on_it",
    ),
    rule(
        "decision: what its author withdrew the office does not undo",
        "priorities/models/decisions.py",
        'if self.verdict == self.Verdict.WITHDRAWN or hasattr(self, "undone"):',
        'if hasattr(self, "undone"):',
        "undo.py::test_what_its_author_took_back_is_no_decision_of_the_office",
    ),
    rule(
        "decision: a return says why",
        "priorities/models/decisions.py",
        "if self.verdict == self.Verdict.RETURNED and not self.reason.strip():",
        "if self.verdict == self.Verdict.RETURNED and not self.reason:",
        "recording.py::test_a_return_needs_a_reason",
    ),
    rule(
        "extension: it is asked for before the due date has passed",
        "priorities/models/extension.py",
        "if action.priority.plan.today() > action.due:",
        "if action.priority.plan.today() > action.due + (action.due - action.start):",
        "extension.py::test_after_the_due_date_nothing_is_asked",
    ),
    rule(
        "extension: one request is open at a time",
        "priorities/models/extension.py",
        "if action.extension_requests.open().exists():",
        "if False:",
        "extension.py::test_one_request_at_a_time",
    ),
    rule(
        "extension: what is granted is later than what stands",
        "priorities/models/extension.py",
        "        if due <= self.action.due:\n",
        "        if due < self.action.due:\n",
        "extension.py",
    ),
    rule(
        "extension: a grant moves the due date",
        "priorities/models/extension.py",
        '        self.action.assign(by=by, changes={"due": due}, reason=self.reason)\n',
        "",
        "extension.py::test_granting_moves_the_date_and_keeps_the_first_one",
    ),
]

SEALED = [
    rule(
        "seal: an answer about time is written once",
        "priorities/models/extension.py",
        "class ExtensionAnswer(SaidOnce):",
        "class ExtensionAnswer(models.Model):",
        "seal.py::test_every_model_written_once_keeps_its_rows_in_the_chain",
    ),
    rule(
        "seal: what was handed in as a file is written once",
        "priorities/models/imports.py",
        "class FileImport(WrittenOnce):",
        "class FileImport(models.Model):",
        "seal.py::test_every_model_written_once_keeps_its_rows_in_the_chain",
    ),
    rule(
        "seal: an issued file is written once",
        "priorities/models/issued.py",
        "class IssuedFile(WrittenOnce):",
        "class IssuedFile(models.Model):",
        "seal.py::test_every_model_written_once_keeps_its_rows_in_the_chain",
    ),
    rule(
        "seal: what was taken back is written once",
        "priorities/models/decisions.py",
        "class DecisionUndone(WrittenOnce):",
        "class DecisionUndone(models.Model):",
        "seal.py::test_every_model_written_once_keeps_its_rows_in_the_chain",
    ),
    rule(
        "seal: SQLite refuses to delete",
        "priorities/seal.py",
        'for act in ("UPDATE", "DELETE")',
        'for act in ("UPDATE",)',
        "seal.py::test_nothing_written_once_is_changed_or_deleted_by_any_road",
    ),
    rule(
        "seal: a trigger of the same name that does nothing is none",
        "priorities/seal.py",
        "return self.triggers(table).items() <= dict(cursor.fetchall()).items()",
        "return self.triggers(table).keys() <= dict(cursor.fetchall()).keys()",
        "seal.py",
    ),
    rule(
        "chain: a hash binds the one before it",
        "priorities/models/chain.py",
        "parts = [before, link.number, link.table_name, link.row_id, link.columns, link.digest]",
        "parts = [link.number, link.table_name, link.row_id, link.columns, link.digest]",
        "seal.py::test_anybody_can_count_again",
    ),
    rule(
        "chain: rows that are stored many at once have links",
        "priorities/models/chain.py",
        "            append(self.model, [row.pk for row in rows], using=self.db)\n",
        "",
        "seal.py::test_many_at_once_have_their_links_too",
    ),
    rule(
        "verify: a row without a link is found",
        "priorities/verify.py",
        "        for table, model in self.models.items():\n"
        "            yield from self._without_link(table, model)\n",
        "",
        "seal.py",
    ),
    rule(
        "verify: a changed row is found",
        "priorities/verify.py",
        "        elif digest != link.digest:\n",
        "        elif len(digest) != len(link.digest):\n",
        "seal.py",
    ),
    rule(
        "verify: what stands is what was recorded",
        "priorities/verify.py",
        "        yield from self._of_standing()\n",
        "",
        "seal.py",
        "names.py",
        "units.py",
    ),
]

FORMS = [
    rule(
        "conflict: a form that saw another state stores nothing",
        "priorities/forms/versions.py",
        'return self.data.get(self.add_prefix("seen"), "") != self.initial["seen"]',
        "return False",
        "admin/versions.py",
    ),
    rule(
        "conflict: where both changed a field a person must say",
        "priorities/forms/versions.py",
        'return THEIRS if only_theirs else ""',
        "return THEIRS",
        "versions.py",
        "differences.py",
        "units.py",
        "assign.py",
    ),
    rule(
        "draft: edited words are not overwritten by what somebody else saw",
        "priorities/models/reports.py",
        "        row = Report.objects.select_for_update().get(pk=self.pk)\n",
        "        row, version = Report.objects.select_for_update().get(pk=self.pk), None\n",
        "report_draft.py::test_two_editors_are_told_of_each_other",
        "report_pages.py::test_heads_are_changed_and_a_stale_form_shows_both",
    ),
    rule(
        "draft: what is issued changes no more",
        "priorities/models/reports.py",
        "        if row.is_issued:\n            raise AlreadyIssued\n",
        "",
        "report_draft.py::test_nothing_in_an_issued_report_can_be_changed",
    ),
    rule(
        "draft: a passage that somebody edited stays",
        "priorities/models/reports.py",
        "left = [p for p in stored if p.key not in places and p.edited]",
        "left = []",
        "report_draft.py::test_composing_anew_keeps_edited_words_and_what_was_moved",
    ),
    rule(
        "draft: words that count no more are left out",
        "priorities/models/reports.py",
        "passage.is_out = passage.is_out or passage.entry_id not in counted",
        "passage.is_out = passage.is_out",
        "report_draft.py::test_edited_words_of_what_counts_no_more_are_left_out_and_kept",
    ),
    rule(
        "draft: nothing is issued without a number",
        "priorities/models/reports.py",
        "if not row.number.strip():",
        "if not row.number:",
        "report_draft.py::test_issuing_wants_a_number_and_data_that_are_up_to_date",
        "report_pages.py::test_without_a_number_or_with_old_figures_nothing_is_issued",
    ),
    rule(
        "draft: only what was seen is thrown away",
        "priorities/models/discarded.py",
        "        if row.fingerprint != seen:\n            raise ChangedMeanwhile(row)\n",
        "",
        "report_pages.py::test_what_a_colleague_wrote_since_the_question_is_not_thrown_away",
    ),
    rule(
        "import: who may not assign changes no assignment by a file",
        "priorities/imports/applying.py",
        "        if not self.may_assign:\n",
        "        if False:\n",
        "import.py::test_a_reporter_changes_no_assignment",
    ),
    rule(
        "import: an entry since the file was made is not written over",
        "priorities/imports/applying.py",
        "if last and last.pk != row.standing:",
        "if False:",
        "import.py::test_a_file_that_is_older_than_the_last_entry_is_refused",
    ),
]

DOORS = [
    rule(
        "idle: a session that nobody uses ends",
        "tracker/idle.py",
        "if SESSION_KEY in request.session and not Use.of(request).is_recent:",
        "if False:",
        "security.py::test_a_session_ends_that_nobody_uses",
    ),
    rule(
        "idle: the stamp is bound to the session",
        "tracker/idle.py",
        "return salted_hmac(ACTIVE, session_key).hexdigest()[:32]",
        'return salted_hmac(ACTIVE, "").hexdigest()[:32]',
        "security.py::test_neither_without_its_cookie_nor_with_another_s_a_session_lasts_longer",
    ),
    rule(
        "lockout: only what our own proxies saw is believed",
        "tracker/lockout.py",
        "address = address_in(said[-min(settings.PROXIES, len(said))])",
        "address = address_in(said[0])",
        "security.py::test_of_several_proxies_the_outermost_saw_the_person",
    ),
    rule(
        "lockout: a name is one in capitals and small letters",
        "tracker/lockout.py",
        "return name.lower()[:NAME_LENGTH]",
        "return name[:NAME_LENGTH]",
        "security.py::test_another_case_of_the_name_does_not_get_five_more",
    ),
    rule(
        "lockout: who tries many names waits",
        "tracker/lockout.py",
        "    if too_many <= 0:\n        return 0\n    wait",
        "    if too_many <= 1000:\n        return 0\n    wait",
        "security.py::test_one_password_for_many_names_is_slowed",
    ),
    rule(
        "csv: what would be read as a formula gets an apostrophe",
        "priorities/ledger/csv_file.py",
        'BEGINS_A_FORMULA = tuple("=+-@',
        'BEGINS_A_FORMULA = tuple("+-@',
        "ledger.py::test_csv_guards_what_would_be_a_formula",
    ),
    rule(
        "excel: a text is never a formula",
        "priorities/ledger/excel.py",
        "            sheet.write_string(line, place, value, form)\n",
        "            write = sheet.write_formula if value[:1] == '=' else sheet.write_string\n"
        "            write(line, place, value, form)\n",
        "ledger.py::test_a_text_is_never_a_formula_or_a_link",
    ),
    rule(
        "cells: a formula in a file is refused",
        "priorities/ledger/cells.py",
        '    if cell.kind == "formula":\n',
        "    if False:\n",
        "import.py::test_a_bad_cell_is_refused_with_row_and_reason",
        "cells.py",
    ),
    rule(
        "cells: a bare 1 is neither 1 % nor 100 %",
        "priorities/ledger/cells.py",
        "if not has_sign and number == 1:",
        "if False:",
        "cells.py",
    ),
    rule(
        "evidence: a file is what its content is",
        "priorities/evidence.py",
        '    if is_of_kind(file, kind):\n        return ""\n',
        '    return ""\n',
        "evidence.py",
    ),
]

LIVES = [
    rule(
        "life: a plan in preparation is not there for others",
        "priorities/views/lookup.py",
        "    if not can_see(request.user, plan):\n        raise Http404\n",
        "",
        "plan_in_preparation.py",
    ),
    rule(
        "life: no list names a plan in preparation to others",
        "priorities/permissions.py",
        "return Q() if is_supervisor(user) else ~Q(phase=Life.PREPARING)",
        "return Q()",
        "plan_in_preparation.py",
    ),
    rule(
        "life: a form is refused by a closed plan",
        "priorities/views/lookup.py",
        'if not is_look and not getattr(request.resolver_match.func, "is_for_closed", False):',
        "if False:",
        "closed_plan.py",
    ),
    rule(
        "life: no row of a closed plan is saved by another door",
        "priorities/models/plan.py",
        "        if self.is_closed:\n            raise ValidationError(CLOSED",
        "        if False:\n            raise ValidationError(CLOSED",
        "closed_plan.py::test_no_row_of_it_is_saved_by_any_other_door",
    ),
    rule(
        "life: the panel changes nothing of a closed plan",
        "priorities/admin/base.py",
        "return isinstance(row, Plan) and not can_write(row)",
        "return False",
        "closed_plan.py::test_the_panel_shows_its_rows_and_changes_none",
    ),
    rule(
        "life: a closing leaves no action in between",
        "priorities/plans/life.py",
        "    if not left:\n        return\n    names",
        "    if True:\n        return\n    names",
        "closed_plan.py",
    ),
    rule(
        "life: what waits for an answer comes before the closing",
        "priorities/plans/life.py",
        "if left := not_answered(row):",
        "if left := []:",
        "closed_plan.py::test_what_waits_for_an_answer_comes_first",
    ),
    rule(
        "life: the day of the final state is today from then on",
        "priorities/plans/life.py",
        "row.phase, row.status_date = Life.CLOSED, day",
        "row.phase = Life.CLOSED",
        "closed_plan.py",
    ),
    rule(
        "life: a closing stays once a report was issued",
        "priorities/plans/life.py",
        '(issued, _("A report was issued on it since.")),',
        '(False, _("A report was issued on it since.")),',
        "closed_plan.py::test_it_stays_closed_once_a_report_was_issued",
    ),
    rule(
        "copying: the last day of a month stays the last",
        "priorities/plans/moved_days.py",
        "last if _is_last(day) else min(day.day, last)",
        "min(day.day, last)",
        "moved_days.py",
    ),
    rule(
        "copying: no day leaves the new plan",
        "priorities/plans/moved_days.py",
        "return min(max(shifted, new.start), new.end)",
        "return shifted",
        "moved_days.py",
    ),
    rule(
        "copying: who is gone takes nothing over",
        "priorities/plans/copying.py",
        "if unit is None or unit.pk in self.active.units:",
        "if True:",
        "plan_from_plan.py",
    ),
    rule(
        "carrying: what goes on elsewhere is not offered again",
        "priorities/plans/copying.py",
        "if a.is_ended or a.action.pk in gone:",
        "if a.is_ended:",
        "plan_from_plan.py",
    ),
    rule(
        "landing: whoever signs in after another starts anew",
        "priorities/views/landing.py",
        "if request.COOKIES.get(WHOSE) != str(request.user.pk):",
        "if False:",
        "plans.py::test_whoever_signs_in_after_another_starts_at_the_current_plan",
    ),
]

FILES = [
    rule(
        "files: what unpacks without end is stopped",
        "priorities/plans/files/container.py",
        "if len(content) > left:",
        "if False:",
        "document_files.py::test_a_zip_that_grows_without_end_is_stopped",
    ),
    rule(
        "files: more markup than a document has is not parsed",
        "priorities/plans/files/container.py",
        'if content.count(b"<") > MOST_MARKUP or',
        "if",
        "document_files.py::test_more_markup_than_a_document_has_is_not_parsed",
    ),
    rule(
        "files: a document type is refused",
        "priorities/plans/files/container.py",
        "if DOCTYPE.search(content):",
        "if False:",
        "document_files.py::test_a_document_type_is_refused_even_where_it_declares_nothing",
    ),
    rule(
        "files: words that were moved away are no text",
        "priorities/plans/files/word.py",
        '*("ins", "moveTo",',
        '*("ins", "moveFrom", "moveTo",',
        "document_files.py::test_inserted_words_count_and_deleted_ones_do_not",
    ),
    rule(
        "files: hidden words are no text",
        "priorities/plans/files/word.py",
        "if _is_hidden(run):",
        "if False:",
        "document_files.py::test_hidden_words_and_the_instructions_of_fields_are_no_text",
    ),
    rule(
        "files: a number begins anew where the list says so",
        "priorities/plans/files/numbering.py",
        "if start is not None and (key, level) not in self.begun:",
        "if False:",
        "document_files.py::test_a_list_goes_on_in_another_and_begins_anew_where_it_says_so",
    ),
    rule(
        "files: a deeper number begins anew below each higher one",
        "priorities/plans/files/numbering.py",
        "                counts[deeper] = 0\n",
        "                pass\n",
        "document_files.py::test_numbers_that_word_makes_are_written_out",
    ),
    rule(
        "files: a document has no more pages than are read",
        "priorities/plans/files/pages.py",
        "if count > MOST_PAGES:",
        "if False:",
        "document_files.py::test_a_page_count_that_is_claimed_and_one_that_is_true",
    ),
    rule(
        "files: a watermark is no text",
        "priorities/plans/files/pages.py",
        "if abs(quarters - round(quarters)) > 0.1:",
        "if False:",
        "document_files.py::test_a_watermark_that_lies_askew_is_no_text",
    ),
    rule(
        "files: a cell over several rows says its words once",
        "priorities/plans/files/grid.py",
        "if row and not _parts(level, top, x):",
        "if False:",
        "document_files.py::test_a_cell_over_two_rows_says_its_words_once_in_the_first",
    ),
    rule(
        "files: what has a password is said so",
        "priorities/plans/files/opening.py",
        "if asks_for_a_password(file):",
        "if False:",
        "document_files.py::test_a_word_file_with_a_password_is_refused",
    ),
    rule(
        "files: what a page hides is no text",
        "priorities/plans/files/web.py",
        'return "hidden" in element.attrib or bool(HIDDEN.search(style))',
        "return False",
        "document_files.py::test_the_article_of_a_web_page",
    ),
]

AMENDING = [
    rule(
        "amending: a number is never used again",
        "priorities/models/amending.py",
        """    rows = Action.history.filter(priority_id=priority.pk)
    return (rows""",
        """    rows = Action.objects.filter(priority_id=priority.pk)
    return (rows""",
        "amending.py::test_a_number_is_never_used_again",
    ),
    rule(
        "amending: what is complete is not split",
        "priorities/models/amending.py",
        "if not Action.objects.open().filter(pk=action.pk).exists():",
        "if False:",
        "amending.py::test_what_is_complete_is_not_split",
    ),
    rule(
        "amending: what was split has a light of no cancelled one",
        "priorities/state/values.py",
        "light = Light(self.into[0].kind) if self.into else Light.CANCELLED",
        "light = Light.CANCELLED",
        "amending.py",
    ),
    rule(
        "amending: what a part begins with counts until the unit reports",
        "priorities/state/values.py",
        "if begun is None or begun > on or said.percent is not None:",
        "if begun is None or begun > on:",
        "amending.py::test_what_is_reported_takes_the_place_of_what_it_began_with",
    ),
    rule(
        "amending: the weeks before know nothing of what came later",
        "priorities/state/weeks.py",
        "if a.action.began_on and a.action.began_on > day:",
        "if False:",
        "amending.py::test_the_weeks_before_know_nothing_of_what_came_later",
    ),
    rule(
        "undo: not where something was changed since",
        "priorities/models/amendments.py",
        "if self._was_changed_since():",
        "if False:",
        "amending.py::test_what_was_changed_again_stays",
    ),
    rule(
        "undo: not where something was reported since",
        "priorities/models/amendments.py",
        "if self._is_built_on():",
        "if False:",
        "amending.py::test_what_was_reported_on_stays",
    ),
    rule(
        "undo: not where a report was issued since",
        "priorities/models/amendments.py",
        "if self._is_reported():",
        "if False:",
        "report_amended.py::test_what_a_report_has_named_is_not_taken_back",
    ),
    rule(
        "amending: a closed plan is not changed",
        "priorities/permissions.py",
        """    _check_supervises(user, _("Only the supervision office changes the plan."))
    check_write(plan)
""",
        """    _check_supervises(user, _("Only the supervision office changes the plan."))
""",
        "amend_pages.py::test_a_closed_plan_is_not_changed",
    ),
    rule(
        "reform: what is in a closed plan stays",
        "priorities/models/reforming.py",
        "going_on = held.exclude(priority__plan__phase=Life.CLOSED)",
        "going_on = held",
        "reform.py::test_merged_units_go_on_in_a_new_one",
    ),
    rule(
        "reform: an owner stays who works in the new lead unit",
        "priorities/models/reforming.py",
        "return owner if owner and unit and owner.units.filter(pk=unit.pk).exists() else None",
        "return None",
        "reform.py::test_merged_units_go_on_in_a_new_one",
    ),
    rule(
        "reform: what is carried out is what was previewed",
        "priorities/acts/preview.py",
        "if outcome.can_be_applied and outcome.seen == seen:",
        "if outcome.can_be_applied and seen is not None:",
        "reform.py::test_what_would_be_other_than_previewed_is_shown_again",
    ),
]

RULES = [
    *LIGHTS,
    *STATE,
    *PERMISSIONS,
    *ENTRIES,
    *DECISIONS,
    *SEALED,
    *FORMS,
    *DOORS,
    *LIVES,
    *FILES,
    *AMENDING,
]
