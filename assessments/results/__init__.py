"""Results: scored, verified, published, and shown as ranking and scorecard."""
