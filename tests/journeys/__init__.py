"""Whole stories, by the doors people use: the interface over HTTP, the clock's own steps, a real mail server."""
