"""Addresses of the payment pages: batches, payments, bank results, exceptions, re-payments."""

TABLE = """
[batches]
batches.index                  看  ·  地
batches.export                 看  ·  地
batches.one                    看  ·  地
batches.new                    办:pay  =  地
batches.file                   ·  办  地

[payments]
payments.index                 看  ·  地医企
payments.export                看:export  ·  地医企
payments.one                   看  ·  地医企
payments.inquiry               ·  办:bank_result  地
payments.confirm               办:inquiry_confirm  =  地
payments.letter                看  ·  地

[results]
results.index                  看  办:bank_result,statement  地
results.export                 看  ·  地
results.one                    看  ·  地
results.file                   看  ·  地
results.not_applied            看  ·  地
statements.index               看  办:statement  地
statements.one                 看  ·  地
statements.close               ·  办:statement  地
statements.open                ·  办:statement  地
statements.plan                看  办:statement  同

[exceptions]
exceptions.index               看  ·  地
exceptions.one                 看  ·  地
exceptions.export              看  ·  地
exceptions.ask                 办:close_exception  =  地
exceptions.close               办:close_exception  =  地
exceptions.decline             办:close_exception  =  地
decisions.index                看  ·  地
decisions.one                  看  ·  地
decisions.agree                ·  看:decide_exception  地
decisions.refuse               ·  看:decide_exception  地
decisions.withdraw             ·  办:close_exception  地
decisions.together             办:close_exception  =  地
decisions.after_count          办:close_exception  =  地

[unconfirmed]
unconfirmed.index              看  ·  地
unconfirmed.export             看:export  ·  地
unconfirmed.unknown            办:bank_result  =  地

[returns]
returns.index                  看  ·  地医企
returns.export                 看:export  ·  地医企
returns.ask                    办:pay  =  地
returns.one                    看  ·  地
returns.release                办:reissue_release  =  地

[my_payments]
my_payments.index              看  ·  企
my_payments.export             看:export  ·  企
my_payments.advice             看  ·  企

[own_payments]
own_payments.index             看  ·  地医企
own_payments.export            看  ·  地医企
own_payments.new               办:import  =  地医
"""
