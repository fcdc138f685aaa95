"""Addresses are for people and carry the plan; view name = URL name = template name."""

from django.urls import include, path, register_converter
from django.urls.converters import IntConverter

from .views import (
    account,
    actions,
    amend,
    amendments,
    assign,
    bulk,
    dashboard,
    document,
    documents,
    drafts,
    extension,
    history,
    imports,
    jump,
    ledger,
    life,
    my_work,
    overview,
    plan,
    plan_tables,
    plans,
    progress,
    progress_tables,
    proposals,
    reform,
    reports,
    review,
    targets,
    timeline,
    units,
    wall,
)


class RowConverter(IntConverter):
    """A row's number, as long as the database can hold it: longer ones are no address."""

    regex = "[0-9]{1,18}"


class KeyConverter(RowConverter):
    """The key of a unit or a person, which no name can be taken for: ``~12``."""

    regex = "~[0-9]{1,18}"

    def to_python(self, value):
        return super().to_python(value.removeprefix("~"))

    def to_url(self, value):
        return f"~{value}"


register_converter(RowConverter, "row")
register_converter(KeyConverter, "key")

of_action = [
    path("", plan.action, name="action"),
    path("assign/", assign.assign, name="assign"),
    path("report/", progress.report, name="report"),
    path("extension/", extension.extension, name="extension"),
    path("targets/", targets.targets, name="targets"),
    path("reword/", amend.action_reword, name="action_reword"),
    path("withdraw/", amend.action_withdraw, name="action_withdraw"),
    path("split/", amend.action_split, name="action_split"),
    path("merge/", amend.action_merge, name="action_merge"),
    path("unchanged/", progress.unchanged, name="unchanged"),
]

of_entry = [
    path("accept/", progress.accept, name="accept"),
    path("return/", progress.send_back, name="send_back"),
    path("withdraw/", progress.withdraw, name="withdraw"),
    path("undo/", progress.undo_decision, name="undo_decision"),
]

of_report = [
    path("", reports.circular, name="circular"),
    path("report.<slug:kind>", reports.report_file, name="report_file"),
    path("changes/", reports.report_changes, name="report_changes"),
    path("correct/", reports.report_correct, name="report_correct"),
    path("heads/", drafts.report_heads, name="report_heads"),
    path("news/", drafts.report_news, name="report_news"),
    path("comments/", drafts.report_comment, name="report_comment"),
    path("issue/", drafts.report_issue, name="report_issue"),
    path("discard/", drafts.report_discard, name="report_discard"),
    path("take-back/", drafts.report_take_back, name="report_take_back"),
    path("passages/<row:place>/", drafts.passage, name="passage"),
    path("passages/<row:place>/add/", drafts.passage_add, name="passage_add"),
]

of_proposal = [
    path("", proposals.proposal, name="proposal"),
    path("make/", proposals.proposal_make, name="proposal_make"),
    path("unmake/", proposals.proposal_unmake, name="proposal_unmake"),
    path("discard/", proposals.proposal_discard, name="proposal_discard"),
    path("take-back/", proposals.proposal_take_back, name="proposal_take_back"),
]

of_plan = [
    path("", dashboard.dashboard, name="dashboard"),
    path("help/", account.help, name="help"),
    path("status-date/", dashboard.status_date, name="status_date"),
    path("document/", document.document, name="document"),
    path("timeline/", timeline.timeline, name="timeline"),
    path("wall/", wall.wall, name="wall"),
    path("wall/state/", wall.wall_state, name="wall_state"),
    path("my-work/", my_work.my_work, name="my_work"),
    path("priorities/new/", amend.priority_add, name="priority_add"),
    path("priorities/<row:number>/", plan.priority, name="priority"),
    path("priorities/<row:number>/reword/", amend.priority_reword, name="priority_reword"),
    path("priorities/<row:number>/add/", amend.action_add, name="action_add"),
    path("amendments/", amendments.amendments, name="amendments"),
    path("amendments/<row:pk>/undo/", amend.amendment_undo, name="amendment_undo"),
    path("actions/", actions.actions, name="actions"),
    path("actions/assign/", bulk.bulk_assign, name="bulk_assign"),
    path("actions/<str:number>/", include(of_action)),
    path("reports/", reports.reports, name="reports"),
    path("reports/new/", reports.report_new, name="report_new"),
    path("reports/<row:pk>/", include(of_report)),
    path("ledger.xlsx", ledger.ledger, name="ledger"),
    path("ledger.csv", ledger.ledger_csv, name="ledger_csv"),
    path("import/", imports.import_ledger, name="import_ledger"),
    path("import/table/", progress_tables.progress_table, name="progress_table"),
    path("import/table/<row:pk>/", progress_tables.progress_intake, name="progress_intake"),
    path("extensions/", extension.extensions, name="extensions"),
    path("extensions/<row:pk>/", extension.extension_answer, name="extension_answer"),
    path("history/", history.history, name="history"),
    path("jump/", jump.jump, name="jump"),
    path("units/", units.units, name="units"),
    path("units/reform/", reform.unit_reform, name="unit_reform"),
    path("units/<key:pk>/", units.unit, name="unit"),
    path("units/<path:name>/", units.unit_by_name, name="unit_by_name"),
    path("people/<key:pk>/", units.person, name="person"),
    path("people/<str:username>/", units.person_by_name, name="person_by_name"),
    path("trends/", units.trends, name="trends"),
    path("life/", life.plan_life, name="plan_life"),
    path("begin/", life.plan_begin, name="plan_begin"),
    path("close/", life.plan_close, name="plan_close"),
    path("back/", life.plan_back, name="plan_back"),
    path("carry/", life.plan_carry, name="plan_carry"),
    path("review/", review.review, name="review"),
    path("review/several/", review.review_several, name="review_several"),
    path("entries/<row:pk>/", include(of_entry)),
    path("evidence/<row:pk>/", progress.evidence, name="evidence"),
]

urlpatterns = [
    path("", dashboard.home, name="home"),
    path("sign-in/", account.sign_in, name="sign_in"),
    path("sign-out/", account.sign_out, name="sign_out"),
    path("password/", account.password_change, name="password_change"),
    path("language/", account.set_language, name="set_language"),
    path("plans/", plans.plans, name="plans"),
    path("my-work/", my_work.my_work_all, name="my_work_all"),
    path("overview/", overview.overview, name="overview"),
    path("plans/new/", plans.plan_new, name="plan_new"),
    path("plans/new/empty/", plans.plan_empty, name="plan_empty"),
    path("plans/new/table/", plan_tables.plan_table, name="plan_table"),
    path("plans/new/table/<row:pk>/", plan_tables.table_intake, name="table_intake"),
    path("plans/new/table/<row:pk>/unmake/", plan_tables.table_unmake, name="table_unmake"),
    path("plans/new/existing/", plans.plan_existing, name="plan_existing"),
    path("plans/new/existing/<slug:source>/", plans.plan_copy, name="plan_copy"),
    path("plans/new/document/", documents.document_new, name="document_new"),
    path("plans/new/document/<row:pk>/", include(of_proposal)),
    path("plans/documents/<row:pk>/", documents.source_document, name="source_document"),
    path("<slug:slug>/", include(of_plan)),
]
