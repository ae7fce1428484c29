"""Appeals about outcomes: terms, answers, what follows."""
