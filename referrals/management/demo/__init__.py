"""The demo city: made-up houses, people and families, walked through the real actions."""
