"""Tests of past facts."""
