"""State → SVG, by one pen: geometry in attributes, colour in classes of the stylesheet."""
