"""Every declared move once by the way it is really made: a person's through the API, the system's through the sweep."""
