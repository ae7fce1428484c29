"""Ways out of the house: one module per channel, each a `Channel`; tried in order, the inbox last.

`base` what every channel agrees on · `mail` the letter itself · `smtp` e-mail · `ical` the calendar part · `inbox` the fallback.
"""
