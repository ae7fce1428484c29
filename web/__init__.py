"""The Vietnamese pages: plain forms, sent and answered by a redirect, usable without any script.

They never decide a move or a right and never reach the clock: rights, reasons and buttons come from the tables of
``states``, what happens next from its history.

Map of the room:

    app          the pages put together with the app of ``api``, and refusals shown as pages
    render       templates, the icons a page uses, headers
    assets       static files under names that carry their hash
    visits       who is asking, which role they look through, tokens in forms
    days         dates as people read them: weekday, date, days left
    wording      sentences for refusals, states, rules of computation
    fields       what was typed into a form, and forms made from a trigger's fields
    kept         what was typed into a form that could not be taken
    once         a form sent twice makes one thing
    phases       the strip of six phases
    strip        the year drawn as one strip
    history      history lines as sentences, moments, the proof
    acts         one act as its page shows it, and at which field a refusal is to be mended
    standings    where a dossier stands for the one who looks
    dossiers     everything a dossier's page shows
    sessions     everything a council session's page shows
    session_choices  what a session's acts are chosen from, what people call members and products
    session_lists    sessions in lists and in the day's queue
    plan_words   what a plan's preview and its copy say
    producers    a producer's home
    years        the year of a cycle: from a preview, from its rows, with counts
    pages/       one file per thing people open
    templates/   the pages themselves; parts.html holds what they share
"""
