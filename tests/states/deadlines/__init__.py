"""Tests of deadlines: setting, ladders, sweeping, extending."""
