"""Prominent problems: raised, analysed, rectified, verified, looked back on."""
