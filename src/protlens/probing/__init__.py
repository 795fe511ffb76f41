"""What attention and hidden states know: probes and contact prediction."""
