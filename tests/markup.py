"""What a browser makes of some HTML."""

from html.parser import HTMLParser


class Seen(HTMLParser):
    """Elements with their attributes, and all text."""

    def __init__(self, page):
        super().__init__()
        self.found, self.text = [], ""
        self.feed(page)
        self.close()

    def handle_starttag(self, tag, attrs):
        self.found.append((tag, dict(attrs)))

    def handle_data(self, data):
        self.text += data

    def all(self, wanted, attribute):
        return [attrs.get(attribute) for tag, attrs in self.found if tag == wanted]
