"""One file per thing people open: each reads, hands values to a template, or sends on after a change.

sign_in       link page, password, recovery, signing out
home          where "/" leads, the role looked through
producer      a producer's home, new product, new idea
dossiers      the list, and one dossier
forms         a dossier's own forms
acts          doing something with a dossier, a certificate, a cycle, a batch
story         history, diagram, moments, proof
queue         what waits for an officer
cycles        open a cycle, the year board
certificates  one certificate for those who may see it
check         the public question whether a certificate is good
inbox         notices
status        jobs, clock, outbox
"""
