"""What the status page and the figures ask every few seconds, each by an index of its own."""

INDEXES = """
CREATE INDEX payment_instruction_unknown ON payment_instruction (id) WHERE state = 'unknown';
"""
