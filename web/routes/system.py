"""Addresses of the system: imports, jobs, audit, users, signing in, the interface for programs."""

TABLE = """
[imports]
imports.index                  看  办:import  己同
imports.check                  办:import  =  己
imports.errors                 看  ·  己同
imports.template               看  ·  公

[jobs]
jobs.index                     看  ·  己同
jobs.one                       看  ·  己同
jobs.poll                      看  ·  己同
jobs.file                      看  ·  己同
jobs.cancel                    ·  看  己同
jobs.again                     ·  看  己同

[audit]
audit.index                    看  ·  同
audit.check                    ·  看  公

[users]
users.index                    看  ·  同
users.rights                   看  ·  公
users.new                      办:create_user  =  同
users.one                      看  办:create_user  同
users.token                    ·  办:create_user  同
users.revoke                   ·  办:create_user  同

[]
static                         开  ·  ·
admin.static                   开  ·  ·
health                         开  ·  ·
auth.sign_in                   开  开  ·
auth.sign_out                  ·  己  己
auth.language                  ·  开  ·
auth.me                        己  己  己
saved_views.index              己  ·  己
saved_views.new                己  己  己
saved_views.end                ·  己  己
api.confirmations              ·  钥  地医企
api.job                        钥  ·  己同
api.errors                     钥  ·  己同
"""
