"""The council: sessions, ballots, minutes. Empty until evaluation is built; its place in the order is kept."""
