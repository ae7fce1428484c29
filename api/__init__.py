"""The JSON interface at /api/v1: routes, schemas, errors, sessions and tokens.

It never decides a move, a right or a text of the law: it asks the rooms below and answers with what they say.

Map of the room:

    app            the app factory: routers, error handlers, the outer door
    service        what every request works with
    session        who asks: cookie or token, and whether a change comes from our own pages
    cookies        the one cookie
    errors         one table from classes of errors to statuses; every refusal as problem+json
    field_errors   what pydantic finds wrong, in our own codes
    languages      Vietnamese, or English where it is asked for
    answers        JSON out, entity tags, caching
    instants       instants in queries
    cursors        opaque places in a list
    idempotency    the same create sent twice is done once
    door           request id, log line, size limit, security headers, counting
    meters         the numbers behind /metrics
    kinds          names of collections in addresses
    access         what auditors open is noted
    rights         who may do the few things that no lifecycle judges
    queries/       reads, filtered by what the person may see
    schemas/       what is taken in and what is given out
    routes/        one file per thing people ask about
"""
