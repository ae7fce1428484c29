"""What is taken in (checked, nothing unknown let through) and what is given out (the shapes of the OpenAPI file).

    base       what all bodies share        problems   the shape of a refusal
    people     accounts, appointments, sign-in, inbox
    programme  cycles, dossiers, deadlines, certificates, producers, products
    records    repairs, imports, settings, offices, years of a producer
    running    status of the service

Answers are written from plain data, not through these classes; a test holds real answers against them.
"""
