"""Tests that drive a real Chromium; a package, so that they share one browser."""
