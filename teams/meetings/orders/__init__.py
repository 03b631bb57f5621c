"""Supervision orders: what is proposed, issuing and answering, circulars, who owes what about them."""
