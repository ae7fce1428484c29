"""One file per thing people open: each reads, hands values to a template, or sends on after a change.

sign_in       link page, password, recovery, signing out
home          where "/" leads, the role looked through
producer      a producer's home, new product, new idea
producer_users  who signs in for a producer, links to hand over
dossiers      the list, and one dossier
forms         a dossier's own forms
acts          doing something with a dossier, a certificate, a cycle, a batch
story         history, diagram, moments, proof
queue         what waits for an officer
cycles        open a cycle, the year board
resume        a form that came too late for its session
sessions      the council's sessions: list, planning one, one session
appeals       appeals about outcomes: list, one appeal
certificates  one certificate for those who may see it
registers     producers of one's place: list, a new one, one with forms, years, repairs
repairs       put a mistyped value right, for every kind of subject
province      settings, offices of the communes, tables taken over
check         the public question whether a certificate is good
inbox         notices
status        jobs, clock, outbox
"""
