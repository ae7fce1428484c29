"""The Vietnamese pages: plain forms, sent and answered by a redirect, usable without any script.

They never decide a move or a right and never reach the clock: rights, reasons and buttons come from the tables of
``states``, what happens next from its history.

Map of the room:

    site         the routers put together for ``api.app``, and refusals shown as pages
    render       templates, the icons a page uses, headers
    assets       static files under names that carry their hash
    visits       who is asking, which role they look through, tokens in forms
    days         dates as people read them: weekday, date, days left
    wording      sentences for refusals, states, rules of computation
    fields       what was typed into a form, and forms made from a trigger's fields
    phases       the strip of six phases
    strip        the year drawn as one strip
    history      history lines as sentences, moments, the proof
    dossiers     everything a dossier's page shows
    counters     the queue, the year board, the status page: what they show
    pages/       one file per thing people open
    templates/   the pages themselves; parts.html holds what they share
"""
