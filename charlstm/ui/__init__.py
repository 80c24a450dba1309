"""Everything that pages are made of: components, controls, charts, views, and the address."""
