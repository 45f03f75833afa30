"""Doubles: HTTP programs that stand in for Safaricom's Daraja and for Paystack. No money moves.

    python -m donations.doubles.daraja --port 9801
    python -m donations.doubles.paystack --port 9802

No installable peer has callbacks and faults, so these are our own; other people's clients judge them (tests/donations/
test_doubles.py). Each has a switch for every fault that docs/giving.md lists, and tells at `/_double/books` what money
“really” moved, for comparing with the ledger. They need neither Django nor a database, and start beside the settings
demo, dev and test alone.
"""
