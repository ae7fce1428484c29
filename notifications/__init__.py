"""Whom to tell what: from a history line or a due reminder to a person who knows.

audience    the table: which line asks for which notice to which roles
kinds       what follows from a notice kind: lawful, urgent, once a day, worth a calendar entry
planner     history lines by cursor -> notices          reminders   due rungs of the ladders -> notices
silence     dossiers that stand still -> the office above    links  one-time login links
facts, recipients, naming, ladder, wording, dates, sms      what a text needs to know, and the text itself
outbox      writing notices down: outbox, inbox, history of lawful ones
claims, compose, channels, settling, delivery               claim -> send -> record
quiet       quiet hours                                 queries     inbox, status page, proof of notice
"""
