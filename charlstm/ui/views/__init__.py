"""Parts of a page that several pages have, or that a page is put together from."""
