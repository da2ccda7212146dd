"""Addresses of the basic data: lists of master data, contacts, schemes, mandates, accounts."""

#: Every list of master data has these; its view states page and rows. Nothing is deleted, and
#: nothing changes by the road of a list: these doors of the framework are shut.
LISTS = """
index_view                     看  ·  ·
details_view                   看  ·  ·
export                         看  ·  ·
ajax_lookup                    看  ·  ·
edit_view                      办:import  =  ·
create_view                    办:import  =  ·
delete_view                    ·  ·  ·
action_view                    ·  ·  ·
ajax_update                    ·  ·  ·
"""

TABLE = """
[contacts]
contacts.index                 看  ·  地医企
contacts.export                看  ·  地医企
contacts.one                   办:contacts  =  地医企
contacts.new                   办:contacts  =  地医企

[schemes]
schemes.index                  看  ·  地医
schemes.area                   看  ·  地医
schemes.one                    看  ·  地医
schemes.parameters             看  ·  地医
schemes.export                 看  ·  地医
schemes.presets                看  ·  公
schemes.preset                 看  ·  公
schemes.drafts                 看  ·  地
schemes.draft                  看  办:scheme_draft,scheme_decide  地
schemes.write                  办:scheme_draft  =  地
schemes.begin                  办:scheme_draft  =  地
schemes.try_out                ·  办  地
schemes.trial                  看  ·  地
schemes.trial_file             看  ·  地

[mandates]
mandates.index                 看  ·  地医
mandates.one                   看  办:mandate  地医
mandates.file                  看  ·  地医
mandates.export                看  ·  地医
mandates.new                   办:mandate  =  地

[profiles]
profiles.index                 看  ·  公
profiles.one                   看  看  公
profiles.retire                ·  办:profile_propose  公
profiles.change                看  办:profile_activate,profile_propose  公
profiles.edit                  办:profile_propose  =  公

[accounts]
accounts.index                 看  ·  地企
accounts.export                看  ·  地企
accounts.new                   办:account_request  =  地企
accounts.approve               ·  办:accounts_approve  地
accounts.reject                ·  办:accounts_approve  地
accounts.stop                  ·  办:accounts_approve  地
accounts.withdraw              ·  办:account_request  地企
accounts.evidence              ·  看  地企

[hospital_accounts]
hospital_accounts.index        看  ·  地医
hospital_accounts.export       看  ·  地医
hospital_accounts.registered   看  ·  地医
hospital_accounts.file         看:export  ·  地医
hospital_accounts.new          办:account_request  =  地医
hospital_accounts.hand_in      ·  办:account_request  地
hospital_accounts.approve      ·  办:accounts_approve  地
hospital_accounts.reject       ·  办:accounts_approve  地
hospital_accounts.stop         ·  办:accounts_approve  地
hospital_accounts.withdraw     ·  办:account_request  地医
hospital_accounts.evidence     ·  看  地医
hospital_accounts_together.index 办:accounts_approve  =  地
"""
