"""Who and what exists: units, accounts, appointments, producers, products, offices, settings, calendar days.

It never knows a lifecycle: whatever moves from state to state belongs to `states`.

Map of the room (commands take `tx` first, queries take a `ReadTx`; nobody commits here):

    names          keys for matching, searching and sorting Vietnamese names (pure)
    contact        phones, e-mail addresses and tax codes: accept sloppy, store canonical (pure)
    roles          the closed list of roles and the scope each acts in (pure)
    units          administrative units with validity and successors
    units_seed     the packaged units of 2026, the provinces that ceased in 2025, and old units as they turn up
    accounts/      people who may sign in, and their appointments: the only source of rights
    actors         the person of one request with the rights of that day
    sign_in/       one-time links, passwords, sessions, tokens, limits on guessing
    producers      producers (public)  ·  producer_people   the persons behind them (erasable)
    products       products; a name is no key
    offices        phone and opening hours per commune
    counters       numbers that people read, unique under concurrency
    calendar_days  the working calendar as versioned rows
    settings       dated choices of a province or of the installation
"""
