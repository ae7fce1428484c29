"""The life of a certificate through the one door: term, renewal, grace, upgrade, revocation, annulment."""
