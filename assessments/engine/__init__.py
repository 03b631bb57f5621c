"""The judgement: plan, methods, points, totals, ranks, grades and their explanation. Pure Python, no Django."""
