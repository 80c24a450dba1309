"""Parts of a page that stand on several pages, or that a page is put together from."""
