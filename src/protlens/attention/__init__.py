"""Attention weights, batched, streamed and reduced to sums."""
