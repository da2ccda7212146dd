"""The demo city 澜江市: invented parties and months, and the main job that settles them."""
