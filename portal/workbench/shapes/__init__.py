"""Shapes of projects as our editor speaks of them: what a request asks, what an answer says."""
