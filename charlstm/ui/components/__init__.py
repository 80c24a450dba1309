"""Components of our own: the Python, JavaScript, CSS and HTML of one together."""
