"""Charts in Altair, with one theme and one palette."""
