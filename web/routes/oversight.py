"""Addresses of the oversight pages: overdue, remedies, mails, coverage, reports, books."""

TABLE = """
[overdue]
overdue.index                  看  ·  地医企
overdue.hospital               看  ·  地医企
overdue.enterprise             看  ·  地医企
overdue.agency                 看  ·  地
overdue.calendar               看  ·  地医企
overdue.preview                看  ·  地医企
overdue.refresh                ·  办:overdue  地
overdue.send                   办:overdue  =  地
interest.index                 看  ·  地医企
interest.file                  看:export  ·  地医企

[ranking]
overdue_ranking.index          看  ·  地医
overdue_ranking.file           看:export  ·  地医
overdue_ranking.record         ·  办:overdue  地

[publication]
overdue_publication.index      看  ·  地医
overdue_publication.file       看:export  ·  地医
overdue_publication.draft      ·  办:overdue  地
overdue_publication.move       办:overdue,publication_review  =  地

[promises]
promises.index                 看  ·  地医企
promises.one                   看  ·  地医企
promises.file                  看  ·  地医企
promises.export                看  ·  地医企
promises.new                   办:acknowledge  =  地医企

[excuses]
excuses.index                  看  ·  地医企
excuses.one                    看  ·  地医企
excuses.file                   看  ·  地医企
excuses.export                 看  ·  地医企
excuses.new                    办:excuse_ask  =  地医企
excuses.withdraw               办:excuse_ask  =  地医企
excuses.grant                  办:excuse_decide  =  地
excuses.refuse                 办:excuse_decide  =  地
excuses.end                    办:excuse_end  =  地医企

[measures]
measures.index                 看  ·  地医企
measures.one                   看  ·  地医企
measures.printed               看  ·  地医企
measures.file                  看  ·  地医企
measures.export                看  ·  地医企
measures.new                   办:measure  =  地
measures.act                   办:measure,measure_decide  =  地

[papers]
papers.index                   看  ·  地医
papers.one                     看  ·  地医
papers.file                    看  ·  地医
papers.export                  看  ·  地医
papers.draft                   ·  办:paper  地
papers.act                     办:paper,paper_review  =  地

[rectifications]
rectifications.index           看  ·  地医
rectifications.one             看  ·  地医
rectifications.file            看  ·  地医
rectifications.export          看  ·  地医
rectifications.new             办:rectify  =  地
rectifications.act             办:rectify,rectify_answer  =  地医
[problems]
problems.index                 看  ·  地医企
problems.export                看:export  ·  地医企
problems.one                   看  办:problem_say  地医企
problems.file                  看  ·  地医企
problems.act                   办:problem_handle,problem_say  =  地医企
problem_report.index           办:problem_report  =  地医企
problem_statistics.index       看  ·  地医企
problem_statistics.export      看:export  ·  地医企

[mails]
mails.index                    看  ·  地医企
mails.one                      看  ·  地医企
mails.html                     看  ·  地医企
mails.file                     看  ·  地医企
mails.today                    看  ·  地医企
mails.today_html               看  ·  地医企
mails.export                   看  ·  地医企
mails.act                      ·  办:overdue  地
mails.every                    办:overdue  =  地
bounces.index                  看  ·  地医企
bounces.clear                  ·  办:overdue  地
bounces.report                 ·  办:overdue  地

[coverage]
coverage.index                 看  ·  地医
coverage.export                看  ·  地医
coverage.figure                ·  办:coverage  地
coverage.join                  办:import  =  地
outside.index                  看  ·  地医
outside.lines                  看  ·  地医
outside.export                 看  ·  地医

[risks]
risks.index                    看  ·  地医企
risks.export                   看  ·  地医企
risks.look                     ·  办:risk  地
risks.one                      看  办:risk,risk_answer  地医企

[risk_handovers]
risk_handovers.index           看  ·  地
risk_handovers.new             办:risk_hand  =  地
risk_handovers.one             看  办:risk_hand,risk_hand_decide  地
risk_handovers.file            看  ·  地

[trace_codes]
trace_codes.index              看  ·  地医企
trace_codes.export             看:export  ·  地医

[quantity_reports]
quantity_reports.index         看  ·  地医
quantity_reports.export        看  ·  地医
quantity_reports.new           ·  办:report_quantity  医
quantity_reports.one           看  办:report_quantity,report_review  地医
quantity_reports.letter        看  ·  地医

[participation]
signing.index                  看  ·  地医
signing.export                 看  ·  地医
participation.index            看  ·  地医
participation.run              ·  办:participation  地
participation.export           看  ·  地医
participation.one              看  ·  地医
participation.lines            看  ·  地医
participation.file             看  ·  地医
participation.act              办:participation,participation_answer,participation_settle  =  地医

[grades]
grades.index                   看  ·  地医
grades.new                     ·  办:grade  地
grades.one                     看  办:grade_decide  地医
grades.hospital                看  ·  地医
grades.export                  看  ·  地医

[statistics]
statistics.index               看  ·  地医企

[reports]
reports.index                  看  看:export  地医企

[ledger]
ledger.index                   看  ·  公
ledger.check                   ·  看:check_books  公

[identity]
identity.index                 看  ·  公

[indicators]
indicators.index               看  ·  地医
indicators.export              看  ·  地医
indicators.rows                看  ·  地医
indicators.rows_export         看  ·  地医
indicators.run                 ·  看:monitor  地
indicator_trends.index         看  ·  地医
indicator_versions.index       看  ·  地医
indicator_versions.presets     看  ·  地医
prescriptions.index            看  ·  地医
prescriptions.export           看:export  ·  地医

[retention]
retention.index                看  ·  地医
retention.export               看  ·  地医
retention.one                  看  办:retention_say,retention_answer  地医
retention.assess               看  办:retention_assess  地医

[retention_lists]
retention_inputs.index         办:retention  ·  地
retention_inputs.file          办:retention  ·  地
retention_inputs.tiers         办:retention  ·  地
retention_lists.index          看  ·  地医
retention_lists.one            看  ·  地医
retention_lists.file           看  ·  地医
retention_lists.new            办:retention_list  =  地
retention_lists.act            办:retention_list,retention_publish,retention_grant,pay  =  地
retention_lists.take_out       办:retention_list,retention_publish  =  地
"""
