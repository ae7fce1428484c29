"""Tests of the turn of the programme year."""
