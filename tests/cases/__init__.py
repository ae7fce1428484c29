"""The legal cases as tests: a runner over every case file of `data/`."""
