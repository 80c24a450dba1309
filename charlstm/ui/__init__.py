"""What the pages share: colours, labels, and the two components that draw in the browser."""
