"""Addresses of the settlement pages: sheets, offsets, shortfalls, sub-ledgers, month's close."""

TABLE = """
[sheets]
sheets.index                   看  ·  地医企
sheets.export                  看:export  ·  地医企
sheets.one                     看  ·  地医企
sheets.summary                 看  ·  地医企
sheets.account                 ·  看  地医企
sheets.calculate               办:settle  =  地
sheets.check                   办:approve_1,approve_2  =  地
sheets.withdraw                ·  办:approve_1  地

[offsets]
offsets.index                  看  ·  地医
offsets.statement              看  ·  地医
offsets.export                 看  ·  地医
offsets.notice                 看  ·  地医
offsets.export_list            看  ·  地医
offsets.calculate              办:offset  =  地
deductions.index               看  ·  地医
deductions.one                 看  ·  地医
deductions.export              看  ·  地医
deductions.new                 办:deduct  =  地
deductions.act                 办:deduct,deduct_decide  =  地

[shortfalls]
shortfalls.index               看  ·  地医
shortfalls.export              看  ·  地医
shortfalls.receive_unasked     办:shortfall  =  地
shortfalls.receive             办:shortfall  =  地

[turnover]
turnover.index                 看  ·  地医
turnover.one                   看  ·  地医
turnover.export                看  ·  地医
turnover.apply                 办:turnover_apply  =  地医
turnover.act                   办:turnover_apply,turnover_decide,turnover_pay  =  地医

[subledgers]
subledgers.index               看  ·  地医
subledgers.one                 看  ·  地医
subledgers.statement           看  ·  地医
subledgers.printed             看  ·  地医
subledgers.export              看  ·  地医
subledgers.top_up              办:request_money  =  地
subledgers.ask_all             办:request_money  =  地
closings.index                 看  ·  地医
closings.one                   看  ·  地医
closings.new                   办:subledger_close  =  地
closings.act                   办:subledger_close,subledger_decide  =  地

[money_requests]
money_requests.index           看  ·  地医
money_requests.one             看  ·  地医
money_requests.printed         看  ·  地医
money_requests.export          看  ·  地医
money_requests.withdraw        办:request_withdraw  =  地
money_requests.take_back       办:receipt_reverse  =  地

[round_prepayments]
round_prepayments.index        看  ·  地医企
round_prepayments.one          看  ·  地医企
round_prepayments.export       看  ·  地医企
round_prepayments.new          办:round_prepay  =  地
round_prepayments.act          办:round_prepay,round_decide  =  地
round_prepayments.approve_all  办:round_decide  =  地
round_prepayments.pass_on      办:round_pass  =  地医企

[close]
close.index                    看  ·  地
close.one                      看  ·  地
close.file                     看:export  ·  地
close.propose                  办:close_propose  =  地
close.move                     办:close_propose,close_decide  =  地
"""
