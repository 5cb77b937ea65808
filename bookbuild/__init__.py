"""What turns the chapters into pages: the Sphinx extension, mathematics, lighter pages, the e-book."""
