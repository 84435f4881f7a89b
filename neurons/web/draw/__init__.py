"""Draw a digit: a page on which a trained network reads what one draws, and says why. `draw_page` writes it."""
