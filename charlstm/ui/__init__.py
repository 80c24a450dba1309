"""The building blocks of pages: components, controls, charts, views, and the address."""
