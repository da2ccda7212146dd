"""All tables that can be imported, by the word of the command."""

from models.rules.errors.imports import UnknownTable
from models.schemas.table import TableSchema
from models.schemas.tables import (
    branches,
    catalogue,
    funds,
    indicators,
    intake,
    papers,
    parties,
    problems,
    rails,
    reporting,
    retention,
    risks,
    schemes,
    scope,
    turnover,
)

#: In an order that fills an empty system: what is referred to comes first.
ALL: tuple[type[TableSchema], ...] = (
    parties.Areas,
    parties.Agencies,
    parties.Hospitals,
    parties.Enterprises,
    catalogue.Products,
    catalogue.Rounds,
    catalogue.Awards,
    catalogue.Contracts,
    schemes.Schemes,
    scope.SchemeProducts,
    scope.SchemeRounds,
    scope.Mandates,
    schemes.Calendar,
    intake.Purchases,
    intake.Confirmations,
    intake.Voids,
    catalogue.Orders,
    intake.Invoices,
    funds.MonthlyFunds,
    funds.Prepayments,
    intake.HospitalPayments,
    schemes.Ladder,
    schemes.Lpr,
    indicators.ProcurementTotals,
    indicators.IndicatorDefinitions,
    indicators.ReportedQuantities,
    indicators.Assessments,
    indicators.RetentionInputs,
    schemes.RetentionTiers,
    retention.RetentionRules,
    retention.AssessmentItems,
    branches.BankBranches,
    rails.RailRules,
    rails.BankDays,
    catalogue.Deliveries,
    turnover.FundReserves,
    problems.ProblemKinds,
    papers.CadenceRules,
    risks.RiskRules,
    risks.ShortSupplies,
    risks.Prescriptions,
    reporting.RoundTerms,
    reporting.RoundProducts,
    reporting.ReportLines,
    reporting.GradeItems,
    reporting.GradeTiers,
    reporting.GradePoints,
)

BY_KIND: dict[str, type[TableSchema]] = {table.about.kind: table for table in ALL}


def table(kind: str) -> type[TableSchema]:
    """Return the schema of a table; raises UnknownTable."""
    if kind not in BY_KIND:
        raise UnknownTable(kind=kind)
    return BY_KIND[kind]
