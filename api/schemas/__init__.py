"""What is taken in (checked, nothing unknown let through) and what is given out (the shapes of the OpenAPI file).

    base       what all bodies share        problems   the shape of a refusal
    people     accounts, appointments, sign-in, inbox
    cycles, years, deadlines   the programme's year: plan, preview, opening, cloning, closing
    dossiers, moves            a dossier, its forms, what may be done with it, its history
    council                    sessions and appeals
    registry                   producers, products, the public check of a certificate
    records    repairs, imports, settings, offices, years of a producer
    running    status of the service

Answers are written from plain data, not through these classes; a test holds real answers against them.
"""
