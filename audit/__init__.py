"""Proof: whether the record still says what happened, and what it says of one subject at one time.

findings  what a check found, by subject and stable code     verify  every line, chain, copy, row, log place, trigger
chains    one subject's lines, checked one after the other    replay  one subject walked through, as of an instant or day

Nothing here writes.
"""
