"""Tests of the yearly cycle: plan file, preview, opening."""
