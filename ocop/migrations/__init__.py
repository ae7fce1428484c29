"""Alembic's environment and the migrations of every table of the house.

A migration must never touch a row of `history` or `log_entry`, nor re-make those tables.
"""
