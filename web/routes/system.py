"""Addresses of the system: imports, jobs, audit, users, signing in, the interface for programs."""

TABLE = """
[imports]
imports.index                  看  办:import  己同
imports.export                 看  ·  己同
imports.check                  办:import  =  己
imports.errors                 看  ·  己同
imports.template               看  ·  公

[jobs]
jobs.index                     看  ·  己同
jobs.export                    看  ·  己同
jobs.one                       看  ·  己同
jobs.poll                      看  ·  己同
jobs.file                      看  ·  己同
jobs.cancel                    ·  看  己同
jobs.again                     ·  看  己同

[status]
status.index                   看  ·  公

[audit]
audit.index                    看  ·  同
audit.export                   看  ·  同
audit.check                    ·  看  公

[users]
users.index                    看  ·  同
users.export                   看  ·  同
users.rights                   看  ·  公
users.new                      办:create_user  =  同
users.one                      看  办:create_user  同
users.act                      ·  办:create_user  同
users.bring                    办:create_user  =  同
users.sign_ins                 看  ·  同

[api_keys]
api_keys.index                 看  ·  地医企
api_keys.new                   办:api_keys  =  地医企
api_keys.one                   看  ·  地医企
api_keys.end                   ·  办:api_keys  地医企
api_keys.guide                 看  ·  公
api_keys.client                看  ·  公
webhooks.index                 看  ·  地医企
webhooks.new                   办:api_keys  =  地医企
webhooks.one                   看  ·  地医企
webhooks.act                   ·  办:api_keys  地医企

[]
static                         开  ·  ·
admin.static                   开  ·  ·
health                         开  ·  ·
ready                          开  ·  ·
metrics                        开  ·  ·
first_run.index                开  开  ·
auth.sign_in                   开  开  ·
auth.sign_out                  ·  己  己
auth.language                  ·  开  ·
auth.me                        己  己  己
auth.code                      开  开  ·
auth.forgotten                 开  开  ·
auth.welcome                   开  开  ·
auth.end_session               ·  己  己
auth.end_sessions              ·  己  己
auth.sign_ins                  己  ·  己
auth.left                      己  ·  己
auth.stay                      ·  己  己
auth.second_factor             己  己  己
auth.colleagues                己  己  己
auth.colleague                 ·  己  己
saved_views.index              己  ·  己
saved_views.new                己  己  己
saved_views.end                ·  己  己
api.document                   开  ·  ·
api.take                       ·  钥  地医企
api.jobs                       钥  ·  同
api.job                        钥  ·  同
api.errors                     钥  ·  同
api.lines                      钥  ·  地医企
api.sheets                     钥  ·  地医企
api.sheet                      钥  ·  地医企
api.sheet_lines                钥  ·  地医企
api.payments                   钥  ·  地医企
api.payment                    钥  ·  地医企
api.holds                      钥  ·  地医企
api.overdue                    钥  ·  地医企
api.problems                   钥  ·  地医企
api.problem                    钥  ·  地医企
api.report_problem             ·  钥  地医企
"""
