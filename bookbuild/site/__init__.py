"""Where the book is kept and published, and what follows from it: links, tags, pictures to share, a sitemap."""

from bookbuild.site.address import Address, address_of, hub_link, launch_links, site_of

__all__ = ["Address", "address_of", "hub_link", "launch_links", "site_of"]
