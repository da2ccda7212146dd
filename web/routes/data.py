"""Addresses of the data pages: purchases, deliveries, confirmations, invoices, holds."""

TABLE = """
[today]
admin.index                    看  ·  地医企
find.index                     看  ·  地医企
go.index                       看  ·  地医企
go.go                          看  ·  地医企
timelines.index                看  ·  公
timelines.one                  看  ·  地医企

[help]
help.index                     看  ·  公
help.chapter                   看  ·  公
help.picture                   看  ·  公

[purchases]
purchases.index                看  ·  地医企
purchases.export               看:export  ·  地医企
purchases.one                  看  ·  地医企

[deliveries]
deliveries.index               看  ·  地医企

[confirmations]
confirmations.index            看  ·  地医企
confirmations.answer           办:import  =  地医企
confirmations.export           看  ·  地医企
confirmations.file             办:import  ·  地医企
confirmations.refresh          ·  办:overdue  地
confirmations.withdraw         ·  办:import  地医企
confirmations.revoke           办:import  =  地医企
confirmations.statistics       看  ·  地医企
confirmations.statistics_export 看  ·  地医企
disputes.index                 看  ·  地医企
disputes.one                   看  办:dispute_say,dispute_advise  地医企
disputes.file                  看  ·  地医企
disputes.export                看  ·  地医企

[holds]
holds.index                    看  ·  地医企
holds.export                   看:export  ·  地医企

[invoices]
invoices.index                 看  ·  地医企
invoices.one                   看  ·  地医企
"""
