"""Sessions of a council: quorum, guards on both sides, what they do to their dossiers, who sees what."""
